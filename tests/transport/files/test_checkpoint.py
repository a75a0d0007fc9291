from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import os_calls
from worker.errors import CommitFailed, FatalTransportError
from worker.transport.files.checkpoint import CHECKPOINT_NAME, LOCK_NAME, Ledger, read_checkpoint
from worker.transport.files.lines import Position, checksum

AT = {"articles.raw.jsonl": Position(10, 2, checksum(b"x"))}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Ledger]]:
    """Opens the ledger of the test's directory, and closes every ledger at the end."""
    opened: list[Ledger] = []

    def start() -> Ledger:
        opened.append(Ledger(tmp_path))
        return opened[-1]

    yield start
    for ledger in opened:
        ledger.close()


@pytest.fixture
def used(start: Callable[[], Ledger], tmp_path: Path) -> Path:
    """A directory with one commit in it."""
    ledger = start()
    ledger.commit({"clean": b"one\n", "quality": b"two\n"}, AT)
    ledger.close()
    return tmp_path


def fail(monkeypatch: pytest.MonkeyPatch, call: str, error: int, nth: int = 1) -> None:
    """Make the nth call of an os function fail. A write takes a part of its bytes first."""
    real = getattr(os, call)
    count = 0

    def failing(*args: Any, **kwargs: Any) -> Any:
        nonlocal count
        count += 1
        if count != nth:
            return real(*args, **kwargs)
        if call == "write":
            real(args[0], bytes(args[1])[:2])
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(os, call, failing)


def contents(directory: Path) -> dict[str, bytes]:
    return {name: (directory / f"articles.{name}.jsonl").read_bytes() for name in ("clean", "quality", "dead")}


def test_a_new_directory_gets_empty_outputs(tmp_path: Path) -> None:
    directory = tmp_path / "a" / "b"
    Ledger(directory).close()
    assert contents(directory) == {"clean": b"", "quality": b"", "dead": b""}


def test_a_commit_appends_and_survives_a_restart(start: Callable[[], Ledger], used: Path) -> None:
    ledger = start()
    assert ledger.inputs == AT
    further = {**AT, "articles.raw-2.jsonl": Position(7, 1, checksum(b"y"), file_bytes=5)}
    ledger.commit({"clean": b"three\n"}, further)
    assert contents(used) == {"clean": b"one\nthree\n", "quality": b"two\n", "dead": b""}
    assert ledger.inputs == further
    ledger.close()
    assert start().inputs == further


def test_a_start_cuts_off_bytes_beyond_the_recorded_lengths(start: Callable[[], Ledger], used: Path) -> None:
    with (used / "articles.clean.jsonl").open("ab") as file:
        file.write(b"half a li")
    start()
    assert contents(used)["clean"] == b"one\n"


def test_a_crash_during_the_first_commit_does_not_make_the_outputs_unusable(
    start: Callable[[], Ledger], tmp_path: Path
) -> None:
    start().close()
    (tmp_path / "articles.clean.jsonl").write_bytes(b"appended, not published")
    start()
    assert contents(tmp_path)["clean"] == b""


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize(
    ("call", "nth"), [("write", 1), ("write", 2), ("fsync", 1), ("fsync", 2), ("write", 3), ("fsync", 3)]
)
def test_a_commit_to_a_full_disk_fails_and_can_be_repeated(
    start: Callable[[], Ledger], used: Path, monkeypatch: pytest.MonkeyPatch, call: str, nth: int, error: int
) -> None:
    ledger = start()
    before = contents(used), read_checkpoint(used / CHECKPOINT_NAME)
    with monkeypatch.context() as patch:
        fail(patch, call, error, nth)
        with pytest.raises(CommitFailed, match="Nothing is lost; free some space"):
            ledger.commit({"clean": b"three\n", "quality": b"four\n"}, {})
    assert (contents(used), read_checkpoint(used / CHECKPOINT_NAME)) == before
    ledger.commit({"clean": b"three\n", "quality": b"four\n"}, {})
    assert contents(used) == {"clean": b"one\nthree\n", "quality": b"two\nfour\n", "dead": b""}


@pytest.mark.parametrize(("call", "nth"), [("write", 1), ("fsync", 1), ("write", 2), ("replace", 1), ("fsync", 3)])
def test_any_other_error_is_fatal_and_the_next_start_finds_out_what_was_published(
    start: Callable[[], Ledger], used: Path, monkeypatch: pytest.MonkeyPatch, call: str, nth: int
) -> None:
    ledger = start()
    with monkeypatch.context() as patch:
        fail(patch, call, errno.EIO, nth)
        with pytest.raises(FatalTransportError, match="Input/output error"):
            ledger.commit({"clean": b"three\n"}, {})
    ledger.close()
    published = not start().inputs  # the commit empties them
    assert contents(used)["clean"] == (b"one\nthree\n" if published else b"one\n")
    assert published == (nth == 3)  # the last step, after the checkpoint was replaced


