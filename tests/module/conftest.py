# SPDX-License-Identifier: BSD-2-Clause
"""Real libpam, the module in its test build, a scripted worker (fake_worker.py)."""

import pytest

from built import built
from scene import Scene


@pytest.fixture(scope="session", name="module_file")
def _module_file():
    return built("PO_TEST_MODULE")


@pytest.fixture(scope="session", name="pam_client")
def _pam_client():
    return built("PO_PAM_CLIENT")


@pytest.fixture(name="scene")
def _scene(tmp_path, module_file, pam_client):
    """scene(...): a Scene in a folder of its own."""
    made = []

    def make(**options):
        directory = tmp_path / str(len(made))
        directory.mkdir()
        made.append(Scene(directory, module_file, pam_client, **options))
        return made[-1]

    return make
