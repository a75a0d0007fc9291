"""The contract of worker.transport.base as tests that run on every transport.

The test module of a transport derives a class from `TransportContract`, and defines a `harness` fixture.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from hashlib import sha256
from typing import Protocol

import pytest

from worker.errors import CommitFailed, TransportError
from worker.messages import Channel, DeadLetter, Output, RawRecord, Reason
from worker.transport.base import Batch, Transport

TIMEOUT_S = 0.5
POLLS = 60  # a consumer group takes a few seconds to join

VALUES = [b'{"n":%d}' % number for number in range(10)]

HOSTILE = [
    b'{"a":"caf\xc3\xa9"}',
    b"\xff\xfe\x00\x80",
    b"null",
    b"[" * 300,
    "no line ends here: \u2028 \u2029 \u0085 \x0b \x0c \x1c \r not here either".encode(),
    b"\xef\xbb\xbf{}",
]


class Harness(Protocol):
    """The suite's access to a transport."""

    carries_headers: bool
    """Whether the transport publishes the keys and headers of outputs."""

    def put_raw(self, values: Sequence[bytes]) -> None:
        """Append records to the input, all to one partition. Without values, create an empty input."""

    def open(self, **settings: object) -> Transport:
        """A transport that reads to the present end of the input, with a fixed identity. The harness closes it."""

    def outputs(self, channel: Channel) -> list[Output]:
        """The committed outputs in order. If the transport has no keys or headers, key is b"" and headers are empty."""

    def dead_values(self) -> list[bytes]:
        """The original bytes in the published dead letters."""

    def failing_commits(self) -> AbstractContextManager[None]:
        """Within this context, commits fail after a part of their outputs was written."""


def some(transport: Transport, max_records: int = 100) -> Batch:
    """The next batch with records."""
    for _ in range(POLLS):
        if batch := transport.poll(max_records, TIMEOUT_S):
            return batch
    raise AssertionError("no records came")


def batches(transport: Transport, max_records: int = 100) -> Iterator[Batch]:
    """All batches up to the end of the input. The caller must commit each before it asks for the next."""
    for _ in range(POLLS):
        if transport.finished:
            return
        if batch := transport.poll(max_records, TIMEOUT_S):
            yield batch
    raise AssertionError("the input did not end")


def commit_next(transport: Transport) -> None:
    """Poll and commit with an echo. Try again if the commit fails."""
    for _ in range(5):
        with suppress(CommitFailed):
            batch = some(transport)
            return transport.commit(batch, echo(batch))
    raise AssertionError("no commit succeeded")


def echo(batch: Batch, channel: Channel = "quality") -> list[Output]:
    """One output for each record, with the record's value."""
    return [Output(channel, b"k", record.value or b"", (("h", b"v"),)) for record in batch.records]


def values(records: Sequence[RawRecord | Output]) -> list[object]:
    return [record.value for record in records]


