# SPDX-License-Identifier: BSD-2-Clause
"""Shared by all Python tests: where the built programs are, and tests/lib on the path.

The build tells by environment variables where its products are. A missing one
is an error, never a skipped test.
"""

import os
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "lib"))


def built(variable):
    """The path of a built program, from the environment; fails the test if it is not there."""
    path = os.environ.get(variable)
    if not path:
        pytest.fail(f"{variable} is not set: run these tests by 'make check'", pytrace=False)
    if not os.access(path, os.R_OK):
        pytest.fail(f"{variable} names {path}, which cannot be read", pytrace=False)
    return str(pathlib.Path(path).resolve())


@pytest.fixture(scope="session", name="lab")
def _lab(tmp_path_factory):
    """The throw-away CA and the TLS contexts of the scripted servers."""
    from lab import Lab  # pylint: disable=import-outside-toplevel
    directory = tmp_path_factory.mktemp("lab")
    return Lab(directory)


@pytest.fixture(scope="session", name="worker_binary")
def _worker_binary():
    """The real worker."""
    return built("PO_TEST_WORKER")


@pytest.fixture(scope="session", name="source_root")
def _source_root():
    """The top of the source tree."""
    return HERE.parent
