"""`article-worker check`: finds out whether a worker with these settings would run, without processing anything.

The checks run on a thread of their own, because a client may be slow to give up. This thread prints what they find, and
ends them at the time limit or on Ctrl-C.
"""

from __future__ import annotations

import os
import queue
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeAlias

from rich.console import Console
from rich.text import Text

from worker.app import EmptyIndex
from worker.commands.index_memory import existing_memory, is_index
from worker.config.index_address import EMBEDDED
from worker.config.settings import Settings
from worker.config.units import format_duration
from worker.errors import IndexStoreError, TransportError, WorkerError
from worker.findings import Finding, fault, ok, warning
from worker.memories import index_address
from worker.observe import logs
from worker.supervisor.names import instance_ids
from worker.text.terminal import shown

LEAST_FREE_BYTES = 1 << 30

_STYLES = {"ok": "green", "warning": "yellow", "fault": "bold red"}

Area: TypeAlias = tuple[str, Callable[[], Iterator[Finding]]]


def run_check(settings: Settings, limit: timedelta, console: Console, complete: Callable[[str], str]) -> int:
    """Print a line for each finding, and return the exit code: 0, or that of the first fault.

    `complete` adds the given flags to the commands in a text.
    """
    logs.configure(settings.log_format, "error")  # what the clients warn about is in the findings
    patient = settings.model_copy(update={"connect_timeout": min(settings.connect_timeout, limit / 2)})
    code, counts = 0, dict.fromkeys(_STYLES, 0)
    for finding in within(limit.total_seconds(), _areas(patient, limit)):
        code = code or finding.exit_code
        counts[finding.level] += 1
        level = Text(f"{finding.level:<9}", _STYLES[finding.level])
        console.print(level + shown(f"{finding.about}: {complete(finding.text)}"), soft_wrap=True)
    console.print(f"{'not ready' if code else 'ready'} (faults: {counts['fault']}, warnings: {counts['warning']})")
    return code


def within(limit_s: float, areas: list[Area]) -> Iterator[Finding]:
    """What the areas find. If they are not done in time, the last finding is a fault that says which one is late."""
    found: queue.SimpleQueue[Finding | BaseException | None] = queue.SimpleQueue()
    current = [""]

    def look() -> None:
        try:
            for current[0], area in areas:
                for finding in area():
                    found.put(finding)
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that prints
            found.put(error)
        found.put(None)

    threading.Thread(target=look, name="check", daemon=True).start()
    until_s = time.monotonic() + limit_s
    while True:
        try:
            finding = found.get(timeout=max(0.0, until_s - time.monotonic()))
        except queue.Empty:
            late = WorkerError(f"not finished after {limit_s:g} s (--time-limit)")
            yield fault(current[0], late)
            return
        if finding is None:
            return
        if isinstance(finding, BaseException):
            raise finding
        yield finding


@dataclass(slots=True)
class _Index:
    """Whether the index is known to be empty."""

    is_empty: bool = False

    def note_empty(self) -> None:
        self.is_empty = True


def _areas(settings: Settings, limit: timedelta) -> list[Area]:
    index = _Index()
    embedded, server = partial(_embedded, settings, index), partial(_server, settings, index, limit / 3)
    files, kafka = partial(_files, settings, index), partial(_kafka, settings, index)
    return [
        (
            "settings",
            lambda: iter([ok("settings", "no errors, no contradictions")]),
        ),  # they are checked when they are read
        ("state directory", partial(_state, settings)),
        ("index", embedded) if settings.index == EMBEDDED else ("index server", server),
        ("Kafka", kafka) if settings.files is None else ("files", files),
    ]


def _state(settings: Settings) -> Iterator[Finding]:
    path = settings.resolved_state_dir
    about = f"state directory {path}"
    try:
        base = _nearest(path)
        free = shutil.disk_usage(base).free
        _try_to_write(base)
    except OSError as error:
        yield fault(about, IndexStoreError.unwritable(path, error))
        return
    made = "" if path.exists() else "; the worker will create it"
    if settings.index == EMBEDDED and free < LEAST_FREE_BYTES:
        yield warning(about, f"only {_gigabytes(free)} free: a full disk stops the worker. Free some space")
    else:
        yield ok(about, f"writable, {_gigabytes(free)} free{made}")


