# SPDX-License-Identifier: BSD-2-Clause
"""PAM-39 over real libpam: a second login that needs no new approval, and every reason why it does.

The session is that of this test: it calls pam_client as a shell calls sudo.
"""

import fcntl
import subprocess
import time

import pytest

from scene import ACCOUNT, ISSUER, SUBJECT, Run

RUSER = ("--ruser", ACCOUNT)
GRACE = {"grace": "10", "grace_services": "sudo"}
APPROVED = "grace: approved "
KEY = "SSH_AUTH_INFO_0=publickey ssh-ed25519 AAAA\n"
HERE = "SSH_CONNECTION=192.0.2.7 50000 192.0.2.1 22"


def starts(made):
    """How many workers were started so far."""
    return len([entry for entry in made.journal() if "started" in entry])


def record(made):
    """The record of the account."""
    return made.directory / "run" / "grace-1"


def sudo(made, *options, **popen):
    """A call of sudo by the account itself."""
    return made.run(*RUSER, *options, **popen)


def full(run, made, number):
    """It took the number-th worker."""
    assert run.results() == ["PAM_SUCCESS"] and starts(made) == number, str(run)
    assert not [line for line in run.logs if APPROVED in line], str(run)


def short(run, made, number=1):
    """No worker, no word to the person; the log says why."""
    assert run.results() == ["PAM_SUCCESS"] and starts(made) == number, str(run)
    assert not run.messages and "result=success " in run.outcome, str(run)
    assert len([line for line in run.logged("info") if APPROVED in line]) == 1, str(run)


def change(path, name, value):
    """Another value for a line of the record."""
    lines = path.read_text(encoding="ascii").splitlines()
    found = [line for line in lines if line.startswith(name + " ")]
    assert len(found) == 1, lines
    path.write_text("\n".join([value if line is found[0] else line for line in lines] + [""]),
                    encoding="ascii")


@pytest.fixture(name="approved")
def _approved(scene):
    """sudo, called and approved once."""
    made = scene(service="sudo", config=GRACE)
    full(sudo(made), made, 1)
    return made


def test_second_login(approved):
    """In the same session, as often as wanted; nothing of the host is changed, nothing prolonged."""
    before = record(approved).read_bytes()
    for _ in range(3):
        run = sudo(approved, "--host-check")
        short(run, approved)
        assert not run.changed, str(run)
        assert f'user="{ACCOUNT}" ' in run.outcome and f'sub="{SUBJECT}" ' in run.outcome
    assert record(approved).read_bytes() == before


def test_account_management_and_export(scene):
    """PAM-3, PAM-32: the decision and the environment are those of a full login."""
    made = scene(service="sudo", config={**GRACE, "account": "require", "export_identity": "yes"})
    sudo(made)
    run = made.run(*RUSER, "--op", "authenticate", "--op", "acct_mgmt", "--op", "items")
    assert run.results() == ["PAM_SUCCESS"] * 2 and starts(made) == 1, str(run)
    assert f"PAM_OAUTH_SUB={SUBJECT}" in run.all("value"), str(run)


def test_record_is_roots_and_without_token(approved):
    """Mode, place and content."""
    text = record(approved).read_text(encoding="ascii")
    assert record(approved).stat().st_mode & 0o7777 == 0o600
    names = [line.partition(" ")[0] for line in text.splitlines()]
    assert names == ["pam_oauth", "account", "service", "boot", "since", "address", "prior",
                     "caller", "pid", "start", "asked", "identity", "sub"]


@pytest.mark.parametrize("config", [
    {}, {"grace": "none", "grace_services": "sudo"}, {"grace": "10"},
    {"grace": "10", "grace_services": "sshd"}])
def test_off(config, scene):
    """Off by default; and it counts only what is named."""
    made = scene(service="sudo", config=config)
    for number in (1, 2):
        full(sudo(made), made, number)
    assert record(made).exists() == (config.get("grace") == "10")


