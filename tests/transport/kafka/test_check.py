"""What `check` says if the coordinators do not answer as they should. tests/kafka/test_check.py has real brokers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from kafka.errors import CoordinatorNotAvailableError, InvalidProducerIdMappingError, KafkaError

from tests.transport.kafka.memory_admin import MemoryAdmin
from worker.config.settings import Settings
from worker.transport.kafka import check as checking


class Admin:
    """Raises an error for each request, or answers with it."""

    def __init__(self, *, raised: KafkaError | None = None, answered: Any = None) -> None:
        self.raised, self.answered = raised, answered
        self.asked = 0
        self._manager = self

    def run(self, _ask: Any) -> Any:
        self.asked += 1
        if self.raised:
            raise self.raised
        return SimpleNamespace(error_code=self.answered.errno if self.answered else 0)


def findings(admin: Any) -> list[Any]:
    asked = checking._Asked(admin, Settings(group_id="g"), ["one"], lambda: iter(()), lambda: 0.0)
    return list(checking._transactions(asked))


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = iter(range(0, 10_000, 3))
    monkeypatch.setattr(checking, "time", SimpleNamespace(monotonic=lambda: next(now_s), sleep=lambda _: None))


@pytest.mark.parametrize("how", ["raised", "answered"])
def test_a_coordinator_that_is_not_ready_is_asked_again_and_is_then_the_fault_of_run(how: str) -> None:
    error: Any = CoordinatorNotAvailableError
    admin = Admin(raised=error()) if how == "raised" else Admin(answered=error)
    [line] = findings(admin)
    assert admin.asked > 2
    assert (line.level, line.exit_code, line.about) == ("fault", 3, "transactional id g-one")
    assert "transaction.state.log.replication.factor" in line.text


def test_a_producer_that_nobody_knows_means_that_the_user_may_use_the_id() -> None:
    [line] = findings(Admin(answered=InvalidProducerIdMappingError))
    assert (line.level, line.text) == ("ok", "this user may use it")


class OfOneBroker(MemoryAdmin):
    """A cluster without topics."""

    def describe_cluster(self) -> dict[str, Any]:
        return {"brokers": [{"broker_id": 0}]}


def test_topics_that_are_missing_are_one_fault_with_one_command() -> None:
    asked = checking._Asked(OfOneBroker(), Settings(), ["one"], lambda: iter(()), lambda: 0.0)  # type: ignore[arg-type]
    [line] = checking._topics(asked)
    assert (line.level, line.exit_code) == ("fault", 4)
    assert line.about == "topics articles.raw, articles.clean, articles.quality, articles.dead"
    assert line.text.count("article-worker topics create") == 1
