# SPDX-License-Identifier: BSD-2-Clause
"""What the domain of the worker may do, and what it may not: all of its rules are looked at, those
that each domain has among them."""

import pytest

WORKER = "pam_oauth_worker_t"
FILES = {"file", "dir", "lnk_file", "sock_file", "fifo_file", "chr_file", "blk_file", "anon_inode"}
READ = {"getattr", "ioctl", "lock", "map", "open", "read", "search", "watch", "watch_reads", "execute",
        "entrypoint"}

# Whatever changes something: the devices that are none, its own pipes, sockets of daemons to talk to.
# textrel_shlib_t: libraries with text relocations, which every domain may relocate in memory.
CHANGES = {
    ("chr_file", "devtty_t"): {"append", "write"},
    ("chr_file", "null_device_t"): {"append", "write"},
    ("chr_file", "zero_device_t"): {"append", "write"},
    ("fifo_file", WORKER): {"append", "write"},
    ("file", WORKER): {"append", "write"},              # /proc/self
    ("file", "textrel_shlib_t"): {"execmod"},
    ("sock_file", "nscd_runtime_t"): {"append", "write"},
    ("sock_file", "setrans_runtime_t"): {"append", "write"},
    ("sock_file", "systemd_resolved_runtime_t"): {"append", "write"},
}

READABLE = {"cert_t", "etc_t", "net_conf_t", "usr_t", "NetworkManager_runtime_t", "locale_t",
            "systemd_resolved_runtime_t", "sysctl_crypto_t", "cpu_online_t", "lib_t", "ld_so_t",
            "ld_so_cache_t", "textrel_shlib_t", "pam_oauth_worker_exec_t", WORKER}


def test_no_file_is_written(ours):
    """Of all file classes, nothing but what CHANGES has."""
    found = {}
    for target, tclass, perm in ours.possible(WORKER):
        if tclass in FILES and perm not in READ:
            found.setdefault((tclass, target), set()).add(perm)
    assert found == CHANGES


def test_what_is_read(ours):
    """Files of these types, and no other one: no configuration of ours, no state, nobody's home."""
    found = {target for target, tclass, perm in ours.possible(WORKER)
             if tclass == "file" and perm in ("read", "open")}
    assert found == READABLE


@pytest.mark.parametrize("target", [
    "shadow_t", "pam_oauth_conf_t", "pam_oauth_runtime_t", "pam_oauth_var_lib_t", "sshd_key_t",
    "user_home_t", "user_home_dir_t", "ssh_home_t", "tmp_t", "user_tmp_t", "var_log_t", "auditd_log_t",
    "passwd_exec_t", "shell_exec_t", "bin_t", "memory_device_t", "fixed_disk_device_t", "kmsg_device_t",
    "security_t", "selinux_config_t", "semanage_store_t", "krb5_keytab_t"])
def test_out_of_reach(ours, target):
    """Nothing in there can be opened."""
    assert ours.has(target)
    assert not {rule for rule in ours.possible(WORKER, target) if rule[1] != "dir"}


def test_no_program_is_started(ours):
    """No file runs in this domain or from it in another one."""
    rules = ours.possible(WORKER)
    assert not [rule for rule in rules if rule[2] in ("execute_no_trans", "transition", "dyntransition",
                                                      "setexec", "setcurrent")]


def test_processes(ours):
    """Itself, and whoever started it to be told of its end; no signal, no ptrace, no memory tricks."""
    found = {(target == WORKER, perm) for target, tclass, perm in ours.possible(WORKER)
             if tclass in ("process", "process2")}
    assert found == {(True, "fork"), (True, "getsched"), (True, "setrlimit"), (True, "sigchld"),
                     (False, "sigchld"), (False, "signull")}
    assert {target for target, tclass, perm in ours.possible(WORKER) if perm == "signull"} == {"init_t"}


def test_no_capability(ours):
    """None, in any user namespace."""
    assert not [rule for rule in ours.possible(WORKER) if "cap" in rule[1]]


def test_ports(ours):
    """TCP to http, to proxies and to name servers; anything else if an administrator says so."""
    ports = {target for target, tclass, perm in ours.possible(WORKER) if perm == "name_connect"}
    assert ports == {"http_port_t", "http_cache_port_t", "squid_port_t", "dns_port_t"}
    more = {target for target, _, perm in ours.switched(WORKER)
            if perm == "name_connect"}
    assert {"ssh_port_t", "unreserved_port_t"} <= more
    state = [b.state for b in ours.policy.bools() if str(b) == "pam_oauth_connect_any"]
    assert state == [False]


def test_nobody_connects_to_it(ours):
    """No port is bound, and no socket of the network listens."""
    assert not [rule for rule in ours.possible(WORKER)
                if rule[1] in ("tcp_socket", "udp_socket") and rule[2] in ("listen", "accept", "name_bind",
                                                                           "node_bind")]


def test_kinds_of_sockets(ours):
    """What curl and the resolver open; no raw, packet or audit socket, no other netlink."""
    kinds = {tclass for target, tclass, perm in ours.possible(WORKER)
             if target == WORKER and perm == "create"}
    assert kinds == {"tcp_socket", "udp_socket", "unix_stream_socket", "netlink_route_socket"}


def test_kernel(ours):
    """None of its larger doors."""
    classes = {tclass for _, tclass, _ in ours.possible(WORKER)}
    assert not classes & {"bpf", "perf_event", "system", "security", "key", "memprotect", "io_uring",
                          "user_namespace", "shm", "sem", "msgq", "dbus", "service"}


@pytest.mark.parametrize("role", ["system_r", "unconfined_r", "staff_r", "sysadm_r", "user_r",
                                  "auditadm_r", "secadm_r"])
def test_roles(ours, role):
    """su and sudo keep the role of the caller, so it must be one of the worker's."""
    assert role in ours.roles(WORKER)


def test_roles_that_log_nobody_in(ours):
    """Not every role."""
    assert not ours.roles(WORKER) & {"guest_r", "xguest_r", "webadm_r", "dbadm_r"}


def test_without_the_module(others):
    """Nothing of it is there before, or stays behind."""
    for policy in others:
        assert not [str(t) for t in policy.policy.types() if "pam_oauth" in str(t)]
        assert not [str(b) for b in policy.policy.bools() if "pam_oauth" in str(b)]
        assert "pam_oauth" not in policy.contexts.read_text(encoding="utf-8")
