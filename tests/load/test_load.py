# SPDX-License-Identifier: BSD-2-Clause
"""The load programs of this folder and the measurement of memory, smaller than by hand.

They need root and make namespaces of their own. `sequence` mostly waits, a second for each login,
so it runs beside the others.
"""

import pathlib
import subprocess

import pytest

from built import built

TESTS = pathlib.Path(__file__).resolve().parents[1]
PATIENCE = 600


def start(program, *options):
    """A program of the tree with this build."""
    build = pathlib.Path(built("PO_TEST_SHIPPED")).parents[1]
    return subprocess.Popen([str(TESTS / program), "--build", str(build), *options],
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True)


def finish(process):
    """It has to succeed; returns what it printed, which is shown otherwise."""
    output, _ = process.communicate(timeout=PATIENCE)
    print(output)
    assert process.returncode == 0
    return output


@pytest.fixture(scope="module", autouse=True, name="sequence")
def _sequence():
    """Runs while the other tests do."""
    process = start("load/sequence", "--logins", "100")
    yield process
    process.terminate()
    process.communicate()


def test_logins_that_wait_together_open_their_own_accounts():
    """40 in random order, and 4 whose codes somebody else approves."""
    finish(start("load/pending", "--logins", "40"))


def test_a_login_that_waits_stays_small():
    """A bound above what is measured, for whoever adds to it by mistake (doc/PERFORMANCE.md)."""
    finish(start("bench/memory", "--logins", "8", "--most", "1.9"))


def test_the_table_of_what_a_login_costs():
    """tests/bench/run to its end; what it measures in so few rounds says nothing."""
    output = finish(start("bench/run", "--rounds", "1", "--waiting", "2", "--pending", "4"))
    rows = [line for line in output.splitlines() if line.startswith("| ")]
    assert len(rows) == 17 and all(row.count("|") == 5 for row in rows)


def test_logins_one_after_the_other_leave_nothing_behind(sequence):
    """100 in one process: no byte of heap, no descriptor, no child."""
    finish(sequence)
