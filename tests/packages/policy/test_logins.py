# SPDX-License-Identifier: BSD-2-Clause
"""What programs that load the module may do: start the worker in its domain, end it, keep state. All
that the module does when it starts the worker is a row, granted by us or by the policy itself."""

import subprocess

import pytest

WORKER, EXEC = "pam_oauth_worker_t", "pam_oauth_worker_exec_t"
CONFIG, RUN, LIB = "pam_oauth_conf_t", "pam_oauth_runtime_t", "pam_oauth_var_lib_t"

# sudo and su of each role that has them; of unconfined users, they have no domain of their own
LOGINS = ["sshd_t", "local_login_t", "unconfined_t", "sysadm_t"] + [
    f"{role}_{program}_t" for role in ("staff", "sysadm", "user", "auditadm", "secadm")
    for program in ("sudo", "su")]
PROGRAMS = [name for name in LOGINS if name not in ("unconfined_t", "sysadm_t")]

# target, class, permissions; SELF is the program's own domain
SELF = None
NEEDS = {
    "PAM-33 the worker's file is run": (EXEC, "file", {"execute", "getattr", "map", "open", "read"}),
    "PAM-33 as the worker": (WORKER, "process", {"transition"}),
    "a socket to it": (SELF, "unix_stream_socket", {"create", "read", "setopt", "write"}),
    "NET-30 fork, own limits": (SELF, "process", {"fork", "setrlimit"}),
    "NET-30 another user": (SELF, "capability", {"setgid", "setuid"}),
    "a deaf one is killed, which has another uid": (WORKER, "process", {"sigkill"}),
    "so it takes a capability": (SELF, "capability", {"kill"}),
    "/dev/null in place of its output": ("null_device_t", "chr_file", {"open", "read", "write"}),
    "configuration and rules are read": (CONFIG, "file", {"getattr", "open", "read"}),
    "conf.d is listed": (CONFIG, "dir", {"open", "read", "search"}),
    "certificates are looked at": ("cert_t", "file", {"getattr"}),
    "PAM-38 the folder of limits": (RUN, "dir", {"add_name", "create", "remove_name", "setattr", "write"}),
    "PAM-38 what is in it": (RUN, "file", {"create", "lock", "open", "read", "rename", "setattr", "unlink",
                                           "write"}),
    "PAM-38 made when it is missing": ("var_run_t", "dir", {"add_name", "search", "write"}),
    "PAM-41 the folder of pins": (LIB, "dir", {"add_name", "create", "remove_name", "write"}),
    "PAM-41 what is in it": (LIB, "file", {"create", "open", "read", "rename", "unlink", "write"}),
    "PAM-41 made when it is missing": ("var_lib_t", "dir", {"add_name", "search", "write"}),
    "PAM-39 grace: which boot": ("sysctl_kernel_t", "file", {"open", "read"}),
    "PAM-39 grace: who owns the session": ("sshd_t", "file", {"open", "read"}),
    "PAM-39 grace: a shell owns it": ("staff_t", "file", {"open", "read"}),
    "the log": ("devlog_t", "sock_file", {"write"}),
    "the audit's record": (SELF, "netlink_audit_socket", {"create", "nlmsg_relay", "read", "write"}),
    "and its capability": (SELF, "capability", {"audit_write"}),
}


@pytest.mark.parametrize("source", LOGINS)
def test_transition(ours, source):
    """The worker is started in its domain by whoever loads the module."""
    assert ours.transition(source, EXEC, "process") == WORKER
    assert (EXEC, "file", "entrypoint") in ours.allowed(WORKER, EXEC)
    for tclass, perms in (("fd", {"use"}), ("process", {"sigchld"}),
                          ("unix_stream_socket", {"getattr", "getopt", "read", "setopt", "write"})):
        assert perms == {perm for target, _, perm in ours.allowed(WORKER, source, tclass)
                         if target == source}, tclass


@pytest.mark.parametrize("need", NEEDS)
@pytest.mark.parametrize("source", PROGRAMS)
def test_needs(ours, source, need):
    """The module can do what it does."""
    target, tclass, perms = NEEDS[need]
    target = target or source
    has = {perm for t, _, perm in ours.allowed(source, target, tclass) if t == target}
    assert perms <= has, perms - has


@pytest.mark.parametrize("source", LOGINS)
def test_new_folders(ours, source):
    """Whoever makes a folder first, it has its type."""
    assert ours.transition(source, "var_run_t", "dir", "pam_oauth") == RUN
    assert ours.transition(source, "var_lib_t", "dir", "pam_oauth") == LIB


@pytest.mark.parametrize("source", ["httpd_t", "user_t", "staff_t", "named_t", "postfix_smtpd_t"])
def test_others(ours, source):
    """Whoever logs nobody in starts no worker, and reads neither configuration nor state."""
    assert ours.has(source)
    assert ours.transition(source, EXEC, "process") is None
    for target in (CONFIG, RUN, LIB):
        assert not [rule for rule in ours.allowed(source, target) if rule[1] == "file"], target


@pytest.mark.parametrize("source", ["crond_t", "xdm_t", "init_t", "cockpit_session_t"])
def test_account_lines(ours, source):
    """Programs that only have our account line read the configuration, and start no worker."""
    assert (CONFIG, "file", "read") in ours.allowed(source, CONFIG)
    assert ours.transition(source, EXEC, "process") is None


@pytest.mark.parametrize("source", ["sshd_session_t", "guest_su_t"])
def test_newer_policies(newer, ours, source):
    """What Debian's policy does not have is used where a policy has it."""
    assert not ours.has(source)
    assert newer.transition(source, EXEC, "process") == WORKER
    assert newer.transition(source, "var_run_t", "dir", "pam_oauth") == RUN
    assert (RUN, "file", "create") in newer.allowed(source, RUN)
    assert (source, "unix_stream_socket", "read") in newer.allowed(WORKER, source)


def test_newer_account_lines(newer):
    """Fedora's attribute of login programs."""
    assert (CONFIG, "file", "read") in newer.allowed("newer_login_t", CONFIG)


@pytest.mark.parametrize("path, label", [
    ("/usr/libexec/pam_oauth_worker", EXEC), ("/etc/pam_oauth", CONFIG),
    ("/etc/pam_oauth/pam_oauth.conf", CONFIG), ("/etc/pam_oauth/client_secret", CONFIG),
    ("/etc/pam_oauth/conf.d/10-site.conf", CONFIG), ("/etc/pam_oauth/ca.pem", "cert_t"),
    ("/etc/pam_oauth/ca/1.pem", "cert_t"), ("/etc/pam_oauth/camera", CONFIG),
    ("/run/pam_oauth", RUN), ("/run/pam_oauth/limits", RUN), ("/var/run/pam_oauth", RUN),
    ("/var/lib/pam_oauth/pins", LIB), ("/usr/sbin/pam-oauth", "bin_t"), ("/run/pam_oauth2", None)])
def test_labels(ours, path, label):
    """What restorecon makes of each path."""
    said = subprocess.run(["matchpathcon", "-n", "-f", str(ours.contexts), path], check=True,
                          capture_output=True, text=True).stdout
    assert said.strip() == (f"system_u:object_r:{label}:s0" if label else "<<none>>")
