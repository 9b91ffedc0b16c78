# SPDX-License-Identifier: BSD-2-Clause
"""A configuration that cannot be relied on ends the login: PAM-6, GEN-1, CAU-10, MAP-13.

The whole table of keys is the unit tests' business; this is about the way to
libpam: PAM_SERVICE_ERR, file and line in the log, no worker, nothing shown but
the sentence.
"""

import os

import pytest

from scene import CONFIG

SENTENCE = "Sign-in is misconfigured on this host. Tell your administrator."


def misconfigured(run, *texts):
    """PAM_SERVICE_ERR, and a line that says where."""
    assert run.results() == ["PAM_SERVICE_ERR"], str(run)
    assert run.messages == [("error_msg", SENTENCE)], str(run)
    assert not run.journal, str(run)
    line = run.outcome
    assert "result=misconfigured" in line and line in run.logged("err"), str(run)
    for text in texts:
        assert text in line, f"{text} not in {line}"


def general(text):
    """A [general] section that would be good but for this text, which begins in line 5."""
    first = "".join(f"{k} = {v}\n" for k, v in CONFIG.items())
    return f"[general]\n{first}{text}\n"


LINES = {
    "unknown key": ("require_group = admins", "require_group"),
    "misspelt key": ("allowroot = yes", "allowroot"),
    "duplicate key": ("min_uid = 2", "min_uid"),
    "bad number": ("max_wait = soon", "max_wait"),
    "number with trailing junk": ("max_wait = 60s", "max_wait"),
    "number too small": ("max_wait = 9", "max_wait"),
    "number too large": ("max_wait = 901", "max_wait"),
    "negative number": ("max_wait = -60", "max_wait"),
    "unknown word": ("display = browser", "display"),
    "boolean that is none": ("allow_root = maybe", "allow_root"),
    "empty value": ("scope =", ""),
    "no key at all": ("hello", ""),
    "issuer by http": ("token_endpoint = http://sso.example.org/token", "token_endpoint"),
    "inline secret": ("client_secret = hunter2", "client_secret"),
    "broken section": ("[service sshd", ""),
    "unknown section": ("[services]", ""),
    "indented line": ("  max_wait = 60", ""),
    "line too long": ("scope = openid " + "x" * 200, ""),
    "control character": ("scope = openid\x07", ""),
    "comment behind a value": ("max_wait = 60 # seconds", ""),
}


@pytest.mark.parametrize("name", LINES)
def test_line(name, scene):
    """File and line are in the log."""
    text, part = LINES[name]
    made = scene(general=general(f"client_id = x\n{text}"))
    misconfigured(made.run(), f"{made.conf}:6", part)


def test_other_service(scene):
    """A mistake in the section of another service shows at once."""
    made = scene(general=general("client_id = x\n[service login]\nmax_wait = soon"))
    misconfigured(made.run(), f"{made.conf}:7", "max_wait")


@pytest.mark.parametrize("key", ["issuer", "client_id"])
def test_missing(key, scene):
    """What has no default must be there."""
    misconfigured(scene(config={key: None}).run(), key)


def test_no_file(scene):
    """No configuration, no login."""
    made = scene()
    made.conf.unlink()
    misconfigured(made.run(), str(made.conf))


@pytest.mark.parametrize("name", ["pam_oauth.conf", "map"])
@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_writable_by_others(name, mode, scene):
    """MAP-13: who can write it can open every account."""
    made = scene()
    (made.directory / name).chmod(mode)
    misconfigured(made.run(), str(made.directory / name))


@pytest.mark.parametrize("name", ["pam_oauth.conf", "map"])
def test_symbolic_link(name, scene):
    """MAP-13: links are not followed."""
    made = scene()
    real = made.directory / name
    real.rename(made.directory / "real")
    real.symlink_to(made.directory / "real")
    misconfigured(made.run(), str(real))


