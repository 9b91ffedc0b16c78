# SPDX-License-Identifier: BSD-2-Clause
"""What the person is shown and asked: protocol.md 2.3, 10.2, 11.4; acceptance test 6."""

import socket

import pytest

import symbols
import terminal

PROMPT = "Press Enter after approving, q to cancel: "
CONFIRM = "Press Enter to start web sign-in, q to cancel: "
AGAIN = "Press Enter to try again, q to cancel: "
WORDS = "  Only continue if YOU started this; never enter a code somebody sent you."
UTF8 = ("--locale", "C.UTF-8")
DENIED = "The sign-in was refused at the provider. Log in again if that was not meant."
CANCEL = "Sign-in cancelled."


def challenge(**changes):
    """A good flow whose challenge differs."""
    return [["challenge", changes], ["await"], ["identity"]]


def check_words(lines, service, *, scan):
    """The four text lines, and nothing wider than 79 columns (UIX-1, UIX-8 to UIX-10, UIX-18)."""
    host = socket.gethostname()
    assert lines[0].startswith(f"  Web sign-in to {host[:20]}"), lines
    assert lines[0].endswith(f"({service}) as daemon"), lines
    assert lines[1] == ("  Scan, or open  " if scan else "  Open           ") + symbols.URI, lines
    assert lines[2].startswith("  and enter      WDJB-MJHT  "), lines
    assert lines[2].endswith(" left)"), lines
    assert lines[3] == WORDS, lines
    for line in lines:
        assert len(line) <= 79 and line.isascii() and (line.isprintable() or not line), repr(line)


def test_sshd(scene):
    """SSH-6: one message that carries everything; first a newline, last the prompt."""
    run = scene(service="sshd").run()
    assert [style for style, _ in run.messages] == ["prompt_echo_on"], str(run)
    text = run.texts[0]
    assert text.startswith("\n") and text.endswith("\n" + PROMPT), repr(text)
    drawing, words = terminal.split(text)
    assert words[0] == "" and words[-1] == PROMPT
    check_words(words[1:-1], "sshd", scan=True)
    assert terminal.uri_of(drawing) == symbols.USUAL
    assert all(len(line) <= 80 for line in drawing)
    assert text.index(drawing[0]) < text.index("Web sign-in")
    assert "\x1b" not in text


def test_sshd_fills_24_rows(scene):
    """UIX-18: a version-4 symbol, the four lines and the prompt are exactly 24 rows."""
    run = scene(service="sshd", steps=challenge(qr=symbols.FULL)).run()
    text = run.texts[0]
    drawing, _ = terminal.split(text)
    assert terminal.uri_of(drawing) == symbols.FULL
    assert len(text[1:].split("\n")) == 24, str(run)


@pytest.mark.parametrize("uri", [symbols.SHORT, symbols.USUAL, symbols.FULL, symbols.LARGEST])
@pytest.mark.parametrize("invert", ["no", "yes"])
def test_qr_reads_back(uri, invert, scene):
    """UIX-13, UIX-14: half blocks, light on dark or dark on light, say the URI."""
    run = scene(service="sshd", config={"qr_invert": invert}, steps=challenge(qr=uri)).run()
    drawing, _ = terminal.split(run.texts[0])
    assert terminal.uri_of(drawing, invert == "yes") == uri
    assert max(map(len, drawing)) <= 80 and len(drawing) <= 40


@pytest.mark.parametrize("uri", [symbols.SHORT, symbols.USUAL, symbols.FULL])
@pytest.mark.parametrize("invert", ["no", "yes"])
def test_qr_in_ascii(uri, invert, scene):
    """UIX-13: two columns a module, and all of the text is ASCII."""
    run = scene(service="sshd", config={"qr": "ascii", "qr_invert": invert},
                steps=challenge(qr=uri)).run()
    drawing, _ = terminal.split(run.texts[0])
    assert run.texts[0].isascii()
    assert terminal.uri_of(drawing, invert == "yes") == uri
    assert max(map(len, drawing)) <= 80 and len(drawing) <= 40


