# SPDX-License-Identifier: BSD-2-Clause
"""MAP-11 over real libpam: the first person who opens an account is the only one who does."""

import json
import os

import pytest

from scene import ISSUER

CLAIM = f"issuer {ISSUER}\nallow employee=7 as daemon\n"
HAS = f"issuer {ISSUER}\nallow groups has admins as daemon\n"
SUB = f"issuer {ISSUER}\nallow sub=A as daemon\nallow sub=B as daemon\n"
INSIDE = "Sign-in failed inside this host. Tell your administrator."
BOUND = "pin: the account is bound from now on to sub: "
PIN = {"pin_subject": "yes", "issuer_is_exclusive": "yes"}


def steps(subject, **claims):
    """A flow that this person approves."""
    return [["challenge"], ["await"],
            ["identity", {"subject": subject, "claims": {"sub": subject, "employee": "7", **claims}}]]


def sign_in(made, subject, **claims):
    """The run of a login that this person approves."""
    made.script.write_text(json.dumps(steps(subject, **claims)), encoding="ascii")
    return made.run()


def pin(made):
    """The record of the account."""
    return made.directory / "pins" / "pin-1"


@pytest.fixture(name="pinned")
def _pinned(scene):
    """A host where A has opened the account."""
    made = scene(rules=CLAIM, config=PIN)
    run = sign_in(made, "A")
    assert run.results() == ["PAM_SUCCESS"], str(run)
    assert run.logged("notice").count(BOUND + "A") == 1, str(run)
    return made


def test_first_use_binds(pinned):
    """A record that an administrator can read; nothing is said to be bound again."""
    text = pin(pinned).read_text(encoding="ascii")
    assert text.startswith(f"pam_oauth pin 1\naccount daemon\nissuer {ISSUER}\nsub A\nsince "), text
    assert pin(pinned).stat().st_mode & 0o7777 == 0o600
    assert pin(pinned).parent.stat().st_mode & 0o7777 == 0o700
    run = sign_in(pinned, "A")
    assert run.results() == ["PAM_SUCCESS"] and not [x for x in run.logs if BOUND in x], str(run)
    assert pin(pinned).read_text(encoding="ascii") == text


def test_log_without_subjects(scene):
    """PAM-45: neither who is bound nor who is refused stands in the log, and the record is as ever."""
    made = scene(rules=CLAIM, config={**PIN, "log_subject": "hash"})
    for subject, digits, results in (("A-secret", "0123456789abcdef", ["PAM_SUCCESS"]),
                                     ("B-secret", "00000000ffffffff", ["PAM_AUTH_ERR"])):
        script = steps(subject)
        script[-1][1]["subject_hash"] = digits
        made.script.write_text(json.dumps(script), encoding="ascii")
        run = made.run()
        assert run.results() == results, str(run)
        assert f'sub="{digits}"' in run.outcome and "secret" not in "".join(map(str, run.logs)), str(run)
    assert f"bound to another sub of {ISSUER}" in run.outcome
    assert "sub A-secret\n" in pin(made).read_text(encoding="ascii")


def test_second_person_is_refused(pinned):
    """The claim of the rule has gone to somebody else."""
    before = pin(pinned).read_bytes()
    run = sign_in(pinned, "B")
    assert run.results() == ["PAM_AUTH_ERR"] and run.texts[-1] == "Access denied.", str(run)
    assert "result=not_allowed " in run.outcome and 'sub="B" ' in run.outcome, str(run)
    assert f"pin: the account is bound to sub A of {ISSUER}" in run.outcome
    assert pin(pinned).read_bytes() == before
    assert sign_in(pinned, "A").results() == ["PAM_SUCCESS"]


def test_removed_record_lets_the_next_one_in(pinned):
    """What an administrator does when an account changes hands."""
    pin(pinned).unlink()
    assert sign_in(pinned, "B").results() == ["PAM_SUCCESS"]
    assert sign_in(pinned, "A").results() == ["PAM_AUTH_ERR"]


