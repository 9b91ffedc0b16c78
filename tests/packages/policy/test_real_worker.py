# SPDX-License-Identifier: BSD-2-Clause
"""The real worker, under strace, needs nothing that the policy does not give it: each file that it
opens, reads, maps or runs has a label by the policy, and the worker's domain has that right to it."""

import os
import pathlib
import stat
import time

import flow
import pytest
import straced

WORKER = "pam_oauth_worker_t"
UNKNOWN = "https://sso.example.org"
RUNS = {
    "a login, its token revoked": flow.row("login", request={"revoke": "yes"}),
    "a name that a name server is asked for": flow.row(
        "unknown", "UNREACHABLE", "resolve", request={"issuer": UNKNOWN, "remaining_ms": 8000}),
}


def whole(trace):
    """What strace wrote, which runs beside (-D) and ends a little later."""
    end = time.monotonic() + 20
    text, last = "", None
    while time.monotonic() < end and (text != last or "exit_group(" not in text):
        time.sleep(0.5)
        text, last = trace.read_text(encoding="utf-8"), text
    return text


@pytest.fixture(scope="session", name="traces")
def _traces(tmp_path_factory, lab):
    """run -> (what strace wrote, how it ended)."""
    folder = tmp_path_factory.mktemp("straced")
    made = {}
    for name, row in RUNS.items():
        trace, start = folder / f"trace{len(made)}", folder / f"start{len(made)}"
        start.write_text(f"#!/bin/sh\nexec strace -D -f -qq -y -o {trace} {os.environ['PO_WORKER']}\n",
                         encoding="ascii")
        start.chmod(0o755)
        result = flow.run(lab, str(start), row)
        made[name] = (whole(trace), result)
    return made


@pytest.mark.parametrize("name", RUNS)
def test_it_ran(traces, name):
    """To the end that was meant, so that there is something to see."""
    trace, result = traces[name]
    assert bool(result.identity) == (RUNS[name].code is None) and not result.problems, str(result)
    assert len(straced.files(trace)) > 50 and "landlock_restrict_self" in trace


@pytest.mark.parametrize("name", RUNS)
def test_files(ours, lab, traces, name):
    """The certificates of the tests lie elsewhere than those of a host."""
    missing = set()
    for path, right in straced.files(traces[name][0]):
        if path.startswith(str(pathlib.Path(lab.ca_file).parent)) or "pam_oauth_worker" in path:
            continue
        tclass = "file"
        if os.path.exists(path):
            mode = os.stat(path).st_mode
            tclass = "dir" if stat.S_ISDIR(mode) else "chr_file" if stat.S_ISCHR(mode) else "file"
        kind = straced.label(ours.contexts, path)
        if (kind, tclass, right) not in ours.allowed(WORKER, kind):
            missing.add((path, kind, tclass, right))
    assert not missing


@pytest.mark.parametrize("name", RUNS)
def test_upon_itself(ours, traces, name):
    """Sockets, processes, limits."""
    needs = straced.itself(traces[name][0])
    has = {(tclass, right) for _, tclass, right in ours.allowed(WORKER, WORKER)}
    assert needs and needs <= has, needs - has


def test_each_kind_was_seen(traces):
    """Or the test above shows little."""
    seen = set().union(*(straced.itself(trace) for trace, _ in traces.values()))
    assert {("tcp_socket", "create"), ("udp_socket", "create"), ("unix_stream_socket", "create"),
            ("process", "fork"), ("process", "setrlimit")} <= seen
    opened = {path for trace, _ in traces.values() for path, _ in straced.files(trace)}
    assert {"/etc/nsswitch.conf", "/etc/hosts"} <= opened
