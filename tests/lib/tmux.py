# SPDX-License-Identifier: BSD-2-Clause
"""A terminal of 80 by 24 characters that somebody else draws: tmux.

    with Tmux(["ssh", ...]) as terminal:
        terminal.wait_for("Press Enter")
        lines = terminal.lines()
        terminal.keys("Enter")
"""

import pathlib
import subprocess
import tempfile
import time

COLUMNS, ROWS = 80, 24
TIMEOUT = 20


class Tmux:
    """One server with one window, and one program in it."""

    def __init__(self, command, locale="C.UTF-8", columns=COLUMNS, rows=ROWS):
        self._folder = tempfile.TemporaryDirectory(prefix="tmux-")
        self._base = ["tmux", "-u", "-S", str(pathlib.Path(self._folder.name) / "socket"),
                      "-f", "/dev/null"]
        self._start(command, locale, columns, rows)

    def _start(self, command, locale, columns, rows):
        # the last screen stays to be read when the program has ended
        options = ["set-option", "-g", "remain-on-exit", "on", ";",
                   "set-option", "-g", "status", "off", ";"]
        self._run(*options, "new-session", "-d", "-x", str(columns), "-y", str(rows),
                  "env", f"LC_ALL={locale}", *map(str, command), locale=locale)

    def _run(self, *args, locale="C.UTF-8"):
        env = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": locale, "TERM": "xterm-256color",
               "HOME": self._folder.name, "SHELL": "/bin/sh"}
        return subprocess.run([*self._base, *args], env=env, check=True, capture_output=True,
                              text=True, timeout=TIMEOUT).stdout

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Ends the program and the server."""
        try:
            self._run("kill-server")
        except subprocess.CalledProcessError:
            pass
        self._folder.cleanup()

    def lines(self):
        """The screen, without blanks at the ends of lines."""
        return [line.rstrip() for line in self._run("capture-pane", "-p").split("\n")[:-1]]

    def keys(self, *names):
        """Press keys by their names in tmux, such as Enter."""
        self._run("send-keys", *names)

    def wait_for(self, text):
        """The screen, as soon as this text is on it."""
        deadline = time.monotonic() + TIMEOUT
        while text not in "\n".join(self.lines()):
            if time.monotonic() > deadline:
                raise AssertionError(f"no {text!r} on:\n" + "\n".join(self.lines()))
            time.sleep(0.05)
        return self.lines()
