# SPDX-License-Identifier: BSD-2-Clause
"""The audit record of a login (PAM-45), as a kernel writes it that has audit switched on."""

import re
import socket
import struct
import time

NETLINK_AUDIT, AUDIT_SET, AUDIT_TRUSTED_APP = 9, 1001, 1121
REQUEST_AND_ANSWER = 1 | 4
MASK_ENABLED = 1


def switch_on():
    """What `auditctl -e 1` does; without a daemon, records go where the kernel's own lines go."""
    status = struct.pack("=II", MASK_ENABLED, 1) + bytes(40)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_AUDIT) as asker:
        asker.settimeout(5)
        asker.sendto(struct.pack("=IHHII", 16 + len(status), AUDIT_SET, REQUEST_AND_ANSWER, 1, 0)
                     + status, (0, 0))
        answer = asker.recv(8192)
    assert struct.unpack_from("=i", answer, 16)[0] == 0, "audit cannot be switched on"


def records(system, mark):
    """What applications have recorded since then."""
    return [line for line in system.kernel_lines()[mark:] if f"type={AUDIT_TRUSTED_APP} " in line]


def until_recorded(system, mark, text):
    """The record with this text."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        found = [line for line in records(system, mark) if text in line]
        if found:
            return found[0]
        time.sleep(0.2)
    raise AssertionError(f"no record with {text!r}, but: {records(system, mark)}")


def reference(system, started, result):
    """That of the log line of this outcome."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        found = re.search(rf"result={result} ref=(\w+)", system.journal_since(started))
        if found:
            return found[1]
        time.sleep(0.2)
    raise AssertionError("no such line in the journal")


def test_success_and_refusal(system, provider, configure, ssh):
    """Each has a record with account, result and the reference of its log line."""
    switch_on()
    configure(client_secret_file=system.write("secret", provider.client_secret + "\n", 0o600))
    for person, result, word in (("alice", "success", "success"), ("bob", "not_allowed", "failed")):
        mark, started = len(system.kernel_lines()), time.time()
        login = ssh()
        uri, code = login.challenge()
        provider.phone(person).approve(uri, code)
        login.enter()
        record = until_recorded(system, mark, f"pam_oauth ref={reference(system, started, result)}")
        assert 'acct="alice"' in record and f"res={word}" in record, record
