# SPDX-License-Identifier: BSD-2-Clause
"""PAM-19: who is not root may load the module, as anybody may load any library, and gets nothing."""

import json
import pathlib
import pwd
import subprocess

import pytest

from built import built
from host import pam_folder


@pytest.fixture(name="folder", scope="module")
def _folder(host):              # pylint: disable=unused-argument
    """Services that everybody can read, and the client."""
    folder = pathlib.Path("/run/not_root")
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    (folder / "sudo").write_text(f"auth required {pam_folder()}/pam_oauth.so debug\n")
    client = folder / "pam_client"
    client.write_bytes(pathlib.Path(built("PO_PAM_CLIENT")).read_bytes())
    client.chmod(0o755)
    return folder


def run_as(name, folder, groups=()):
    """What pam_client says when this account runs it, with these supplementary groups."""
    entry = pwd.getpwnam(name)
    done = subprocess.run(
        [folder / "pam_client", "--confdir", str(folder), "--service", "sudo", "--user", "alice",
         "--conv-fail", "1", "--op", "authenticate"], env={}, cwd="/", user=entry.pw_uid,
        group=entry.pw_gid, extra_groups=groups, stdin=subprocess.DEVNULL, capture_output=True,
        timeout=60, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines, done.stderr
    return lines


def test_called_by_somebody_who_is_not_root(folder, idp, requests):  # pylint: disable=unused-argument
    """PAM_CRED_INSUFFICIENT before anything is read or sent."""
    lines = run_as("alice", folder)
    results = [line["result"] for line in lines if "result" in line]
    logs = " ".join(line["log"] for line in lines if "log" in line)
    assert results == ["PAM_CRED_INSUFFICIENT"], lines
    assert "result=insufficient_privilege" in logs and "not called by root" in logs, lines
    assert not requests.paths()


@pytest.mark.parametrize("groups", [(), (4, 42)], ids=["alone", "with supplementary groups"])
def test_control(groups, folder, idp):  # pylint: disable=unused-argument
    """Root gets as far as the conversation, which refuses; its groups are not the worker's."""
    lines = run_as("root", folder, groups)
    assert [line["result"] for line in lines if "result" in line] == ["PAM_CONV_ERR"], lines
