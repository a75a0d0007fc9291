"""What is said of a topic that the user may not see; the rest needs a broker and is tested in tests/kafka/test_topics.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from kafka.errors import TopicAuthorizationFailedError

from worker.errors import TransportError
from worker.transport.kafka import topics


class Admin:
    """To a user without any right."""

    def describe_topics(self, names: list[str]) -> list[dict[str, Any]]:
        return [{"name": name, "error_code": TopicAuthorizationFailedError.errno} for name in names]

    def describe_configs(self, *_: object, **__: object) -> dict[str, Any]:
        return {}


@pytest.mark.parametrize("ask", [topics.missing, topics.describe])
def test_the_acl_that_is_missing_to_see_a_topic_is_named(ask: Callable[..., object]) -> None:
    with pytest.raises(TransportError, match="the topic raw: grant DESCRIBE") as raised:
        ask(Admin(), ["raw", "clean"])
    assert raised.value.exit_code == 5
