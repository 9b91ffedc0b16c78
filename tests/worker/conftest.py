# SPDX-License-Identifier: BSD-2-Clause
"""Tables of logins, run many at a time.

Most rows wait for an interval, not for the processor. So all rows are started
together, in a pool, when the first one is asked for, the longest first; each
test then judges its own row. Tests that measure (test_cancel.py) run before.
PO_TEST_JOBS says how many logins run at once.
"""

import concurrent.futures
import os

import pytest

import flow

JOBS = int(os.environ.get("PO_TEST_JOBS", "32"))


def pytest_collection_modifyitems(items):
    """What measures comes before the first test that starts all rows."""
    items.sort(key=lambda item: item.path.name != "test_cancel.py")


class Batch:
    """All rows, running."""

    def __init__(self, lab, binary, rows):
        self._pool = concurrent.futures.ThreadPoolExecutor(JOBS)
        ordered = sorted(rows, key=lambda r: not r.slow)
        self._results = {id(r): self._pool.submit(flow.run, lab, binary, r) for r in ordered}

    def result(self, row):
        """What came out of a row."""
        return self._results[id(row)].result()

    def close(self):
        """End; rows that have not begun are dropped."""
        self._pool.shutdown(cancel_futures=True)


@pytest.fixture(scope="session", name="batch")
def _batch(request, lab, worker_binary):
    rows = [item.callspec.params["row"] for item in request.session.items
            if hasattr(item, "callspec") and "row" in item.callspec.params]
    batch = Batch(lab, worker_binary, rows)
    yield batch
    batch.close()


def _judge(result):
    """What the row says has to come out, with the transcript where it did not."""
    __tracebackhide__ = True
    row = result.row
    assert not result.problems, f"{result.problems}\n{result}"
    if row.code is None:
        assert result.identity, f"no identity\n{result}"
    else:
        assert result.fault, f"no fault\n{result}"
        codes = (row.code,) if isinstance(row.code, str) else row.code
        assert result.fault["code"] in codes, str(result)
    if row.text:
        assert row.text in result.fault["text"], str(result)
    if row.log:
        assert any(row.log in text for text in result.warnings()), str(result)
    if row.check:
        row.check(result)


@pytest.fixture(name="judge")
def _judge_fixture(batch):
    """judge(row): wait for the row and compare."""
    def judge(row):
        __tracebackhide__ = True
        result = batch.result(row)
        _judge(result)
        return result
    return judge
