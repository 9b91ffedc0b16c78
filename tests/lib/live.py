# SPDX-License-Identifier: BSD-2-Clause
"""A login by the module and the worker as shipped, that a test can look at while it runs.

    with Live(host, server, RULES, display="prompt", max_wait=10) as login:
        uri, code = login.challenge()
        os.kill(login.worker(), signal.SIGKILL)
        login.answer()
        login.end()
        login.result, login.outcome["result"], login.texts, login.changed

The application is pam_client: everything that a login says and logs is its own, so that many of
them can run at once. Each has a configuration of its own. Inside a private namespace only.
"""

import itertools
import json
import pathlib
import re
import subprocess
import threading
import time

import namespace
from built import built
from host import Host, LIMITS, pam_folder
from scene import REFERENCE
from ssh_login import CODE, URI

PATIENCE = 60
SERVICE = "probe"              # no preset: everything is in the configuration
FIELD = re.compile(r'(\w+)=(?:"([^"]*)"|(\S+))')
_numbers = itertools.count()


def everything_at_once(function, names):
    """name -> function(name) or what it raised, for cases that mostly wait."""
    results = {}

    def run(name):
        try:
            results[name] = function(name)
        except BaseException as e:  # pylint: disable=broad-except
            results[name] = e       # judged by the test of this name

    threads = [threading.Thread(target=run, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def judged(results, name):
    """What the case came to; its exception is the test's."""
    if isinstance(results[name], BaseException):
        raise results[name]
    return results[name]


def is_there(pid):
    """Is there such a process, be it a zombie?"""
    return pathlib.Path(f"/proc/{pid}").exists()


class Live:
    """One login of pam_client."""

    def __init__(self, provider, rules, *, prefix=(), options=("--host-check",), user="alice",
                 limits="none", **settings):
        self.folder = namespace.BASE / f"live-{next(_numbers)}"
        self.folder.mkdir(mode=0o755)
        self.lines = []
        self.errors = ""
        self._changed = threading.Condition()
        self._configure(provider, rules, {**dict.fromkeys(LIMITS, limits), **settings})
        self.process = subprocess.Popen(
            [*prefix, built("PO_PAM_CLIENT"), "--confdir", str(self.folder), "--service", SERVICE,
             "--user", user, "--ask", "--op", "authenticate", *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd="/", env={})
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _configure(self, provider, rules, settings):
        issuer = provider.issuer
        keys = {"issuer": issuer, "client_id": provider.client_id, "client_auth": "none",
                "map_file": str(self.folder / "map"), "ca_file": str(self.folder / "ca.pem"),
                **settings}
        files = {"map": Host.rules(issuer, rules), "pam_oauth.conf": Host.ini(keys),
                 "ca.pem": pathlib.Path(provider.ca_file).read_text(encoding="ascii"),
                 SERVICE: f"auth required {pam_folder()}/pam_oauth.so "
                          f"conf={self.folder}/pam_oauth.conf debug\n"}
        for name, text in files.items():
            path = self.folder / name
            path.write_text(text, encoding="ascii")
            path.chmod(0o644)

    def _read(self):
        for line in self.process.stdout:
            with self._changed:
                self.lines.append(json.loads(line))
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join(PATIENCE)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()

    def __str__(self):
        return "\n".join(map(str, self.lines)) + f"\n{self.errors}"

    def wait(self, found, what, timeout=PATIENCE):
        """The first true value of found()."""
        end = time.monotonic() + timeout
        with self._changed:
            while not (value := found()):
                left = end - time.monotonic()
                assert left > 0 and (self.process.poll() is None or self._reader.is_alive()), \
                    f"waited for {what}:\n{self}"
                self._changed.wait(min(left, 0.02))
        return value

    @property
    def texts(self):
        """What the person was told, without the reference."""
        return [REFERENCE.sub("", line["text"]) for line in self.lines if "style" in line]

    @property
    def logs(self):
        """What went to syslog."""
        return [line["log"] for line in self.lines if "log" in line]

    def challenge(self):
        """(URI, code), as soon as they are on the screen."""
        text = self.wait(lambda: [t for t in self.texts if CODE.search(t)], "the code")[0]
        return URI.search(text).group(1), CODE.search(text).group(1)

    def answer(self, text=""):
        """What the person types, and Enter."""
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def worker(self):
        """The process id of its worker, when there is one."""
        path = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return int(self.wait(lambda: path.read_text().split(), "the worker")[0])

    def end(self):
        """Wait until pam_authenticate has returned and the application has ended."""
        self.wait(lambda: self._ops(), "the end")     # pylint: disable=unnecessary-lambda
        self.process.stdin.close()
        self.process.wait(PATIENCE)
        self.errors = self.process.stderr.read()
        assert self.process.returncode == 0 and not self.errors, str(self)
        return self

    def _ops(self):
        return [line for line in self.lines if "result" in line]

    @property
    def result(self):
        """The PAM code."""
        (line,) = self._ops()
        return line["result"]

    @property
    def seconds(self):
        """How long pam_authenticate took."""
        (line,) = self._ops()
        return line["seconds"]

    @property
    def outcome(self):
        """The fields of the outcome line."""
        (line,) = [log for log in self.logs if " result=" in log]
        return {name: quoted or plain for name, quoted, plain in FIELD.findall(line)}

    @property
    def changed(self):
        """What is different in the application's process: descriptors, children, signals."""
        return [line["sign"] + line["changed"] for line in self.lines if "changed" in line]
