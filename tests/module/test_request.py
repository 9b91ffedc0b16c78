# SPDX-License-Identifier: BSD-2-Clause
"""What of the configuration reaches the worker, and what does not: CAU-10, DEV-7."""

import pytest

PEM = "-----BEGIN {0}-----\nAAAA\n-----END {0}-----\n"


@pytest.mark.parametrize("key,account,hint", [
    ("account", "daemon", "daemon"),
    ("none", "daemon", None),
    ("account", "Daemon", None),           # MAP-1: no identity could be called so
    ("account", "a b", None),
    ("account", "x" * 33, None),
    ("account", "nobody-knows", "nobody-knows"),   # PAM-40: like any other
])
def test_login_hint(key, account, hint, scene):
    """DEV-7: the account's name is sent only where it is asked for, and only if it is one."""
    run = scene(service="sshd", config={"login_hint": key}).run("--user", account)
    assert run.request["login_hint"] == hint, str(run)


def test_secrets_reach_the_worker_alone(scene):
    """CAU-10: whatever must not be read by others goes over the wire, and into no log."""
    made = scene(steps=[["challenge"], ["await"], ["identity"]])
    files = {"client_key_file": ("key", PEM.format("ENCRYPTED PRIVATE KEY")),
             "client_key_passphrase_file": ("passphrase", "open sesame\n"),
             "client_certificate_file": ("certificate", PEM.format("CERTIFICATE")),
             "proxy_credentials_file": ("credentials", "user:pass word\n")}
    lines = ["client_auth = tls", "proxy = http://proxy.example:3128"]
    for key, (name, text) in files.items():
        lines.append(f"{key} = {made.write(name, text, 0o600)}")
    made.conf.write_text(made.conf.read_text().replace("client_auth = none", "\n".join(lines)),
                         encoding="utf-8")
    run = made.run()
    assert run.results() == ["PAM_SUCCESS"], str(run)
    sent = run.request
    assert sent["client_key"] == files["client_key_file"][1]
    assert sent["client_key_passphrase"] == "open sesame"
    assert sent["client_certificate"] == files["client_certificate_file"][1]
    assert sent["proxy_credentials"] == "user:pass word"
    assert not [t for t in run.logs if "sesame" in t or "pass word" in t or "AAAA" in t]
