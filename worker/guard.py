"""Protects the worker from a single record: a time limit, a CPU limit, and a count of the crashes that it caused.

There are three mechanisms. Each handles what the one before cannot stop:

1. Python code, and C code that checks for signals: after `record_timeout_s`, SIGALRM raises `RecordTimeout` in the
   stage, and raises it again until the stage lets it through.
2. C code that never returns to Python: after three times as many seconds of CPU, SIGPROF runs a handler in C
   (faulthandler). It writes all stacks to standard error, and the signal then ends the process. The timer counts CPU
   time, so it does not kill a process that was paused or starved. It is a kernel timer and needs no thread.
3. The death of the process (by SIGPROF, the memory limit or a segmentation fault): the id of the current record is in a
   small mapped file, which outlives the process. The next process with the same slot finds the id and counts a crash.
   After `crash_limit` crashes in a row the record is condemned: it is not tried again. If any process completes the
   record, its count is cleared, so an operator who kills a process condemns no record. An orderly exit leaves no id.
"""

from __future__ import annotations

import contextlib
import faulthandler
import mmap
import os
import re
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

import orjson

from worker.errors import ENDS_THE_PROCESS, IndexStoreError
from worker.messages import Dead, MessageId, Reason
from worker.observe.standard_error import standard_error
from worker.pipeline.pipeline import RecordTimeout
from worker.store import own_files
from worker.store.damage import Damage, DamagedError

HARD_LIMIT_FACTOR = 3  # CPU seconds for each second of the time limit
MAX_COUNTED = 10_000  # how many records with crashes are remembered; the oldest are forgotten first

_FILE_BYTES = mmap.PAGESIZE
_LENGTH_BYTES = 2
_MAX_KEY_CHARS = 1024
_KEY = re.compile(rb"[\x00-\x7f]* [0-9a-f]{16}(?:/[0-9]+)?")  # as `_key` returns it


class RecordGuard:
    """Use as `with guard(record.message_id, part) as condemned:`, for one record at a time, from one thread.

    Crashes are counted for each part of a record. Otherwise completing the first part would clear those of the second.

    `slot` is the slot number that this process has claimed (worker.store.slots). `leftover` is the place of the record
    on which the last process of the slot died, and its number of crashes in a row; None after an orderly exit.
    `record_timeout_s` 0 means no limits. Python delivers signals only to the main thread, so in other threads only the
    CPU limit applies. Damaged values in the guard's files are counted in `damage` and treated as missing.

    Raises:
        IndexStoreError: the state directory cannot be written.
    """

    def __init__(
        self, state_dir: Path, slot: int, record_timeout_s: float, crash_limit: int, damage: Damage | None = None
    ) -> None:
        self._timeout_s = record_timeout_s
        self._crash_limit = crash_limit
        self._key = ""
        self._condemned = False
        self._armed = False
        self.leftover: tuple[str, int] | None = None
        try:
            damage = damage or Damage()
            self._in_flight = _InFlight(state_dir / "slots" / f"{slot}.inflight")
            self._deaths = _Deaths(state_dir, damage)
            self._deaths.of("")  # if the file is unreadable, fail at startup, not at the first record
            left = damage.intact("in_flight", self._in_flight.read)
            if left:
                self.leftover = (left.rpartition(" ")[0], self._deaths.add(left))
            self._in_flight.clear()
        except OSError as error:
            raise IndexStoreError.unwritable(state_dir, error) from error
        self._in_main_thread = threading.current_thread() is threading.main_thread()
        if self._in_main_thread:
            self._previous: Any = signal.signal(signal.SIGALRM, self._on_alarm)
        faulthandler.register(signal.SIGPROF, file=standard_error(), all_threads=True, chain=True)

    def __call__(self, message: MessageId, part: int = 0) -> Self:
        """The guard, set to this part of the record."""
        self._key = _key(message, part)
        return self

    def __enter__(self) -> Dead | None:
        """The ending of a record that must not be processed because it caused too many crashes; else None."""
        deaths = self._deaths.of(self._key)
        self._condemned = deaths >= self._crash_limit
        if self._condemned:
            return Dead(Reason.CRASH, f"this record killed the process {deaths} times in a row")
        self._in_flight.write(self._key)
        signal.setitimer(signal.ITIMER_PROF, HARD_LIMIT_FACTOR * self._timeout_s)
        if self._in_main_thread:
            self._armed = True
            signal.setitimer(signal.ITIMER_REAL, self._timeout_s, min(self._timeout_s, 1.0))
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Disarm the timers. Clear the record's crash count, unless the process is about to end."""
        self._armed = False
        if self._condemned:
            return
        self._disarm()
        self._in_flight.clear()
        if kind is None or not issubclass(kind, ENDS_THE_PROCESS):
            with contextlib.suppress(OSError):  # a count that is too high does no harm
                self._deaths.clear(self._key)

    def forget(self) -> None:
        """Forget the current record: the process ends for another reason. For `os._exit`, from any thread."""
        self._in_flight.clear()

    def close(self) -> None:
        """Restore the signal handlers, and leave no current record."""
        self._armed = False
        self._disarm()
        self._in_flight.clear()
        faulthandler.unregister(signal.SIGPROF)
        if self._in_main_thread:
            signal.signal(signal.SIGALRM, self._previous)

    def _disarm(self) -> None:
        if self._in_main_thread:
            signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)

    def _on_alarm(self, _signal: int, frame: FrameType | None) -> None:
        # Never raise in the guard itself: an exception at the start of __exit__ would leave the timer running.
        if self._armed and frame is not None and frame.f_code not in _OWN_CODE:
            raise RecordTimeout(f"took longer than {self._timeout_s:g} s")


