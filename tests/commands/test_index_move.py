"""`article-worker index export`, `import` and `rebuild --from-file`, as a user types them."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from typer.testing import CliRunner, Result

from tests.commands.test_index import LATER, MESSAGES, run_files
from tests.dedup import valkey_server
from worker.app import Run, run_worker
from worker.commands import cli
from worker.config.settings import Settings
from worker.dedup import dump_file
from worker.dedup.dump import Chunk
from worker.errors import IndexStoreError
from worker.memories import open_memory
from worker.store.slots import claim_slot


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory whose articles have been read. Tests must not write to it."""
    directory = tmp_path_factory.mktemp("made")
    run_files(directory, *MESSAGES)
    return directory


@pytest.fixture
def export(made: Path, tmp_path: Path) -> Path:
    """An export of its index."""
    path = tmp_path / "backup.index"
    assert invoke("export", str(path), made / "state").exit_code == 0
    return path


def invoke(command: str, file: str | None, state: Path, *more: str, stdin: bytes | None = None) -> Result:
    arguments = [command, *([file] if file else []), "--state-dir", str(state), *more]
    return CliRunner().invoke(cli.app, ["index", *arguments], input=stdin)


def stats(state: Path) -> dict[str, Any]:
    memory = open_memory(Settings(state_dir=state), state)
    try:
        return {name: value for name, value in memory.stats().items() if name != "bytes"}
    finally:
        memory.close()


def message_of(result: Result) -> str:
    return str(result.exception)


def test_an_exported_index_is_imported_elsewhere_and_judges_as_before(made: Path, export: Path, tmp_path: Path) -> None:
    done = invoke("import", str(export), tmp_path / "state")
    assert (done.exit_code, "imported from" in done.stderr) == (0, True)
    assert stats(tmp_path / "state") == stats(made / "state")
    verdicts = run_files(tmp_path, *MESSAGES, *LATER)
    assert [verdict["kind"] for verdict in verdicts] == [
        "new", "new", "new", "excerpt", "recrawl", "excerpt", "update",
    ]  # fmt: skip


def test_only_the_owner_can_read_an_export(export: Path) -> None:
    """It says what the worker has read, and holds the secret of the index."""
    assert stat.S_IMODE(export.stat().st_mode) == 0o600


def test_an_existing_file_is_replaced_only_with_force(made: Path, tmp_path: Path) -> None:
    path = tmp_path / "precious"
    path.write_text("mine")
    refused = invoke("export", str(path), made / "state")
    assert (refused.exit_code, path.read_text()) == (1, "mine")
    assert "add --force to replace it" in message_of(refused)
    assert invoke("export", str(path), made / "state", "--force").exit_code == 0
    with path.open("rb") as file:
        dump_file.check(file)


@pytest.mark.parametrize("target", ["state/index/data.mdb", "state/backup", "link/index/data.mdb"])
def test_an_export_into_the_state_directory_is_refused(tmp_path: Path, target: str) -> None:
    """With --force it once replaced the index that it read."""
    run_files(tmp_path, *MESSAGES)
    (tmp_path / "link").symlink_to(tmp_path / "state")
    before = stats(tmp_path / "state")
    refused = invoke("export", str(tmp_path / target), tmp_path / "state", "--force")
    assert (refused.exit_code, "is inside the state directory" in message_of(refused)) == (1, True)
    assert stats(tmp_path / "state") == before