@pytest.mark.parametrize("config,side", [
    ({}, 73), ({"qr": "ascii"}, 33), ({"qr": "none"}, 0), ({"qr_columns": "40"}, 33),
    ({"qr_columns": "36"}, 29), ({"qr_lines": "13"}, 21), ({"qr_columns": "25"}, 21),
    ({"qr": "ascii", "qr_columns": "49"}, 0)])
def test_largest_symbol(config, side, scene):
    """UIX-15, LIM-16: the worker is told the largest symbol that the display takes."""
    run = scene(service="sshd", config=config).run()
    assert run.request["qr_side_max"] == side, str(run)


def test_no_qr(scene):
    """UIX-16: without a symbol the text stands alone."""
    run = scene(service="sshd", steps=challenge(qr=None)).run()
    drawing, words = terminal.split(run.texts[0])
    assert not drawing
    check_words(words[1:-1], "sshd", scan=False)


INFO = [("login", 50), ("remote", 50), ("sudo", 180), ("sudo-i", 180), ("su", 120), ("su-l", 120)]


@pytest.mark.parametrize("service,seconds", INFO)
def test_info(service, seconds, scene):
    """11.4: one text, no key to press; the symbol only where the locale says UTF-8."""
    run = scene(service=service).run(*UTF8)
    style = "error_msg" if service in ("sudo", "sudo-i") else "text_info"      # SUD-2
    assert [style for style, _ in run.messages] == [style], str(run)
    assert run.results() == ["PAM_SUCCESS"], str(run)
    drawing, words = terminal.split(run.texts[0])
    assert terminal.uri_of(drawing) == symbols.USUAL
    check_words([line for line in words if line], service, scan=True)
    assert PROMPT not in run.texts[0] and not run.texts[0].startswith("\n")
    assert seconds - 5 <= run.request["remaining_ms"] / 1000 <= seconds, str(run)


@pytest.mark.parametrize("service,_seconds", INFO)
def test_info_without_utf8(service, _seconds, scene):
    """UIX-13: auto without a UTF-8 locale is no symbol, and plain ASCII."""
    run = scene(service=service).run()
    assert run.texts[0].isascii() and not terminal.split(run.texts[0])[0], str(run)
    assert run.request["qr_side_max"] == 0


@pytest.mark.parametrize("service,seconds", [("polkit-1", 120), ("gdm-password", 120),
                                             ("gdm-fingerprint", 120), ("xscreensaver", 100)])
def test_info_and_prompt(service, seconds, scene):
    """11.4: the text, then the last line as a prompt; no symbol whatever the locale."""
    run = scene(service=service).run(*UTF8)
    assert [style for style, _ in run.messages] == ["text_info", "prompt_echo_on"], str(run)
    assert run.texts[1] == PROMPT
    check_words([line for line in run.texts[0].split("\n") if line], service, scan=False)
    assert seconds - 5 <= run.request["remaining_ms"] / 1000 <= seconds, str(run)


@pytest.mark.parametrize("display,styles", [("info", ["text_info"]),
                                            ("info+prompt", ["text_info", "prompt_echo_on"])])
def test_sshd_with_info(display, styles, scene):
    """SSH-6: old clients cut informational text, so there the words come first."""
    run = scene(service="sshd", config={"display": display}).run()
    assert [style for style, _ in run.messages] == styles, str(run)
    drawing, _ = terminal.split(run.texts[0])
    assert run.texts[0].index("WDJB-MJHT") < run.texts[0].index(drawing[0])
    assert run.texts[0].index(WORDS) < 1023 - len(WORDS)


def test_login_is_limited_by_height(scene):
    """LGN-4: 24 rows less four of text."""
    run = scene(service="login").run(*UTF8)
    assert run.request["qr_side_max"] == 33, str(run)


@pytest.mark.parametrize("service", ["sshd", "sudo", "other-service"])
def test_silent(service, scene):
    """PAM-11: the challenge is no chatter, the reason of a failure is."""
    good = scene(service=service).run("--silent")
    assert "WDJB-MJHT" in "".join(good.texts) and good.results() == ["PAM_SUCCESS"], str(good)
    failed = scene(service=service, steps=[["challenge"], ["await"], ["fault", "DENIED"]])
    run = failed.run("--silent")
    assert DENIED not in "".join(run.texts) and not run.references, str(run)
    assert "WDJB-MJHT" in "".join(run.texts)


