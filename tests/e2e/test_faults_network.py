# SPDX-License-Identifier: BSD-2-Clause
"""The network is cut at every stage of a login, over IPv4 and IPv6; name servers never answer.

Host and provider have a network of their own for each case: an interface that is down, packets
that nftables drops or answers with a reset. Each ends with the right PAM code within the deadline;
a network that comes back lets the login succeed.
"""

import dataclasses
import pathlib
import socket
import subprocess
import time

import pytest

import namespace
from answers import SUBJECT, grant, pending
from fake_as import FakeAs
from live import Live, everything_at_once, judged
from network import Network, plain_resolver_file

RULES = {"alice": f"sub={SUBJECT}"}
MAX_WAIT, GRACE = 10, 4        # the least that can be configured; a machine with other work
PATIENT = 120                  # for logins that shall succeed, also on a slow machine
AWAY = 3                       # seconds
NOBODY = "name-of-nobody.test"

UNREACHABLE = ("PAM_AUTHINFO_UNAVAIL", "provider_unreachable", "The sign-in service cannot be "
               "reached. Try later or tell your administrator.")
TIMED_OUT = ("PAM_AUTH_ERR", "timed_out",
             "Nobody approved in time. Log in again to get a new code.")
SUCCESS = ("PAM_SUCCESS", "success", None)

STAGES = {
    "before the login": UNREACHABLE,                 # 10.1: nobody saw a code
    "while the prompt is open": UNREACHABLE,         # DEV-45: not one poll got an answer
    "while polling": TIMED_OUT,                      # DEV-45: one did
    "while polling, and back again": SUCCESS,
}
WAYS = ("down", "dropped", "reset")
FAMILIES = {"IPv4": (Network.IPV4, Network.NAME), "IPv6": (Network.IPV6, f"[{Network.IPV6}]")}
CUTS = [(stage, way, family) for stage in STAGES for way in WAYS for family in FAMILIES]


@dataclasses.dataclass
class Done:
    """A login that has ended, and what the provider saw."""

    login: Live
    server: FakeAs


def provider(net, lab, family):
    """The scripted provider at the far end."""
    address, host = FAMILIES[family]
    server = net.at_the_provider(lambda: FakeAs(lab, tls="network", address=address, host=host,
                                                token=pending()))
    server.ca_file = lab.ca_file
    return server


def until_answered(server, endpoint):
    """The provider has answered such a request."""
    end = time.monotonic() + 30
    while not [r for r in server.named(endpoint) if r.end]:
        assert time.monotonic() < end, server.paths()
        time.sleep(0.01)


def run_cut(lab, case):
    """One login and its cut."""
    stage, way, family = case
    max_wait = PATIENT if STAGES[stage] is SUCCESS else MAX_WAIT
    with Network() as net, provider(net, lab, family) as server:
        if stage == "before the login":
            net.cut(way)
        with Live(server, RULES, display="prompt", max_wait=max_wait,
                  prefix=net.prefix()) as login:
            if stage != "before the login":
                login.challenge()
                until_answered(server, "jwks")
            if stage.startswith("while polling"):
                login.answer()
                until_answered(server, "token")
            if stage != "before the login":
                net.cut(way)
            if stage == "while the prompt is open":
                login.answer()
            if STAGES[stage] is SUCCESS:
                time.sleep(AWAY)
                server.script["token"] = grant()
                net.mend()
            return Done(login.end(), server)


def run_silent(lab, family):
    """A login whose name server takes each question and says nothing."""
    def listen():
        kind = socket.AF_INET6 if family == "IPv6" else socket.AF_INET
        sock = socket.socket(kind, socket.SOCK_DGRAM)
        sock.bind((FAMILIES[family][0], 53))
        return sock

    with Network() as net, provider(net, lab, family) as server:
        resolver = namespace.BASE / f"resolv-{family}"
        resolver.write_text(f"nameserver {FAMILIES[family][0]}\n", encoding="ascii")
        resolver.chmod(0o644)
        server.host = NOBODY
        with net.at_the_provider(listen) as name_server, \
                Live(server, RULES, display="prompt", max_wait=MAX_WAIT,
                     prefix=net.prefix(resolver)) as login:
            login.end()
            name_server.setblocking(False)
            asked = name_server.recv(512)
        assert NOBODY.partition(".")[0].encode() in asked
        return Done(login, server)


@pytest.fixture(scope="module", name="results")
def _results(host, lab):
    """All of them at once: they mostly wait."""
    host.name_host(Network.NAME, Network.IPV4)
    plain_resolver_file()

    def run(case):
        return run_silent(lab, case) if isinstance(case, str) else run_cut(lab, case)

    results = everything_at_once(run, [*CUTS, *FAMILIES])
    assert not host.workers()
    return results


def right(login, expected, max_wait=MAX_WAIT):
    """PAM code, log, sentence, time, and the application's process."""
    code, result, sentence = expected
    assert (login.result, login.outcome["result"]) == (code, result), str(login)
    assert login.texts[-1] == sentence or code == "PAM_SUCCESS", str(login)
    assert code == "PAM_SUCCESS" or login.seconds <= max_wait + GRACE, str(login)
    assert login.changed == [], str(login)


@pytest.mark.parametrize("case", CUTS, ids="-".join)
def test_cut(case, results):
    """10.1, DEV-45."""
    stage = case[0]
    done = judged(results, case)
    right(done.login, STAGES[stage])
    assert (done.server.accepted == 0) == (stage == "before the login"), "the cut was one"
    assert not done.server.violations, done.server.violations


@pytest.mark.parametrize("family", FAMILIES)
def test_name_server_that_never_answers(family, results):
    """NET-5: a name that takes for ever is a provider that cannot be reached."""
    done = judged(results, family)
    right(done.login, UNREACHABLE)
    assert done.login.outcome["reason"].startswith("discovery: "), str(done.login)
    assert done.server.accepted == 0


def test_nothing_of_it_in_the_network_of_the_machine(results):
    """The control: the cables were in namespaces, and they are gone."""
    assert results
    shown = subprocess.run(["ip", "-oneline", "link"], capture_output=True, text=True, check=True)
    assert "cable" not in shown.stdout
    assert not pathlib.Path("/sys/class/net/cable").exists()