def test_an_export_to_a_path_that_cannot_be_written_leaves_nothing(made: Path, tmp_path: Path) -> None:
    refused = invoke("export", str(tmp_path / "no" / "such"), made / "state")
    assert message_of(refused) == f"there is no directory {tmp_path / 'no'}: create it first"
    (tmp_path / "folder").mkdir()
    refused = invoke("export", str(tmp_path / "folder"), made / "state")
    assert message_of(refused) == f"cannot write {tmp_path / 'folder'}: Is a directory"
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_an_interrupted_export_leaves_no_file(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = dump_file.write

    def interrupted(chunks: Iterable[Chunk], file: IO[bytes]) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        write(chunks, file)

    monkeypatch.setattr(dump_file, "write", interrupted)
    done = invoke("export", str(tmp_path / "backup"), made / "state")
    assert "stopped by SIGINT. Nothing was written" in message_of(done)
    assert list(tmp_path.iterdir()) == []


def test_an_index_travels_through_a_pipe(made: Path, tmp_path: Path) -> None:
    out = subprocess.run(
        [sys.executable, "-m", "worker", "index", "export", "-", "--state-dir", str(made / "state")],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    taken = subprocess.run(
        [sys.executable, "-m", "worker", "index", "import", "-", "--state-dir", str(tmp_path / "state")],
        input=out, capture_output=True, check=True,
    )  # fmt: skip
    assert taken.stdout == b""
    assert stats(tmp_path / "state") == stats(made / "state")


@pytest.mark.parametrize(
    ("arguments", "redirection", "exit_code", "message"),
    [
        ("export -", ">/dev/full", 1, "cannot write standard output: No space left on device"),
        ("export -", ">&-", 1, "cannot write standard output: it is closed"),
        ("import -", "<&-", 2, "cannot read standard input: it is closed"),
        ("rebuild --from-file -", "<&-", 2, "cannot read standard input: it is closed"),
        ("similar -", "<&-", 2, "cannot read standard input: it is closed"),
    ],
)
def test_standard_input_or_output_that_cannot_be_used_is_one_clear_line(
    made: Path, tmp_path: Path, arguments: str, redirection: str, exit_code: int, message: str
) -> None:
    state = tmp_path if arguments.startswith(("import", "rebuild")) else made / "state"
    command = f"{sys.executable} -m worker index {arguments} --state-dir {state} {redirection}"
    environment = {**os.environ, "PYTHONUNBUFFERED": ""}  # the end of the process flushes what is left
    done = subprocess.run(command, shell=True, env=environment, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S602
    assert (done.returncode, done.stderr) == (exit_code, f"article-worker: {message}\n")


def test_an_export_into_a_pipe_that_nobody_reads_ends_without_a_traceback(made: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "worker", "index", "export", "-", "--state-dir", str(made / "state")]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_damaged_file_is_refused_before_the_index_is_touched(export: Path, tmp_path: Path) -> None:
    content = export.read_bytes()
    for bad in (content[:-1], content[: len(content) // 2], content[:-20] + b"x" + content[-19:], b"", b"{}\n"):
        export.write_bytes(bad)
        refused = invoke("import", str(export), tmp_path / "state")
        assert refused.exit_code == 1
        assert not (tmp_path / "state").exists()


def test_a_damaged_stream_leaves_an_index_that_workers_refuse_and_a_good_one_starts_over(
    made: Path, export: Path, tmp_path: Path
) -> None:
    """A pipe cannot be checked ahead."""
    state = tmp_path / "state"
    command = [sys.executable, "-m", "worker", "index", "import", "-", "--state-dir", str(state)]
    cut = subprocess.run(command, input=export.read_bytes()[:-10], capture_output=True, check=False)
    assert (cut.returncode, b"the export is truncated" in cut.stderr) == (1, True)
    (tmp_path / "articles.raw.jsonl").write_bytes(b'{"url": "https://example.com/1", "text": "x"}\n')
    with pytest.raises(IndexStoreError, match="is not complete"):
        run_worker(Run(Settings(files=str(tmp_path), state_dir=state)))
    whole = subprocess.run(command, input=export.read_bytes(), capture_output=True, check=False)
    assert whole.returncode == 0
    assert stats(state) == stats(made / "state")


def test_an_index_that_is_not_empty_is_not_filled(made: Path, export: Path) -> None:
    before = stats(made / "state")
    for command, file, more in (
        ("import", str(export), ()),
        ("rebuild", None, ("--from-file", str(made / "articles.clean.jsonl"))),
    ):
        refused = invoke(command, file, made / "state", *more)
        assert (refused.exit_code, "is not empty" in message_of(refused)) == (1, True)
    assert stats(made / "state") == before


def test_an_index_is_not_filled_while_a_worker_uses_its_directory(export: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    slot = claim_slot(state)
    refused = invoke("import", str(export), state)
    assert "stop them before you fill the index" in message_of(refused)
    slot.release()
    assert invoke("import", str(export), state).exit_code == 0


def test_there_must_be_an_index_to_export(tmp_path: Path) -> None:
    refused = invoke("export", str(tmp_path / "backup"), tmp_path / "state")
    assert "there is no index in" in message_of(refused)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server for these tests alone: the name of the index is always the same."""
    own = valkey_server.required(valkey_server.start_own)
    yield own.url
    own.close()


def test_an_index_moves_to_a_server_and_back_and_can_be_rebuilt_there(made: Path, export: Path, server: str) -> None:
    state = made.parent / "unused"
    fills: list[tuple[str, str | None, tuple[str, ...]]] = [
        ("import", str(export), ()),
        ("rebuild", None, ("--from-file", str(made / "articles.clean.jsonl"))),
    ]
    for number, (command, file, more) in enumerate(fills):
        address = f"{server[:-1]}{number}"
        assert invoke(command, file, state, "--index", address, *more).exit_code == 0
        again = invoke(command, file, state, "--index", address, *more)
        assert (again.exit_code, "is not empty" in message_of(again)) == (1, True)
        backup = export.with_name(f"from-server-{number}")
        assert invoke("export", str(backup), state, "--index", address).exit_code == 0
        back = export.with_name(f"back-{number}")
        assert invoke("import", str(backup), back).exit_code == 0
        assert stats(back)["urls"] == (4, 3)[number]
    assert not state.exists()


# -- rebuild -------------------------------------------------------------------------------------------------------


def test_an_index_is_rebuilt_from_the_file_of_clean_articles(made: Path, tmp_path: Path) -> None:
    done = invoke("rebuild", None, tmp_path / "state", "--from-file", str(made / "articles.clean.jsonl"))
    assert done.exit_code == 0
    assert [line.split()[:2] for line in done.stderr.splitlines()] == [
        ["articles", "3"], ["verdicts", "3"], ["tombstones", "0"], ["unreadable", "0"],
    ]  # fmt: skip
    verdicts = run_files(tmp_path, *MESSAGES, *LATER)
    assert [verdict["kind"] for verdict in verdicts] == [
        "new", "new", "new", "excerpt", "recrawl", "excerpt", "update",
    ]  # fmt: skip


def test_a_file_without_any_clean_article_is_an_error(made: Path, tmp_path: Path) -> None:
    refused = invoke("rebuild", None, tmp_path / "state", "--from-file", str(made / "articles.raw.jsonl"))
    assert (refused.exit_code, "nothing was restored" in message_of(refused)) == (1, True)
    again = invoke("rebuild", None, tmp_path / "state", "--from-file", str(made / "articles.clean.jsonl"))
    assert again.exit_code == 0


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ((), "give either --from-topic"),
        (("--from-topic", "t", "--from-file", "f"), "give either --from-topic"),
        (("--from-file", "f", "--since", "-7d"), "--since applies only to --from-topic"),
        (("--from-topic", "t", "--since", "latest"), "leaves nothing to read"),
        (("--from-topic", "t", "--since", "soon"), "'soon' is not a time"),
        (("--from-file", "no-such-file"), "cannot read no-such-file"),
    ],
)
def test_a_wrong_source_is_refused_before_the_index_is_touched(
    tmp_path: Path, more: tuple[str, ...], message: str
) -> None:
    refused = invoke("rebuild", None, tmp_path / "state", *more)
    assert (refused.exit_code, message in message_of(refused)) == (1, True)
    assert not (tmp_path / "state").exists()
