# SPDX-License-Identifier: BSD-2-Clause
"""One login of the real worker against the scripted server, from REQUEST to verdict.

run() plays the module: it sends the request, answers the challenge with PROCEED
as the case wants it, collects what comes back and makes the checks that hold
for every login: order of messages, no early poll, no secret in any text.
"""

import contextlib
import dataclasses
import pathlib
import re
import time
from typing import Any

import pytest

import wire
from fake_as import FakeAs
from worker import Worker

PATIENCE = 20        # seconds, for what has to happen within 2


@dataclasses.dataclass(repr=False)
class Row:
    """One case of a table. Its name begins with the id of the requirement that it proves."""

    name: str
    code: Any = None              # expected fault code; None = an identity
    text: Any = None              # part of the text of the fault
    log: Any = None               # part of some LOG of level WARNING
    check: Any = None             # function of the Result, raises or returns None
    request: dict = dataclasses.field(default_factory=dict)
    proceed: Any = True           # False: never; a number: after so many seconds
    script: dict = dataclasses.field(default_factory=dict)
    second: Any = None            # a second server: its script, see run()
    slow: bool = False            # takes many seconds: begin early


def row(name, code=None, text=None, *, log=None, check=None, request=None, proceed=True,
        second=None, slow=False, **script):
    """A Row whose further keywords are the script of the server.

    In texts of the request, "{server}" is the address of the server. With a second
    server, what the script has may be functions of that one.
    """
    return Row(name, code, text, log, check, request or {}, proceed, script, second, slow)


@dataclasses.dataclass(repr=False)
class Result:
    """What came out of a login."""

    row: Row
    server: FakeAs
    second: Any = None
    request: dict = dataclasses.field(default_factory=dict)
    messages: list = dataclasses.field(default_factory=list)
    problems: list = dataclasses.field(default_factory=list)
    children: list = dataclasses.field(default_factory=list)    # processes, at the verdict
    seconds: float = 0
    proceeded: float = 0

    def last(self, kind):
        """The last message of a kind, None if there was none."""
        found = [m for m in self.messages if m["kind"] == kind]
        return found[-1] if found else None

    @property
    def fault(self):
        """The FAULT."""
        return self.last("FAULT")

    @property
    def identity(self):
        """The IDENTITY."""
        return self.last("IDENTITY")

    @property
    def challenge(self):
        """The CHALLENGE."""
        return self.last("CHALLENGE")

    def logs(self):
        """The texts of all LOG messages."""
        return [m["text"] for m in self.messages if m["kind"] == "LOG"]

    def warnings(self):
        """The texts of the LOG messages that every administrator reads."""
        return [m["text"] for m in self.messages if m["kind"] == "LOG" and m["level"] == "WARNING"]

    def texts(self):
        """Everything that will stand in the host's log."""
        return self.logs() + ([self.fault["text"]] if self.fault else [])

    def kinds(self):
        """The kinds of all messages but LOG."""
        return [m["kind"] for m in self.messages if m["kind"] != "LOG"]

    def __str__(self):
        lines = [f"{self.row.name}: {self.seconds:.2f} s"]
        lines += [f"  {_short(m)}" for m in self.messages]
        for server in filter(None, (self.server, self.second)):
            for request in server.requests:
                start = request.start - server.started
                lines.append(f"  {start:7.3f} {request} {request.form}")
            lines += [f"  server: {f}" for f in server.failures]
        return "\n".join(lines)


def _short(message):
    """A message as the transcript has it."""
    return {k: v for k, v in message.items() if k not in ("qr_bits", "at")}


def table(rows):
    """The decorator that makes a test of each row."""
    names = [r.name for r in rows]
    twice = {n for n in names if names.count(n) > 1}
    if twice:
        raise ValueError(f"two rows are called {twice}")
    return pytest.mark.parametrize("row", rows, ids=names)


def _fill(value, server):
    """Put the base address of the server into a text; a function is asked with the server."""
    if callable(value):
        return value(server)
    return value.replace("{server}", server.url("")) if isinstance(value, str) else value