def test_outputs_and_the_new_checkpoint_are_durable_before_it_replaces_the_old_one(
    start: Callable[[], Ledger], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = start()
    calls = os_calls.record(monkeypatch, "write", "fsync", "replace")
    ledger.commit({"clean": b"1\n", "dead": b"2\n"}, {})
    assert calls == [
        ("write", "articles.clean.jsonl"),
        ("write", "articles.dead.jsonl"),
        ("fsync", "articles.clean.jsonl"),
        ("fsync", "articles.dead.jsonl"),
        ("write", "articles.checkpoint.json.new"),
        ("fsync", "articles.checkpoint.json.new"),
        ("replace", "articles.checkpoint.json.new"),
        ("fsync", tmp_path.name),
    ]


def test_the_process_ends_if_the_outputs_cannot_be_truncated(
    start: Callable[[], Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = start()
    with monkeypatch.context() as patch:
        fail(patch, "write", errno.ENOSPC)
        fail(patch, "ftruncate", errno.EIO)
        with pytest.raises(FatalTransportError, match="cannot truncate"):
            ledger.commit({"clean": b"three\n"}, {})


def test_a_partial_write_is_continued(
    start: Callable[[], Ledger], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = start()
    real = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda descriptor, data: real(descriptor, bytes(data)[:3]))
        ledger.commit({"clean": b"0123456789\n"}, AT)
    ledger.close()
    assert contents(tmp_path)["clean"] == b"0123456789\n"
    assert start().inputs == AT


def test_a_second_process_is_refused_until_the_first_releases_the_lock(
    start: Callable[[], Ledger], tmp_path: Path
) -> None:
    first = start()
    with pytest.raises(FatalTransportError, match=f"another worker is writing to .*{LOCK_NAME}.*--out-dir"):
        start()
    first.close()
    start()


def test_outputs_without_a_checkpoint_are_refused(start: Callable[[], Ledger], tmp_path: Path) -> None:
    (tmp_path / "articles.dead.jsonl").write_bytes(b"precious\n")
    with pytest.raises(FatalTransportError, match=r"articles.dead.jsonl is not empty.*--out-dir"):
        start()
    assert (tmp_path / "articles.dead.jsonl").read_bytes() == b"precious\n"


@pytest.mark.parametrize("harm", [lambda path: path.write_bytes(b"o"), lambda path: path.unlink()])
def test_an_output_shorter_than_recorded_is_refused(
    start: Callable[[], Ledger], used: Path, harm: Callable[[Path], object]
) -> None:
    harm(used / "articles.clean.jsonl")
    with pytest.raises(FatalTransportError, match=r"articles.clean.jsonl has \d bytes but should have 4.*backup"):
        start()
    assert (used / "articles.quality.jsonl").read_bytes() == b"two\n"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{}",
        b"null",
        b"\xff\x00",
        b'{"outputs":{"clean":-1,"quality":0,"dead":0},"inputs":{}}',
        b'{"outputs":{"clean":0,"quality":0},"inputs":{}}',
        b'{"outputs":{"clean":0,"quality":0,"dead":0},"inputs":{"a":{"size_bytes":"x"}}}',
        b'{"outputs":{"clean":0,"quality":0,"dead":0},"inputs":{"a":{"tail":"not hex"}}}',
        b'{"outputs":{"clean":0,"quality":0,"dead":0},"inputs":{"a":{"size_bytes":1000000000000000000000}}}',
        b'{"outputs":{"clean":0,"quality":0,"dead":0},"inputs":{"a":{"lines":NaN}}}',
        b"[" * 100_000,
        b'{"outputs":{"clean":0,"quality":0,"dead":0},"inputs":{},"schema":"files_checkpoint.v2"}',
    ],
)
def test_a_damaged_checkpoint_is_refused(start: Callable[[], Ledger], used: Path, text: bytes) -> None:
    (used / CHECKPOINT_NAME).write_bytes(text)
    with pytest.raises(FatalTransportError, match=f"{CHECKPOINT_NAME} was damaged.*backup.*--out-dir"):
        start()
    assert contents(used)["clean"] == b"one\n"


@pytest.mark.parametrize(
    "meddle",
    [
        lambda path: path.unlink(),
        lambda path: path.rename(path.with_name("rotated")),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"one\nforeign\n"),
    ],
    ids=["removed", "renamed", "emptied", "appended"],
)
def test_an_output_that_another_program_changed_ends_the_process(
    start: Callable[[], Ledger], used: Path, meddle: Callable[[Path], object]
) -> None:
    ledger = start()
    meddle(used / "articles.clean.jsonl")
    with pytest.raises(FatalTransportError, match=r"articles.clean.jsonl was removed, replaced or written to"):
        ledger.commit({"quality": b"three\n", "clean": b"three\n"}, {})
    assert (used / "articles.quality.jsonl").read_bytes() == b"two\n"


def test_an_error_names_a_directory_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fail(monkeypatch, "open", errno.EACCES)
    with pytest.raises(FatalTransportError, match=f"cannot use the output directory {tmp_path}: Permission denied"):
        Ledger(tmp_path)


def test_a_failed_start_releases_the_lock(start: Callable[[], Ledger], used: Path) -> None:
    good = (used / CHECKPOINT_NAME).read_bytes()
    (used / CHECKPOINT_NAME).write_bytes(b"")
    with pytest.raises(FatalTransportError):
        start()
    (used / CHECKPOINT_NAME).write_bytes(good)
    assert start().inputs == AT
