"""The worker's own files: not written through symbolic links, and readable only by the right users."""

from __future__ import annotations

import errno
import fcntl
import itertools
import os
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests import os_calls
from worker.app import Run, run_worker
from worker.config.settings import Settings
from worker.errors import WorkerError
from worker.guard import RecordGuard
from worker.messages import RawRecord, Source
from worker.store import own_files

FILES = (
    "articles.clean.jsonl",
    "articles.quality.jsonl",
    "articles.dead.jsonl",
    "articles.checkpoint.json",
    "articles.checkpoint.json.new",
    "articles.lock",
    "state/slots/claiming",
    "state/slots/0.lock",
    "state/slots/0.inflight",
    "state/slots/0.heartbeat.new",
    "state/slots/0.heartbeat",
    "state/crashes.json",
    "state/index/data.mdb",
    "state/index/lock.mdb",
    "state/site_lines/data.mdb",
    "state/site_lines/lock.mdb",
)
DIRECTORIES = ("state/slots", "state/index", "state/site_lines")


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def run(directory: Path) -> None:
    article = {"url": "https://www.example.com/1", "text": "The bridge was opened on Monday, said the mayor. " * 9}
    (directory / "articles.raw.jsonl").write_bytes(orjson.dumps(article) + b"\n")
    run_worker(Run(Settings(files=str(directory))))


def left_by_a_killed_process(state_dir: Path) -> None:
    guard = RecordGuard(state_dir, 0, 60, 3)
    with guard(RawRecord(Source("articles.raw", 0, 0), b"x").message_id):
        as_if_killed_here = (state_dir / "slots" / "0.inflight").read_bytes()
    guard.close()
    (state_dir / "slots" / "0.inflight").write_bytes(as_if_killed_here)


def socket_at(path: Path) -> None:
    before = Path.cwd()
    os.chdir(path.parent)  # a socket's path may have only about 100 characters
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# -- links -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_a_link_in_place_of_a_file_is_an_error_and_nothing_is_written_through_it(tmp_path: Path, name: str) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"")
    link = tmp_path / "run" / name
    link.parent.mkdir(parents=True)
    link.symlink_to(victim)
    with pytest.raises(WorkerError, match=f"{link.name}: it is a symbolic link, which the worker does not follow"):
        run(tmp_path / "run")
    assert victim.read_bytes() == b""
    assert link.is_symlink()


@pytest.mark.parametrize("name", FILES)
def test_a_dangling_link_creates_no_file(tmp_path: Path, name: str) -> None:
    link = tmp_path / "run" / name
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path / "victim")
    with pytest.raises(WorkerError, match="it is a symbolic link"):
        run(tmp_path / "run")
    assert not (tmp_path / "victim").exists()


@pytest.mark.parametrize("name", DIRECTORIES)
def test_a_link_in_place_of_a_directory_of_the_state_is_the_same_error(tmp_path: Path, name: str) -> None:
    elsewhere, link = tmp_path / "elsewhere", tmp_path / "run" / name
    elsewhere.mkdir()
    link.parent.mkdir(parents=True)
    link.symlink_to(elsewhere)
    with pytest.raises(WorkerError, match=f"{link.name}: it is a symbolic link"):
        run(tmp_path / "run")
    assert list(elsewhere.iterdir()) == []


def test_the_directories_that_the_user_names_may_be_links(tmp_path: Path) -> None:
    for name in ("real", "real-state"):
        (tmp_path / name).mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "real")
    (tmp_path / "real" / "state").symlink_to(tmp_path / "real-state")
    run(tmp_path / "run")
    assert (tmp_path / "real" / "articles.clean.jsonl").stat().st_size
    assert (tmp_path / "real-state" / "index").is_dir()


@pytest.mark.parametrize("name", ["crashes.lock", "crashes.json.new"])
def test_the_crash_counts_are_not_written_through_a_link(tmp_path: Path, name: str) -> None:
    left_by_a_killed_process(tmp_path)
    (tmp_path / name).symlink_to(tmp_path / "victim")
    with pytest.raises(WorkerError, match=f"{name}: it is a symbolic link"):
        RecordGuard(tmp_path, 0, 60, 3)
    assert not (tmp_path / "victim").exists()


