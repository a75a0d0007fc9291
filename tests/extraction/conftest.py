"""All tests of the extraction run twice: with the Python code, and with the compiled parts if they are there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.implementations import COMPILED, in_python, needs_compiled


@pytest.fixture(scope="module", params=["python", pytest.param("compiled", marks=needs_compiled)], autouse=True)
def implementation(request: pytest.FixtureRequest) -> Iterator[str]:
    """Which code runs."""
    if request.param == "compiled":
        assert COMPILED
        yield request.param
    else:
        with in_python():
            yield request.param
