# SPDX-License-Identifier: BSD-2-Clause
"""PAM-41 and PAM-38 over real libpam: too many starts, and a state folder that cannot be used."""

import os
import signal
import subprocess
import sys

import pytest

from scene import end, is_alive

REFUSED = [["fault", "DENIED"]]
HERE = ("--rhost", "192.0.2.7")
THERE = ("--rhost", "198.51.100.9")
INSIDE = "Sign-in failed inside this host. Tell your administrator."
NONE = dict.fromkeys(("limit_source", "limit_user", "limit_global", "limit_flows"), "none")


def too_many(minutes):
    """The sentence."""
    return f"Too many sign-ins, try again in {minutes} minute{'s' if minutes > 1 else ''}."


def starts(made):
    """How many workers were started so far."""
    return len([entry for entry in made.journal() if "started" in entry])


def limited(run, made, minutes=10, limit="limit_source = 6/600", already=6):
    """Refused with the sentence, without a worker, and the log names the limit."""
    assert run.results() == ["PAM_AUTH_ERR"], str(run)
    assert run.messages == [("error_msg", too_many(minutes))], str(run)
    assert "result=limited " in run.outcome and run.outcome in run.logged("notice"), str(run)
    assert f'reason="{limit} is used up: source ' in run.outcome, str(run)
    assert starts(made) == already, str(run)
    assert [d for d in run.all("fail_delay") if d >= 1e6], "PAM-42"
    return run


def let_through(run, made, number):
    """The number-th start got its worker."""
    assert "result=limited" not in run.outcome, str(run)
    assert starts(made) == number, str(run)


def use_up(made, *options, times=6, **popen):
    """So many starts that end in a refusal."""
    before = starts(made)
    for number in range(times):
        let_through(made.run(*options, **popen), made, before + number + 1)


@pytest.mark.parametrize("service", ["test", "sshd", "login"])
def test_seventh_start(service, scene):
    """PAM-41: the default, 6 in 10 minutes from one address; another one goes on."""
    made = scene(service=service, steps=REFUSED)
    use_up(made, *HERE)
    run = limited(made.run(*HERE), made)
    assert "source 192.0.2.7, again in " in run.outcome, str(run)
    let_through(made.run(*THERE), made, 7)


@pytest.mark.parametrize("unknown_user", ["flow", "deny", "deny_late"])
@pytest.mark.parametrize("account", ["daemon", "root", "bin", "no-such-user"])
def test_no_oracle(account, unknown_user, scene):
    """PAM-40, PAM-41: the same words at once for whatever account, whoever used it up."""
    made = scene(steps=REFUSED, config={"unknown_user": unknown_user})
    use_up(made, *HERE)
    made.account = account
    assert limited(made.run(*HERE), made).seconds() < 5


@pytest.mark.parametrize("unknown_user", ["flow", "deny"])
def test_unknown_accounts_count(unknown_user, scene):
    """PAM-40: starts for accounts that nobody can open use up the same."""
    made = scene(account="no-such-user", steps=REFUSED, config={"unknown_user": unknown_user})
    for _ in range(6):
        assert "result=limited" not in made.run(*HERE).outcome
    made.account = "daemon"
    limited(made.run(*HERE), made, already=6 if unknown_user == "flow" else 0)


def test_account_and_source(scene):
    """PAM-41: nobody uses up the starts of an account for others."""
    made = scene(steps=REFUSED, config={"limit_source": "none", "limit_user": "2/600"})
    use_up(made, *HERE, times=2)
    limited(made.run(*HERE), made, limit="limit_user = 2/600", already=2)
    let_through(made.run(*THERE), made, 3)
    made.account = "bin"
    let_through(made.run(*HERE), made, 4)


def test_all_sources(scene):
    """PAM-41: the global rate."""
    made = scene(steps=REFUSED, config={"limit_global": "2/60"})
    use_up(made, *HERE, times=2)
    limited(made.run(*THERE), made, 1, "limit_global = 2/60", 2)


