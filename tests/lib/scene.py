# SPDX-License-Identifier: BSD-2-Clause
"""A host for the module tests: PAM service, configuration, rules, a scripted worker.

    scene = Scene(tmp_path, module, client, service="sshd",
                  steps=[["challenge"], ["await"], ["identity"]])
    run = scene.run("--answer", "")
    run.result("authenticate"), run.messages, run.logs, run.journal

Runs as any user: the test build of the module takes files of whoever runs it,
and the account that is opened is one of the system's own (min_uid = 1), so that
nobody has to exist on the machine for the tests. The test build keeps its state
in the folder "run" of the working directory, which is the scene's own.
"""

import json
import os
import pathlib
import re
import signal
import subprocess
import time

PATIENCE = 60
ACCOUNT = "daemon"
ISSUER = "https://sso.example.org"
SUBJECT = "248289761001"
KINDS = ("auth", "account", "session", "password")
GOOD = (["challenge"], ["await"], ["identity"])
CONFIG = {
    "issuer": ISSUER,
    "client_auth": "none",
    "min_uid": "1",
}
REFERENCE = re.compile(r"\nReference: ([2-9A-HJ-NP-Z]{8})$")
RULES = f"issuer {ISSUER}\nallow sub={SUBJECT} as {ACCOUNT}\n"


def text_of(value):
    """JSON's spelling of bytes beyond ASCII, as text; what is no UTF-8 stays marked."""
    if not isinstance(value, str):
        return value
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")


class Run:
    """What pam_client reported."""

    def __init__(self, output, status, errors, journal, service=None):
        self.service = service
        self.lines = []
        for line in output.splitlines():
            self.lines.append({k: text_of(v) for k, v in json.loads(line).items()})
        self.status, self.errors = status, errors
        self.journal = journal

    @property
    def messages(self):
        """(style, text) of all messages to the person, in order, without the reference."""
        return [(line["style"], REFERENCE.sub("", line["text"])) for line in self.lines
                if "style" in line]

    @property
    def references(self):
        """The references that the person was told."""
        return [found.group(1) for line in self.lines if "style" in line
                for found in REFERENCE.finditer(line["text"])]

    @property
    def texts(self):
        """Just the texts."""
        return [text for _, text in self.messages]

    @property
    def logs(self):
        """What went to syslog."""
        return [line["log"] for line in self.lines if "log" in line]

    def logged(self, priority):
        """What went to syslog at this priority."""
        return [line["log"] for line in self.lines if line.get("priority") == priority]

    @property
    def outcome(self):
        """The outcome line of the last authenticate."""
        found = [text for text in self.logs if " result=" in text]
        return found[-1] if found else ""

    def all(self, key):
        """The values of all lines that have this key."""
        return [line[key] for line in self.lines if key in line]

    def results(self, op=None):
        """The results of an operation, or of all, in order."""
        return [line["result"] for line in self.lines if op in (None, line.get("op"))
                and "result" in line]

    def seconds(self, op="authenticate"):
        """How long an operation took."""
        return [line["seconds"] for line in self.lines if line.get("op") == op][-1]

    @property
    def changed(self):
        """What the calls changed in the process."""
        return [line["sign"] + line["changed"] for line in self.lines if "changed" in line]

    @property
    def request(self):
        """What the worker was sent."""
        found = [entry["request"] for entry in self.journal if "request" in entry]
        return found[-1] if found else None

    def noted(self, key):
        """The values of this key in the worker's journal."""
        return [entry[key] for entry in self.journal if key in entry]

    def __str__(self):
        lines = [str(line) for line in self.lines] + [str(e) for e in self.journal]
        return "\n".join(lines + [f"status {self.status}", self.errors])


class Scene:
    """One configured host."""

    def __init__(self, directory, module, client, *, service="test", steps=GOOD, config=None,
                 rules=RULES, arguments=(), stack=None, account=ACCOUNT, general=None):
        self.directory = pathlib.Path(directory)
        self.module, self.client = module, client
        self.service, self.account = service, account
        self.script = self.directory / "steps.json"
        self.conf = self.directory / "pam_oauth.conf"
        self.script.write_text(json.dumps(list(steps)), encoding="utf-8")
        settings = {**CONFIG, "client_id": str(self.script), **(config or {})}
        if general is None:
            general = "[general]\n" + "".join(f"{k} = {v}\n" for k, v in settings.items()
                                              if v is not None)
        self.write("pam_oauth.conf", general)
        self.write("map", rules)
        self.arguments = " ".join((f"conf={self.conf}",) + tuple(arguments))
        self.confdir = self.directory / "pam.d"
        self.confdir.mkdir()
        (self.confdir / "other").write_text("".join(
            f"{kind} required pam_deny.so\n" for kind in KINDS), encoding="ascii")
        self.stack(stack or "".join(f"{kind} required {{oauth}}\n" for kind in KINDS))

    def write(self, name, text, mode=0o600):
        """A file of the administrator's."""
        path = self.directory / name
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    def stack(self, text):
        """The service file; {oauth} stands for the module with its arguments."""
        text = text.replace("{oauth}", f"{self.module} {self.arguments}")
        (self.confdir / self.service).write_text(text, encoding="utf-8")

    def command(self, *options):
        """The command line of pam_client."""
        return [self.client, "--confdir", str(self.confdir), "--service", self.service, "--user",
                self.account, *options]

    def start(self, *options, env=None, **popen):
        """pam_client, running; finish() ends it."""
        if "--op" not in options:
            options = options + ("--op", "authenticate")
        return subprocess.Popen(self.command(*options), stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, env={} if env is None else env,
                                **{"cwd": self.directory, "stdin": subprocess.DEVNULL, **popen})

    def finish(self, process, answer=None):
        """The Run of a process; answer: the line that it is given, if it asks (--ask)."""
        try:
            output, errors = process.communicate(answer, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return Run(output.decode("ascii"), process.returncode, errors.decode(errors="replace"),
                   self.journal(), self.service)

    def run(self, *options, **popen):
        """Run pam_client; it has to end by itself, without a word on stderr."""
        return self._without_a_word(self.finish(self.start(*options, **popen)))

    def run_answered(self, answer, after):
        """The same; the person answers the prompt when the worker's journal has this key."""
        process = self.start("--ask", stdin=subprocess.PIPE)
        try:
            self.wait_for(after, PATIENCE)
        except AssertionError:
            process.kill()
            raise
        finally:
            run = self.finish(process, answer)
        return self._without_a_word(run)

    @staticmethod
    def _without_a_word(run):
        assert run.status == 0 and not run.errors, str(run)
        assert not run.all("problem"), str(run)
        return run

    def journal(self):
        """What the scripted worker noted."""
        path = pathlib.Path(f"{self.script}.journal")
        if not path.exists():
            return []
        return [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]

    def wait_for(self, key, seconds=10):
        """The value of a key in the journal, as soon as it is there."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for entry in self.journal():
                if key in entry:
                    return entry[key]
            time.sleep(0.01)
        raise AssertionError(f"the worker never noted {key}: {self.journal()}")


def is_alive(pid):
    """Is there such a process, and is it no zombie?"""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return text.rpartition(")")[2].split()[0] != "Z"


def end(pid):
    """End a process that a test has left behind on purpose."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