def _another_boot(made):
    change(record(made), "boot", "boot 00000000-0000-0000-0000-000000000000")


def _future(made):
    change(record(made), "since", f"since {time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 10**6 + 10**9}")


def _another_birth(made):
    change(record(made), "start", "start 1")


def _another_account(made):
    change(record(made), "account", "account bin")


def _another_service(made):
    change(record(made), "service", "service su")


def _removed(made):
    record(made).unlink()


def _another_client(made):
    path = made.directory / "other.json"
    path.write_text(made.script.read_text(encoding="utf-8"), encoding="utf-8")
    path.with_name("other.json.journal").symlink_to(f"{made.script}.journal")
    text = made.conf.read_text(encoding="utf-8")
    made.conf.write_text(text.replace("steps.json", "other.json"), encoding="utf-8")


def _another_scope(made):
    made.conf.write_text(made.conf.read_text(encoding="utf-8") + "scope = openid email\n",
                         encoding="utf-8")


def _another_claim(made):
    made.write("map", f"issuer {ISSUER}\nallow sub=x as bin if acr=high\n"
                      f"allow sub={SUBJECT} as {ACCOUNT}\n")


SILENT = {"another boot": _another_boot, "the future": _future, "a recycled pid": _another_birth,
          "another account": _another_account, "another service": _another_service,
          "revoked": _removed, "another client": _another_client,
          "another scope": _another_scope, "another claim": _another_claim}


@pytest.mark.parametrize("name", SILENT)
def test_does_not_count(name, approved):
    """A full login, and no fuss about it."""
    SILENT[name](approved)
    run = sudo(approved)
    full(run, approved, 2)
    assert not run.logged("warning"), str(run)


def test_expires(scene):
    """By the clock that goes on while the machine sleeps; this one has run for a minute."""
    made = scene(service="sudo", config={**GRACE, "grace": "1"})
    sudo(made)
    change(record(made), "since", "since 0")
    full(sudo(made), made, 2)
    short(sudo(made), made, 2)


def test_another_session(scene):
    """A shell of its own called the first one, and has ended."""
    made = scene(service="sudo", config=GRACE)
    line = subprocess.run(["/bin/sh", "-c", '"$@"; exit $?', "sh",
                           *made.command(*RUSER, "--op", "authenticate")], env={},
                          cwd=made.directory, stdin=subprocess.DEVNULL, capture_output=True,
                          check=True, timeout=60)
    first = Run(line.stdout.decode("ascii"), 0, "", made.journal())
    assert first.results() == ["PAM_SUCCESS"] and record(made).exists(), str(first)
    full(sudo(made), made, 2)
    short(sudo(made), made, 2)


@pytest.mark.parametrize("caller", ["bin", "root", "no-such-user", None])
def test_another_caller(caller, approved):
    """What the session has started as somebody else is no part of it."""
    options = ("--ruser", caller) if caller else ()
    full(approved.run(*options), approved, 2)


def _damaged(made):
    record(made).write_text("pam_oauth grace 1\naccount daemon\n", encoding="ascii")


def _link(made):
    record(made).unlink()
    record(made).symlink_to(made.write("victim", "untouched"))


def _readable(made):
    record(made).chmod(0o644)


def _folder(made):
    record(made).unlink()
    record(made).mkdir()


@pytest.mark.parametrize("make, heals", [(_damaged, True), (_link, False), (_readable, False),
                                         (_folder, False)])
def test_unusable_record_is_a_full_login(make, heals, approved):
    """One line of the log, and neither a refusal nor a success by itself."""
    make(approved)
    run = sudo(approved)
    full(run, approved, 2)
    assert len(run.logged("warning")) == (1 if heals else 2), str(run)
    if heals:
        short(sudo(approved), approved, 2)
    victim = approved.directory / "victim"
    assert not victim.exists() or victim.read_text(encoding="ascii") == "untouched"


