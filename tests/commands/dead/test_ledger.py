"""What the ledger knows of dead letters, from the records of the two topics."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import orjson
import pytest

from worker.commands.dead.ledger import Ledger, place_of
from worker.commands.only import Only
from worker.messages import Headers, Source
from worker.transport.dead_letters import KeptLetter

EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
LETTER = KeptLetter(
    source=Source("articles.raw", 3, 41), attempt=1, gave_up=False, reason="no_content", detail="why", stage="decode",
    value_length=0, value_sha256=EMPTY_SHA256, key=None, value=None, headers=(),
)  # fmt: skip
OF: Headers = (("source-topic", b"articles.raw"), ("source-partition", b"3"), ("source-offset", b"41"))

OTHER: Headers = (("source-topic", b"articles.raw"), ("source-partition", b"0"), ("source-offset", b"0"))


def report(outcome: str, *, host: object = "example.org", timestamp: object = "2026-03-02T12:00:00.250Z") -> bytes:
    facts = {"outcome": outcome, "host": host, "shape": "native", "article_id": "a" * 32}
    return orjson.dumps({**facts, "source": {"timestamp": timestamp}})


def retry_of(offset: int, attempt: int = 2) -> Headers:
    return (*OF, ("retry-of", b"articles.dead/0/%d" % offset), ("retry-attempt", b"%d" % attempt))


@pytest.fixture
def bare() -> Iterator[Ledger]:
    """A ledger with one letter, at 0:7, and without its report."""
    with closing(Ledger("articles.dead", {})) as made:
        made.add(0, 7, 1000, LETTER)
        yield made


@pytest.fixture
def ledger(bare: Ledger) -> Ledger:
    """A ledger with one letter, at 0:7, and its report."""
    bare.note(OF, report("dead"))
    return bare


def states(ledger: Ledger) -> dict[str, int]:
    return {state: count for state, count in ledger.states().items() if count}


def test_a_letter_has_the_host_the_shape_and_the_time_of_its_report(ledger: Ledger) -> None:
    row = ledger.at(0, 7)
    assert row is not None
    assert (row.host, row.shape, row.source_ms, row.state) == ("example.org", "native", 1_772_452_800_250, "open")
    assert (row.place, place_of("articles.dead", row)) == ("0:7", "articles.dead/0/7")
    assert ledger.of_article("a" * 32) == row


@pytest.mark.parametrize(("outcome", "state"), [("published", "resolved"), ("dead", "open")])
def test_a_letter_whose_input_was_promoted_from_a_replay_is_resolved_unless_it_died_there_as_well(
    ledger: Ledger, outcome: str, state: str
) -> None:
    ledger.note((*OF, ("promoted-from", b"v2")), report(outcome))
    assert states(ledger) == {state: 1}
    ledger.note((("source-topic", b"other"), *OF[1:], ("promoted-from", b"v2")), report("published"))
    assert states(ledger) == {state: 1}
    ledger.note((*OF, ("promoted-from", b"v2")), b"{")
    assert states(ledger) == {state: 1}


@pytest.mark.parametrize("outcome", ["published", "duplicate", "dropped"])
def test_a_letter_whose_retry_succeeded_is_resolved_and_not_chosen_again(ledger: Ledger, outcome: str) -> None:
    assert ledger.choose(3) == 1
    ledger.note(retry_of(7), report(outcome))
    assert states(ledger) == {"resolved": 1}
    assert ledger.choose(3) == 0


def test_an_input_that_died_again_counts_once_as_its_newest_letter(ledger: Ledger) -> None:
    ledger.add(0, 9, 2000, replace(LETTER, attempt=2))
    ledger.note(retry_of(7), report("dead", host="again.example"))
    assert states(ledger) == {"open": 1}
    assert [(row.place, row.host) for row in ledger.newest(5)] == [("0:9", "again.example")]
    assert ledger.choose(3) == 1
    assert ledger.chosen_at(0, 7) is None
    assert ledger.chosen_at(0, 9) is not None
    assert ledger.oldest_chosen_ms == 2000


def test_a_letter_that_was_given_up_is_chosen_only_with_a_higher_limit() -> None:
    with closing(Ledger("articles.dead", {})) as ledger:
        ledger.add(0, 7, 1000, replace(LETTER, attempt=3, gave_up=True))
        ledger.note((*OF, ("retry-attempt", b"3")), report("dead"))
        assert states(ledger) == {"gave_up": 1}
        assert (ledger.used_up(3), ledger.used_up(4)) == (1, 0)
        assert (ledger.choose(3), ledger.choose(4)) == (0, 1)


def test_a_letter_with_a_part_of_the_value_is_chosen_because_the_raw_topic_may_have_all_of_it() -> None:
    with closing(Ledger("articles.dead", {})) as ledger:
        ledger.add(0, 7, 1000, replace(LETTER, value_length=9))
        ledger.note(OF, report("dead"))
        assert states(ledger) == {"cut": 1}
        assert (ledger.choose(3), ledger.count_cut) == (1, 1)


def test_a_letter_without_a_report_is_not_retried_because_the_reports_of_retries_may_be_missing_too(
    bare: Ledger,
) -> None:
    assert states(bare) == {"unknown": 1}
    assert bare.choose(3) == 0
    assert bare.choose_all() == 1


def test_a_copy_of_a_letter_does_not_count(ledger: Ledger) -> None:
    ledger.add(1, 0, 2000, LETTER)
    assert (states(ledger), ledger.foreign, ledger.choose(3)) == ({"open": 1}, 1, 1)
    ledger.add(1, 1, 2000, replace(LETTER, value_sha256="0" * 64))
    assert sum(states(ledger).values()) == 2, "a topic that was created again has another message at the place"


def test_everything_that_is_not_resolved_can_be_chosen(ledger: Ledger) -> None:
    ledger.add(0, 8, 1000, replace(LETTER, source=Source("articles.raw", 3, 42)))
    ledger.note(retry_of(8), report("published"))  # of another input
    assert ledger.choose_all() == 2
    ledger.leave_out(0, 8, "articles.raw/3/41")
    assert ledger.count_chosen == 2
    ledger.leave_out(0, 8, "articles.raw/3/42")
    assert (ledger.count_chosen, ledger.chosen_at(0, 8)) == (1, None)
    ledger.choose_at(0, 8)
    assert ledger.chosen_at(0, 8) is not None


@pytest.mark.parametrize(
    "place",
    ["other.dead/0/7", "articles.dead/0/8", "articles.dead/1/7", "articles.dead", "articles.dead/0/x", "articles.dead/0/" + "9" * 99],
)  # fmt: skip
def test_the_report_on_another_letter_resolves_nothing(ledger: Ledger, place: str) -> None:
    ledger.note((*OF, ("retry-of", place.encode())), report("published"))
    assert states(ledger) == {"open": 1}


@pytest.mark.parametrize(
    "value", [None, b"", b"{", b"[]", b'{"outcome":"dead"}', b'{"outcome":"dead","source":3}', b'{"outcome":7}',
              report("dead", host=[1], timestamp={}), report("dead", timestamp="9999-99-99")],
)  # fmt: skip
def test_no_report_stops_the_reading(ledger: Ledger, value: bytes | None) -> None:
    ledger.note(OF, value)
    assert states(ledger) == {"open": 1}


@pytest.mark.parametrize(
    ("only", "found"),
    [({}, 2), ({"reason": ["no_content"]}, 1), ({"reason": ["no_content", "timeout"]}, 2),
     ({"reason": ["timeout"], "host": ["example.org"]}, 0), ({"host": ["' OR 1 --"]}, 0), ({"reason!": ["timeout"]}, 1)],
)  # fmt: skip
def test_only_the_selected_letters_count(only: Only, found: int) -> None:
    with closing(Ledger("articles.dead", only)) as ledger:
        ledger.add(0, 7, 1000, LETTER)
        ledger.add(1, 0, 1000, replace(LETTER, source=Source("articles.raw", 0, 0), reason="timeout"))
        ledger.note(OF, report("dead"))
        ledger.note(OTHER, report("dead", host=None))
        assert sum(ledger.states().values()) == ledger.choose(3) == len(ledger.newest(9)) == found


def test_letters_are_counted_by_any_name_and_the_most_frequent_come_first(ledger: Ledger) -> None:
    for offset in (8, 9):
        ledger.add(0, offset, 1000, replace(LETTER, source=Source("articles.raw", 0, offset), reason="timeout"))
    assert [(value, sum(counts.values())) for value, counts in ledger.counts("reason", 9)] == [
        ("timeout", 2),
        ("no_content", 1),
    ]
    assert [(value, counts["unknown"]) for value, counts in ledger.counts("host", 1)] == [(None, 2)]


@pytest.mark.parametrize("attempt", [b"9" * 30, b"9" * 5000, b"x", b"\xff"])
def test_no_header_of_a_report_stops_the_reading(ledger: Ledger, attempt: bytes) -> None:
    place = b"articles.dead/" + b"9" * 14 + b"/" + b"9" * 14
    ledger.note((*OF, ("retry-attempt", attempt), ("retry-of", place)), report("dead"))
    assert states(ledger) == {"open": 1}
