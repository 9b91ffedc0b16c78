# SPDX-License-Identifier: BSD-2-Clause
"""What the module does to the program that loaded it: nothing (PAM-31 to PAM-35, SUD-3, SSH-13)."""

import os
import signal
import socket
import time

import pytest

from scene import is_alive

AT_ONCE = 5       # seconds; the time of the login, which would end it otherwise, is minutes
FLOWS = {
    "success": ([["challenge"], ["await"], ["identity"]], (), {}),
    "denied": ([["challenge"], ["await"], ["fault", "DENIED"]], (), {}),
    "cancelled": ([["challenge"], ["await"]], ("--answer", "q"), {}),
    "conversation fails": ([["challenge"], ["await"]], ("--conv-fail", "1"), {}),
    "worker dies": ([["kill", "SEGV"]], (), {}),
    "worker is deaf": ([["challenge"], ["await"], ["identity"], ["stay"]], (), {}),
    "worker talks nonsense": ([["raw", "00"]], (), {}),
    "misconfigured": ([], (), {"max_wait": "x"}),
    "skipped": ([], (), {"skip_users": "daemon"}),
    "pattern rule": ([["challenge"], ["await"], ["identity"]], (), {}),
}


@pytest.mark.parametrize("service", ["sshd", "sudo"])
@pytest.mark.parametrize("name", FLOWS)
def test_nothing_is_changed(name, service, scene):
    """PAM-33: signals, timers, locale, umask, directory, environment, descriptors, children."""
    steps, options, config = FLOWS[name]
    rules = {}
    if name == "pattern rule":       # uselocale on the way (MAP-5)
        rules = {"rules": "issuer https://sso.example.org\nallow sub~(248[0-9]*) as \\1\n"}
    run = scene(service=service, steps=steps, config=config, **rules).run(
        "--host-check", "--op", "authenticate", "--op", "acct_mgmt", "--op", "setcred", *options,
        env={"LANG": "C.UTF-8", "HOME": "/nonexistent", "https_proxy": "http://127.0.0.1:9/"})
    assert run.results() and not run.changed, str(run)


def test_the_check_itself(scene):
    """The control: a change is seen (here the one that --ignore-chld cannot hide)."""
    run = scene().run("--host-check", "--op", "selftest")
    assert any("umask" in line for line in run.changed), str(run)
    assert any("descriptor" in line for line in run.changed), str(run)
    assert any("environment" in line for line in run.changed), str(run)
    assert any("signal" in line for line in run.changed), str(run)


def test_worker_gets_nothing(scene):
    """NET-30, PAM-35: an empty environment, three descriptors, default signals, its own session."""
    read, write = os.pipe()
    try:
        made = scene(service="sudo")
        run = made.run("--block", "INT", "--block", "QUIT", pass_fds=(read, write), env={
            "SSLKEYLOGFILE": "/nonexistent/keys", "https_proxy": "http://127.0.0.1:9/",
            "LD_LIBRARY_PATH": "/nonexistent", "HOME": "/root"})
    finally:
        os.close(read)
        os.close(write)
    seen = run.journal[0]
    assert run.results() == ["PAM_SUCCESS"], str(run)
    assert seen["environment"] == "" and seen["arguments"] == [], seen
    assert sorted(seen["descriptors"]) == ["0", "1", "2"], seen
    assert seen["descriptors"]["1"] == seen["descriptors"]["2"] == "/dev/null", seen
    assert seen["descriptors"]["0"].startswith("socket:"), seen
    assert seen["blocked"] == [] and seen["ignored"] == [], seen
    assert seen["directory"] == "/" and seen["session_leader"], seen
    assert seen["uid"] == os.geteuid(), "the test build keeps the uid"


@pytest.mark.parametrize("service", ["sshd", "sudo", "polkit-1"])
def test_closed_stdio(service, scene):
    """PAM-35: descriptors 0 to 2 are closed."""
    run = scene(service=service).run("--close-stdio", "--host-check")
    assert run.results() == ["PAM_SUCCESS"] and not run.changed, str(run)
    assert sorted(run.journal[0]["descriptors"]) == ["0", "1", "2"], str(run)


def test_sigchld_ignored(scene):
    """Architecture 1: a host that ignores SIGCHLD reaps our child itself."""
    run = scene(service="sshd").run("--ignore-chld", "--host-check")
    assert run.results() == ["PAM_SUCCESS"] and not run.changed, str(run)


@pytest.mark.parametrize("name", FLOWS)
def test_nothing_is_changed_in_odd_surroundings(name, scene, tmp_path):
    """PAM-33: a host with a mask, a umask, a locale and a folder of its own, and a reaping handler."""
    steps, options, config = FLOWS[name]
    run = scene(service="sshd", steps=steps, config=config).run(
        "--host-check", "--handle-chld", "--block", "ALL", "--locale", "C.UTF-8", "--op",
        "authenticate", "--op", "acct_mgmt", *options, umask=0o707, cwd=tmp_path)
    assert run.results() and run.results()[0] != "PAM_SYSTEM_ERR"
    assert not [line for line in run.changed if line != f"+pending {int(signal.SIGCHLD)}"
                and line != "-pending"], str(run)


