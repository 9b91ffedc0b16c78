# SPDX-License-Identifier: BSD-2-Clause
"""From fault to PAM result, sentence and log line: protocol.md 10.1, UIX-17, PAM-46."""

import re

import pytest

from scene import RULES, SUBJECT
from wire_fields import CODES

CANNOT_REACH = "The sign-in service cannot be reached. Try later or tell your administrator."
MISCONFIGURED = "The sign-in service is misconfigured for this host. Tell your administrator."
INSIDE = "Sign-in failed inside this host. Tell your administrator."

# The same table as include/po_err.h, written from protocol.md: code, PAM result, name and priority
# in the log, what the person reads.
TABLE = {
    "SERVICE": ("PAM_CONV_ERR", "service_refused", "notice", None),
    "DENIED": ("PAM_AUTH_ERR", "denied", "notice",
               "The sign-in was refused at the provider. Log in again if that was not meant."),
    "EXPIRED": ("PAM_AUTH_ERR", "expired", "notice",
                "The code has expired. Log in again to get a new one."),
    "TIMED_OUT": ("PAM_AUTH_ERR", "timed_out", "notice",
                  "Nobody approved in time. Log in again to get a new code."),
    "UNREACHABLE": ("PAM_AUTHINFO_UNAVAIL", "provider_unreachable", "err", CANNOT_REACH),
    "PROVIDER": ("PAM_AUTHINFO_UNAVAIL", "provider_answer", "err",
                 "The sign-in service does not work properly. Tell your administrator."),
    "CLIENT": ("PAM_AUTHINFO_UNAVAIL", "client_refused", "err", MISCONFIGURED),
    "ANSWER": ("PAM_AUTH_ERR", "token_answer", "err",
               "The sign-in service gave an unusable answer. Tell your administrator."),
    "CLIENT_LATE": ("PAM_AUTH_ERR", "client_refused_late", "err", MISCONFIGURED),
    "TOKEN": ("PAM_AUTH_ERR", "token_invalid", "err",
              "The sign-in could not be verified. Tell your administrator."),
    "NOT_ALLOWED": ("PAM_AUTH_ERR", "not_allowed", "notice", "Access denied."),
    "USER_UNKNOWN": ("PAM_USER_UNKNOWN", "user_unknown", "notice", "Access denied."),
    "CANCELLED": ("PAM_AUTH_ERR", "cancelled", "notice", "Sign-in cancelled."),
    "ABORTED": ("PAM_ABORT", "cancelled", "notice", "Sign-in cancelled."),
    "GONE": ("PAM_AUTH_ERR", "client_gone", "notice", None),
    "CONV": ("PAM_CONV_ERR", "no_conversation", "notice", None),
    "CONFIG": ("PAM_SERVICE_ERR", "misconfigured", "err",
               "Sign-in is misconfigured on this host. Tell your administrator."),
    "PRIVILEGE": ("PAM_CRED_INSUFFICIENT", "insufficient_privilege", "err",
                  "This program may not use the sign-in service."),
    "WORKER": ("PAM_AUTHINFO_UNAVAIL", "worker", "err", INSIDE),
    "MEMORY": ("PAM_BUF_ERR", "out_of_memory", "crit", "This host is out of memory."),
    "SYSTEM": ("PAM_SYSTEM_ERR", "system_error", "crit", INSIDE),
    "LIMITED": ("PAM_AUTH_ERR", "limited", "notice", "Too many sign-ins, try again in 1 minute."),
    "STATE": ("PAM_AUTHINFO_UNAVAIL", "state_unusable", "err", INSIDE),
    "WORKER_LATE": ("PAM_AUTH_ERR", "worker_late", "err", INSIDE),
    "PIN": ("PAM_AUTH_ERR", "pin_unusable", "err", INSIDE),
}
# Decided in the module alone: a worker that reports one of these lies.
FOREIGN = ["SERVICE", "NOT_ALLOWED", "USER_UNKNOWN", "ABORTED", "GONE", "CONV", "PRIVILEGE",
           "LIMITED", "STATE", "WORKER_LATE", "PIN"]