class TransportContract:
    """Derive a test class from it, and define a `harness` fixture."""

    # -- poll ----------------------------------------------------------------------------------------------------

    def test_records_come_in_the_order_of_the_input(self, harness: Harness) -> None:
        harness.put_raw(VALUES)
        batch = some(harness.open())
        assert values(batch.records) == VALUES
        assert len({(record.source.topic, record.source.partition) for record in batch.records}) == 1
        assert [record.source.offset for record in batch.records] == list(range(len(VALUES)))

    def test_a_value_is_read_byte_for_byte(self, harness: Harness) -> None:
        harness.put_raw(HOSTILE)
        batch = some(harness.open())
        assert values(batch.records) == HOSTILE
        assert [record.size_bytes for record in batch.records] == [len(value) for value in HOSTILE]

    def test_a_batch_has_at_most_the_requested_number_of_records(self, harness: Harness) -> None:
        harness.put_raw(VALUES)
        transport = harness.open()
        sizes = []
        for batch in batches(transport, max_records=4):
            sizes.append(len(batch.records))
            transport.commit(batch, echo(batch))
        assert max(sizes) <= 4
        assert sum(sizes) == len(VALUES)

    def test_the_bytes_of_a_batch_are_limited(self, harness: Harness) -> None:
        harness.put_raw([b"x" * 1000] * 200)
        assert len(some(harness.open(batch_max_bytes=10_000), 200).records) < 100

    def test_a_single_record_always_fits_into_a_batch(self, harness: Harness) -> None:
        harness.put_raw([b"x" * 3000, b"y" * 3000])
        transport = harness.open(batch_max_bytes=1)
        seen: list[object] = []
        for batch in batches(transport):
            seen += values(batch.records)
            transport.commit(batch, [])
        assert seen == [b"x" * 3000, b"y" * 3000]

    def test_a_record_over_the_limit_has_its_size_and_digest(self, harness: Harness) -> None:
        large = b"0123456789" * 300
        harness.put_raw([b"before", large, b"after"])
        before, record, after = some(harness.open(max_value_bytes=1024)).records
        assert record.size_bytes == 3000
        assert record.value == large or (
            record.value and large.startswith(record.value) and record.sha256 == sha256(large).hexdigest()
        )
        assert (before.value, after.value) == (b"before", b"after")

    # -- commit --------------------------------------------------------------------------------------------------

    def test_outputs_are_visible_only_after_the_commit(self, harness: Harness) -> None:
        harness.put_raw(VALUES)
        transport = harness.open()
        batch = some(transport)
        assert harness.outputs("quality") == []
        transport.commit(batch, echo(batch))
        assert values(harness.outputs("quality")) == VALUES

    def test_each_channel_gets_its_own_outputs_in_order(self, harness: Harness) -> None:
        harness.put_raw(VALUES)
        transport = harness.open()
        batch = some(transport)
        channels: tuple[Channel, ...] = ("clean", "quality")
        transport.commit(batch, [output for channel in channels for output in echo(batch.first(3), channel)])
        assert values(harness.outputs("clean")) == VALUES[:3]
        assert values(harness.outputs("quality")) == VALUES[:3]
        assert harness.outputs("dead") == []

    def test_keys_and_headers_are_published_if_the_transport_has_them(self, harness: Harness) -> None:
        harness.put_raw(VALUES)
        transport = harness.open()
        batch = some(transport)
        transport.commit(batch, [Output("clean", b"id", b"{}", (("source-topic", b"t"), ("traceparent", b"\xff")))])
        (output,) = harness.outputs("clean")
        if harness.carries_headers:
            assert output.key == b"id"
            assert set(output.headers) >= {("source-topic", b"t"), ("traceparent", b"\xff")}
        else:
            assert (output.key, output.headers) == (b"", ())

    def test_a_dead_letter_has_the_original_bytes(self, harness: Harness) -> None:
        harness.put_raw(HOSTILE)
        transport = harness.open()
        batch = some(transport)
        letters = [DeadLetter(record, Reason.BAD_JSON, "why", "decode") for record in batch.records]
        transport.commit(batch, [Output("dead", b"k", letter) for letter in letters])
        assert harness.dead_values() == HOSTILE

    def test_the_next_poll_continues_after_the_committed_records(self, harness: Harness) -> None:
        harness.put_raw(VALUES)
        transport = harness.open()
        seen: list[object] = []
        for batch in batches(transport, max_records=3):
            seen += values(batch.records)
            transport.commit(batch, echo(batch))
        assert seen == VALUES
        assert values(harness.outputs("quality")) == VALUES

    def test_a_commit_without_outputs_moves_the_position_too(self, harness: Harness) -> None:
        harness.put_raw(VALUES)
        transport = harness.open()
        transport.commit(some(transport, 4), [])
        assert some(transport, 1).records[0].value == VALUES[4]

    @pytest.mark.parametrize("count", [1, 9])
    def test_records_that_were_cut_off_a_batch_are_polled_again(self, harness: Harness, count: int) -> None:
        harness.put_raw(VALUES)
        transport = harness.open()
        batch = some(transport).first(count)
        transport.commit(batch, echo(batch))
        assert not transport.finished
        seen: list[object] = []
        for rest in batches(transport):
            seen += values(rest.records)
            transport.commit(rest, echo(rest))
        assert seen == VALUES[count:]
        assert values(harness.outputs("quality")) == VALUES

    # -- resuming ------------------------------------------------------------------------------------------------

    def test_a_start_resumes_only_if_a_position_is_committed(self, harness: Harness) -> None:
        harness.put_raw(VALUES)
        first = harness.open()
        assert not first.resumes()
        batch = some(first)
        with harness.failing_commits(), pytest.raises(CommitFailed):
            first.commit(batch, echo(batch))
        first.close()
        second = harness.open()
        assert not second.resumes()
        commit_next(second)
        second.close()
        assert harness.open().resumes()

    # -- a commit that fails -------------------------------------------------------------------------------------

    def test_a_failed_commit_publishes_nothing_and_its_records_come_again(self, harness: Harness) -> None:
        harness.put_raw(VALUES)
        transport = harness.open()
        first = some(transport, 2)
        transport.commit(first, echo(first))
        batch = some(transport)
        with harness.failing_commits(), pytest.raises(CommitFailed):
            transport.commit(batch, [*echo(batch, "clean"), *echo(batch)])
        assert values(harness.outputs("quality")) == VALUES[:2]
        assert harness.outputs("clean") == []
        again = some(transport)
        assert values(again.records) == VALUES[2:]
        transport.commit(again, echo(again))
        assert values(harness.outputs("quality")) == VALUES

    def test_a_new_start_after_a_failed_commit_reads_the_batch_again(self, harness: Harness) -> None:
        harness.put_raw(VALUES)
        transport = harness.open()
        batch = some(transport)
        with harness.failing_commits(), pytest.raises(CommitFailed):
            transport.commit(batch, echo(batch))
        transport.close()
        transport = harness.open()
        again = some(transport)
        transport.commit(again, echo(again))
        assert values(harness.outputs("quality")) == VALUES

    # -- start and end -------------------------------------------------------------------------------------------

    def test_a_new_start_does_not_read_committed_records_again(self, harness: Harness) -> None:
        harness.put_raw(VALUES)
        transport = harness.open()
        batch = some(transport, 7).first(6)
        transport.commit(batch, echo(batch))
        transport.close()
        assert values(some(harness.open()).records) == VALUES[6:]
        assert values(harness.outputs("quality")) == VALUES[:6]

    def test_a_new_start_reads_uncommitted_records_again(self, harness: Harness) -> None:
        harness.put_raw(VALUES)
        transport = harness.open()
        some(transport)
        transport.close()
        assert values(some(harness.open()).records) == VALUES

    def test_a_new_start_reads_records_that_were_written_after_the_end(self, harness: Harness) -> None:
        harness.put_raw(VALUES)
        transport = harness.open()
        for batch in batches(transport):
            transport.commit(batch, echo(batch))
        transport.close()
        harness.put_raw([b"late"])
        record = some(harness.open()).records[0]
        assert record.value == b"late"
        assert record.source.offset == len(VALUES)

    def test_the_input_is_finished_only_when_its_last_record_is_committed(self, harness: Harness) -> None:
        harness.put_raw(VALUES)
        transport = harness.open()
        batch = some(transport)
        assert not transport.finished
        transport.commit(batch.first(9), [])
        last = some(transport)
        assert not transport.finished
        transport.commit(last, [])
        assert list(batches(transport)) == []
        assert transport.finished

    def test_an_empty_input_ends_at_once(self, harness: Harness) -> None:
        harness.put_raw([])
        transport = harness.open()
        assert list(batches(transport)) == []
        assert harness.outputs("quality") == []

    def test_the_lag_counts_down_to_zero_or_is_unknown(self, harness: Harness) -> None:
        harness.put_raw(VALUES)
        transport = harness.open()
        batch = some(transport)
        transport.commit(batch.first(4), [])
        lag = transport.lag()
        assert lag is None or lag.records == 6
        for rest in batches(transport):
            transport.commit(rest, [])
        lag = transport.lag()
        assert lag is None or lag.records == 0

    def test_two_transports_with_one_identity_cannot_both_publish(self, harness: Harness) -> None:
        harness.put_raw(VALUES)
        first = harness.open()
        batch = some(first)
        try:
            second = harness.open()
        except TransportError:
            first.commit(batch, echo(batch))
        else:
            with pytest.raises(TransportError):
                first.commit(batch, echo(batch))
            first.close()
            commit_next(second)
        assert values(harness.outputs("quality")) == VALUES

    def test_closing_twice_is_not_an_error(self, harness: Harness) -> None:
        harness.put_raw(VALUES)
        transport = harness.open()
        transport.close()
        transport.close()