_OWN_CODE = (RecordGuard.__enter__.__code__, RecordGuard.__exit__.__code__)


def _key(message: MessageId, part: int) -> str:
    """Message id and part in ASCII. A very long key is cut at the front: the offset and the hash are at the end."""
    place = message.place.encode("ascii", "backslashreplace").decode()
    suffix = f"/{part}" if part else ""
    return f"{place} {message.value_hash.hex()}{suffix}"[-_MAX_KEY_CHARS:]


class _InFlight:
    """One id in a mapped page of a file. The kernel keeps it when the process is killed, but not when the power fails.

    The length is written last and cleared first, so a kill between two writes never leaves half an id.
    """

    def __init__(self, path: Path) -> None:
        own_files.make_directory(path.parent)
        file = own_files.open_file(path, os.O_RDWR | os.O_CREAT)
        try:
            if os.fstat(file).st_size < _FILE_BYTES:
                os.pwrite(file, bytes(_FILE_BYTES), 0)  # real blocks: a full disk must fail here, not with SIGBUS
            self._page = mmap.mmap(file, _FILE_BYTES)
        finally:
            os.close(file)

    def read(self) -> str:
        """The id, or an empty string if there is none.

        Raises:
            DamagedError: the stored value cannot be an id.
        """
        length = int.from_bytes(self._page[:_LENGTH_BYTES], "little")
        key = self._page[_LENGTH_BYTES : _LENGTH_BYTES + length]
        if length and (length > _MAX_KEY_CHARS or not _KEY.fullmatch(key)):
            raise DamagedError
        return key.decode("ascii")

    def write(self, key: str) -> None:
        encoded = key.encode("ascii")
        self._page[_LENGTH_BYTES : _LENGTH_BYTES + len(encoded)] = encoded
        self._page[:_LENGTH_BYTES] = len(encoded).to_bytes(_LENGTH_BYTES, "little")

    def clear(self) -> None:
        self._page[:_LENGTH_BYTES] = bytes(_LENGTH_BYTES)


class _Deaths:
    """Crashes in a row for each record, in a JSON file that all slots share; replaced as a whole, under a lock."""

    def __init__(self, state_dir: Path, damage: Damage) -> None:
        self._damage = damage
        self._path = state_dir / "crashes.json"
        self._lock = state_dir / "crashes.lock"
        self._counts: dict[str, int] = {}
        self._seen: tuple[int, int, int] | None = None

    def of(self, key: str) -> int:
        """The number of crashes of a record. Costs one `stat` unless another process has written."""
        self._refresh()
        return self._counts.get(key, 0)

    def add(self, key: str) -> int:
        with self._changing() as counts:
            deaths = counts.pop(key, 0) + 1
            counts[key] = deaths  # at the end of the dict: the oldest are forgotten first
            for oldest in list(counts)[: max(0, len(counts) - MAX_COUNTED)]:
                del counts[oldest]
        return deaths

    def clear(self, key: str) -> None:
        if key in self._counts:
            with self._changing() as counts:
                counts.pop(key, None)

    def _refresh(self) -> None:
        try:
            status = own_files.look(self._path)
        except OSError as error:
            raise IndexStoreError.unreadable(self._path, error) from error
        if status is None:
            self._counts, self._seen = {}, None
            return
        now = (status.st_ino, status.st_mtime_ns, status.st_size)
        if now != self._seen:
            self._counts, self._seen = self._read(), now

    def _read(self) -> dict[str, int]:
        try:
            packed = own_files.read(self._path)
        except FileNotFoundError:  # nothing has crashed yet
            return {}
        except OSError as error:
            raise IndexStoreError.unreadable(self._path, error) from error
        return self._damage.intact("crashes", _unpack, packed) or {}

    @contextlib.contextmanager
    def _changing(self) -> Iterator[dict[str, int]]:
        with own_files.locked(self._lock, wait=True):
            counts = self._read()
            yield counts
            own_files.replace(self._path, orjson.dumps(counts))
        self._refresh()


def _unpack(packed: bytes) -> dict[str, int]:
    try:
        counts = orjson.loads(packed)
    except ValueError as error:
        raise DamagedError from error
    if not isinstance(counts, dict) or not all(type(deaths) is int and deaths > 0 for deaths in counts.values()):
        raise DamagedError
    return counts
