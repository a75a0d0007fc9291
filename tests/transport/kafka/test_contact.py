"""An outage is logged once, then every minute, and when it ends. The lines of the clients go into its event."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from worker.transport.kafka.contact import Contact

_log = logging.getLogger("kafka.net.connection")


class Scene:
    """A contact with a clock that the test moves, and the lines that it logged."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.asked: list[float] = []
        self.said: list[tuple[str, dict[str, Any]]] = []
        self.contact = Contact(["one:9092", "two:9092"], clock=lambda: self.now, log=self)

    def warning(self, event: str, **values: Any) -> None:
        self.said.append((event, values))

    info = warning

    def start(self) -> None:
        """Do what `watch` does, except for the thread."""
        self.contact._ask = lambda: self.asked.append(self.now)
        self.contact._lines.take_over()

    def seconds(self, count: int, *, answered: bool = False) -> None:
        for _ in range(count):
            self.now += 1
            if answered:
                self.contact.answered()
            self.contact.check()

    def lost(self) -> bool:
        return self.contact.lost

    @property
    def events(self) -> list[str]:
        return [event for event, _ in self.said]


@pytest.fixture
def scene() -> Iterator[Scene]:
    made = Scene()
    made.start()
    yield made
    made.contact._lines.give_back()


def test_brokers_that_answer_are_not_logged(scene: Scene) -> None:
    scene.seconds(600, answered=True)
    assert scene.said == []
    assert scene.asked == []
    assert not scene.lost()


def test_a_silence_as_short_as_a_restart_is_not_logged(scene: Scene) -> None:
    scene.seconds(12)
    assert scene.said == []
    assert not scene.lost()


def test_silent_brokers_are_asked_before_they_count_as_away(scene: Scene) -> None:
    scene.seconds(14)
    assert len(scene.asked) == 2


def test_an_outage_is_logged_once_a_minute_and_when_it_ends(scene: Scene) -> None:
    scene.seconds(150)
    assert scene.lost()
    assert scene.events == ["kafka_unreachable"] * 3
    assert [values["away_s"] for _, values in scene.said] == [15, 75, 135]
    assert scene.said[0][1]["servers"] == "one:9092,two:9092"
    scene.seconds(1, answered=True)
    assert not scene.lost()
    assert scene.said[-1] == ("kafka_reachable", {"away_s": 151, "servers": "one:9092,two:9092"})


def test_a_second_outage_is_logged_at_once(scene: Scene) -> None:
    scene.seconds(20)
    scene.seconds(1, answered=True)
    scene.seconds(20)
    assert scene.events == ["kafka_unreachable", "kafka_reachable", "kafka_unreachable"]


def test_a_suspended_process_does_not_blame_the_brokers(scene: Scene) -> None:
    scene.seconds(5, answered=True)
    scene.now += 300
    scene.seconds(2)
    assert scene.said == []
    scene.seconds(20)
    assert scene.events == ["kafka_unreachable"]


def test_during_an_outage_client_lines_appear_only_in_its_event(scene: Scene) -> None:
    for second in range(75):
        scene.seconds(1)
        _log.error("%s: Connection lost: %s", "one", f"refused at {second}")
        _log.warning("No node available for metadata refresh - backoff/retry")
    scene.seconds(1, answered=True)
    scene.seconds(5, answered=True)
    assert scene.events == ["kafka_unreachable", "kafka_unreachable", "kafka_reachable"]
    assert scene.said[0][1]["error"] == "No node available for metadata refresh - backoff/retry"


def test_while_brokers_answer_each_kind_of_client_line_appears_once_a_minute_with_its_count(scene: Scene) -> None:
    for second in range(120):
        _log.error("%s: Connection lost: %s", "two", f"refused at {second}")
        scene.seconds(1, answered=True)
    lines = [values for event, values in scene.said if event == "kafka_client"]
    assert [values["times"] for values in lines] == [1, 60]
    assert lines[1]["message"] == "two: Connection lost: refused at 60"


def test_lines_below_warning_are_dropped(scene: Scene) -> None:
    _log.info("Updated metadata")
    scene.seconds(5, answered=True)
    assert scene.said == []


def test_close_stops_catching_client_lines(caplog: pytest.LogCaptureFixture) -> None:
    contact = Contact(["one:9092"])
    contact.watch(lambda: None)
    _log.warning("held back")
    contact.close()
    _log.warning("passed on")
    assert [record.getMessage() for record in caplog.records] == ["passed on"]
