# SPDX-License-Identifier: BSD-2-Clause
"""A worker that is silent, slow, dies, lies, floods, answers twice or out of order.

Whatever it does, the login ends in bounded time, fails closed, leaves no
worker behind, and nothing of the lie reaches the person (architecture 5, GEN-1).
"""

import concurrent.futures
import time

import pytest

import symbols
import terminal
import wire
from scene import end, is_alive
from wire_fields import CODES

CLAIMS = wire.encode("CLAIMS", {"claims": '{"sub":"248289761001"}'})

CHALLENGE, AWAIT, IDENTITY, MARK = ["challenge"], ["await"], ["identity"], ["mark"]
GROUPS = "issuer https://sso.example.org\nallow preferred_username=alice as daemon\n"
EXCLUSIVE = {"issuer_is_exclusive": "yes"}


def refused(run, *, shown=None):
    """The login failed because of the worker; no process of it is left.

    Once a code was shown, it is no way into the rest of a stack (10.1) and no reason for sshd's
    client to start a second flow (GEN-7).
    """
    seen = [t for t in run.texts if "WDJB-MJHT" in t]
    late = "PAM_MAXTRIES" if run.service == "sshd" else "PAM_AUTH_ERR"
    assert run.results() == [late if seen else "PAM_AUTHINFO_UNAVAIL"], str(run)
    assert f"result={'worker_late' if seen else 'worker'} " in run.outcome, str(run)
    assert run.texts[-1] == "Sign-in failed inside this host. Tell your administrator.", str(run)
    if shown is not None:
        assert bool(seen) == shown, str(run)
    for pid in run.noted("started"):
        assert not is_alive(pid), f"worker {pid} is left\n{run}"
    for text in run.texts:
        assert "\x1b" not in text and "\u202e" not in text


DEATHS = {
    "before the challenge, status 0": ([["exit", 0]], False),
    "before the challenge, status 1": ([["exit", 1]], False),
    "before the challenge, SIGSEGV": ([["kill", "SEGV"]], False),
    "before the challenge, SIGKILL": ([["kill", "KILL"]], False),
    "after the challenge": ([CHALLENGE, ["exit", 0]], True),
    "after the challenge, SIGABRT": ([CHALLENGE, ["kill", "ABRT"]], True),
    "after PROCEED": ([CHALLENGE, AWAIT, ["exit", 0]], True),
    "after PROCEED, SIGSEGV": ([CHALLENGE, AWAIT, ["kill", "SEGV"]], True),
}


@pytest.mark.parametrize("service", ["sshd", "sudo", "polkit-1"])
@pytest.mark.parametrize("name", DEATHS)
def test_dies(name, service, scene):
    """A worker that ends without an answer."""
    steps, shown = DEATHS[name]
    run = scene(service=service, steps=steps).run()
    refused(run, shown=shown)
    assert run.seconds() < 3