def test_ipv6_counts_by_network(scene):
    """PAM-41: addresses of one /64 are one source; sshd's word comes before a name."""
    made = scene(service="sshd", steps=REFUSED)

    def client(address):
        return ("--env", f"SSH_CONNECTION={address} 50000 ::1 22", "--rhost", "client.example.org")

    for host in range(6):
        let_through(made.run(*client(f"2001:db8:0:1::{host:x}")), made, host + 1)
    limited(made.run(*client("2001:db8:0:1:ffff::7")), made)
    let_through(made.run(*client("2001:db8:0:2::1")), made, 7)


def test_names_are_not_addresses(scene):
    """XDV-2: whoever controls reverse DNS has names without end; they are one source."""
    made = scene(service="sshd", steps=REFUSED)
    for number in range(6):
        let_through(made.run("--rhost", f"host{number}.example.org"), made, number + 1)
    limited(made.run("--rhost", "host7.example.org"), made)


def test_callers_of_su(scene):
    """One person on this host does not lock out the others."""
    made = scene(service="su", steps=REFUSED)
    use_up(made, "--ruser", "mallory")
    limited(made.run("--ruser", "mallory"), made)
    let_through(made.run("--ruser", "alice"), made, 7)


def test_silence(scene):
    """PAM-11: where the application wants silence, nothing is said."""
    made = scene(steps=REFUSED, config={"limit_source": "1/600"})
    use_up(made, *HERE, times=1)
    run = made.run(*HERE, "--silent")
    assert run.results() == ["PAM_AUTH_ERR"] and not run.messages, str(run)


def test_success_is_given_back(scene):
    """PAM-41: who signs in is not counted."""
    made = scene(config={"limit_source": "1/600", "limit_user": "1/600", "limit_global": "1/600"})
    for _ in range(4):
        assert made.run(*HERE).results() == ["PAM_SUCCESS"]
    made.script.write_text('[["fault", "DENIED"]]', encoding="ascii")
    let_through(made.run(*HERE), made, 5)
    limited(made.run(*HERE), made, limit="limit_source = 1/600", already=5)


@pytest.mark.parametrize("steps", [
    [["challenge"], ["await"], ["identity", {"subject": "999"}]], [["fault", "UNREACHABLE"]],
    [["kill", "SEGV"]]], ids=["another identity", "provider unreachable", "worker dies"])
def test_failure_is_not_given_back(steps, scene):
    """PAM-41: only success is."""
    made = scene(steps=steps, config={"limit_source": "1/600"})
    let_through(made.run(*HERE), made, 1)
    limited(made.run(*HERE), made, limit="limit_source = 1/600", already=1)


def test_cancelled_is_not_given_back(scene):
    """PAM-41: nor who was shown a code and cancels."""
    made = scene(steps=[["challenge"], ["await"]], config={"limit_source": "1/600"})
    assert "result=cancelled" in made.run(*HERE, "--answer", "q").outcome
    limited(made.run(*HERE), made, limit="limit_source = 1/600", already=1)


def test_skipped_accounts_are_not_counted(scene):
    """PAM-41: skip_users are never touched, not even by a folder that cannot be used."""
    made = scene(steps=REFUSED, config={"skip_users": "daemon"})
    (made.directory / "run").write_text("no folder", encoding="ascii")
    for _ in range(8):
        assert "result=skipped" in made.run(*HERE).outcome


def test_none_touches_nothing(scene):
    """All limits switched off: no folder."""
    made = scene(steps=REFUSED, config=NONE)
    use_up(made, *HERE, times=8)
    assert not (made.directory / "run").exists()
    good = scene(config=NONE)
    assert good.run().results() == ["PAM_SUCCESS"]
    assert not (good.directory / "run").exists(), "nothing to give back"


def test_what_lies_in_the_folder(scene):
    """PAM-38: 0700 and 0600, whatever the umask; hashes, no names."""
    made = scene(steps=REFUSED)
    use_up(made, *HERE, times=1, umask=0)
    folder = made.directory / "run"
    assert folder.stat().st_mode & 0o7777 == 0o700
    assert sorted(p.name for p in folder.iterdir()) == ["flows", "starts", "starts.lock"]
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o7777 == 0o600, path
        assert b"daemon" not in path.read_bytes() and b"192.0.2" not in path.read_bytes(), path