def test_other_errors_keep_their_messages(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        own_files.open_file(tmp_path, os.O_WRONLY)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotADirectoryError):
        own_files.make_directory(tmp_path / "file" / "below")


# -- not a file -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*FILES, "state/crashes.lock", "state/crashes.json.new"])
@pytest.mark.parametrize("make", [os.mkfifo, socket_at], ids=["pipe", "socket"])
def test_a_pipe_or_a_socket_in_place_of_a_file_is_an_error_that_names_it(
    tmp_path: Path, name: str, make: Callable[[Path], None]
) -> None:
    """Opening a pipe would block until somebody opens its other end."""
    run(tmp_path)
    left_by_a_killed_process(tmp_path / "state")
    (tmp_path / "articles.raw-2.jsonl").write_bytes((tmp_path / "articles.raw.jsonl").read_bytes())
    path = tmp_path / name
    path.unlink(missing_ok=True)
    make(path)
    with pytest.raises(WorkerError, match=f"{path}: it is not a regular file; remove it") as error:
        run(tmp_path)
    assert error.value.exit_code in (5, 6)
    assert not path.is_file()


@pytest.mark.parametrize("name", DIRECTORIES)
def test_a_file_in_place_of_a_directory_is_an_error_that_names_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    with pytest.raises(WorkerError, match=f"cannot write to {path}: it is not a directory; remove it$"):
        run(tmp_path)


def test_a_device_without_an_end_is_not_read() -> None:
    with pytest.raises(OSError, match="it is not a regular file"):
        own_files.read(Path("/dev/zero"))


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        file.truncate(own_files.MAX_READ_BYTES + 1)
    with pytest.raises(OSError, match="it is too large for a file of the worker"):
        own_files.read(tmp_path / "file")


@pytest.mark.parametrize("name", ["crashes.json", "slots/0.heartbeat"])
def test_a_link_that_appears_in_place_of_a_file_while_the_worker_runs_is_not_replaced(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(tmp_path / "victim")
    with pytest.raises(OSError, match="it is a symbolic link"):
        own_files.replace(path, b"")
    assert path.is_symlink()


# -- modes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mask", "outputs"), [(0o022, 0o644), (0o002, 0o664), (0o077, 0o600)])
def test_the_state_is_private_and_the_outputs_follow_the_umask(tmp_path: Path, mask: int, outputs: int) -> None:
    with umask(mask):
        run(tmp_path)
    state = tmp_path / "state"
    made = [state, *state.rglob("*")]
    assert len(made) > 8
    assert {mode(path) for path in made if path.is_dir()} == {0o700}
    assert {mode(path) for path in made if path.is_file()} == {0o600}
    written = [path for path in tmp_path.glob("articles.*") if "raw" not in path.name]
    assert len(written) == 5
    assert {mode(path) for path in written} == {outputs}


def test_a_state_directory_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    """It may be a volume. Its content is private anyway."""
    (tmp_path / "state").mkdir()
    (tmp_path / "state").chmod(0o755)
    run(tmp_path)
    assert mode(tmp_path / "state") == 0o755
    assert mode(tmp_path / "state" / "index") == 0o700


# -- replacing a file ------------------------------------------------------------------------------------------------


def fail_once(patch: pytest.MonkeyPatch, call: str, number: int, nth: int = 1) -> None:
    """Make the nth call of an os function fail."""
    real, calls = getattr(os, call), itertools.count(1)

    def failing(*args: Any, **named: Any) -> Any:
        if next(calls) == nth:
            raise OSError(number, os.strerror(number))
        return real(*args, **named)

    patch.setattr(os, call, failing)


def test_a_replacement_is_synced_before_it_is_in_place_and_its_name_right_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = os_calls.record(monkeypatch, "write", "fsync", "replace")
    own_files.replace(tmp_path / "plan.json", b"new")
    steps = [("write", "plan.json.new"), ("fsync", "plan.json.new"), ("replace", "plan.json.new")]
    assert calls == [*steps, ("fsync", tmp_path.name)]
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("plan.json", b"new")]