def _nearest(path: Path) -> Path:
    """The directory itself, or the nearest one above it that exists."""
    while not path.exists():
        path = path.parent if path.parent != path else Path()
    if not path.is_dir():
        raise NotADirectoryError(20, os.strerror(20), str(path))
    return path


def _try_to_write(directory: Path) -> None:
    """Write a file without a name.

    Raises:
        OSError: the directory cannot be written. `filename` is the directory.
    """
    try:
        with tempfile.TemporaryFile(dir=directory) as file:
            file.write(b"check")
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(directory)) from error


def _embedded(settings: Settings, index: _Index) -> Iterator[Finding]:
    about = "index"
    try:
        if not is_index(settings.resolved_state_dir):
            index.note_empty()
            yield ok(about, "there is none yet; the first worker will create it")
            return
        with existing_memory(settings) as memory:
            stats, index.is_empty = memory.stats(), memory.is_empty()
    except IndexStoreError as error:
        yield fault(about, error)
        return
    size, most = stats["bytes"], int(settings.index_max_bytes)
    if size > most * 0.8:
        yield warning(about, f"it takes {_gigabytes(size)} of at most {_gigabytes(most)}. Raise --index-max-bytes")
    else:
        yield ok(about, f"{stats['records']:,} articles, {_gigabytes(size)}")


def _server(settings: Settings, index: _Index, patience: timedelta) -> Iterator[Finding]:
    from worker.dedup.valkey.check import check  # noqa: PLC0415 - most runs do not need a server
    from worker.dedup.valkey.memory import INDEX  # noqa: PLC0415

    address = index_address(settings)
    until_s = time.monotonic() + patience.total_seconds()

    def wait() -> None:
        if time.monotonic() >= until_s:
            raise IndexStoreError(
                f"no answer within {format_duration(patience)}: check that it is running, and that --index has its "
                "address"
            )

    yield from check(address, replace(INDEX, name=settings.index_name), wait, index.note_empty)


def _remembers(settings: Settings, index: _Index) -> Iterator[Finding]:
    """Called if a position is committed. A fault or a warning if the index is empty nevertheless."""
    if index.is_empty:
        empty = EmptyIndex(settings)
        refused = fault("index", empty.refusal)
        text = f"{empty.index} is empty, but a position is committed: {empty.consequence}. If it should not be empty, "
        yield refused if settings.require_state else warning("index", text + empty.advice)


def _kafka(settings: Settings, index: _Index) -> Iterator[Finding]:
    from worker.transport.kafka.check import check  # noqa: PLC0415 - importing kafka costs 0.3 s

    try:
        yield from check(settings, instance_ids(settings, socket.gethostname()), partial(_remembers, settings, index))
    except WorkerError as error:  # a TLS file or an option of the client
        yield fault("Kafka", error)


def _files(settings: Settings, index: _Index) -> Iterator[Finding]:
    from worker.transport.files.checkpoint import CHECKPOINT_NAME  # noqa: PLC0415 - as above
    from worker.transport.files.input_files import require_input  # noqa: PLC0415 - as above

    out = settings.resolved_out_dir
    try:
        require_input(settings)
        _try_to_write(_nearest(out))
    except TransportError as error:
        yield fault("files", error)
    except OSError as error:
        text = f"cannot write to {error.filename}: {error.strerror}. Check its owner and mode, or choose --out-dir"
        yield fault("files", TransportError(text))
    else:
        yield ok("files", f"reads {settings.files}, writes to {out}")
        if (out / CHECKPOINT_NAME).exists():
            yield from _remembers(settings, index)


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e8 else f"{size / 1e6:,.1f} MB"
