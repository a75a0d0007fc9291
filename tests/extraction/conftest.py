"""All tests of the extraction run twice: with the Python code, and with the compiled parts if they are there."""

from __future__ import annotations

from tests.implementations import implementation  # noqa: F401 - it works by being here