def test_what_a_killed_process_left_is_not_written_to(tmp_path: Path) -> None:
    """It may have another mode, and another name elsewhere."""
    victim, left = tmp_path / "victim", tmp_path / "plan.json.new"
    victim.write_bytes(b"mine")
    victim.chmod(0o666)
    left.hardlink_to(victim)
    own_files.replace(tmp_path / "plan.json", b"new")
    assert victim.read_bytes() == b"mine"
    assert (tmp_path / "plan.json").stat().st_mode & 0o777 == own_files.STATE_MODE
    assert not left.exists()


def test_a_replacement_whose_body_is_interrupted_leaves_the_old_content_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "precious"
    path.write_bytes(b"old")

    def interrupted() -> None:
        with own_files.replacing(path) as file:
            own_files.write(file, b"half of the new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_processes_that_replace_the_same_file_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    path = tmp_path / ("é" * 120)  # a name that leaves no room for more
    with own_files.replacing(path) as first:
        own_files.write(first, b"first, ")
        with own_files.replacing(path) as second:
            own_files.write(second, b"second, ")
            own_files.write(first, b"complete")
            own_files.write(second, b"complete")
        assert path.read_bytes() == b"second, complete"
    assert path.read_bytes() == b"first, complete"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_of_the_user_beside_a_replaced_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "backup.new").write_bytes(b"mine")
    with own_files.replacing(tmp_path / "backup") as file:
        own_files.write(file, b"content")
        (new,) = (path for path in tmp_path.iterdir() if path.name != "backup.new")
        assert mode(new) == own_files.STATE_MODE
    assert (tmp_path / "backup.new").read_bytes() == b"mine"


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
def test_a_replacement_that_fails_leaves_the_old_content_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    (tmp_path / "file").write_bytes(b"old")
    with monkeypatch.context() as patch:
        fail_once(patch, call, errno.ENOSPC)
        with pytest.raises(OSError, match="No space left") as raised:
            own_files.replace(tmp_path / "file", b"new")
    assert raised.value.errno == errno.ENOSPC
    assert (tmp_path / "file").read_bytes() == b"old"
    own_files.replace(tmp_path / "file", b"newer")
    assert (tmp_path / "file").read_bytes() == b"newer"


def test_a_full_disk_is_another_error_once_the_new_content_is_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A caller that reads "full disk" assumes the old content, and removes what belongs to the new one."""
    fail_once(monkeypatch, "fsync", errno.ENOSPC, 2)
    with pytest.raises(OSError, match="the directory cannot be synced: No space left") as raised:
        own_files.replace(tmp_path / "file", b"new")
    assert raised.value.errno == errno.EIO
    assert (tmp_path / "file").read_bytes() == b"new"


def test_a_file_system_that_cannot_sync_directories_is_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_once(monkeypatch, "fsync", errno.EINVAL, 2)
    own_files.replace(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"


# -- locks -----------------------------------------------------------------------------------------------------------


def test_a_lock_is_held_until_the_body_ends_even_if_it_raises(tmp_path: Path) -> None:
    def hold_and_fail() -> None:
        with own_files.locked(tmp_path / "lock", wait=True):
            with pytest.raises(BlockingIOError), own_files.locked(tmp_path / "lock", wait=False):
                pytest.fail("two hold the lock")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        hold_and_fail()
    with own_files.locked(tmp_path / "lock", wait=False):
        pass


def test_a_process_that_waits_for_a_lock_gets_it_once_it_is_free(tmp_path: Path) -> None:
    got = threading.Event()

    def wait_for_it() -> None:
        with own_files.locked(tmp_path / "lock", wait=True):
            got.set()

    waiting = threading.Thread(target=wait_for_it)
    with own_files.locked(tmp_path / "lock", wait=True):
        waiting.start()
        assert not got.wait(0.05)
    waiting.join()
    assert got.is_set()


def test_a_refusal_by_nfs_means_that_another_process_holds_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(BlockingIOError), own_files.locked(tmp_path / "lock", wait=False):
        pass