@pytest.mark.parametrize("rules, setting", [(SUB, "yes"), (HAS, "yes"), (CLAIM, "no")])
def test_not_pinned(rules, setting, scene):
    """Rules on sub say whom they mean, those with `has` mean many; and off is off."""
    made = scene(rules=rules, config={**PIN, "pin_subject": setting})
    for subject in ("A", "B", "A"):
        run = sign_in(made, subject, groups=["admins"])
        assert run.results() == ["PAM_SUCCESS"], str(run)
    assert not (made.directory / "pins").exists()


def test_refused_by_the_rules_is_not_bound(scene):
    """Written after the policy said yes."""
    made = scene(rules=CLAIM, config=PIN)
    assert sign_in(made, "A", employee="8").results() == ["PAM_AUTH_ERR"]
    assert not (made.directory / "pins").exists()


def _folder(made, mode=0o700):
    (made.directory / "pins").mkdir()
    (made.directory / "pins").chmod(mode)


def _content(text, mode=0o600):
    def make(made):
        _folder(made)
        made.write("pins/pin-1", text, mode)
    return make


def _link(made):
    _folder(made)
    pin(made).symlink_to(made.write("victim", "untouched"))


def _linked_folder(made):
    (made.directory / "elsewhere").mkdir(0o700)
    (made.directory / "pins").symlink_to(made.directory / "elsewhere")


def _fifo(made):
    _folder(made)
    os.mkfifo(pin(made), 0o600)


def _no_room(made):
    _folder(made)
    (made.directory / "pins" / "pin-1.new").mkdir()


GOOD = f"pam_oauth pin 1\naccount daemon\nissuer {ISSUER}\nsub A\nsince 1\n"
UNUSABLE = {
    "empty": _content(""), "half": _content(GOOD[:40]), "something behind": _content(GOOD + "x"),
    "another version": _content(GOOD.replace("pin 1", "pin 2")),
    "group may read": _content(GOOD, 0o640), "all may write": _content(GOOD, 0o666),
    "a link": _link, "a FIFO": _fifo, "folder is a link": _linked_folder,
    "folder open to all": lambda made: _folder(made, 0o777), "cannot be written": _no_room,
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_unusable_record_lets_nobody_in(name, scene):
    """A corrupt record fails closed, and with PAM_AUTH_ERR: somebody has approved."""
    made = scene(rules=CLAIM, config=PIN)
    UNUSABLE[name](made)
    run = sign_in(made, "A")
    assert run.results() == ["PAM_AUTH_ERR"] and run.texts[-1] == INSIDE, str(run)
    assert "result=pin_unusable " in run.outcome and run.outcome in run.logged("err"), str(run)
    victim, elsewhere = made.directory / "victim", made.directory / "elsewhere"
    assert not victim.exists() or victim.read_text(encoding="ascii") == "untouched"
    assert not elsewhere.exists() or not list(elsewhere.iterdir())


def test_first_logins_at_once(scene):
    """Different people at the same moment: exactly one of them is the first."""
    scenes = [scene(rules=CLAIM, config=PIN, steps=steps(subject))
              for subject in "ABCD"]
    place = scenes[0].directory
    running = [made.start("--rhost", f"192.0.2.{number}", cwd=place)
               for number, made in enumerate(scenes)]
    runs = [made.finish(process) for made, process in zip(scenes, running)]
    results = sorted(run.results()[0] for run in runs)
    assert results == ["PAM_AUTH_ERR"] * 3 + ["PAM_SUCCESS"], "\n".join(str(run) for run in runs)
    winner = next(s for s, run in zip("ABCD", runs) if run.results() == ["PAM_SUCCESS"])
    assert f"\nsub {winner}\n" in (place / "pins" / "pin-1").read_text(encoding="ascii")
    assert all("result=not_allowed " in run.outcome for run in runs
               if run.results() == ["PAM_AUTH_ERR"])