def test_concurrent_flows(scene):
    """PAM-41: a place for each flow, free at its end; SIGKILL is an end, a deaf worker is none."""
    made = scene(steps=[["stay"]], config={**NONE, "limit_flows": "2"})
    clients = [made.start(*HERE), made.start(*THERE)]
    try:
        made.wait_for("stays")
        while len(workers := [e["stays"] for e in made.journal() if "stays" in e]) < 2:
            assert all(client.poll() is None for client in clients)
        limited(made.run(*HERE), made, 1, "limit_flows = 2", 2)
        clients[0].kill()
        clients[0].wait(10)
        assert all(is_alive(worker) for worker in workers)
        made.script.write_text('[["fault", "DENIED"]]', encoding="ascii")
        for number in (3, 4):
            let_through(made.run(*HERE), made, number)
    finally:
        for client in clients:
            client.kill()
            client.communicate()
        for entry in made.journal():
            if "stays" in entry:
                end(entry["stays"])


def test_two_hundred_at_once(scene):
    """PAM-41: real processes, one address: exactly as many as allowed get through."""
    made = scene(steps=REFUSED, config={"limit_source": "17/600", "limit_user": "none",
                                        "limit_global": "none"})
    running = [made.start(*HERE) for _ in range(200)]
    runs = [made.finish(process) for process in running]
    results = [r"result=limited " in run.outcome for run in runs]
    assert results.count(False) == 17 and results.count(True) == 183
    assert starts(made) == 17
    assert all("result=denied " in run.outcome for run in runs if "limited" not in run.outcome)


DAMAGE = {"cut": b"pam_oauth starts 1\n", "another file": b"hello\n" * 100, "zeroes": bytes(5000),
          "huge": bytes(2 << 20), "half a row": None}


@pytest.mark.parametrize("name", DAMAGE)
def test_damaged_record(name, scene):
    """PAM-38: limits start anew, with a line in the log."""
    made = scene(steps=REFUSED)
    use_up(made, *HERE)
    path = made.directory / "run" / "starts"
    path.write_bytes(DAMAGE[name] or path.read_bytes()[:-7])
    run = made.run(*HERE)
    let_through(run, made, 7)
    assert "limits: the record was damaged; begun anew" in run.logged("warning"), str(run)
    again = made.run(*HERE)
    let_through(again, made, 8)
    assert not again.logged("warning"), str(again)
    use_up(made, *HERE, times=4)
    limited(made.run(*HERE), made, already=12)


def _open_to_all(made):
    (made.directory / "run").mkdir()
    (made.directory / "run").chmod(0o755)


def _a_file(made):
    (made.directory / "run").write_text("", encoding="ascii")


def _linked_folder(made):
    (made.directory / "elsewhere").mkdir(0o700)
    (made.directory / "run").symlink_to(made.directory / "elsewhere")


def _folder_of_others(made):
    if os.geteuid() != 0:
        (made.directory / "run").symlink_to("/etc")       # not ours: a link, or its owner
        return
    (made.directory / "run").mkdir(0o700)
    os.chown(made.directory / "run", 1, 1)


def _linked(name):
    def make(made):
        (made.directory / "run").mkdir(0o700)
        (made.directory / "run" / name).symlink_to(made.write("victim", "untouched"))
    return make


def _fifo(made):
    (made.directory / "run").mkdir(0o700)
    os.mkfifo(made.directory / "run" / "starts", 0o600)


def _readable_record(made):
    (made.directory / "run").mkdir(0o700)
    made.write("run/starts", "", 0o644)


def _no_room_for_a_new_file(made):
    (made.directory / "run" / "starts.new").mkdir(0o700, parents=True)
    (made.directory / "run").chmod(0o700)


