# SPDX-License-Identifier: BSD-2-Clause
"""A program that is not root's asks libpam itself (PAM-19): nothing starts, nothing is read."""

import pathlib
import pwd
import subprocess

from built import built
from host import install, pam_folder
import namespace

NAME = "insufficient_privilege"


def test_a_caller_without_root_gets_no_sign_in(host, idp):
    """As installed: refused before the configuration is opened, with a sentence and a log line."""
    asked = len(idp.log())
    client = namespace.BASE / "plain-client"
    install(pathlib.Path(built("PO_PAM_CLIENT")), client, 0o755)
    folder = namespace.BASE / "plain.d"
    folder.mkdir()
    (folder / "plain").write_text(f"auth required {pam_folder()}/pam_oauth.so\n")
    alice = pwd.getpwnam("alice")
    run = subprocess.run([client, "--confdir", folder, "--service", "plain", "--user", "alice",
                          "--op", "authenticate"],
                         user=alice.pw_uid, group=alice.pw_gid, extra_groups=[], cwd="/",
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=60, check=False)
    said = run.stdout.decode()       # with what would be at syslog
    assert "PAM_CRED_INSUFFICIENT" in said, said
    assert "This program may not use the sign-in service." in said, said
    assert f"result={NAME} ref=" in said, said
    assert len(idp.log()) == asked
