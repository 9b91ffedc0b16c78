# SPDX-License-Identifier: BSD-2-Clause
"""Every call between fork and exec fails in turn, or lies (tests/inject/child_faults.c)."""

import subprocess

import namespace
from built import built
from host import WORKER_USER, install


def test_no_worker_runs_that_has_kept_a_privilege(host):  # pylint: disable=unused-argument
    """NET-30, architecture 6: the reason arrives, and whoever runs is pam-oauth and nobody else."""
    program = built("PO_CHILD_FAULTS")
    probe = namespace.BASE / "probe"
    install(program, probe, 0o755)
    run = subprocess.run([program, WORKER_USER, str(probe)], stdin=subprocess.DEVNULL, text=True,
                         capture_output=True, timeout=300, check=False)
    print(run.stdout)
    assert run.returncode == 0 and not run.stderr, run.stdout + run.stderr
    assert ", 0 failed" in run.stdout