WORKERS = [code for code in TABLE if code not in FOREIGN]
# Of no use once a code was shown: they would open a stack or start a second flow (10.1, GEN-7).
EARLY = ["PROVIDER", "CLIENT", "CONFIG", "WORKER", "MEMORY", "SYSTEM"]
STAGES = {
    "before the challenge": [],
    "at the prompt": [["challenge"]],
    "while polling": [["challenge"], ["await"]],
}
AFTER = "Press Enter after approving, q to cancel: "


def test_the_table_is_complete():
    """Every code but the two that no fault may have is in the table."""
    assert set(TABLE) == set(CODES) - {"OK", "SKIPPED"}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("code", WORKERS)
def test_fault(code, stage, scene):
    """10.1: each fault of the worker, at each stage."""
    late = bool(STAGES[stage]) and code in EARLY
    result, name, priority, sentence = TABLE["WORKER_LATE" if late else code]
    reason = f"{TABLE[code][1]}: why it failed" if late else "why it failed"
    steps = STAGES[stage] + [["fault", code, "why it failed"]]
    run = scene(steps=steps).run("--rhost", "192.0.2.7")
    assert run.results() == [result], str(run)
    assert run.outcome in run.logged(priority), str(run)
    assert f"result={name} " in run.outcome and f'reason="{reason}"' in run.outcome
    assert 'user="daemon" service="test" rhost="192.0.2.7" issuer="https://sso.example.org"' \
        in run.outcome
    last = [("error_msg", sentence)] if sentence else []
    shown = [m for m in run.messages if m[0] == "error_msg"]
    assert shown == last, str(run)
    assert "why it failed" not in "".join(run.texts)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("code", FOREIGN)
def test_fault_that_is_not_the_workers(code, stage, scene):
    """A captured worker cannot choose the codes that only this process may give."""
    run = scene(steps=STAGES[stage] + [["fault", code, "why it failed"]]).run()
    late = bool(STAGES[stage])
    assert run.results() == ["PAM_AUTH_ERR" if late else "PAM_AUTHINFO_UNAVAIL"], str(run)
    assert f"result={'worker_late' if late else 'worker'} " in run.outcome, str(run)
    assert f"the worker reports {TABLE[code][1]}, which is not its to say" in run.outcome


@pytest.mark.parametrize("code", ["OK", "SKIPPED"])
def test_fault_that_is_none(code, scene):
    """GEN-1: a worker cannot fail its way to success, or out of the stack."""
    run = scene(steps=[["challenge"], ["await"], ["fault", code, "hello"]]).run()
    assert run.results() == ["PAM_AUTH_ERR"], str(run)
    assert "result=worker_late " in run.outcome


@pytest.mark.parametrize("code", WORKERS)
def test_sshd_does_not_repeat(code, scene):
    """SSH-12: only what the person has seen fail ends the connection's attempts."""
    run = scene(service="sshd", steps=[["challenge"], ["await"], ["fault", code]]).run()
    result = TABLE["WORKER_LATE" if code in EARLY else code][0]
    assert run.results() == ["PAM_MAXTRIES" if result == "PAM_AUTH_ERR" else result], str(run)


def test_sshd_before_a_code_was_shown(scene):
    """SSH-12: a failure before the code was shown is what it is."""
    run = scene(service="sshd", steps=[["fault", "DENIED"]]).run()
    assert run.results() == ["PAM_AUTH_ERR"], str(run)


@pytest.mark.parametrize("service,result", [("sudo", "PAM_ABORT"), ("sudo-i", "PAM_ABORT"),
                                            ("login", "PAM_MAXTRIES"), ("su", "PAM_MAXTRIES")])
