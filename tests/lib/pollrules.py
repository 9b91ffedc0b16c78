# SPDX-License-Identifier: BSD-2-Clause
"""When a client may poll: protocol.md 2.5, kept by the scripted server.

The server keeps this clock of its own beside the script and notes every poll
that came earlier than allowed, or at all when none was allowed. Times are the
server's: an exchange ends just before its last byte is written and a request
begins with its first byte read, so a client that keeps the rule by its own
clock always keeps it by this one.
"""

import math

from answers import FINAL, PENDING, SLOW_DOWN, TRANSIENT

DEFAULT_INTERVAL = 5
MARGIN = 0.5


def interval_of(value):
    """DEV-16, SRV-56 to SRV-60: the interval that a response means."""
    if isinstance(value, str) and value.isdigit() and len(value) <= 12:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
        return DEFAULT_INTERVAL
    return max(1, math.ceil(value))


class PollRules:
    """The state of one device authorization."""

    def __init__(self, initial_poll=False):
        self.initial_poll = initial_poll
        self.interval = DEFAULT_INTERVAL
        self.penalty = 1
        self.earliest = math.inf       # no poll before a device authorization
        self.latest = math.inf
        self.final = None              # the answer after which nothing may follow
        self.polls = 0
        self.violations = []

    def issued(self, start, end, response):
        """A device authorization request that began at start was answered at end."""
        self.interval = interval_of(response.get("interval"))
        self.earliest = end if self.initial_poll else end + self.interval
        expires = response.get("expires_in")
        if isinstance(expires, (int, float)) and not isinstance(expires, bool):
            self.latest = start + expires

    def request(self, start):
        """A poll begins."""
        self.polls += 1
        where = f"poll {self.polls}"
        if self.final:
            self.violations.append(f"{where} after the final answer {self.final}")
        if start < self.earliest:
            self.violations.append(f"{where} is {(self.earliest - start) * 1000:.2f} ms too early")
        if start > self.latest:
            self.violations.append(f"{where} is {start - self.latest:.3f} s after the expiry")

    def answered(self, end, answer):
        """The poll was answered, or given up, at end."""
        meaning = answer.meaning()
        if meaning == FINAL:
            self.final = answer.parsed().get("error") or f"with status {answer.status}"
        if meaning == TRANSIENT:
            self.penalty = min(self.penalty * 2, 8)
        if meaning in (PENDING, SLOW_DOWN):
            self.penalty = 1
        if meaning == SLOW_DOWN:
            told = answer.parsed().get("interval")
            told = told if isinstance(told, (int, float)) and not isinstance(told, bool) else 0
            self.interval = max(self.interval + 5, told)
        wait = (self.interval + MARGIN) * self.penalty
        self.earliest = end + max(wait, answer.retry_after())

    def repeat_tolerated(self, end):
        """libcurl itself repeats what met a closed connection (NET-10)."""
        self.earliest = end