@pytest.mark.parametrize("name", ["pam_oauth.conf", "map"])
def test_folder_and_fifo(name, scene):
    """MAP-13: only a regular file; a FIFO must not block the login."""
    made = scene()
    path = made.directory / name
    path.unlink()
    path.mkdir()
    misconfigured(made.run(), str(path))
    path.rmdir()
    os.mkfifo(path, 0o600)
    run = made.run()
    misconfigured(run, str(path))
    assert run.seconds() < 2


@pytest.mark.parametrize("name", ["pam_oauth.conf", "map"])
def test_foreign_owner(name, scene):
    """MAP-13: whoever owns it can write it."""
    made = scene()
    path = made.directory / name
    if os.geteuid() != 0:
        path.unlink()
        path.symlink_to("/etc/passwd")       # not ours: refused as a link or by its owner
    else:
        os.chown(path, 1, 1)
    misconfigured(made.run(), str(path))


def test_no_map(scene):
    """MAP-13: without rules nobody gets in, and it is said why."""
    made = scene()
    (made.directory / "map").unlink()
    misconfigured(made.run(), str(made.directory / "map"))


@pytest.mark.parametrize("rule", ["allow sub=1", "allow sub=1 as", "allow as daemon", "allow x",
                                  "allow sub~(.*) as \\2", "permit sub=1 as daemon",
                                  "allow sub~(( as \\1"])
def test_bad_rule(rule, scene):
    """MAP-13: one bad line refuses the whole file."""
    text = f"issuer https://sso.example.org\nallow sub=248289761001 as daemon\n{rule}\n"
    made = scene(rules=text)
    misconfigured(made.run(), f"{made.directory / 'map'}:3")


SECRETS = {
    "readable by the group": ("s3cret\n", 0o640), "readable by others": ("s3cret\n", 0o604),
    "executable by others": ("s3cret\n", 0o601), "two lines": ("s3cret\nmore\n", 0o600),
    "empty": ("", 0o600), "of 16 KiB + 1": ("s" * (16 * 1024 + 1), 0o600),
    "with a NUL": ("s3\0cret\n", 0o600),
}


def with_secret(scene, text, mode):
    """A confidential client whose secret file is this."""
    made = scene(config={"client_auth": "basic"})
    path = made.write("secret", text, mode)
    made.conf.write_text(made.conf.read_text(encoding="utf-8")
                         + f"client_secret_file = {path}\n", encoding="utf-8")
    return made, path


@pytest.mark.parametrize("name", SECRETS)
def test_bad_secret(name, scene):
    """CAU-10: a secret that others could read is none."""
    text, mode = SECRETS[name]
    made, path = with_secret(scene, text, mode)
    run = made.run()
    misconfigured(run, str(path))
    assert "s3cret" not in "".join(run.logs)


@pytest.mark.parametrize("text,secret,mode", [
    ("s3cret\n", "s3cret", 0o600), ("s3cret", "s3cret", 0o400), (" a b \n", " a b ", 0o600),
    ("\n", "", 0o600), ("p+q/r=s%t:u v~w\n", "p+q/r=s%t:u v~w", 0o600)])
def test_good_secret(text, secret, mode, scene):
    """CAU-10: exactly one newline is taken off."""
    made, _ = with_secret(scene, text, mode)
    run = made.run()
    assert run.results() == ["PAM_SUCCESS"], str(run)
    assert run.request["client_secret"] == secret and run.request["client_auth"] == "basic"


@pytest.mark.parametrize("argument", ["use_first_pass", "Debug", "debug=1", "conf", "conf=",
                                      "conf=relative.conf", "allow_root=yes", "try_first_pass"])
def test_unknown_argument(argument, scene):
    """PAM-6: an argument that is not known may have been meant to forbid something."""
    misconfigured(scene(arguments=[argument]).run(), argument)


def test_service_section(scene):
    """A service's own section wins over the general one, and over its preset."""
    made = scene(service="sshd")
    made.conf.write_text(made.conf.read_text(encoding="utf-8") + (
        "max_wait = 200\nqr = none\n[service sshd]\nmax_wait = 300\nscope = openid email\n"
        "[service login]\nmax_wait = 400\n"), encoding="utf-8")
    run = made.run()
    assert run.results() == ["PAM_SUCCESS"], str(run)
    assert 295 <= run.request["remaining_ms"] / 1000 <= 300, str(run)
    assert run.request["scope"] == "openid email" and run.request["qr_side_max"] == 0