def test_lock_that_is_held(approved):
    """Whoever stops in the wrong moment is not waited for."""
    with open(record(approved).with_name("grace-1.lock"), "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        short(sudo(approved), approved)


def test_rules_are_judged_again(approved):
    """The account is no longer his: a full login, which is refused as well."""
    approved.write("map", f"issuer {ISSUER}\nallow sub=somebody-else as {ACCOUNT}\n")
    run = sudo(approved)
    assert run.results() == ["PAM_AUTH_ERR"] and starts(approved) == 2, str(run)
    assert "result=not_allowed " in run.outcome, str(run)
    assert [line for line in run.logs if line.startswith("grace: not any more: ")], str(run)


def test_max_age_is_judged_again(scene):
    """The sign-in at the provider has become too old."""
    made = scene(service="sudo", config={**GRACE, "max_age": "86400"}, steps=[
        ["challenge"], ["await"],
        ["identity", {"claims": {"auth_time": int(time.time()) - 3600}}]])
    sudo(made)
    short(sudo(made), made)
    text = made.conf.read_text(encoding="utf-8")
    made.conf.write_text(text.replace("max_age = 86400", "max_age = 60"), encoding="utf-8")
    run = sudo(made)
    assert run.results() == ["PAM_AUTH_ERR"] and starts(made) == 2, str(run)


def test_limits_are_not_touched(scene):
    """PAM-41 counts flows, and there is none."""
    made = scene(service="sudo", config={**GRACE, "limit_source": "1/600"})
    sudo(made)
    saved = record(made).read_bytes()
    made.script.write_text('[["fault", "DENIED"]]', encoding="ascii")
    record(made).unlink()
    sudo(made)
    assert "result=limited " in sudo(made).outcome
    record(made).write_bytes(saved)
    record(made).chmod(0o600)
    before = (made.directory / "run" / "starts-1").read_bytes()
    short(sudo(made), made, 2)
    assert (made.directory / "run" / "starts-1").read_bytes() == before


def test_grace_binds_no_pin(scene):
    """MAP-11: the record was removed to let the next one in."""
    made = scene(service="sudo", config={**GRACE, "pin_subject": "yes",
                                            "issuer_is_exclusive": "yes"},
                 rules=f"issuer {ISSUER}\nallow employee=7 as {ACCOUNT}\n",
                 steps=[["challenge"], ["await"], ["identity", {"claims": {"employee": "7"}}]])
    full(sudo(made), made, 1)
    short(sudo(made), made)
    (made.directory / "pins" / "pin-1").unlink()
    full(sudo(made), made, 2)
    (made.directory / "pins" / "pin-1").write_text("damaged", encoding="ascii")
    assert sudo(made).results() == ["PAM_AUTH_ERR"] and starts(made) == 3


def ssh(made, *env):
    """A login over ssh; sshd's monitor leads the kernel's session."""
    options = [word for value in env for word in ("--env", value)]
    return made.run(*options, "--answer", "", start_new_session=True)


@pytest.mark.parametrize("env, counts", [
    ((HERE, KEY), True),
    ((HERE,), False),
    ((HERE, KEY.replace("AAAA", "AAAB")), False),
    ((HERE, KEY + KEY), False),
    ((HERE, "SSH_AUTH_INFO_0=password\n"), False),
    ((HERE.replace("2.7", "2.8"), KEY), False),
])
def test_second_ssh(env, counts, scene):
    """The same address and the same key."""
    made = scene(service="sshd", config={**GRACE, "grace_services": "sshd"})
    full(ssh(made, HERE, KEY), made, 1)
    if counts:
        short(ssh(made, *env), made)
    else:
        full(ssh(made, *env), made, 2)


@pytest.mark.parametrize("prior", [None, "", "password\n"])
def test_second_ssh_without_a_key(prior, scene):
    """An address is shared by everybody behind it."""
    made = scene(service="sshd", config={**GRACE, "grace_services": "sshd"})
    env = (HERE,) if prior is None else (HERE, f"SSH_AUTH_INFO_0={prior}")
    for number in (1, 2):
        full(ssh(made, *env), made, number)
