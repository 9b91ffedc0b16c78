# SPDX-License-Identifier: BSD-2-Clause
"""Seeds of make_corpus.py for what the module itself has written: pins, and records of grace."""

import wire

PIN = "pam_oauth pin 1\naccount {}\nissuer {}\nsub {}\nsince {}\n"
GRACE = ("account alice\nservice {service}\nboot 5a3f9c1e-0000-4000-8000-0123456789ab\n"
         "since {since}\naddress {address}\nprior {prior}\ncaller {caller}\npid 4711\n"
         "start 12345\nasked {asked}\nidentity {identity}\nsub {sub}\n")


def record(**changes):
    """One approved login."""
    sub = changes.get("sub", "A")
    claims = changes.pop("claims", [sub, None, 7, True, ["a", "b"], ...])
    fields = {"service": "sshd", "since": 1000, "address": "192.0.2.1", "caller": 0, "sub": sub,
              "prior": b"publickey ssh-ed25519 AAAA\n".hex(), "asked": b"c\0openid\0".hex(),
              "identity": wire.encode("IDENTITY", {"issuer": "https://i", "subject": sub,
                                                   "claims": claims}).hex()}
    return GRACE.format(**{**fields, **changes})


def state_seeds():
    """The first byte says which of the two it is."""
    for row in (("alice", "https://i", "A", 1800000000), ("alice", "https://i", "B", 0),
                ("bob", "https://i", "A", 1), ("alice", "https://j", "A", 1),
                ("alice", "https://i", "A", "01"), ("alice", "https://i", "A", 2**64),
                ("..", "", "", ""), ("alice", "https://i", "A\nsub B", 1)):
        yield b"p" + PIN.format(*row).encode()
    yield b"p"
    head = "pam_oauth grace 1\n"
    for text in ("", record(), record() * 2, record() * 8, record() * 9, record(claims=[]),
                 record(service="sudo", address="local", prior="", caller=1000),
                 record(since=2**63 - 1, caller=2**32 - 1), record(since=2**63),
                 record(identity="0104"), record(sub="x\ny"), record(prior="0"),
                 record(asked="AB"), record()[:-1], record() + "\n"):
        yield b"g" + (head + text).encode()
