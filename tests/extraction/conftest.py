"""All tests of the extraction run twice: with the Python code, and with the compiled parts if they are there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.implementations import BOTH, one_of_both


@pytest.fixture(scope="module", params=BOTH, autouse=True)
def implementation(request: pytest.FixtureRequest) -> Iterator[str]:
    """Which code runs."""
    yield from one_of_both(request)
