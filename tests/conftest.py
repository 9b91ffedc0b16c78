# SPDX-License-Identifier: BSD-2-Clause
"""Shared by all Python tests: tests/lib on the path, and what every suite needs."""

import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "lib"))


@pytest.fixture(scope="session", name="lab")
def _lab(tmp_path_factory):
    """The throw-away CA and the TLS contexts of the scripted servers."""
    from lab import Lab  # pylint: disable=import-outside-toplevel
    return Lab(tmp_path_factory.mktemp("lab"))


@pytest.fixture(scope="session", name="worker_binary")
def _worker_binary():
    """The real worker."""
    from built import built  # pylint: disable=import-outside-toplevel
    return built("PO_TEST_WORKER")


@pytest.fixture(scope="session", name="source_root")
def _source_root():
    """The top of the source tree."""
    return HERE.parent
