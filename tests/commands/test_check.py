from __future__ import annotations

import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from tests.privileges import no_privileges
from worker.commands import check as checking
from worker.commands import cli
from worker.commands.check import within
from worker.findings import Finding, ok

PASSWORD = "hunter2"  # noqa: S105 - the test checks that it is never shown


@pytest.fixture(autouse=True)
def in_an_empty_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Start the tests in an empty directory. Afterwards, other tests can see the worker's log again."""
    monkeypatch.chdir(tmp_path)
    yield
    structlog.reset_defaults()


def lines(*flags: str) -> tuple[int, list[str]]:
    result = CliRunner().invoke(cli.app, ["check", *flags])
    return result.exit_code, result.output.splitlines()


@pytest.fixture
def silent_broker() -> Iterator[socket.socket]:
    """A server that accepts connections but never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        yield server


# -- files and state -----------------------------------------------------------------------------------------------


def test_a_run_on_files_is_checked_and_nothing_is_created() -> None:
    Path("in.jsonl").touch()
    code, found = lines("--files", "in.jsonl", "--out-dir", "out")
    assert (code, [line.split()[0] for line in found]) == (0, ["ok", "ok", "ok", "ok", "ready"])
    assert "ok       files: reads in.jsonl, writes to out" in found
    assert [path.name for path in Path().iterdir()] == ["in.jsonl"]


def test_missing_input_is_a_fault_with_the_exit_code_of_run() -> None:
    code, found = lines("--files", "none.jsonl")
    assert code == 5
    assert "fault    files: there is no file or directory none.jsonl. Check --files" in found
    assert CliRunner().invoke(cli.app, ["run", "--files", "none.jsonl"]).exception.exit_code == 5  # type: ignore[union-attr]


def test_directories_that_cannot_be_written_are_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    import worker.transport.files.input_files  # noqa: F401, PLC0415 - without privileges, it may be unreadable

    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)
        monkeypatch.chdir(directory)
        Path("in.jsonl").touch(0o644)
        Path("closed").mkdir(0o555)
        with no_privileges():
            code, found = lines("--files", "in.jsonl", "--out-dir", "closed/out", "--state-dir", "closed/state")
    assert code == 6
    assert found[1].startswith(
        "fault    state directory closed/state: cannot write to closed: Permission denied. Check"
    )
    assert (
        found[3]
        == "fault    files: cannot write to closed: Permission denied. Check its owner and mode, or choose --out-dir"
    )


def test_a_file_in_place_of_the_state_directory_is_a_fault() -> None:
    Path("in.jsonl").touch()
    code, found = lines("--files", "in.jsonl", "--state-dir", "in.jsonl/state")
    assert code == 6
    assert found[1].endswith("in.jsonl: Not a directory. Choose another --state-dir")


def test_a_nearly_full_disk_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("in.jsonl").touch()
    monkeypatch.setattr(checking, "LEAST_FREE_BYTES", 1 << 60)
    code, found = lines("--files", "in.jsonl")
    assert (code, found[1].split()[0]) == (0, "warning")
    assert found[-1] == "ready (faults: 0, warnings: 1)"


def test_an_index_that_exists_is_opened_and_counted() -> None:
    Path("in.jsonl").write_text('{"url": "https://e.org/1", "html": "<p>Hello</p>"}\n')
    assert CliRunner().invoke(cli.app, ["run", "--files", "in.jsonl"]).exit_code == 0
    code, found = lines("--files", "in.jsonl")
    assert code == 0
    assert found[2].startswith("ok       index: 0 articles, ")
    assert found[4].startswith("warning  index: the index in state is empty, but a position is committed")
    assert lines("--files", "in.jsonl", "--require-state")[0] == 6


def test_a_damaged_index_is_a_fault() -> None:
    Path("in.jsonl").touch()
    Path("state/index").mkdir(parents=True)
    Path("state/index/data.mdb").write_bytes(b"x" * 20_000)
    code, found = lines("--files", "in.jsonl")
    assert code == 6
    assert found[2].startswith("fault    index: the store in state/index is damaged")


# -- what goes wrong -----------------------------------------------------------------------------------------------


def test_the_checks_end_at_the_time_limit_and_name_what_was_late() -> None:
    forever = threading.Event()

    def late() -> Iterator[Finding]:
        yield ok("late", "began")
        forever.wait()

    found = list(within(0.2, [("early", lambda: iter([ok("early", "done")])), ("late", late)]))
    forever.set()
    assert [(each.level, each.about) for each in found] == [("ok", "early"), ("ok", "late"), ("fault", "late")]
    assert (found[-1].exit_code, found[-1].text) == (1, "not finished after 0.2 s (--time-limit)")


def test_an_error_of_the_check_itself_is_not_swallowed() -> None:
    def broken() -> Iterator[Finding]:
        yield ok("broken", str(1 // 0))

    with pytest.raises(ZeroDivisionError):
        list(within(5, [("broken", broken)]))


def test_a_broker_that_never_answers_is_a_fault_in_time_and_no_password_is_shown(
    silent_broker: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_SASL_PASSWORD", PASSWORD)
    login = ("--security-protocol", "SASL_PLAINTEXT", "--sasl-mechanism", "PLAIN", "--sasl-username", "me")
    server = f"127.0.0.1:{silent_broker.getsockname()[1]}"
    code, found = lines("--bootstrap-servers", server, *login, "--time-limit", "2s")
    assert code == 3
    assert f"no Kafka broker answered within 1s at {server}" in found[3]
    assert PASSWORD not in "".join(found)


def test_ctrl_c_ends_the_check_without_a_traceback(silent_broker: socket.socket) -> None:
    server = f"127.0.0.1:{silent_broker.getsockname()[1]}"
    command = [sys.executable, "-m", "worker", "check", "--bootstrap-servers", server]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        try:
            connection, _ = silent_broker.accept()
            with connection:
                started.send_signal(signal.SIGINT)
                output, errors = started.communicate(timeout=30)
        finally:
            started.kill()
    assert (started.returncode, errors) == (130, "")
    assert output.startswith("ok       settings: no errors, no contradictions\n")


def test_a_wrong_tls_file_is_a_fault() -> None:
    code, found = lines("--security-protocol", "SSL", "--ssl-cafile", "none.pem")
    assert code == 2
    assert "fault    Kafka: ssl_cafile: cannot use none.pem" in found[3]


def test_an_index_server_that_is_away_is_a_fault_and_the_rest_is_checked() -> None:
    Path("in.jsonl").touch()
    code, found = lines("--files", "in.jsonl", "--index", "valkey://127.0.0.1:1/0", "--time-limit", "2s")
    assert code == 6
    assert found[2].startswith("fault    index server valkey://127.0.0.1:1/0: no answer within ")
    assert found[3].startswith("ok       files: ")
