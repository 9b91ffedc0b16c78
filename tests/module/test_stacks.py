# SPDX-License-Identifier: BSD-2-Clause
"""libpam stacks: protocol.md 11.5, PAM-2 to PAM-5; acceptance test 7."""

import pytest

DONE = "auth [success=done ignore=ignore default=die] {oauth}\n"
DONE_WITHOUT_IGNORE = "auth [success=done default=die] {oauth}\n"
OFFLINE = "auth [success=done ignore=ignore authinfo_unavail=ignore default=die] {oauth}\n"
PERMIT, DENY = "auth required pam_permit.so\n", "auth required pam_deny.so\n"
SKIP = {"skip_users": "daemon"}
DENIED = [["challenge"], ["await"], ["fault", "DENIED"]]
DOWN = [["fault", "UNREACHABLE"]]

STACKS = {
    "sole module, approved": ("auth required {oauth}\n", {}, None, "PAM_SUCCESS"),
    "sole module, denied": ("auth required {oauth}\n", {}, DENIED, "PAM_AUTH_ERR"),
    "sole module, skipped": ("auth required {oauth}\n", SKIP, None, "PAM_PERM_DENIED"),
    "11.5, approved, a password behind it": (DONE + DENY, {}, None, "PAM_SUCCESS"),
    "11.5, denied, a way in behind it": (DONE + PERMIT, {}, DENIED, "PAM_AUTH_ERR"),
    "11.5, unreachable, a way in behind it": (DONE + PERMIT, {}, DOWN, "PAM_AUTHINFO_UNAVAIL"),
    "11.5, skipped, a password behind it": (DONE + PERMIT, SKIP, None, "PAM_SUCCESS"),
    "11.5, skipped, pam_deny behind it": (DONE + DENY, SKIP, None, "PAM_AUTH_ERR"),
    "11.5 without ignore=ignore, skipped: locked out": (DONE_WITHOUT_IGNORE + PERMIT, SKIP, None,
                                                       "PAM_PERM_DENIED"),
    "11.5 without ignore=ignore, approved": (DONE_WITHOUT_IGNORE + DENY, {}, None, "PAM_SUCCESS"),
    "11.5 without ignore=ignore, denied": (DONE_WITHOUT_IGNORE + PERMIT, {}, DENIED,
                                           "PAM_AUTH_ERR"),
    "offline way in, unreachable": (OFFLINE + PERMIT, {}, DOWN, "PAM_SUCCESS"),
    "offline way in, denied": (OFFLINE + PERMIT, {}, DENIED, "PAM_AUTH_ERR"),
    "offline way in, timed out": (OFFLINE + PERMIT, {}, [["challenge"], ["await"],
                                                        ["fault", "TIMED_OUT"]], "PAM_AUTH_ERR"),
    "offline way in, worker dies first": (OFFLINE + PERMIT, {}, [["kill", "KILL"]], "PAM_SUCCESS"),
    "offline way in, worker dies late": (OFFLINE + PERMIT, {}, [["challenge"], ["await"],
                                                               ["kill", "KILL"]], "PAM_AUTH_ERR"),
    "offline way in, worker lies": (OFFLINE + PERMIT, {}, [
        ["challenge"], ["await"], ["identity", {"issuer": "https://evil.example"}]],
        "PAM_AUTH_ERR"),
    "offline way in, misconfigured": (OFFLINE + PERMIT, {"max_wait": "x"}, None,
                                      "PAM_SERVICE_ERR"),
    "offline way in, cancelled": (OFFLINE + PERMIT, {}, [["challenge"], ["await"],
                                                        ["fault", "CANCELLED"]], "PAM_AUTH_ERR"),
    "sufficient, denied, pam_deny behind it": ("auth sufficient {oauth}\n" + DENY, {}, DENIED,
                                               "PAM_AUTH_ERR"),
    "sufficient, denied, a way in behind it: why never sufficient": (
        "auth sufficient {oauth}\n" + PERMIT, {}, DENIED, "PAM_SUCCESS"),
    "required, approved, pam_deny behind it": ("auth required {oauth}\n" + DENY, {}, None,
                                               "PAM_AUTH_ERR"),
}


@pytest.mark.parametrize("name", STACKS)
def test_stack(name, scene):
    """What libpam makes of our results."""
    stack, config, steps, result = STACKS[name]
    made = scene(stack=stack, config=config, **({"steps": steps} if steps else {}))
    run = made.run()
    assert run.results() == [result], str(run)
    if config is SKIP:
        assert not run.journal and not run.messages, str(run)


SETCRED = ("setcred", "setcred_delete", "setcred_reinitialize", "setcred_refresh")


def ops(*names):
    """Operations as arguments."""
    return [word for name in names for word in ("--op", name)]


def test_setcred(scene):
    """PAM-2: success for every flag, in a stack where we are the only success."""
    run = scene(stack=DONE + DENY).run(*ops("authenticate", *SETCRED))
    assert run.results() == ["PAM_SUCCESS"] * 5, str(run)


def test_setcred_where_nobody_authenticated(scene):
    """PAM-2, SSH-9: sshd calls setcred in a process that never saw authenticate."""
    run = scene(service="sshd", stack=DONE + DENY).run(
        *ops("fork", "authenticate", "join", *SETCRED))
    assert run.results() == ["PAM_SUCCESS"] * 5, str(run)


