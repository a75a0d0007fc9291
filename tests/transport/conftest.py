"""The contract suite is no test module, and its asserts should explain themselves all the same."""

import pytest

pytest.register_assert_rewrite("tests.transport.contract")