ESC = "\x1b"
CHALLENGES = {
    "code with ESC": {"user_code": f"{ESC}[2J"}, "code with newline": {"user_code": "A\nPassword:"},
    "code with return": {"user_code": "ABCD\rX"}, "code with bidi": {"user_code": "A\u202eB"},
    "code with zero width": {"user_code": "A\u200bB"}, "code of 65": {"user_code": "A" * 65},
    "code empty": {"user_code": ""}, "code absent": {"user_code": None},
    "code of blanks": {"user_code": "   "}, "code with two blanks": {"user_code": "A  B"},
    "code with DEL": {"user_code": "A\x7f"}, "code beyond ASCII": {"user_code": "\u0410BC"},
    "URI with ESC": {"verification_uri": f"https://a/{ESC}[2J"},
    "URI with newline": {"verification_uri": "https://a/\nx"},
    "URI with blank": {"verification_uri": "https://a/ b"},
    "URI with bidi": {"verification_uri": "https://a/\u202e"},
    "URI by http": {"verification_uri": "http://sso.example.org/device"},
    "URI of javascript": {"verification_uri": "javascript:alert(1)"},
    "URI with user-info": {"verification_uri": "https://sso.example.org@evil.example/"},
    "URI without host": {"verification_uri": "https:///x"},
    "URI of 513 bytes": {"verification_uri": "https://a/".ljust(513, "a")},
    "URI empty": {"verification_uri": ""}, "URI absent": {"verification_uri": None},
    "URI relative": {"verification_uri": "/device"},
    "lifetime 0": {"expires_in_s": 0},
    "symbol of side 20": {"qr_side": 20, "qr_bits": bytes(50).hex()},
    "symbol of side 22": {"qr_side": 22, "qr_bits": bytes(61).hex()},
    "symbol of side 17": {"qr_side": 17, "qr_bits": bytes(37).hex()},
    "symbol of side 77": {"qr_side": 77, "qr_bits": bytes(742).hex()},
    "symbol of side 1": {"qr_side": 1, "qr_bits": bytes(1).hex()},
    "symbol of side 2^31": {"qr_side": 2 ** 31, "qr_bits": bytes(10).hex()},
    "symbol of side 65537": {"qr_side": 65537, "qr_bits": bytes(10).hex()},
    "symbol without bits": {"qr_side": 21, "qr_bits": None},
    "symbol a byte short": {"qr_side": 21, "qr_bits": bytes(55).hex()},
    "symbol a byte long": {"qr_side": 21, "qr_bits": bytes(57).hex()},
    "bits without symbol": {"qr_side": 0, "qr_bits": "00"},
    "bits of no length without symbol": {"qr_side": 0, "qr_bits": ""},
}


@pytest.mark.parametrize("name", CHALLENGES)
def test_bad_challenge(name, scene):
    """GEN-3: the module looks at everything again before it shows it."""
    run = scene(service="sshd", steps=[["challenge", CHALLENGES[name]], AWAIT, IDENTITY]).run()
    refused(run, shown=False)
    assert len(run.messages) == 1 and "PROCEED" not in run.noted("received"), str(run)


@pytest.mark.parametrize("config", [{"qr_columns": "40"}, {"qr_lines": "20"}, {"qr": "ascii"},
                                    {"qr": "none"}])
def test_symbol_beyond_the_display(config, scene):
    """UIX-15, LIM-16: a symbol larger than what was asked for is not drawn."""
    side, bits = symbols.symbol(symbols.LARGEST)
    run = scene(service="sshd", config=config, steps=[
        ["challenge", {"qr_side": side, "qr_bits": bits.hex()}], AWAIT, IDENTITY]).run()
    drawing = [line for text in run.texts for line in terminal.split(text)[0]]
    most = {"qr_columns": 40, "qr_lines": 80, "qr": 80 if config.get("qr") == "ascii" else 0}
    assert all(len(line) <= most[name] for line in drawing for name in config), str(run)
    assert len(drawing) <= int(config.get("qr_lines", 40)), str(run)


IDENTITIES = {
    "another issuer": {"issuer": "https://evil.example"},
    "issuer with a slash": {"issuer": "https://sso.example.org/"},
    "no issuer": {"issuer": None},
    "no subject": {"subject": None},
    "empty subject": {"subject": ""},
    "subject with newline": {"subject": "alice\nroot"},
    "subject with ESC": {"subject": f"{ESC}[2J"},
    "subject of 256 bytes": {"subject": "s" * 256},
    "a hash of the subject that nobody asked for": {"subject_hash": "4ace913314955c59"},
    "no claims": {"claims": []},
    "a claim too many": {"claims": ["alice", "x"]},
    "a list where a value was asked for": {"claims": [["alice"]]},
    "an empty value": {"claims": [""]},
    "a value with newline": {"claims": ["alice\n"]},
    "a value of 256 bytes": {"claims": ["v" * 256]},
}