def request_for(server, changes, second=None):
    """The fields of a REQUEST to this server."""
    fields = {"issuer": server.issuer, "ca_file": server.lab.ca_file,
              "client_id": server.client_id, "initial_poll": server.rules.initial_poll}
    if second:
        fields["endpoint_ports"] = [str(second.port)]
    fields.update({k: _fill(v, server) for k, v in changes.items()})
    return fields


def _drive(worker, result):
    """Send the request and answer the challenge until the worker has decided."""
    worker.send(wire.request(**result.request))
    while message := worker.receive():
        result.messages.append(message)
        result.children = result.children or worker.children()   # the first comes early
        if message["kind"] == "CHALLENGE" and result.row.proceed is not False:
            if result.row.proceed is not True:
                time.sleep(result.row.proceed)
            result.proceeded = time.monotonic()
            with contextlib.suppress(BrokenPipeError):   # it may have decided meanwhile
                worker.send(wire.proceed())
        if message["kind"] in ("IDENTITY", "FAULT"):
            break
    second = result.request.get("revoke", "no") != "no"
    if worker.receive(5):
        result.problems.append(f"a message after the last one: {worker.messages[-1]}")
    worker.finish(5, second)


def is_alive(pid):
    """Is there such a process, and is it no zombie?"""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def _wait_for_second(result):
    """EXT-20: the process that revokes tokens ends by itself; only then it is known what it did."""
    end = time.monotonic() + PATIENCE
    while any(map(is_alive, result.children)):
        if time.monotonic() > end:
            result.problems.append(f"a second process is still there: {result.children}")
            return
        time.sleep(0.02)


def secrets_of(result):
    """What must not stand in any text (GEN-4), for each server of the flow."""
    found = {name: result.request.get(name)
             for name in ("client_secret", "client_key", "client_key_passphrase")}
    for server in filter(None, (result.server, result.second)):
        found.update({f"device_code at {server.port}": server.device_code,
                      f"user_code at {server.port}": server.user_code,
                      f"access_token at {server.port}": server.access_token})
    texts = {}
    for name, secret in found.items():
        if secret:
            texts[name] = secret.decode("latin-1") if isinstance(secret, bytes) else secret
    return texts


def examine(result):
    """What holds for every login, whatever the server did."""
    problems = result.problems
    problems += result.server.violations
    for server in filter(None, (result.server, result.second)):
        problems += [f"the script is broken: {e}" for e in server.errors]
    kinds = result.kinds()
    if kinds[-1:] not in (["IDENTITY"], ["FAULT"]):
        problems.append(f"no verdict: {kinds}")
    if kinds[:-1] not in ([], ["CHALLENGE"]) or kinds == ["IDENTITY"]:
        problems.append(f"messages out of order: {kinds}")
    for text in result.texts():
        for name, secret in secrets_of(result).items():
            if secret in text:
                problems.append(f"{name} in the log: {text}")
        if re.search(r"[^\x20-\x7e]", text) or not text:
            problems.append(f"not a clean line of text: {text!r}")
        if "eyJ" in text:
            problems.append(f"a token in the log: {text}")
    if len(result.logs()) > 32:
        problems.append("more than 32 LOG messages")
    for request in result.server.requests:
        names = [name for name, _ in request.form]
        if len(names) != len(set(names)):
            problems.append(f"a parameter twice: {names} (DEV-5)")
        if request.header("cookie"):
            problems.append("a cookie was sent")


def run(lab, binary, case):
    """Run one case; the Result, with problems noted but not judged."""
    with contextlib.ExitStack() as stack:
        second = None
        if case.second is not None:
            second = stack.enter_context(FakeAs(lab, **case.second))
        script = dict(case.script)
        if second:
            script = {k: v(second) if callable(v) and k != "issuer" else v
                      for k, v in script.items()}
        server = stack.enter_context(FakeAs(lab, **script))
        result = Result(case, server, second, request_for(server, case.request, second))
        start = time.monotonic()
        with Worker(binary) as worker:
            try:
                _drive(worker, result)
                _wait_for_second(result)
            except Exception as e:  # pylint: disable=broad-except
                result.problems.append(f"{type(e).__name__}: {e}; stderr: "
                                       f"{worker.stderr.data.decode(errors='replace')}")
        result.seconds = time.monotonic() - start
    examine(result)
    return result