def test_setcred_alone(scene):
    """PAM-2: cron and key logins call it too."""
    assert scene(stack=DONE + DENY).run(*ops("setcred")).results() == ["PAM_SUCCESS"]


ACCOUNT = "account required {oauth}\n"
WITH_PERMIT = ACCOUNT + "account required pam_permit.so\n"


def account(stack=WITH_PERMIT):
    """An auth stack and this account stack."""
    return DONE + DENY + stack


def test_account_after_authenticate(scene):
    """PAM-3: whom we let in stays in, in the same process, even as the only module."""
    run = scene(stack=account(ACCOUNT)).run(*ops("authenticate", "acct_mgmt"))
    assert run.results() == ["PAM_SUCCESS"] * 2, str(run)


def test_account_of_somebody_else(scene):
    """PAM-3, risk 8: a later module changed the user."""
    run = scene(stack=account()).run(*ops("authenticate", "user=bin", "acct_mgmt"))
    assert run.results() == ["PAM_SUCCESS", "PAM_PERM_DENIED"], str(run)
    assert [t for t in run.logged("err") if "bin" in t], str(run)


def test_account_without_authenticate(scene):
    """PAM-3: a login by key or cron is none of our business: PAM_IGNORE, no network."""
    run = scene(stack=account()).run(*ops("acct_mgmt"))
    assert run.results() == ["PAM_SUCCESS"] and not run.journal, str(run)
    alone = scene(stack=account(ACCOUNT)).run(*ops("acct_mgmt"))
    assert alone.results() == ["PAM_PERM_DENIED"], str(alone)


def test_account_after_a_failure(scene):
    """PAM-3: a failed authenticate is no decision."""
    run = scene(stack=account(), steps=DENIED).run(*ops("authenticate", "acct_mgmt"))
    assert run.results() == ["PAM_AUTH_ERR", "PAM_SUCCESS"], str(run)


def test_account_after_a_later_failure(scene):
    """PAM-3: a second authenticate that fails takes the first one's decision back."""
    made = scene(stack=account(ACCOUNT), service="sudo")
    run = made.run(*ops("authenticate", "authenticate", "acct_mgmt"), "--answer", "q")
    assert run.results()[0] == "PAM_SUCCESS" and run.results()[1] != "PAM_SUCCESS", str(run)
    assert run.results()[2] == "PAM_PERM_DENIED", str(run)


def test_account_in_another_process(scene):
    """SSH-9: the decision does not outlive sshd's child."""
    run = scene(service="sshd", stack=account()).run(
        *ops("fork", "authenticate", "acct_mgmt", "join", "acct_mgmt"))
    assert run.results() == ["PAM_SUCCESS"] * 3, str(run)


def test_account_required(scene):
    """PAM-3: account = require refuses whoever did not sign in here, except skipped accounts."""
    strict = {"account": "require"}
    run = scene(stack=account(), config=strict).run(*ops("acct_mgmt"))
    assert run.results() == ["PAM_PERM_DENIED"], str(run)
    run = scene(stack=account(), config=strict).run(*ops("authenticate", "acct_mgmt"))
    assert run.results() == ["PAM_SUCCESS"] * 2, str(run)
    run = scene(stack=account(), config={**strict, **SKIP}).run(*ops("acct_mgmt"))
    assert run.results() == ["PAM_SUCCESS"], str(run)


@pytest.mark.parametrize("config,arguments", [({"account": "maybe"}, ()), ({"foo": "bar"}, ()),
                                              ({}, ("nonsense",))])
def test_account_misconfigured(config, arguments, scene):
    """GEN-1: whether account = require was meant cannot be known."""
    made = scene(stack=account(), config=config, arguments=arguments)
    run = made.run(*ops("acct_mgmt"))
    assert run.results() == ["PAM_SERVICE_ERR"], str(run)


@pytest.mark.parametrize("kind,op", [("session", "open_session"), ("session", "close_session"),
                                     ("password", "chauthtok")])
def test_not_our_business(kind, op, scene):
    """PAM-4: PAM_IGNORE, so that a stack neither fails nor succeeds through us."""
    ours = f"{kind} required {{oauth}}\n"
    good = scene(stack=ours + f"{kind} required pam_permit.so\n").run("--op", op)
    assert good.results() == ["PAM_SUCCESS"] and not good.logs, str(good)
    bad = scene(stack=ours + f"{kind} required pam_deny.so\n").run("--op", op)
    assert bad.results() != ["PAM_SUCCESS"], str(bad)
    alone = scene(stack=ours).run("--op", op)
    assert alone.results() != ["PAM_SUCCESS"], str(alone)
    as_success = scene(stack=f"{kind} [success=done default=ignore] {{oauth}}\n"
                             f"{kind} required pam_deny.so\n").run("--op", op)
    assert as_success.results() != ["PAM_SUCCESS"], str(as_success)


def test_chauthtok_after_authenticate(scene):
    """PAM-4: not even after a success here."""
    run = scene(stack=DONE + "password required {oauth}\n").run(*ops("authenticate", "chauthtok"))
    assert run.results()[0] == "PAM_SUCCESS" and run.results()[1] != "PAM_SUCCESS", str(run)