@pytest.mark.parametrize("name", IDENTITIES)
def test_bad_identity(name, scene):
    """GEN-2: an identity that is not what was asked for is no identity."""
    run = scene(rules=GROUPS, config=EXCLUSIVE,
                steps=[CHALLENGE, AWAIT, ["identity", IDENTITIES[name]]]).run()
    refused(run, shown=True)


@pytest.mark.parametrize("value", [None, "<invalid>", True, 5, "alice ", "Alice", "ALICE", "bob",
                                   "alice\u200b", "\u0430lice"])
def test_claims_that_do_not_match(value, scene):
    """The control: a claim of an allowed form that is not alice's is refused by the rules."""
    run = scene(rules=GROUPS, config=EXCLUSIVE,
                steps=[CHALLENGE, AWAIT, ["identity", {"claims": {"preferred_username": value}}]])
    run = run.run()
    assert run.results() == ["PAM_AUTH_ERR"] and "result=not_allowed" in run.outcome, str(run)


def test_claim_that_matches(scene):
    """The control: alice gets in."""
    steps = [CHALLENGE, AWAIT, ["identity", {"claims": {"preferred_username": "alice"}}]]
    assert scene(rules=GROUPS, config=EXCLUSIVE, steps=steps).run().results() == ["PAM_SUCCESS"]


# Behind each lie the flow goes on as it should: it must not help.
ORDER = {
    "IDENTITY first": [IDENTITY, CHALLENGE, AWAIT, IDENTITY],
    "IDENTITY before PROCEED": [CHALLENGE, IDENTITY, MARK, AWAIT, IDENTITY],
    "CHALLENGE twice": [CHALLENGE, CHALLENGE, AWAIT, IDENTITY],
    "CHALLENGE after PROCEED": [CHALLENGE, AWAIT, CHALLENGE, IDENTITY],
    "REQUEST from the worker": [["raw", wire.request().hex()], CHALLENGE, AWAIT, IDENTITY],
    "CLAIMS instead of IDENTITY": [CHALLENGE, AWAIT, ["raw", CLAIMS.hex()], IDENTITY],
    "CLAIMS before CHALLENGE": [["raw", CLAIMS.hex()], CHALLENGE, AWAIT, IDENTITY],
    "REQUEST after PROCEED": [CHALLENGE, AWAIT, ["raw", wire.request().hex()], IDENTITY],
    "PROCEED from the worker": [["raw", wire.proceed().hex()], CHALLENGE, AWAIT, IDENTITY],
    "PROCEED after PROCEED": [CHALLENGE, AWAIT, ["raw", wire.proceed().hex()], IDENTITY],
}


@pytest.mark.parametrize("name", ORDER)
def test_out_of_order(name, scene):
    """Each message is due once, at its place."""
    made = scene(service="sshd", steps=ORDER[name])
    # an answer that came sooner would make this lie the truth
    refused(made.run_answered(b"\n", "mark") if MARK in ORDER[name]
            else made.run("--delay", "300"))


@pytest.mark.parametrize("name", ORDER)
def test_out_of_order_without_prompt(name, scene):
    """The same where no prompt gives the worker time."""
    if name == "IDENTITY before PROCEED":
        name = "IDENTITY first"      # without a prompt the two are one moment
    run = scene(service="sudo", steps=ORDER[name]).run()
    refused(run)


TWICE = {
    "IDENTITY twice": ([IDENTITY, IDENTITY], "PAM_SUCCESS"),
    "IDENTITY, then FAULT": ([IDENTITY, ["fault", "DENIED"]], "PAM_SUCCESS"),
    "FAULT, then IDENTITY": ([["fault", "DENIED"], IDENTITY], "PAM_AUTH_ERR"),
    "FAULT twice": ([["fault", "DENIED"], ["fault", "CONFIG"]], "PAM_AUTH_ERR"),
    "a lie, then the truth": ([["identity", {"issuer": "https://evil.example"}], IDENTITY],
                              "PAM_AUTH_ERR"),
    "somebody else, then the right one": ([["identity", {"subject": "999"}], IDENTITY],
                                          "PAM_AUTH_ERR"),
}