def test_no_retry(service, result, scene):
    """SUD-4: where PAM_MAXTRIES does not end the application's loop, PAM_ABORT does."""
    run = scene(service=service, config={"no_retry": "yes"},
                steps=[["challenge"], ["await"], ["fault", "DENIED"]]).run()
    assert run.results() == [result], str(run)


def test_success(scene):
    """10.1: the only way to PAM_SUCCESS, and what it leaves in the log."""
    run = scene().run("--rhost", "client.example.org")
    assert run.results() == ["PAM_SUCCESS"], str(run)
    assert re.sub(r"ref=\w{8}", "ref=R", run.outcome) == (
        'user="daemon" service="test" rhost="client.example.org" issuer="https://sso.example.org" '
        'sub="248289761001" result=success ref=R acr="" '
        'reason="rule of line 2, claim sub"'), str(run)
    assert run.outcome in run.logged("info")
    assert not [m for m in run.messages if m[0] == "error_msg"]


def test_start_is_logged(scene):
    """PAM-45: a start leaves a line of its own."""
    run = scene().run("--rhost", "192.0.2.7")
    assert run.logs[0].startswith(
        'start: user="daemon" service="test" rhost="192.0.2.7"'), str(run)


HOSTILE = ["a\nresult=success", "a\x1b[2J", 'a" result=success sub="root', "\u0430", "a\\", "%s%n"]
FIELD = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s"]+))(?: |$)')
FIELDS = ["user", "service", "rhost", "issuer", "sub", "result", "ref", "acr", "reason"]


def clean(run, result):
    """Each line is printable ASCII; the outcome has exactly its fields."""
    for text in run.logs:
        assert all(" " <= c <= "~" for c in text), repr(text)
    found = FIELD.findall(run.outcome)
    assert [name for name, _, _ in found] == FIELDS, run.outcome
    assert FIELD.sub("", run.outcome) == "", run.outcome
    assert found[FIELDS.index("result")][2] == result, run.outcome


@pytest.mark.parametrize("text", HOSTILE)
def test_log_is_one_clean_line(text, scene):
    """PAM-45: nothing that the network or the worker chose ends a line or leaves its field."""
    run = scene(steps=[["fault", "DENIED", text]]).run("--rhost", text)
    clean(run, "denied")


@pytest.mark.parametrize("text", HOSTILE)
def test_account_in_the_log(text, scene):
    """PAM-45: whoever reaches sshd chooses PAM_USER."""
    run = scene(account=text).run()
    assert run.results() == ["PAM_AUTH_ERR"], str(run)
    clean(run, "not_allowed")


@pytest.mark.parametrize("text", ['x" result=success sub="y', "\u0430", "%s%n", "a b"])
def test_subject_in_the_log(text, scene):
    """PAM-45: and the provider chooses the subject."""
    run = scene(steps=[["challenge"], ["await"], ["identity", {"subject": text}]]).run()
    assert run.results() == ["PAM_AUTH_ERR"], str(run)
    clean(run, "not_allowed")


def test_reference(scene):
    """The person can name the attempt, and the log finds it."""
    steps = [["challenge"], ["await"], ["identity", {"subject": "999"}]]
    run, other = scene(steps=steps).run(), scene(steps=steps).run()
    assert len(run.references) == 1, str(run)
    assert f" ref={run.references[0]} " in run.outcome, str(run)
    assert [t for t in run.logs if t.startswith("start: ") and t.endswith(run.references[0])]
    assert run.references != other.references


@pytest.mark.parametrize("arguments,scripted", [
    ((), {}), (("--answer", "q"), {}), (("--silent",), {"steps": [["fault", "DENIED"]]})])
def test_no_reference(arguments, scripted, scene):
    """Who got in, left by himself or wants silence is told none; the log has it all the same."""
    run = scene(**scripted).run(*arguments)
    assert not run.references and " ref=" in run.outcome, str(run)


