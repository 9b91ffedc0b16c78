# SPDX-License-Identifier: BSD-2-Clause
"""packaging/authselect/add-feature: what it makes of a profile, and what libpam makes of that, in
services as Fedora has them (their stacks include those of authselect)."""

import os
import pathlib
import subprocess

import pytest

from authselect import features_of, make_profile, render

ROOT = pathlib.Path(__file__).resolve().parents[2]
ADD = ROOT / "packaging" / "authselect" / "add-feature"
MANUAL = ROOT / "man" / "pam_oauth.8"
FEATURE = "with-oauth"
DENIED = [["challenge"], ["await"], ["fault", "DENIED"]]
SKIP = {"skip_users": "daemon"}
PASSWORD, NONE = "pam_permit.so", "pam_deny.so"     # the password fits, or does not
SSHD = "auth substack password-auth\nauth include postlogin\naccount include password-auth\n"
LOGIN = "auth substack system-auth\nauth include postlogin\naccount include system-auth\n"
SUDO = "auth include system-auth\naccount include system-auth\n"
OK, NO = "PAM_SUCCESS", "PAM_AUTH_ERR"

# service, its stack, what lies behind our lines, steps of the worker, configuration -> authenticate;
# was the worker asked?
ROWS = {
    "sshd, approved": ("sshd", SSHD, NONE, None, {}, OK, True),
    "sshd, denied, the password would fit": (
        "sshd", SSHD, PASSWORD, DENIED, {}, "PAM_MAXTRIES", True),
    "sshd, unreachable, the password would fit": (
        "sshd", SSHD, PASSWORD, [["fault", "UNREACHABLE"]], {}, "PAM_AUTHINFO_UNAVAIL", True),
    "sshd, skipped, the password fits": ("sshd", SSHD, PASSWORD, None, SKIP, OK, False),
    "sshd, skipped, it does not": ("sshd", SSHD, NONE, None, SKIP, NO, False),
    "login, approved": ("login", LOGIN, NONE, None, {}, OK, True),
    "login, denied": ("login", LOGIN, PASSWORD, DENIED, {}, NO, True),
    "sudo, approved": ("sudo", SUDO, NONE, None, {}, OK, True),
    "sudo, denied": ("sudo", SUDO, PASSWORD, DENIED, {}, NO, True),
    "sudo -i, approved": ("sudo-i", SUDO, NONE, None, {}, OK, True),
    "su, approved": ("su", LOGIN, NONE, None, {}, OK, True),
    "su, denied": ("su", LOGIN, PASSWORD, DENIED, {}, NO, True),
    "su -, denied": ("su-l", LOGIN, PASSWORD, DENIED, {}, NO, True),
    "a desktop, the password fits": ("gdm-password", LOGIN, PASSWORD, None, {}, OK, False),
    "a desktop, it does not": ("gdm-password", LOGIN, NONE, None, {}, NO, False),
    "polkit, the password fits": ("polkit-1", SUDO, PASSWORD, None, {}, OK, False),
}


def write(scene, stack, profile, postlogin):
    """The service's stack and those that it includes: by path, as libpam looks in /etc/pam.d else."""
    files = {**stacks(profile, [FEATURE], f"{scene.module} {scene.arguments}"), "postlogin": postlogin}
    for name, text in files.items():
        (scene.confdir / name).write_text(text, encoding="utf-8")
        stack = stack.replace(f" {name}\n", f" {scene.confdir / name}\n")
    scene.stack(stack)