@pytest.mark.parametrize("options", [
    ("--ignore-chld",), ("--handle-chld",), ("--block", "CHLD"), ("--block", "ALL"),
    ("--handle-chld", "--threads", "3"), ("--ignore-chld", "--close-stdio", "--block", "ALL"),
], ids=" ".join)
@pytest.mark.parametrize("name", ["success", "denied", "worker dies", "worker is deaf"])
def test_whoever_takes_care_of_children(name, options, scene):
    """Architecture 1: the result and the end of the worker do not depend on SIGCHLD."""
    steps, more, config = FLOWS[name]
    run = scene(service="sshd", steps=steps, config=config).run("--host-check", *options, *more)
    assert run.results() == [{"success": "PAM_SUCCESS", "worker is deaf": "PAM_SUCCESS",
                              "denied": "PAM_MAXTRIES"}.get(name, "PAM_AUTHINFO_UNAVAIL")]
    assert not [line for line in run.changed if "pending" not in line], str(run)
    assert run.seconds() < 5, str(run)
    assert not [pid for pid in run.noted("started") if is_alive(pid)], str(run)


FEWEST_FILES = 7        # 0 to 2, the state folder, its lock, a flow's place, the record


@pytest.mark.parametrize("number", [FEWEST_FILES, FEWEST_FILES + 1, FEWEST_FILES + 3, 16])
def test_few_descriptors(number, scene):
    """A low RLIMIT_NOFILE of the host's: as low as the record of starts needs."""
    run = scene(service="sshd").run("--nofile", str(number), "--host-check")
    assert run.results() == ["PAM_SUCCESS"] and not run.changed, str(run)


def test_too_few_descriptors(scene):
    """One less: a failure, at once and without a trace."""
    made = scene(service="sshd")
    run = made.finish(made.start("--nofile", str(FEWEST_FILES - 1), "--host-check"))
    assert "PAM_SUCCESS" not in run.results() and not run.changed, str(run)
    assert not run.noted("started"), str(run)


def test_large_host(scene):
    """1 GiB in use: fork copies page tables and nothing else; the host does not grow."""
    small = scene(service="sshd").run("--host-check")
    large = scene(service="sshd").run("--host-check", "--memory", "1024")
    for run in (small, large):
        assert run.results() == ["PAM_SUCCESS"] and not run.changed, str(run)
        before, after = run.all("peak_kib")
        assert after - before < 16 * 1024, str(run)
    assert large.all("peak_kib")[0] > 1024 * 1024, "it was in use"
    assert large.seconds() < small.seconds() + 2


@pytest.mark.parametrize("name", FLOWS)
def test_threaded_host(name, scene):
    """Other threads are inside of malloc, stdio and setlocale when the module forks."""
    steps, options, config = FLOWS[name]
    run = scene(service="sshd", steps=steps, config=config).run(
        "--threads", "4", "--host-check", *options)
    assert run.results() and not run.changed, str(run)
    assert not [pid for pid in run.noted("started") if is_alive(pid)], str(run)


@pytest.mark.parametrize("name", FLOWS)
@pytest.mark.parametrize("service", ["sshd", "sudo"])
def test_two_handles_at_once(service, name, scene):
    """PAM-34: two threads, two handles: the same results as one, and nothing is left."""
    steps, options, config = FLOWS[name]
    alone = scene(service=service, steps=steps, config=config).run(*options)
    both = scene(service=service, steps=steps, config=config).run("--twice", *options)
    assert both.results() == alone.results() * 2 and not both.changed, str(both)
    assert sorted(both.texts) == sorted(alone.texts * 2), str(both)
    assert len(set(both.noted("started"))) == 2 * len(alone.noted("started")), str(both)
    assert not [pid for pid in both.noted("started") if is_alive(pid)], str(both)


def _socket_flags(folder, fd):
    """The flags of a socket; None if it is none, or was closed after it had been listed."""
    try:
        if not os.readlink(f"{folder}/fd/{fd}").startswith("socket:"):
            return None
        with open(f"{folder}/fdinfo/{fd}", encoding="ascii") as info:
            return next(int(line.split()[1], 8) for line in info if line.startswith("flags:"))
    except FileNotFoundError:
        return None


@pytest.mark.parametrize("options", [(), ("--close-stdio",)], ids=["", "closed stdio"])
def test_socket_is_not_inherited(options, scene):
    """PAM-35: a program that another thread of the host starts meanwhile does not get it, and the
    host's own words do not go to the worker."""
    made = scene(service="sudo", steps=[["challenge"], ["await"], ["sleep", 2], ["identity"]])
    process = made.start(*options)
    made.wait_for("started")
    folder = f"/proc/{process.pid}"
    sockets = {fd: flags for fd in os.listdir(f"{folder}/fd")
               if (flags := _socket_flags(folder, fd)) is not None}
    run = made.finish(process)
    assert run.results() == ["PAM_SUCCESS"], str(run)
    assert sockets and all(f & os.O_CLOEXEC for f in sockets.values()), sockets
    assert all(int(fd) > 2 for fd in sockets), sockets