QUICK = {
    "fails before anything was shown": ({"steps": [["fault", "UNREACHABLE"]]}, (), True),
    "denied without a prompt": ({"service": "sudo", "steps": [
        ["challenge"], ["await"], ["fault", "DENIED"]]}, (), True),
    "misconfigured": ({"config": {"max_wait": "x"}}, (), True),
    "after a prompt": ({"service": "sshd", "steps": [["challenge"], ["await"],
                                                     ["fault", "DENIED"]]}, (), False),
    "success": ({}, (), False),
}


@pytest.mark.parametrize("name", QUICK)
def test_fail_delay(name, scene):
    """PAM-42: a quick failure is followed by a wait of about 2 s, others are not."""
    options, arguments, expected = QUICK[name]
    run = scene(**options).run(*arguments)
    delays = [d for d in run.all("fail_delay") if d > 0]
    assert bool(delays) == expected, str(run)
    assert all(1e6 <= d <= 3.1e6 for d in delays), str(run)


def test_identity_of_somebody_else(scene):
    """SEC-4: who approved is logged, the person only reads that access is denied."""
    steps = [["challenge"], ["await"], ["identity", {"subject": "999"}]]
    run = scene(steps=steps).run()
    assert run.results() == ["PAM_AUTH_ERR"], str(run)
    assert 'sub="999" result=not_allowed' in run.outcome, str(run)
    assert run.messages[-1] == ("error_msg", "Access denied."), str(run)


@pytest.mark.parametrize("name", ["bin", "root", "Daemon"])
def test_changed_user(name, scene):
    """GEN-2, PAM-31: the account that was judged is the one that is opened, or none is."""
    rules = f"{RULES}allow sub={SUBJECT} as bin\n"
    run = scene(service="sshd", rules=rules).run("--rename", name)
    assert run.results() == ["PAM_MAXTRIES"], str(run)
    assert "result=not_allowed" in run.outcome and "PAM_USER was changed" in run.outcome, str(run)


@pytest.mark.parametrize("account", ["root", "no-such-user", "bin"])
def test_doomed_account(account, scene):
    """PAM-40, MAP-7: the whole flow runs; whoever approves is refused with the same sentence."""
    run = scene(account=account).run()
    assert run.results() == ["PAM_AUTH_ERR"], str(run)
    assert "result=not_allowed" in run.outcome, str(run)
    assert run.texts[-1] == "Access denied." and run.texts[-2] == AFTER, str(run)
    assert run.request, "the flow did not run"


@pytest.mark.parametrize("account", ["no-such-user", "bin"])
def test_doomed_account_denied_late(account, scene):
    """PAM-40: deny_late waits a little and asks nobody."""
    run = scene(account=account, config={"unknown_user": "deny_late"}).run()
    assert run.results() == ["PAM_AUTH_ERR"] and not run.request, str(run)
    assert run.texts == ["Access denied."], str(run)
    assert 1.0 <= run.seconds() <= 6, str(run)


def test_doomed_account_denied(scene):
    """PAM-40: deny asks nobody."""
    run = scene(account="no-such-user", config={"unknown_user": "deny"}).run()
    assert run.results() == ["PAM_AUTH_ERR"] and not run.request, str(run)


def test_reveal_unknown(scene):
    """10.1: PAM_USER_UNKNOWN only where it was configured; the sentence stays the same."""
    run = scene(account="no-such-user", config={"reveal_unknown": "yes"}).run()
    assert run.results() == ["PAM_USER_UNKNOWN"], str(run)
    assert run.texts[-1] == "Access denied.", str(run)


@pytest.mark.parametrize("account", ["", "a/b", "a:b", "-h", "..", "a\nb", "x" * 256])
def test_impossible_account(account, scene):
    """MAP-2: a name that cannot be one gets no flow."""
    run = scene(account=account).run()
    assert run.results()[0] in ("PAM_AUTH_ERR", "PAM_CONV_ERR"), str(run)
    assert not run.request, str(run)