UNUSABLE = {
    "open to all": _open_to_all, "a file": _a_file, "a link": _linked_folder,
    "owned by others": _folder_of_others, "record is a link": _linked("starts"),
    "lock is a link": _linked("starts.lock"), "places are a link": _linked("flows"),
    "record is a FIFO": _fifo, "record can be read by all": _readable_record,
    "cannot be written": _no_room_for_a_new_file,
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_unusable_folder_is_closed(name, scene):
    """PAM-41: without counting nobody starts, by default."""
    made = scene()
    UNUSABLE[name](made)
    run = made.run(*HERE)
    assert run.results() == ["PAM_AUTHINFO_UNAVAIL"], str(run)
    assert run.messages == [("error_msg", INSIDE)] and starts(made) == 0, str(run)
    assert "result=state_unusable " in run.outcome and run.outcome in run.logged("err"), str(run)
    assert 'reason="run/' in run.outcome, str(run)
    assert run.seconds() < 2
    _victims_are_untouched(made)


@pytest.mark.parametrize("name", UNUSABLE)
def test_unusable_folder_is_open(name, scene):
    """PAM-41: rate_limit_fail = open goes on, and says so each time."""
    made = scene(config={"rate_limit_fail": "open"})
    UNUSABLE[name](made)
    for _ in range(8):
        run = made.run(*HERE, "--host-check")
        assert run.results() == ["PAM_SUCCESS"] and not run.changed, str(run)
        assert [line for line in run.logged("err") if line.startswith("limits are off: run/")], \
            str(run)
    _victims_are_untouched(made)


def _victims_are_untouched(made):
    victim, elsewhere = made.directory / "victim", made.directory / "elsewhere"
    assert not victim.exists() or victim.read_text(encoding="ascii") == "untouched"
    assert not elsewhere.exists() or not list(elsewhere.iterdir())


def test_leftovers_are_overwritten(scene):
    """PAM-38: what a killed writer left, or a link in its place, is replaced and not followed."""
    made = scene(steps=REFUSED)
    use_up(made, *HERE, times=1)
    (made.directory / "run" / "starts.new").symlink_to(made.write("victim", "untouched"))
    use_up(made, *HERE, times=1)
    (made.directory / "run" / "starts.new").write_text("half a record", encoding="ascii")
    use_up(made, *HERE, times=4)
    limited(made.run(*HERE), made)
    _victims_are_untouched(made)


def test_open_does_not_open_a_used_up_limit(scene):
    """rate_limit_fail is about the folder, not about the limits."""
    made = scene(steps=REFUSED, config={"rate_limit_fail": "open"})
    use_up(made, *HERE)
    limited(made.run(*HERE), made)


# Leaves so many descriptors free, below the one to which pam_client moves its output.
SCARCE = """
import os, resource, sys
for number in range(3 + int(sys.argv[1]), 100):
    os.dup2(0, number)
resource.setrlimit(resource.RLIMIT_NOFILE, (101, 101))
os.execv(sys.argv[2], sys.argv[2:])
"""


def test_a_low_limit_of_descriptors_is_no_way_around(scene):
    """A caller of su chooses it: with rate_limit_fail = open it must not switch the limits off."""
    made = scene(steps=REFUSED, config={"rate_limit_fail": "open", "limit_source": "1/600"})
    use_up(made, *HERE, times=1)
    seen = {}
    for free in range(2, 6):        # with one, libpam cannot load the module
        output = subprocess.run([sys.executable, "-c", SCARCE, str(free),
                                 *made.command("--op", "authenticate", *HERE)],
                                stdin=subprocess.DEVNULL, capture_output=True, env={}, text=True,
                                cwd=made.directory, check=True, timeout=60).stdout
        seen[free] = [word for word in ("limited", "system_error") if f"result={word} " in output]
        assert "limits are off" not in output and starts(made) == 1, output
    assert seen == {2: ["system_error"], 3: ["limited"], 4: ["limited"], 5: ["limited"]}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_ended_at_any_moment(number, scene):
    """PAM-38: whoever dies leaves a record that reads, and no lock."""
    made = scene(steps=[["sleep", 30]], config={"limit_source": "40/600", "limit_user": "none"})
    for _ in range(10):
        process = made.start(*HERE)
        while not (made.directory / "run" / "starts").exists():
            assert process.poll() is None
        process.send_signal(number)
        process.communicate(timeout=10)
    made.script.write_text('[["fault", "DENIED"]]', encoding="ascii")
    run = made.run(*HERE)
    assert "result=denied" in run.outcome and not run.logged("warning"), str(run)