def test_drop_in(scene):
    """Files of pam_oauth.conf.d in byte order; a later file wins."""
    made = scene()
    folder = made.directory / "pam_oauth.conf.d"
    folder.mkdir()
    made.write("pam_oauth.conf.d/20-b.conf", "[general]\nscope = openid b\nclock_skew = 10\n")
    made.write("pam_oauth.conf.d/10-a.conf", "[general]\nscope = openid a\nclock_skew = 20\n"
                                             "iat_check = loose\n")
    made.write("pam_oauth.conf.d/30-c.conf.bak", "[general]\nscope = openid c\n")
    run = made.run()
    assert run.results() == ["PAM_SUCCESS"], str(run)
    assert run.request["scope"] == "openid b" and run.request["clock_skew_s"] == 10
    assert run.request["iat_loose"] is True


def test_bad_drop_in(scene):
    """A mistake in a drop-in counts like any other."""
    made = scene()
    (made.directory / "pam_oauth.conf.d").mkdir()
    path = made.write("pam_oauth.conf.d/10-a.conf", "[general]\nfoo = bar\n")
    misconfigured(made.run(), f"{path}:2", "foo")


def test_every_field_of_the_request(scene, tmp_path):
    """What the file says is what the worker is told."""
    authority = tmp_path / "ca.pem"
    authority.write_text("certificates")
    authority.chmod(0o644)
    run = scene(config={
        "discovery": "oauth", "device_authorization_endpoint": "https://a.example/d",
        "token_endpoint": "https://a.example/t?x=y", "jwks_uri": "https://a.example:8443/k",
        "send_client_id": "everywhere", "basic_encoding": "raw", "scope": "openid groups",
        "required_scopes": "openid, groups", "initial_poll": "yes", "ca_file": str(authority),
        "endpoint_hosts": "a.example b.example", "endpoint_ports": "8443 9443",
        "verification_hosts": "c.example", "id_token_algs": "ES256 EdDSA",
        "trusted_audiences": "other", "clock_skew": "5", "iat_check": "loose",
        "qr_content": "plain", "max_age": "900", "acr_values": "gold silver"}).run()
    expected = {
        "task": "login", "discovery": "oauth",
        "device_authorization_endpoint": "https://a.example/d",
        "token_endpoint": "https://a.example/t?x=y", "jwks_uri": "https://a.example:8443/k",
        "client_auth": "none", "send_client_id": "everywhere", "basic_encoding": "raw",
        "scope": "openid groups", "required_scopes": ["openid", "groups"], "initial_poll": True,
        "ca_file": str(authority), "endpoint_hosts": ["a.example", "b.example"],
        "endpoint_ports": ["8443", "9443"], "verification_hosts": ["c.example"],
        "id_token_algs": ["ES256", "EdDSA"], "trusted_audiences": ["other"], "clock_skew_s": 5,
        "iat_loose": True, "qr_content": "plain", "client_secret": None, "max_age_s": 900,
        "acr_values": ["gold", "silver"]}
    assert {k: run.request[k] for k in expected} == expected, str(run)


def test_wants(scene):
    """LIM-20: the worker is asked for the claims of our issuer's rules, and no others."""
    rules = ("issuer https://other.example\nallow nickname=x as daemon\n"
             "issuer https://sso.example.org\nallow preferred_username=alice as daemon\n"
             "allow preferred_username~([a-z]+) as \\1\nallow sub=1 as daemon\n")
    run = scene(rules=rules, config={"issuer_is_exclusive": "yes"}, steps=[
        ["challenge"], ["await"], ["identity", {"claims": {"preferred_username": "alice"}}]]).run()
    assert run.results() == ["PAM_SUCCESS"], str(run)
    names = [want["name"] for want in run.request["wants"]]
    assert names.count("preferred_username") == 1 and "nickname" not in names, names