def add(profile):
    """Runs it; its exit status and what it said."""
    done = subprocess.run(["sh", str(ADD), str(profile)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def stacks(profile, features, module):
    """The stacks of a profile as authselect writes them, with the module of the tests."""
    made = {}
    for name in ("system-auth", "password-auth"):
        text = render((profile / name).read_text(encoding="ascii"), *features)
        made[name] = text.replace("pam_oauth.so", module)
    return made


@pytest.fixture(name="profile")
def _profile(tmp_path):
    return make_profile(tmp_path / "oauth")


@pytest.mark.parametrize("name", ROWS)
def test_services(name, scene, tmp_path):
    """The feature reaches the services that can show a code, and no other one."""
    service, stack, last, steps, config, result, asked = ROWS[name]
    profile = make_profile(tmp_path / "oauth", last)
    assert add(profile) == (0, "")
    made = scene(service=service, config=config, **({"steps": steps} if steps else {}))
    write(made, stack, profile, "auth optional pam_permit.so\n")
    run = made.run("--op", "authenticate")
    assert run.results() == [result], str(run)
    assert bool(run.journal) == asked, str(run)


def test_account_line_counts(scene, profile):
    """Whoever signed in as one account is not let in as another one."""
    assert add(profile)[0] == 0
    made = scene(service="sshd")
    write(made, SSHD, profile, "")
    run = made.run("--op", "authenticate", "--op", "acct_mgmt", "--op", "user=bin", "--op", "acct_mgmt")
    assert run.results() == [OK, OK, "PAM_PERM_DENIED"], str(run)


def test_nothing_changes_until_it_is_selected(profile):
    """Without the feature the stacks are those of the profile before."""
    before = stacks(profile, ["with-lock"], "")
    assert add(profile) == (0, "")
    assert stacks(profile, ["with-lock"], "pam_oauth.so") == before
    assert FEATURE in features_of((profile / "system-auth").read_text(encoding="ascii"))


def test_a_comment_is_no_line(profile):
    """Who only writes of the module has not got it."""
    file = profile / "system-auth"
    file.write_text("# pam_oauth.so comes here some day\n" + file.read_text(encoding="ascii"), encoding="ascii")
    assert add(profile) == (0, "")
    assert FEATURE in features_of(file.read_text(encoding="ascii"))


def test_lines_and_their_places(profile):
    """As in pam_oauth(8): before what counts failures, and account first."""
    assert add(profile) == (0, "")
    for text in stacks(profile, [FEATURE, "with-lock"], "pam_oauth.so").values():
        lines = [" ".join(line.split()) for line in text.splitlines()]
        at = lines.index("auth [success=done ignore=ignore default=die] pam_oauth.so")
        assert "notin sshd:login:su:su-l:sudo:sudo-i" in lines[at - 1]
        assert "pam_faildelay.so" in lines[at - 2] and "# before" in lines[at + 1]
        kinds = [line.split()[0] for line in lines if line]
        accounts = [line for line in lines if line.startswith("account")]
        assert accounts[0] == "account required pam_oauth.so" and kinds.count("account") == 3


def test_lines_of_the_manual(profile):
    """pam_oauth(8) says what is put in."""
    before = (profile / "system-auth").read_text(encoding="ascii").splitlines()
    assert add(profile) == (0, "")
    for name in ("system-auth", "password-auth"):
        after = (profile / name).read_text(encoding="ascii").splitlines()
        added = [line.split("{")[0].split() for line in after if line not in before]
        manual = MANUAL.read_text(encoding="utf-8").split("\n.Sh AUTHSELECT\n")[1].split("\n.Sh ")[0]
        assert added == [line.split() for line in manual.splitlines()
                         if line.startswith(("auth ", "account "))]


def test_twice_is_once(profile):
    """A second time changes nothing."""
    assert add(profile)[0] == 0
    once = stacks(profile, [FEATURE], "")
    assert add(profile) == (0, "") and stacks(profile, [FEATURE], "") == once


REFUSED = {
    "no profile": (lambda p: (p / "system-auth").unlink(), "not there"),
    "a link to the vendor's": (lambda p: ((p / "system-auth").unlink(),
                                          os.symlink("password-auth", p / "system-auth")), "link"),
    "no account lines": (lambda p: (p / "system-auth").write_text("auth required pam_unix.so\n"),
                         "not understood"),
    "the other file is not understood": (
        lambda p: (p / "password-auth").write_text("auth required pam_unix.so\n"), "not understood"),
    "a jump that would land elsewhere": (
        lambda p: (p / "system-auth").write_text("auth [default=1 success=ok] pam_env.so\nauth required "
                                                 "pam_unix.so\naccount required pam_unix.so\n"),
        "not understood"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name, profile):
    """What is not as expected is left alone."""
    change, word = REFUSED[name]
    change(profile)
    before = {path.name: path.read_bytes() for path in profile.iterdir()}
    status, said = add(profile)
    assert status == 1 and word in said, said
    assert {path.name: path.read_bytes() for path in profile.iterdir()} == before