@pytest.mark.parametrize("answer", ["q", "Q", "c", "C"])
@pytest.mark.parametrize("service,result", [("sshd", "PAM_MAXTRIES"), ("polkit-1", "PAM_AUTH_ERR")])
def test_cancel(answer, service, result, scene):
    """PAM-14: one letter alone on the line; nothing is polled."""
    run = scene(service=service).run("--answer", answer)
    assert run.results() == [result], str(run)
    assert "result=cancelled" in run.outcome
    assert run.texts[-1] == CANCEL
    assert "PROCEED" not in run.noted("received"), str(run)


@pytest.mark.parametrize("answer", ["", "y", "quit", "qq", " q", "q ", "yes", "cancel", "x" * 500])
def test_any_other_answer_is_enter(answer, scene):
    """PAM-14."""
    run = scene(service="sshd").run("--answer", answer)
    assert run.results() == ["PAM_SUCCESS"], str(run)


@pytest.mark.parametrize("option", ["--no-answer", "--no-response"])
@pytest.mark.parametrize("service", ["sshd", "polkit-1"])
def test_null(option, service, scene):
    """PAM-14: success without an answer (Ctrl-D) is a refusal to go on."""
    run = scene(service=service).run(option)
    assert run.results()[0] in ("PAM_MAXTRIES", "PAM_AUTH_ERR", "PAM_CONV_ERR"), str(run)
    assert "PROCEED" not in run.noted("received"), str(run)


def test_null_at_a_text(scene):
    """PAM-14: util-linux' su answers texts with nothing at all."""
    assert scene(service="su").run("--no-response").results() == ["PAM_SUCCESS"]


def test_cancel_aborts(scene):
    """10.1: PAM_ABORT where it was configured."""
    run = scene(service="sshd", config={"cancel_aborts": "yes"}).run("--answer", "q")
    assert run.results() == ["PAM_ABORT"], str(run)


@pytest.mark.parametrize("option", ["--conv-fail", "--conv-again"])
@pytest.mark.parametrize("service,call", [("sshd", "1"), ("sudo", "1"), ("polkit-1", "1"),
                                          ("polkit-1", "2")])
def test_conversation_fails(option, service, call, scene):
    """PAM-16, SSH-8, 10.1: an application that cannot show it gets PAM_CONV_ERR at once."""
    run = scene(service=service).run(option, call)
    assert run.results() == ["PAM_CONV_ERR"], str(run)
    assert "result=no_conversation" in run.outcome, str(run)
    assert "PROCEED" not in run.noted("received"), str(run)
    assert len(run.messages) == int(call), str(run)
    assert run.seconds() < 2


def test_no_conversation_function(scene):
    """10.1: no conversation, no crash."""
    run = scene(service="sshd").run("--no-conversation")
    assert run.results()[0] in ("PAM_SYSTEM_ERR", "PAM_CONV_ERR"), str(run)


def test_confirm_start(scene):
    """DEV-10: nothing is sent before Enter."""
    made = scene(service="sshd", config={"confirm_start": "yes"})
    run = made.run("--answer", "", "--answer", "")
    assert run.messages[0] == ("prompt_echo_on", CONFIRM), str(run)
    assert run.results() == ["PAM_SUCCESS"] and len(run.messages) == 2, str(run)


@pytest.mark.parametrize("service, config, operations", [
    ("sshd", {"confirm_start": "yes"}, 1), ("sudo", {"max_wait": "100"}, 2)])
def test_time_at_our_own_question_counts(service, config, operations, scene):
    """PAM-37: max_wait is for the whole flow, or the application ends it in the middle."""
    steps = [["challenge"], ["await"], ["fault", "DENIED"]] if operations == 2 else None
    made = scene(service=service, config=config, **({"steps": steps} if steps else {}))
    run = made.run(*["--op", "authenticate"] * operations, "--delay", "2000")
    assert 90 <= run.request["remaining_ms"] / 1000 <= 98, str(run)