def test_root_by_table_line(scene):
    """MAP-7: root only with allow_root and a line of its own."""
    rules = "issuer https://sso.example.org\nallow sub=248289761001 as root\n"
    assert scene(account="root", rules=rules).run().results() == ["PAM_AUTH_ERR"]
    allowed = scene(account="root", rules=rules, config={"allow_root": "yes"}).run()
    assert allowed.results() == ["PAM_SUCCESS"], str(allowed)


@pytest.mark.parametrize("verified,result", [(True, "PAM_SUCCESS"), (False, "PAM_AUTH_ERR"),
                                             (None, "PAM_AUTH_ERR"), ("yes", "PAM_AUTH_ERR"),
                                             ("true", "PAM_AUTH_ERR"), (1, "PAM_AUTH_ERR"),
                                             ("<invalid>", "PAM_AUTH_ERR")])
def test_email_verified(verified, result, scene):
    """SRV-148, IDN-4: an address counts only if the provider vouches for it."""
    rules = "issuer https://sso.example.org\nallow email=alice@example.org as daemon\n"
    claims = {"email": "alice@example.org", "email_verified": verified}
    made = scene(rules=rules, steps=[["challenge"], ["await"], ["identity", {"claims": claims}]],
                 config={"issuer_is_exclusive": "yes", "email_domains": "example.org"})
    run = made.run()
    assert run.results() == [result], str(run)


def test_mutable_claim_is_told(scene):
    """IDN-3: an administrator reads at each login that the rules rest on a claim that may change."""
    rules = f"{RULES}allow nick=ali as daemon\n"
    run = scene(rules=rules, config={"issuer_is_exclusive": "yes"}).run()
    assert run.results() == ["PAM_SUCCESS"], str(run)
    assert [t for t in run.logged("notice") if "may change hands" in t and "nick" in t], str(run)
    assert not [t for t in scene().run().logs if "may change hands" in t]


def test_refused_service(scene):
    """NIN-1: a service without a person gets PAM_CONV_ERR at once."""
    run = scene(service="cron").run()
    assert run.results() == ["PAM_CONV_ERR"] and not run.messages and not run.request, str(run)
    assert run.seconds() < 5


def test_worker_texts_stay_in_the_log(scene):
    """UIX-17: whatever the worker says besides the challenge never reaches the person."""
    text = "call +1-555-0100\x1b[2J"
    run = scene(arguments=["debug"], steps=[["log", text], ["challenge"], ["log", text], ["await"],
                                            ["fault", "DENIED", text]]).run()
    assert run.results() == ["PAM_AUTH_ERR"]
    assert "555" not in "".join(run.texts), str(run)
    assert len([t for t in run.logged("debug") if "555" in t]) == 2, str(run)


@pytest.mark.parametrize("debug", [True, False])
def test_remarks(debug, scene):
    """Warnings of the worker are for every administrator, the rest for those who debug."""
    steps = [["log", "a remark"], ["challenge"], ["log", "a warning", 1, "WARNING"], ["await"],
             ["identity"]]
    run = scene(steps=steps, arguments=["debug"] if debug else []).run()
    assert len([t for t in run.logged("debug") if "a remark" in t]) == debug, str(run)
    assert len([t for t in run.logged("warning") if "a warning" in t]) == 1, str(run)


def test_secrets_do_not_leak(scene):
    """GEN-4: neither the client's secret nor the user code stands in any log line."""
    made = scene(arguments=["debug"], config={"client_auth": "post", "client_secret_file": None})
    secret = made.write("secret", "s3cret-of-the-client\n")
    made.conf.write_text(made.conf.read_text(encoding="utf-8")
                         + f"client_secret_file = {secret}\n", encoding="utf-8")
    run = made.run()
    assert run.results() == ["PAM_SUCCESS"], str(run)
    assert run.request["client_secret"] == "s3cret-of-the-client"
    for text in run.logs:
        assert "s3cret" not in text and "WDJB" not in text, text
