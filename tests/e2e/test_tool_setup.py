# SPDX-License-Identifier: BSD-2-Clause
"""pam-oauth setup: what is tried is what will be in force, and only what works is written."""

import json
import pathlib
import shutil

import pytest

from test_tool import CONF, CONFIG, _good, silent, tool    # pylint: disable=unused-import


def test_setup_writes_what_works(good):
    """The provider is asked first; then a drop-in of its own, and what is to be done next."""
    folder = pathlib.Path(f"{CONF}.d")
    CONF.write_text("[general]\nskip_users = root\n")
    ours = ("--ca-file", str(CONFIG / "ca.pem"))
    try:
        refused = tool("setup", "--provider", "generic", "--issuer", good.issuer + "/",
                       "--client-id", good.client_id, *ours, status=1)
        assert not folder.exists() and "nothing written" in refused["items"][-1]["fault"]
        answers = ("generic", good.issuer, good.client_id, "", ours[1])
        done = silent("setup", text="".join(f"{answer}\n" for answer in answers), status=0)
        (written,) = folder.iterdir()
        assert written.name == "50-setup.conf" and written.stat().st_mode & 0o777 == 0o644
        assert f"issuer = {good.issuer}" in written.read_text()
        assert f"ca_file = {ours[1]}" in written.read_text()
        assert any("keyboard-interactive:pam" in item.get("next", "") for item in done["items"])
        tool("check", "--service", "sshd", status=0)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def set_up(provider, *more, conf=CONF, status):
    """What setup says of a provider that takes the client."""
    return silent("setup", "--conf", str(conf), "--provider", "generic", "--issuer", provider.issuer,
                  "--client-id", provider.client_id, "--secret-file", "", "--ca-file", str(CONFIG / "ca.pem"),
                  *more, status=status)["items"]


OLD = CONFIG / "old"
# name: (what the main file says, what another drop-in says, what is found)
STAYS = {
    "a secret": (f"client_auth = post\nclient_secret_file = {OLD}\n", "",
                 [f"{CONF}:3: client_auth", f"{CONF}:4: client_secret_file"]),
    "a secret of one service": (f"[service sudo]\nclient_auth = basic\nclient_secret_file = {OLD}\n", "",
                                [f"{CONF}:4: client_auth", f"{CONF}:5: client_secret_file"]),
    "a secret in another drop-in": ("", f"[general]\nclient_secret_file = {OLD}\n",
                                    [f"{CONF}.d/60-more.conf:2: client_secret_file"]),
    "a later issuer": ("", "[general]\nissuer = https://localhost:1\n", [f"{CONF}.d/60-more.conf:2: issuer"]),
    "an endpoint": ("token_endpoint = https://localhost:1/token\n", "", [f"{CONF}:3: token_endpoint"]),
    "the issuer of a service": ("[service sshd]\nissuer = https://localhost:1\n", "", [f"{CONF}:4: issuer"]),
}


@pytest.mark.parametrize("name", STAYS)
def test_setup_hands_nothing_of_another_provider_over(name, good):
    """What other files say of a client stays in force beside the new one: the old secret is neither
    tried with the new provider nor left to be sent by the next login."""
    main, more, found = STAYS[name]
    folder = pathlib.Path(f"{CONF}.d")
    CONF.write_text("[general]\nskip_users = root\n" + main)
    asked = len(good.log("/device/auth"))
    try:
        OLD.write_text("secret\n")
        OLD.chmod(0o600)
        folder.mkdir(mode=0o755)
        if more:
            (folder / "60-more.conf").write_text(more)
        items = set_up(good, status=1)
        assert not (folder / "50-setup.conf").exists() and len(good.log("/device/auth")) == asked
    finally:
        OLD.unlink()
        shutil.rmtree(folder)
    assert [item["what"] for item in items if item.get("level") == "error"] == found, items
    assert "nothing written" in items[-1]["fault"]


@pytest.mark.parametrize("main,part", [("proxy = http://localhost:1\n", "localhost:1"),
                                       ("isuer = x\n", f"{CONF}:3: "), (None, f"{CONF}: No such")])
def test_setup_tries_what_will_be_in_force(main, part, good):
    """The other files count in the trial as they will count in a login."""
    CONF.unlink()
    if main:
        CONF.write_text("[general]\nskip_users = root\n" + main)
    items = set_up(good, status=1)
    assert part in json.dumps(items) and not pathlib.Path(f"{CONF}.d").exists(), items
    assert not list(pathlib.Path("/run").glob("pam-oauth-setup*"))


def test_setup_beside_a_file_far_away(good):
    """The folder is that of the file, however long its path is."""
    top = CONFIG / ("f" * 200)
    conf = top / ("g" * 200) / ("h" * 120)
    folder = pathlib.Path(f"{conf}.d")
    conf.parent.mkdir(parents=True)
    try:
        conf.write_text("[general]\nskip_users = root\n")
        set_up(good, conf=conf, status=0)
        assert [path.name for path in folder.iterdir()] == ["50-setup.conf"]
        set_up(good, conf=conf, status=0)
    finally:
        shutil.rmtree(top)
