"""What the member of a group says of a rebalance; how it reads on meanwhile is tested in tests/kafka/test_rebalance.py."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from worker.transport.kafka import consumer
from worker.transport.kafka.consumer import GroupConsumer


def test_a_rebalance_that_lasts_is_logged_now_and_then_with_the_seconds_waited(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([100.0, 110.0, 116.04, 120.0, 132.0])
    monkeypatch.setattr(consumer, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    member: Any = GroupConsumer.__new__(GroupConsumer)  # it needs no broker to speak of its waiting
    member._told_s = math.inf
    with capture_logs() as logs:
        for _ in range(5):
            member._tell_of_waiting()
    assert [(event["event"], event["waited_s"]) for event in logs] == [("rebalancing", 16.0), ("rebalancing", 32.0)]
