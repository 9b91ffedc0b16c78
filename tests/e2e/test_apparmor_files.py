# SPDX-License-Identifier: BSD-2-Clause
"""The AppArmor profile against what a worker really opens. That the kernel sees it in the same way is shown by
tests/packages/apparmor, in a machine of its own; this here runs everywhere and notices new files first."""

import os
import re
import shutil
import subprocess

import pytest

import flow
from apparmor_profile import Profile
from network import Network

FILE = "packaging/apparmor/usr.libexec.pam_oauth_worker"
OPENED = re.compile(r'open(?:at)?\((?:AT_FDCWD, )?"([^"]*)", ([\w|]+)')
CONNECTED = re.compile(r'connect\(\d+, \{sa_family=AF_UNIX, sun_path="([^"]*)"')
WRITING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC")


@pytest.fixture(scope="module", name="profile")
def _profile(source_root):
    return Profile(source_root / FILE)


def test_the_kernel_gets_a_profile(source_root):
    """It compiles, and confines that one program by its path."""
    done = subprocess.run(["apparmor_parser", "--skip-kernel-load", "--skip-cache", "--names",
                           str(source_root / FILE)], text=True, check=False, capture_output=True)
    assert (done.returncode, done.stdout) == (0, "pam_oauth_worker\n"), done.stderr
    assert re.search(r"^profile pam_oauth_worker /usr/libexec/pam_oauth_worker \{$",
                     (source_root / FILE).read_text(), re.M)


def traced(worker, folder):
    """A worker that writes down its calls."""
    log = folder / "calls"
    script = folder / "worker"
    script.write_text(f"#!/bin/sh\nexec {shutil.which('strace')} -f -qq -s 4096 -o {log} "
                      f"-e trace=open,openat,connect {worker}\n")
    script.chmod(0o755)
    return script, log


@pytest.fixture(scope="module", name="calls")
def _calls(host, lab, worker_binary, tmp_path_factory):
    """Of a whole login at a host that has to be looked up, the tokens revoked."""
    script, log = traced(worker_binary, tmp_path_factory.mktemp("traced"))
    host.name_host(Network.NAME)
    result = flow.run(lab, script, flow.row("a login", request={"revoke": "yes"}, tls="network",
                                            host=Network.NAME))
    assert result.identity, str(result)
    return log.read_text()


def test_each_file_of_a_login_is_allowed(lab, profile, calls):
    """Opened, or looked for: on another system it may be there. Only the authority of these tests is elsewhere."""
    wanted = {(path, "rw" if WRITING.search(flags) else "r") for path, flags in OPENED.findall(calls)
              if "O_PATH" not in flags}
    wanted |= {(path, "w") for path in CONNECTED.findall(calls)}
    assert len(wanted) > 20 and any(path.endswith("/libcurl.so.4") for path, _ in wanted)
    assert any(path == "/etc/hosts" for path, _ in wanted)
    real = {(os.path.realpath(path), rights) for path, rights in wanted}     # links are followed first
    refused = {path for path, rights in real if not profile.allows(path, rights)}
    assert refused == {lab.ca_file}


@pytest.mark.parametrize("path, rights, allowed", [
    ("/etc/resolv.conf", "r", True),
    ("/etc/ssl/certs/ca-certificates.crt", "r", True),
    ("/etc/pam_oauth/ca.pem", "r", True),
    ("/etc/pam_oauth/authorities/5ed36f99.0", "r", True),
    ("/usr/lib/x86_64-linux-gnu/libcurl.so.4", "mr", True),
    ("/usr/libexec/pam_oauth_worker", "mr", True),
    ("/run/systemd/resolve/stub-resolv.conf", "r", True),
    ("/dev/null", "rw", True),
    ("/usr/libexec/pam_oauth_worker", "w", False),
    ("/usr/libexec/pam_oauth_worker", "x", False),
    ("/bin/sh", "x", False),
    ("/etc/shadow", "r", False),
    ("/etc/krb5.keytab", "r", False),
    ("/etc/pam_oauth/client_secret", "r", False),
    ("/etc/pam_oauth/map", "r", False),
    ("/etc/pam_oauth/ca.pem", "w", False),
    ("/run/pam_oauth-secrets/client_secret", "r", False),
    ("/run/credentials/ssh.service/client_secret", "r", False),
    ("/var/lib/pam_oauth/30001", "r", False),
    ("/run/pam_oauth/starts", "w", False),
    ("/dev/log", "w", False),
    ("/run/systemd/journal/socket", "w", False),
    ("/home/alice/.bashrc", "r", False),
    ("/root/.netrc", "r", False),
    ("/tmp/file", "w", False),
    ("/proc/1/environ", "r", False),
])
def test_what_the_profile_says(profile, path, rights, allowed):
    """Whatever the abstractions of a release bring along."""
    assert profile.allows(path, rights) is allowed