@pytest.mark.parametrize("options", [("--answer", "q"), ("--no-answer",), ("--conv-fail", "1")])
def test_confirm_start_refused(options, scene):
    """DEV-10: without Enter no worker is started."""
    run = scene(service="sshd", config={"confirm_start": "yes"}).run(*options)
    assert run.results()[0] in ("PAM_AUTH_ERR", "PAM_CONV_ERR"), str(run)
    assert not run.journal, str(run)


def test_second_round_asks(scene):
    """SUD-4, GEN-7: an application's own second round starts nothing without a key."""
    run = scene(service="sudo", steps=[["challenge"], ["await"], ["fault", "DENIED"]]).run(
        "--op", "authenticate", "--op", "authenticate", "--op", "authenticate",
        "--answer", "", "--answer", "q")
    prompts = [text for style, text in run.messages if style == "prompt_echo_on"]
    assert prompts == [AGAIN, AGAIN], str(run)
    assert run.results() == ["PAM_AUTH_ERR"] * 3, str(run)
    assert len(run.noted("started")) == 2, str(run)


@pytest.mark.parametrize("silent", [True, False])
def test_second_round_says_why(silent, scene):
    """PAM-11, SUD-4: whoever could not be told why reads it where he is asked to try again."""
    run = scene(service="sudo", steps=[["challenge"], ["await"], ["fault", "DENIED"]]).run(
        "--op", "authenticate", "--op", "authenticate", "--op", "authenticate",
        "--answer", "", "--answer", "q", *(["--silent"] if silent else []))
    prompts = [line["text"] for line in run.lines if line.get("style") == "prompt_echo_on"]
    assert len(prompts) == 2, str(run)
    if not silent:
        assert prompts == [AGAIN, AGAIN], str(run)
        return
    references = [line.partition(" ref=")[2][:8] for line in run.logs if " result=" in line]
    assert prompts == [f"{DENIED}\nReference: {r}\n{AGAIN}" for r in references[:2]], str(run)


@pytest.mark.parametrize("answer,owed", [("q", f"{CANCEL}\n"), (None, "")])
def test_second_round_after_cancel(answer, owed, scene):
    """PAM-11: who left knows why; a conversation that failed leaves nothing to tell."""
    options = ["--answer", answer] if answer else ["--conv-fail", "1"]
    run = scene(service="sudo", config={"confirm_start": "yes"},
                steps=[["challenge"], ["await"], ["fault", "DENIED"]]).run(
        "--op", "authenticate", "--op", "authenticate", "--silent", *options)
    assert run.texts[1] == owed + AGAIN, str(run)


def test_time_left(scene):
    """UIX-10: what is shown is the smaller of the code's life and our own limit."""
    run = scene(service="sshd", steps=challenge(expires_in_s=30)).run()
    assert "(30 s left)" in run.texts[0] or "(29 s left)" in run.texts[0], str(run)
    run = scene(service="sshd", config={"max_wait": "61"}).run()
    assert "(1 min left)" in run.texts[0] or "(1 min 1 s left)" in run.texts[0], str(run)


@pytest.mark.parametrize("code", ["A", "A" * 64, "%s%n%d", "A B C", "`id`", "<b>"])
def test_code_is_verbatim(code, scene):
    """UIX-9, DEV-12: a code is shown as it came."""
    run = scene(service="sshd", steps=challenge(user_code=code)).run()
    line = next(t for t in run.texts[0].split("\n") if code in t and "and enter" in t or t.strip()
                == code)
    assert code in line, str(run)
    assert all(len(t) <= 80 for t in run.texts[0].split("\n"))


@pytest.mark.parametrize("length", [62, 63, 79, 80, 200, 512])
def test_long_uri(length, scene):
    """UIX-18: a URI is never cut; a long one has lines of its own."""
    uri = "https://sso.example.org/".ljust(length, "a")
    run = scene(service="sshd", steps=challenge(verification_uri=uri, qr=None)).run()
    lines = run.texts[0].split("\n")
    assert all(len(line) <= 79 for line in lines[:-1]), str(run)
    assert uri in "".join(line.replace("  Scan, or open  ", "").replace("  Open           ", "")
                          for line in lines), str(run)