def test_items_are_left_alone(scene):
    """PAM-31, PAM-32: PAM_USER as it was, nothing in the PAM environment."""
    run = scene(service="sshd").run("--env", "SSH_CONNECTION=192.0.2.1 5 192.0.2.2 22",
                                    "--op", "authenticate", "--op", "items")
    items = [(line["item"], line["value"]) for line in run.lines if "item" in line]
    assert items == [("user", "daemon"), ("env", "SSH_CONNECTION=192.0.2.1 5 192.0.2.2 22")], items


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT])
@pytest.mark.parametrize("stage", ["before the challenge", "while polling"])
def test_pending_interrupt(number, stage, scene):
    """SUD-3: sudo blocks Ctrl-C; a pending one ends the wait within a slice, and stays pending."""
    steps = [["stay"]] if stage == "before the challenge" else [["challenge"], ["await"], ["stay"]]
    made = scene(service="sudo", steps=steps)
    process = made.start("--block", "INT", "--block", "QUIT", "--host-check")
    worker = made.wait_for("stays")
    time.sleep(0.2)
    process.send_signal(number)
    sent = time.monotonic()
    run = made.finish(process)
    assert time.monotonic() - sent < AT_ONCE, str(run)
    assert run.results() == ["PAM_AUTH_ERR"] and "result=cancelled" in run.outcome, str(run)
    assert not is_alive(worker), str(run)
    assert not [us for us in run.all("fail_delay") if us > 0], "PAM-42: and no wait after it"
    assert [line for line in run.changed if line.startswith("+pending")] == [
        f"+pending {int(number)}"], run.changed
    assert not [line for line in run.changed if "pending" not in line], run.changed


def test_interrupt_is_sudos_even_where_a_cancel_aborts(scene):
    """SUD-3: sudo sees its own pending signal and quits by itself; PAM_ABORT is for q alone."""
    made = scene(service="sudo", steps=[["challenge"], ["await"], ["stay"]],
                 config={"cancel_aborts": "yes"})
    process = made.start("--block", "INT")
    made.wait_for("stays")
    process.send_signal(signal.SIGINT)
    run = made.finish(process)
    assert run.results() == ["PAM_AUTH_ERR"] and "result=cancelled" in run.outcome, str(run)


def _connected():
    """A TCP connection: the server's end as sshd's child holds it, and the client's."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
    return server, client


@pytest.mark.parametrize("how", ["close", "reset"])
@pytest.mark.parametrize("stage", ["before the challenge", "while polling"])
def test_client_gone(how, stage, scene):
    """SSH-13: the client's connection is closed; the wait ends within a second, and the worker."""
    steps = [["stay"]] if stage == "before the challenge" else [["challenge"], ["await"], ["stay"]]
    made = scene(service="sshd", steps=steps)
    server, client = _connected()
    with server, client:
        peer, own = server.getpeername(), server.getsockname()
        process = made.start("--env", f"SSH_CONNECTION={peer[0]} {peer[1]} {own[0]} {own[1]}",
                             pass_fds=(server.fileno(),))
        worker = made.wait_for("stays")
        time.sleep(0.2)
        if how == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.close()
        gone = time.monotonic()
        run = made.finish(process)
        assert time.monotonic() - gone < AT_ONCE, str(run)
    assert "result=client_gone" in run.outcome, str(run)
    assert run.results()[0] in ("PAM_MAXTRIES", "PAM_AUTH_ERR") and not is_alive(worker), str(run)


def test_client_that_stays(scene):
    """The control: a connection that lives is neither read nor closed."""
    made = scene(service="sshd", steps=[["challenge"], ["await"], ["sleep", 1], ["identity"]])
    server, client = _connected()
    with server, client:
        peer, own = server.getpeername(), server.getsockname()
        client.sendall(b"typed ahead")
        run = made.run("--env", f"SSH_CONNECTION={peer[0]} {peer[1]} {own[0]} {own[1]}",
                       "--host-check", pass_fds=(server.fileno(),))
        assert run.results() == ["PAM_SUCCESS"] and not run.changed, str(run)
        assert server.recv(100) == b"typed ahead"


@pytest.mark.parametrize("value", ["", "nonsense", "192.0.2.1", "192.0.2.1 99999 x", "a b c d",
                                   "::1 22 ::1 22", "x" * 5000])
def test_odd_ssh_connection(value, scene):
    """SSH-13: where no connection is found, the login goes on without that check."""
    run = scene(service="sshd").run("--env", f"SSH_CONNECTION={value}")
    assert run.results() == ["PAM_SUCCESS"], str(run)


def test_two_logins_one_after_the_other(scene):
    """PAM-34: nothing of a first login is left for a second one."""
    made = scene(service="polkit-1")
    run = made.run("--host-check", "--op", "authenticate", "--op", "authenticate")
    assert run.results() == ["PAM_SUCCESS"] * 2 and not run.changed, str(run)
    assert len(set(run.noted("started"))) == 2, str(run)
