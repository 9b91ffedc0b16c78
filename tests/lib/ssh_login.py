# SPDX-License-Identifier: BSD-2-Clause
"""A real ssh on a pseudo-terminal, and the person who reads and types there.

    with SshLogin(sshd, "alice") as ssh:
        uri, code = ssh.challenge()
        idp.phone("alice").approve(uri, code)
        ssh.enter()
        ssh.expect_shell()
"""

import os
import re
import signal
import time

import pexpect
import pyte

ROWS, COLUMNS = 24, 80
TIMEOUT = 20
PROMPT = "Press Enter after approving, q to cancel: "
MARKER = "over-ssh-as"
COMMAND = f"echo {MARKER}=$(id -un)"
URI = re.compile(r"pen +(https://[!-~]+)")
CODE = re.compile(r"and enter +([!-~]+(?: [!-~]+)*?)(?:  |\r|$)", re.MULTILINE)


class SshLogin:
    """One ssh client; everything it printed is in .text and, as a screen shows it, in .screen."""

    def __init__(self, sshd, user="alice", command=COMMAND, *, locale="C.UTF-8", options=(),
                 tty=False):
        args = sshd.client(user, *([command] if command else []), options=options, tty=tty)
        env = {"PATH": os.environ["PATH"], "TERM": "xterm", "LC_ALL": locale,
               "HOME": "/nonexistent"}
        self._open(user, args, env)

    def _open(self, user, args, env, **spawn):
        """The program on its terminal."""
        self.user = user
        self.text = ""
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.Stream(self.screen)
        self.started = time.monotonic()
        self.process = pexpect.spawn(args[0], args[1:], env=env, dimensions=(ROWS, COLUMNS),
                                     encoding="utf-8", codec_errors="replace", timeout=TIMEOUT,
                                     logfile=None, **spawn)
        self.process.logfile_read = self
        self.process.delaybeforesend = None

    def write(self, text):
        """What pexpect read (it takes us for its log file)."""
        self.text += text
        self._stream.feed(text)

    def flush(self):
        """Nothing: see write()."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Kill the client if it still runs."""
        if self.process.isalive():
            self.process.kill(signal.SIGKILL)
            self.process.wait()            # on a busy machine close() does not give it the time
        self.process.close(force=True)

    def expect(self, pattern, timeout=TIMEOUT):
        """Wait until this regular expression was printed; returns its match."""
        try:
            self.process.expect(pattern, timeout=timeout)
        except (pexpect.EOF, pexpect.TIMEOUT) as e:
            kind = "the end" if isinstance(e, pexpect.EOF) else f"{timeout} s of waiting"
            raise AssertionError(f"{kind} instead of {pattern!r}; it printed:\n{self.text}") \
                from None
        return self.process.match

    def challenge(self, timeout=TIMEOUT):
        """Wait for the whole challenge; returns the shown URI and code."""
        self.expect(re.escape(PROMPT), timeout)
        uri, code = URI.search(self.text), CODE.search(self.text)
        if not uri or not code:
            raise AssertionError(f"no URI and code in:\n{self.text}")
        return uri.group(1), code.group(1)

    def whole_challenge(self):
        """With all words that belong to it: here the prompt is the last."""
        return self.challenge()

    def type(self, text):
        """Keys of the keyboard."""
        self.process.send(text)

    def enter(self):
        """The key Enter."""
        self.process.send("\r")

    def expect_in(self, user=None):
        """The command ran as this account; returns the seconds that it took to say so."""
        began = time.monotonic()
        self.expect(f"{MARKER}={user or self.user}\r")
        took = time.monotonic() - began
        assert self.end() == 0
        return took

    def end(self, timeout=TIMEOUT):
        """Wait for the end of ssh; returns its exit status."""
        self.expect(pexpect.EOF, timeout)
        self.process.wait()
        return self.process.exitstatus

    def expect_refused(self, sentence=None, timeout=TIMEOUT):
        """ssh ends without a login; returns what it printed after the last key."""
        before = len(self.text)
        status = self.end(timeout)
        told = self.text[before:]
        assert status == 255, (status, self.text)
        assert MARKER not in self.text
        if sentence is not None:
            assert sentence in told, self.text
        return told

    def is_waiting(self, seconds):
        """True if ssh neither ends nor prints anything for so long."""
        return self.process.expect([pexpect.TIMEOUT, pexpect.EOF, "(?s)."], timeout=seconds) == 0

    def kill(self):
        """SIGKILL, as when the laptop is closed for good."""
        os.kill(self.process.pid, signal.SIGKILL)

    def rows(self):
        """The screen as it is now."""
        return [line.rstrip() for line in self.screen.display]