@pytest.mark.parametrize("name", TWICE)
def test_answers_twice(name, scene):
    """The first verdict is the verdict."""
    steps, result = TWICE[name]
    run = scene(steps=[CHALLENGE, AWAIT, *steps]).run()
    assert run.results() == [result], str(run)


ODD = wire.encode("CHALLENGE", {"verification_uri": "https://a/", "user_code": "A",
                                "expires_in_s": 60, "qr_side": 0, "qr_bits": None})
GARBAGE = {
    "one byte": b"\1", "zeros": bytes(64), "text": b"HTTP/1.1 200 OK\r\n\r\n",
    "version 2": bytes([2]) + ODD[1:], "version 0": bytes([0]) + ODD[1:],
    "kind 0": ODD[:1] + bytes([0]) + ODD[2:], "kind 7": ODD[:1] + bytes([7]) + ODD[2:],
    "trailing byte": ODD + b"\0", "truncated": ODD[:-1], "only a head": ODD[:2],
    "length beyond the end": ODD[:2] + b"\x7f\xff\xff\xff" + ODD[6:],
    "NUL in the code": ODD.replace(wire.blob("A"), wire.blob("A\0B")),
    "fault of an unknown code": wire.encode("FAULT", {"code": len(CODES), "text": "x"}),
    "fault of a huge code": wire.encode("FAULT", {"code": 2 ** 32 - 1, "text": "x"}),
    "fault without text": wire.encode("FAULT", {"code": 3, "text": None}),
    "fault of 512 bytes": wire.fault("DENIED", "x" * 512),
    "log of 512 bytes": wire.log("x" * 512),
    "log without text": wire.encode("LOG", {"level": 0, "text": None}),
    "log of an unknown level": wire.encode("LOG", {"level": 2, "text": "x"}),
    "log with NUL": wire.log("a\0b"),
    "claims beyond the message": wire.head("IDENTITY") + wire.blob("a") + wire.blob("b") + wire.blob(None)
                                 + wire.u32(2 ** 30),
    "claim of an unknown kind": wire.head("IDENTITY") + wire.blob("a") + wire.blob("b") + wire.blob(None)
                                + wire.u32(1) + wire.u32(6),
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage(name, scene):
    """Bytes that are no message, before the challenge."""
    run = scene(service="sshd", steps=[["raw", GARBAGE[name].hex()], CHALLENGE, AWAIT, IDENTITY])
    refused(run.run(), shown=False)


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_late(name, scene):
    """Bytes that are no message, in place of the identity."""
    run = scene(service="sshd", steps=[CHALLENGE, AWAIT, ["raw", GARBAGE[name].hex()], IDENTITY])
    refused(run.run(), shown=True)


@pytest.mark.parametrize("size", [wire.LIMIT, wire.LIMIT + 1, 2 * wire.LIMIT])
def test_oversize(size, scene):
    """LIM-19."""
    refused(scene(service="sshd", steps=[["huge", size], CHALLENGE, AWAIT, IDENTITY]).run(),
            shown=False)


def test_largest_texts(scene):
    """The control: a LOG and a FAULT of 511 bytes are fine."""
    steps = [["log", "x" * 511], CHALLENGE, AWAIT, ["fault", "DENIED", "y" * 511]]
    run = scene(steps=steps).run()
    assert run.results() == ["PAM_AUTH_ERR"] and "result=denied" in run.outcome, str(run)


def test_flood(scene):
    """32 remarks are taken, the 33rd ends it."""
    fine = scene(steps=[["log", "x", 32], CHALLENGE, AWAIT, IDENTITY]).run()
    assert fine.results() == ["PAM_SUCCESS"], str(fine)
    refused(scene(steps=[["log", "x", 33], CHALLENGE, AWAIT, IDENTITY]).run(), shown=False)


def test_flood_with_debug(scene):
    """A flood does not fill the log either."""
    run = scene(arguments=["debug"], steps=[["log", "flood", 5000], CHALLENGE, AWAIT, IDENTITY])
    run = run.run()
    refused(run)
    assert len([t for t in run.logs if "flood" in t]) <= 33, len(run.logs)


def test_slow(scene):
    """A worker may take its time."""
    steps = [["sleep", 1], CHALLENGE, AWAIT, ["sleep", 1.5], IDENTITY]
    run = scene(service="sshd", steps=steps).run()
    assert run.results() == ["PAM_SUCCESS"] and run.seconds() >= 2.5, str(run)


def test_fault_behind_the_prompt(scene):
    """A verdict that came while the prompt was open is the one that counts."""
    steps = [CHALLENGE, ["fault", "EXPIRED", "meanwhile"], MARK]
    run = scene(service="polkit-1", steps=steps).run_answered(b"\n", "mark")
    assert run.results() == ["PAM_AUTH_ERR"] and "result=expired" in run.outcome, str(run)


SILENT = {
    "silent from the start": ([["stay"]], ("PAM_AUTHINFO_UNAVAIL", "PAM_AUTH_ERR")),
    "silent after the challenge": ([CHALLENGE, ["stay"]], ("PAM_AUTH_ERR",)),
    "silent after PROCEED": ([CHALLENGE, AWAIT, ["stay"]], ("PAM_AUTH_ERR",)),
    "dies, but a child holds the socket": ([["fork"], ["exit", 0]], ("PAM_AUTHINFO_UNAVAIL",
                                                                     "PAM_AUTH_ERR")),
}


@pytest.fixture(scope="module", name="silent_runs")
def _silent_runs(tmp_path_factory, module_file, pam_client):
    """All of them at once: each takes max_wait, of which the least is 10 s."""
    from scene import Scene  # pylint: disable=import-outside-toplevel

    def run(name):
        made = Scene(tmp_path_factory.mktemp("silent"), module_file, pam_client, service="sudo",
                     config={"max_wait": "10"}, steps=SILENT[name][0])
        return made.run()

    with concurrent.futures.ThreadPoolExecutor(len(SILENT)) as pool:
        return dict(zip(SILENT, pool.map(run, SILENT)))


@pytest.mark.parametrize("name", SILENT)
def test_silent(name, silent_runs):
    """PAM-37: the module's own deadline ends it, and the deaf worker with it."""
    run = silent_runs[name]
    try:
        assert run.results()[0] in SILENT[name][1], str(run)
        assert run.seconds() <= 14, str(run)
        assert not is_alive(run.noted("started")[0]), str(run)
    finally:
        for pid in run.noted("child"):
            end(pid)


def test_deaf_worker_is_killed(scene):
    """A worker that ignores SIGTERM and the end of the socket is gone when the call returns."""
    run = scene(service="sshd", steps=[CHALLENGE, ["stay"]]).run_answered(b"q\n", "stays")
    assert run.results() == ["PAM_MAXTRIES"], str(run)
    assert run.seconds() < 10 and not is_alive(run.noted("stays")[0]), str(run)


def test_deaf_worker_after_its_identity(scene):
    """The same after a success: the person does not wait for it."""
    run = scene(service="sshd", steps=[CHALLENGE, AWAIT, IDENTITY, ["stay"]]).run()
    assert run.results() == ["PAM_SUCCESS"] and run.seconds() < 2, str(run)
    assert not is_alive(run.noted("started")[0]), str(run)


def test_application_dies(scene):
    """NET-11: when the application is killed, the worker reads the end of the socket."""
    made = scene(service="sudo", steps=[CHALLENGE, AWAIT, AWAIT])
    process = made.start()
    pid = made.wait_for("started")
    made.wait_for("received")
    process.kill()
    process.wait()
    process.stdout.close()
    process.stderr.close()
    until = time.monotonic() + 2
    while is_alive(pid):
        assert time.monotonic() < until, "the worker outlived its host"
        time.sleep(0.01)
