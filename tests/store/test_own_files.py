"""Files that the worker writes: through no symbolic link, and readable only by the right users."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest

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
    "articles.checkpoint.tmp",
    "articles.lock",
    "state/slots/claiming",
    "state/slots/0.lock",
    "state/slots/0.inflight",
    "state/slots/0.new",
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
    os.chdir(path.parent)  # a socket's whole path may have some 100 characters
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# -- links -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_a_link_in_the_place_of_a_file_is_an_error_and_nothing_is_written_through_it(tmp_path: Path, name: str) -> None:
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
def test_a_link_that_leads_nowhere_makes_no_file(tmp_path: Path, name: str) -> None:
    link = tmp_path / "run" / name
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path / "victim")
    with pytest.raises(WorkerError, match="it is a symbolic link"):
        run(tmp_path / "run")
    assert not (tmp_path / "victim").exists()


@pytest.mark.parametrize("name", DIRECTORIES)
def test_a_link_in_the_place_of_a_directory_of_the_state_is_such_an_error_too(tmp_path: Path, name: str) -> None:
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
def test_a_count_of_crashes_is_not_written_through_a_link(tmp_path: Path, name: str) -> None:
    left_by_a_killed_process(tmp_path)
    (tmp_path / name).symlink_to(tmp_path / "victim")
    with pytest.raises(WorkerError, match=f"{name}: it is a symbolic link"):
        RecordGuard(tmp_path, 0, 60, 3)
    assert not (tmp_path / "victim").exists()


def test_other_errors_keep_their_words(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        own_files.open_file(tmp_path, os.O_WRONLY)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotADirectoryError):
        own_files.make_directory(tmp_path / "file" / "below")


# -- what is no file --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*FILES, "state/crashes.lock", "state/crashes.json.new"])
@pytest.mark.parametrize("make", [os.mkfifo, socket_at], ids=["pipe", "socket"])
def test_a_pipe_or_a_socket_in_the_place_of_a_file_is_an_error_that_names_it(
    tmp_path: Path, name: str, make: Callable[[Path], None]
) -> None:
    """Opening a pipe would wait until somebody opens its other end."""
    run(tmp_path)
    left_by_a_killed_process(tmp_path / "state")
    (tmp_path / "articles.raw-2.jsonl").write_bytes((tmp_path / "articles.raw.jsonl").read_bytes())
    path = tmp_path / name
    path.unlink(missing_ok=True)
    make(path)
    with pytest.raises(WorkerError, match=f"{path}: it is no regular file; remove it") as error:
        run(tmp_path)
    assert error.value.exit_code in (5, 6)
    assert not path.is_file()


@pytest.mark.parametrize("name", DIRECTORIES)
def test_a_file_in_the_place_of_a_directory_is_an_error_that_names_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    with pytest.raises(WorkerError, match=f"cannot write to {path}: it is no directory; remove it$"):
        run(tmp_path)


def test_a_device_is_not_read_to_its_end_which_it_does_not_have() -> None:
    with pytest.raises(OSError, match="it is no regular file"):
        own_files.read(Path("/dev/zero"))


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        file.truncate(own_files.MAX_READ_BYTES + 1)
    with pytest.raises(OSError, match="it is too large to be a file of the worker"):
        own_files.read(tmp_path / "file")


@pytest.mark.parametrize("name", ["crashes.json", "slots/0.heartbeat"])
def test_what_appears_in_the_place_of_a_file_while_the_worker_runs_is_not_replaced(tmp_path: Path, name: str) -> None:
    new, path = tmp_path / "new", tmp_path / name
    new.write_bytes(b"")
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(tmp_path / "victim")
    with pytest.raises(OSError, match="it is a symbolic link"):
        own_files.put_in_place(new, path)
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
    """For example a volume; its content is private all the same."""
    (tmp_path / "state").mkdir()
    (tmp_path / "state").chmod(0o755)
    run(tmp_path)
    assert mode(tmp_path / "state") == 0o755
    assert mode(tmp_path / "state" / "index") == 0o700
