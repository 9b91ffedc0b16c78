# SPDX-License-Identifier: BSD-2-Clause
"""Where the build has put its products.

The build tells by environment variables. A missing one is an error, never a
skipped test.
"""

import os
import pathlib

import pytest


def built(variable):
    """The path of a built program, from the environment; fails the test if it is not there."""
    path = os.environ.get(variable)
    if not path:
        pytest.fail(f"{variable} is not set: run these tests by 'make check'", pytrace=False)
    if not os.access(path, os.R_OK):
        pytest.fail(f"{variable} names {path}, which cannot be read", pytrace=False)
    return str(pathlib.Path(path).resolve())
