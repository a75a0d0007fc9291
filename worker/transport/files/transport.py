"""The transport over files: reads JSON lines from a file, a directory or standard input, and writes them exactly once.

A line stays in the queue until it is committed, so the input need not be rewound after a failed commit.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path

from worker.config.settings import Settings
from worker.errors import CommitFailed, DamagedInput, FatalTransportError
from worker.messages import Channel, DeadLetter, Output, RawRecord
from worker.transport import dead_letters
from worker.transport.base import Batch, Lag
from worker.transport.files.checkpoint import Ledger
from worker.transport.files.input_files import require_input
from worker.transport.files.inputs import LOOK_S, FilesInput, Input, StdinInput
from worker.transport.files.lines import Line
from worker.transport.files.reader import Reading


class FilesTransport:
    """See `worker.transport.base.Transport`. `stop` ends a waiting poll early. The other arguments are for tests.

    Raises:
        FatalTransportError: there is no input, or the output directory cannot be used. The message says what to do.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        stop: Callable[[], bool] = lambda: False,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        stdin: int = 0,
    ) -> None:
        self.max_message_bytes = int(settings.max_message_bytes)
        self._batch_bytes = int(settings.batch_max_bytes)
        self._stop, self._sleep, self._clock = stop, sleep, clock
        self._queue: deque[Line] = deque()  # read but not committed
        self._queue_bytes = 0
        self._failure: FatalTransportError | None = None
        self._commit_failed = False
        self._at_end = False
        require_input(settings)
        self._ledger = Ledger(settings.resolved_out_dir)
        try:
            reading = Reading(self._ledger.inputs, int(settings.max_value_bytes), settings.follow, sleep)
            path = None if settings.files == "-" else Path(str(settings.files))
            self._input: Input = FilesInput(path, reading) if path else StdinInput(stdin, reading)
        except BaseException:
            self._ledger.close()
            raise

    def poll(self, max_records: int, timeout_s: float) -> Batch:
        """See Transport. Lines that were polled but not committed come first."""
        deadline = self._clock() + timeout_s
        if self._commit_failed:
            self._pause(deadline)
        else:
            self._fill(max_records, deadline)
        if self._failure is not None and not self._queue:
            raise self._failure
        return Batch(tuple(self._head(max_records)))

    def commit(self, batch: Batch, outputs: Sequence[Output]) -> None:
        """See Transport. Only a full disk raises CommitFailed; every other error ends the process."""
        lines = list(islice(self._queue, len(batch.records)))
        assert all(line.record is record for line, record in zip(lines, batch.records, strict=True)), (
            "this is not the batch that was polled last"
        )
        if not lines and not outputs:
            return
        positions = {**self._ledger.inputs, **{line.record.source.topic: line.end for line in lines}}
        try:
            self._ledger.commit(_bytes_by_channel(outputs), positions)
        except CommitFailed:
            self._commit_failed = True
            raise
        for line in lines:
            self._queue.popleft()
            self._queue_bytes -= line.kept_bytes

    def resumes(self) -> bool:
        """See Transport."""
        return bool(self._ledger.inputs)

    @property
    def finished(self) -> bool:
        """See Transport. True only after a poll has reached the end."""
        return self._input.ended and not self._queue and self._failure is None

    def lag(self) -> Lag | None:
        """See Transport. Unknown until the input was read to its present end, because lines are not counted ahead."""
        return Lag(len(self._queue)) if self._at_end or self._input.ended else None

    @property
    def membership(self) -> None:
        """See Transport."""
        return None

    @property
    def is_away(self) -> bool:
        """See Transport."""
        return False

    def progress(self) -> tuple[int, int] | None:
        """How many bytes were read, and how many there are, as stored in the files; None for standard input."""
        return self._input.progress()

    def close(self) -> None:
        """See Transport."""
        self._input.close()
        self._ledger.close()

    def _pause(self, deadline: float) -> None:
        """Wait before the next attempt: a full disk is not emptied at once."""
        while (left := deadline - self._clock()) > 0 and not self._stop():
            self._sleep(min(left, LOOK_S))
        self._commit_failed = False

    def _fill(self, max_records: int, deadline: float) -> None:
        """Read until the queue holds a batch, the time is up, or the input ends. Takes at least one step."""
        while not (self._input.ended or self._failure or self._holds_batch(max_records)):
            try:
                lines = self._input.read()
            except FatalTransportError as error:
                self._failure = error  # raised after all earlier lines are committed
                return
            self._at_end = lines is None
            self._failure = self._damage_at_end()
            self._queue.extend(lines or ())
            self._queue_bytes += sum(line.kept_bytes for line in lines or ())
            left = deadline - self._clock()
            if left <= 0 or self._stop():
                return
            if lines is None and not self._input.ended:
                self._input.wait(left)

    def _damage_at_end(self) -> FatalTransportError | None:
        return _damaged(self._input.damage()) if self._input.ended else None

    def _holds_batch(self, max_records: int) -> bool:
        return len(self._queue) >= max_records or self._queue_bytes >= self._batch_bytes

    def _head(self, max_records: int) -> list[RawRecord]:
        records: list[RawRecord] = []
        size = 0
        for line in islice(self._queue, max_records):
            size += line.kept_bytes
            if records and size > self._batch_bytes:
                break
            records.append(line.record)
        return records


def _damaged(files: Sequence[str]) -> DamagedInput | None:
    if not files:
        return None
    more = len(files) - 1
    rest = f" {more} more input file{'s are' if more > 1 else ' is'} damaged: see input_damaged in the log."
    return DamagedInput(files[0] + (rest if more else ""))


def _bytes_by_channel(outputs: Sequence[Output]) -> Mapping[Channel, bytes]:
    lines: dict[Channel, list[bytes]] = {}
    for output in outputs:
        value = dead_letters.line(output.value) if isinstance(output.value, DeadLetter) else output.value or b""
        lines.setdefault(output.channel, []).append(value + b"\n")
    return {channel: b"".join(values) for channel, values in lines.items()}
