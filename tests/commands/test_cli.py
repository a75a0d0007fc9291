from __future__ import annotations

import importlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner, Result

from tests.privileges import no_privileges
from worker.commands import cli
from worker.compiled import PARTS, compiled
from worker.config.settings import Settings
from worker.errors import ConnectError, FatalTransportError, IndexStoreError, SettingsError, TopicMissing, WorkerError
from worker.fingerprint import pipeline_info
from worker.observe.health import HEARTBEAT, Heartbeat
from worker.store.slots import claim_slot, slot_file
from worker.version import __version__

PASSWORD = "hunter2"  # noqa: S105 - these tests check that it is never shown
FINGERPRINT = pipeline_info(Settings()).fingerprint
KIND = "compiled" if all(map(compiled, PARTS)) else "in Python"
COMMANDS = (
    "run", "check", "demo", "replay", "replay run", "replay list", "replay status", "replay remove", "explain", "produce-samples", "config", "schema", "health", "topics", "topics create", "topics describe",
    "index", "index stats", "index lookup", "index similar", "dead", "dead list", "dead show", "dead retry",
)  # fmt: skip


@pytest.fixture(autouse=True)
def in_an_empty_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Start the tests in an empty directory, at a width of 100 columns."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)


def invoke(*args: str) -> Result:
    return CliRunner().invoke(cli.app, args)


Main = Callable[..., tuple[Any, str, str]]


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Main:
    """The entry point, called in this process. Returns exit code, standard output and standard error."""

    def main(*args: str) -> tuple[Any, str, str]:
        monkeypatch.setattr(sys, "argv", ["article-worker", *args])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return (ended.value.code, *capsys.readouterr())

    return main


def process(*args: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "worker", *args], capture_output=True, text=True, timeout=60, check=False, **options)  # fmt: skip


def rows(output: str) -> dict[str, list[str]]:
    """The table of `config`: the value (if there is one) and the source of each setting."""
    return {cells[0]: cells[1:] for cells in (re.split(r"\s{2,}", line.strip()) for line in output.splitlines()[1:])}


# -- help ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_says_what_it_does_and_exits_with_0(command: str) -> None:
    for flag in ("--help", "-h"):
        result = invoke(*command.split(), flag)
        assert result.exit_code == 0
        assert f"Usage: article-worker {command}" in result.output
        assert re.search(r"\n [A-Z].*\.", result.output)  # a sentence


@pytest.mark.parametrize(
    ("command", "flags"),
    [
        ("run", "--bootstrap-servers --group-id --raw-topic --clean-topic --quality-topic --dead-topic --state-dir"),
        ("run", "--stop-at-end --files --out-dir --follow --shape --dedup-window --shutdown-timeout --connect-timeout"),
        ("run", "--duplicates --instance-id --config --languages --metrics-interval --security-protocol"),
        ("replay run", "--from --to --dry-run --bootstrap-servers --group-id --state-dir --raw-topic"),
        ("topics create", "--partitions --replication --retention --alter --bootstrap-servers --raw-topic"),
        ("topics describe", "--bootstrap-servers --raw-topic --sasl-username"),
        ("produce-samples", "--bootstrap-servers --raw-topic"),
        ("health", "--state-dir --max-age --files --out-dir"),
        ("demo", "--out-dir"),
        ("index stats", "--state-dir --index --json"),
        ("dead list", "--by --only --since --rows --json --dead-topic --quality-topic --bootstrap-servers"),
        ("dead retry", "--only --max-attempts --dry-run --state-dir --index --max-nodes --map --group-id"),
        ("index similar", "--state-dir --index --json --shape"),
        ("config", "--config --bootstrap-servers"),
    ],
)
def test_the_help_shows_every_flag_of_the_command(command: str, flags: str) -> None:
    shown = set(re.findall(r"--[a-z-]+", invoke(*command.split(), "--help").output))
    assert set(flags.split()) <= shown


@pytest.mark.parametrize("command", ["report", "replay diff", "dead list", "explain"])
def test_the_help_cuts_nothing_on_a_terminal_of_80_columns(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert "…" not in invoke(*command.split(), "--help").output


def test_explain_takes_settings_that_change_nothing_there_but_does_not_show_them(tmp_path: Path) -> None:
    shown = set(re.findall(r"--[a-z-]+", invoke("explain", "--help").output))
    assert not shown & {"--supersets", "--updates", "--group-id"}
    (tmp_path / "page").write_text("One story.")
    assert invoke("explain", str(tmp_path / "page"), "--updates", "major").exit_code == 0


def test_the_help_of_run_groups_the_flags_and_gives_types_choices_and_defaults() -> None:
    output = invoke("run", "--help").output
    for panel in ("Kafka", "Security", "Files", "Batches", "Input", "Articles", "Running"):
        assert f"─ {panel} ─" in output
    assert re.search(r"--dedup-window +DURATION +How long", output)
    assert re.search(r"--max-value-bytes +BYTES [^-]*\[default:[ │\n]+8MiB\]", output)
    assert re.search(r"--min-words +NUMBER .*\[default:[ │\n]+25\]", output)
    assert re.search(r"--state-dir +PATH ", output)
    assert re.search(r"--group-id +TEXT ", output)
    assert re.search(r"--duplicates +CHOICE ", output)
    assert "[drop, tag;" in output
    assert "articles.raw*.jsonl[.gz|.zst]" in output  # square brackets are not markup


def test_the_help_of_run_explains_exit_codes_and_other_ways_to_set_a_setting() -> None:
    output = " ".join(invoke("run", "--help").output.split())
    for error in (WorkerError, SettingsError, ConnectError, TopicMissing, FatalTransportError, IndexStoreError):
        assert f" {error.exit_code} " in output.partition("Exit codes:")[2]
    assert " 130 stopped at once" in output
    assert "ARTICLE_WORKER_GROUP_ID" in output
    assert "ARTICLE_WORKER_SASL_PASSWORD" in output


@pytest.mark.parametrize("columns", ["60", "100", "200"])
def test_the_help_fits_into_the_terminal(monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert max(map(len, invoke("run", "--help").output.splitlines())) <= int(columns)


def test_the_help_is_plain_text_outside_a_terminal() -> None:
    assert "\x1b" not in process("run", "--help").stdout


def test_without_arguments_the_help_is_shown_as_for_wrong_usage() -> None:
    result = invoke()
    assert result.exit_code == 2
    assert "Start with: article-worker demo" in result.output


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_the_help_shows_no_type_for_a_switch(command: str) -> None:
    assert "<" not in invoke(*command.split(), "--help").output


@pytest.mark.parametrize(
    ("command", "unrelated"),
    [
        ("topics create", "--group-id --session-timeout --metrics-interval --state-dir --shape --no-static-membership"),
        ("topics describe", "--group-id --compression --max-message-bytes --index-max-bytes"),
        ("produce-samples", "--clean-topic --transaction-timeout --require-state"),
        ("health", "--follow --metrics-interval --require-state --log-level"),
    ],
)
def test_a_command_takes_the_flags_of_the_worker_but_shows_only_related_ones(command: str, unrelated: str) -> None:
    shown = invoke(*command.split(), "--help").output
    assert [flag for flag in unrelated.split() if flag in shown] == []
    result = invoke(*command.split(), "--group-id" if command != "health" else "--state-dir")
    assert "requires an argument" in result.output


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_of_a_shell_is_printed(shell: str) -> None:
    named = os.environ | {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}  # not the shell that runs the tests
    done = process("--show-completion", shell, env=named)
    assert done.returncode == 0
    assert "_ARTICLE_WORKER_COMPLETE=complete_" + shell in done.stdout


def test_commands_flags_and_choices_are_completed() -> None:
    def completed(*words: str) -> list[str]:
        asked = {"_ARTICLE_WORKER_COMPLETE": "complete_bash", "COMP_CWORD": str(len(words))}
        asked["COMP_WORDS"] = " ".join(("article-worker", *words))
        return process(env=os.environ | asked).stdout.split()

    assert completed("topics", "cr") == ["create"]
    assert completed("run", "--dedup") == ["--dedup-window"]
    assert completed("run", "--duplicates", "d") == ["drop"]


# -- errors of the user --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["rnu"], "Did you mean 'run'?"),
        (["topics", "creat"], "Did you mean 'create'?"),
        (["run", "--grup-id", "x"], "--group-id"),
        (["run", "--batch-max-records", "many"], "'--batch-max-records': must be a whole number"),
        (["topics", "create", "--partitions", "0"], "'--partitions': must be at least 1"),
        (["run", "--duplicates", "keep"], "'--duplicates': 'keep' is not one of 'drop', 'tag'"),
        (["run", "--group-id"], "--group-id"),
        (["run", "surplus"], "surplus"),
        (["schema", "raw_article", "surplus"], "surplus"),
    ],
)
def test_wrong_usage_exits_with_2_and_a_hint(args: list[str], said: str) -> None:
    result = invoke(*args)
    assert result.exit_code == 2
    assert said in result.output


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["config", "--config", "none.toml"], "cannot read the settings file none.toml: No such file or directory"),
        (["run", "--batch-linger", "soon"], "batch_linger (from flag): not a duration"),
        (["run", "--security-protocol", "SASL_SSL"], "security_protocol SASL_SSL needs sasl_mechanism"),
        (["run", "--files", "-"], "standard input has no directory of its own: add --out-dir DIR"),
        (["run", "--files", ".", "--follow", "--stop-at-end"], "stop_at_end and follow contradict each other"),
        (["run", "--shape", "scrappy"], "shape (from flag): unknown shape 'scrappy' (did you mean scrapy?)"),
        (
            ["replay", "run", "v2", "--shape", "scrappy"],
            "shape (from flag): unknown shape 'scrappy' (did you mean scrapy?)",
        ),
        (["health", "--max-age", "old"], "--max-age 'old': not a duration"),
        (["schema", "nothing"], "unknown schema 'nothing'"),
    ],
)
def test_wrong_settings_are_one_line_on_standard_error_and_exit_code_2(main: Main, args: list[str], said: str) -> None:
    code, output, errors = main(*args)
    assert (code, output) == (2, "")
    assert errors.startswith(f"article-worker: {said}")
    assert len(errors.splitlines()) == 1


def test_an_unknown_variable_is_reported_on_one_line_with_the_nearest_name() -> None:
    done = process("config", env=os.environ | {"ARTICLE_WORKER_GROUPID": "x"})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "article-worker: unknown setting in the environment: ARTICLE_WORKER_GROUPID "
        "(did you mean ARTICLE_WORKER_GROUP_ID?)\n"
    )


@pytest.mark.parametrize(
    "error", [ConnectError, TopicMissing, FatalTransportError, IndexStoreError, SettingsError, WorkerError]
)
def test_every_error_for_the_user_is_one_line_and_has_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, main: Main, error: type[WorkerError]
) -> None:
    def fail() -> None:
        raise error("mend [this] and :that:")

    monkeypatch.setattr(cli, "app", fail)
    assert main() == (error.exit_code, "", "article-worker: mend [this] and :that:\n")


def test_no_error_message_controls_a_terminal(monkeypatch: pytest.MonkeyPatch, main: Main) -> None:
    def fail() -> None:
        raise SettingsError("one \x1b]0;owned\x07", "two \x9b1m\u202e \udcff")

    monkeypatch.setattr(cli, "app", fail)
    assert main()[2] == "article-worker: one \\x1b]0;owned\\x07\ntwo \\x9b1m\\u202e \\udcff\n"


def test_no_name_from_outside_adds_a_line_to_an_error_message(main: Main, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"")
    (tmp_path / "in.jsonl").write_bytes(b"")
    forged = "x\narticle-worker: all is well"
    for args in (["--state-dir", f"x/{forged}"], ["--index", f"valkey://h:1/{forged}"], ["--shape", forged]):
        code, _, errors = main("run", "--files", "in.jsonl", *args)
        assert code in (2, 6)
        assert len(errors.splitlines()) == 1


def test_several_wrong_settings_get_a_line_each(main: Main) -> None:
    code, _, errors = main("run", "--batch-linger", "soon\nlater", "--dedup-window", "long")
    assert (code, len(errors.splitlines())) == (2, 2)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["run", "--\u202egnp.exe"], r"No such option: --\u202egnp.exe"),
        (["--\u202egnp.exe"], r"No such option: --\u202egnp.exe"),
        (["run", "a\x9b1m"], r"unexpected extra argument(s) (a\x9b1m)"),
        (["\u202ex"], r"No such command '\u202ex'"),
        (["topics", "\u202ex"], r"No such command '\u202ex'"),
    ],
)
def test_no_usage_error_controls_a_terminal(main: Main, args: list[str], said: str) -> None:
    code, _, errors = main(*args)
    assert code == 2
    assert said in errors


@pytest.mark.parametrize("command", ["run --files in.jsonl", "index stats", "health"])
def test_an_unreadable_state_directory_is_a_plain_error_that_names_it(
    main: Main, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    for name in ("worker.app", "worker.commands.index", "worker.transport.files.transport"):
        importlib.import_module(name)  # import now: without privileges, the interpreter's files may be unreadable
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)
        monkeypatch.chdir(directory)
        Path("in.jsonl").write_bytes(b"")
        Path("state").mkdir(mode=0)
        with no_privileges():
            code, _, errors = main(*command.split(), "--state-dir", "state")
    assert code == (1 if command == "health" else 6)
    assert re.fullmatch(r"article-worker: cannot (read|write to) state/.*: Permission denied\..*\n", errors)


def test_no_setting_controls_a_terminal(main: Main) -> None:
    code, output, _ = main("config", "--group-id", "\x1b[31m\x9b1m[red]x")
    assert code == 0
    assert r"\x1b[31m\x9b1m[red]x" in output


def test_the_exit_codes_of_different_errors_differ() -> None:
    codes = [
        e.exit_code
        for e in (WorkerError, SettingsError, ConnectError, TopicMissing, FatalTransportError, IndexStoreError)
    ]
    assert sorted(codes) == [1, 2, 3, 4, 5, 6]


# -- config --------------------------------------------------------------------------------------------------------


def test_config_prints_every_setting_with_its_value_and_its_source(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "s.toml").write_text('clean_topic = "c"\n', encoding="utf-8")
    monkeypatch.setenv("ARTICLE_WORKER_RAW_TOPIC", "r")
    result = invoke("config", "--config", "s.toml", "--group-id", "g")
    shown = rows(result.output)
    assert result.exit_code == 0
    assert list(shown) == [*Settings.model_fields, "pipeline.fingerprint"]
    assert shown["group_id"] == ["g", "flag"]
    assert shown["raw_topic"] == ["r", "environment"]
    assert shown["clean_topic"] == ["c", "s.toml"]
    assert shown["dedup_window"] == ["30d", "default"]
    assert shown["max_value_bytes"] == ["8MiB", "default"]
    assert shown["stop_at_end"] == ["false", "default"]
    assert shown["state_dir"] == ["default"]


def test_config_ends_with_the_fingerprint_of_outputs_under_these_settings() -> None:
    def shown(*flags: str) -> str:
        return rows(invoke("config", *flags).output)["pipeline.fingerprint"][0]

    assert shown() == FINGERPRINT
    assert shown("--min-words", "30") == pipeline_info(Settings(min_words=30)).fingerprint != FINGERPRINT


def test_config_masks_the_secrets_that_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_SASL_PASSWORD", PASSWORD)
    output = invoke("config").output
    assert PASSWORD not in output
    assert rows(output)["sasl_password"] == ["********", "environment"]
    assert rows(output)["ssl_password"] == ["default"]


@pytest.mark.parametrize(
    "address", ["valkey://u:%s@h/0", "valkey://u:a/%s@h/0", "valkeys://h/0?password=%s", "valkey://%s@h:x/0"]
)
def test_config_shows_no_index_address_that_may_hold_a_password(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_INDEX", address % PASSWORD.replace(" ", ""))
    done = CliRunner().invoke(cli.app, ["config"])
    assert PASSWORD.replace(" ", "") not in done.output
    assert rows(done.output)["index"] == ["********", "environment"]


def test_config_shows_an_index_address_without_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_INDEX", "valkey://user@h:6380/1")
    assert rows(invoke("config").output)["index"] == ["valkey://user@h:6380/1", "environment"]


@pytest.mark.parametrize("command", ["run", "replay run v2", "topics create", "topics describe", "produce-samples"])
def test_a_command_that_talks_to_kafka_refuses_half_a_login(
    monkeypatch: pytest.MonkeyPatch, main: Main, command: str
) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_SASL_PASSWORD", PASSWORD)
    code, output, errors = main(*command.split(), "--sasl-username", "me")
    assert (code, output) == (2, "")
    assert "security_protocol PLAINTEXT has no login, so sasl_username and sasl_password would be ignored" in errors
    assert PASSWORD not in errors


@pytest.mark.parametrize("command", ["run --files in.jsonl", "index stats"])
def test_a_command_that_uses_the_index_refuses_a_password_that_would_be_ignored(
    monkeypatch: pytest.MonkeyPatch, main: Main, tmp_path: Path, command: str
) -> None:
    (tmp_path / "in.jsonl").touch()
    monkeypatch.setenv("ARTICLE_WORKER_INDEX_PASSWORD", PASSWORD)
    code, output, errors = main(*command.split())
    assert (code, output) == (2, "")
    assert "the embedded index takes no password" in errors
    assert PASSWORD not in errors


def test_a_command_that_does_not_connect_ignores_connection_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It may share its environment with a worker that sets the rest of them by flags."""
    monkeypatch.setenv("ARTICLE_WORKER_SASL_PASSWORD", PASSWORD)
    monkeypatch.setenv("ARTICLE_WORKER_INDEX_PASSWORD", PASSWORD)
    (tmp_path / "a.txt").write_text("Some words of an article.\n", encoding="utf-8")
    assert invoke("health").output == "no worker is running on this state directory\n"
    assert invoke("explain", "a.txt").exit_code == 0
    assert process("demo").returncode == 0


def test_config_shows_settings_that_do_not_fit_and_then_says_so(monkeypatch: pytest.MonkeyPatch, main: Main) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_SASL_PASSWORD", PASSWORD)
    code, output, errors = main("config", "--sasl-username", "me")
    assert code == 2
    assert rows(output)["sasl_username"] == ["me", "flag"]
    assert rows(output)["sasl_password"] == ["********", "environment"]
    assert errors.startswith("article-worker: security_protocol PLAINTEXT has no login, so sasl_username")


def test_config_shows_a_value_unchanged_on_one_line_however_long(monkeypatch: pytest.MonkeyPatch) -> None:
    servers = ",".join(f"broker-{number}.example.org:9092" for number in range(40))
    output = invoke("config", "--bootstrap-servers", servers, "--state-dir", "/data/[red]/:smile:/[/]").output
    assert rows(output)["bootstrap_servers"] == [servers, "flag"]
    assert rows(output)["state_dir"] == ["/data/[red]/:smile:/[/]", "flag"]


def test_config_prints_lines_that_other_tools_can_read() -> None:
    done = process("config")
    assert done.returncode == 0
    assert done.stdout.endswith("\n")
    assert "\x1b" not in done.stdout
    assert list(rows(done.stdout)) == [*Settings.model_fields, "pipeline.fingerprint"]


# -- schema, health, version ---------------------------------------------------------------------------------------


def test_schema_without_a_name_prints_the_names() -> None:
    result = invoke("schema")
    assert result.exit_code == 0
    assert "raw_article.v1" in result.output.split()


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("raw_article", "raw_article.v1"),
        ("clean_article", "clean_article.v2"),
        ("clean_article.v1", "clean_article.v1"),
        ("quality_report", "quality_report.v2"),
        ("quality_report.v1", "quality_report.v1"),
    ],
)
def test_schema_prints_the_json_schema_of_a_message_the_newest_without_a_version(name: str, full: str) -> None:
    result = invoke("schema", name)
    assert result.exit_code == 0
    document = json.loads(result.output)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert document["properties"]["schema"]["const"] == full


@contextmanager
def a_worker(state_dir: Path, instance_id: str = "w-0", age_s: float = 0) -> Iterator[Heartbeat]:
    """A worker whose last beat is this old."""
    slot = claim_slot(state_dir)
    path = slot_file(state_dir, slot.number, HEARTBEAT)
    heartbeat = Heartbeat(path, instance_id)
    heartbeat.beat()
    os.utime(path, (time.time() - age_s,) * 2)
    yield heartbeat
    slot.release()


def without_seconds(said: str) -> str:
    """The words with the last digit of each age left out: a busy machine takes some seconds."""
    return re.sub(r"\d s ago", "_ s ago", said)


def test_health_is_0_after_a_fresh_heartbeat_and_1_after_an_old_one(tmp_path: Path) -> None:
    with a_worker(tmp_path):
        fresh = invoke("health", "--state-dir", str(tmp_path))
        assert (fresh.exit_code, without_seconds(fresh.output)) == (0, "w-0: heartbeat _ s ago\n")
    with a_worker(tmp_path, age_s=200):
        old = invoke("health", "--state-dir", str(tmp_path))
        assert (old.exit_code, without_seconds(old.output)) == (1, "w-0: heartbeat 20_ s ago, stalled (limit 55.5 s)\n")
        assert invoke("health", "--state-dir", str(tmp_path), "--max-age", "5m").exit_code == 0


def test_health_allows_for_the_longest_step_that_the_settings_allow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_RECORD_TIMEOUT", "200s")
    with a_worker(tmp_path, age_s=200):
        assert invoke("health", "--state-dir", str(tmp_path)).exit_code == 0


def test_health_is_1_while_the_worker_waits_and_says_what_it_waits_for(tmp_path: Path) -> None:
    with a_worker(tmp_path) as heartbeat:
        heartbeat.wait("the index server")
        result = invoke("health", "--state-dir", str(tmp_path))
        assert (result.exit_code, without_seconds(result.output)) == (
            1,
            "w-0: heartbeat _ s ago, waiting for the index server\n",
        )
        for _ in range(2):
            heartbeat.beat()
        assert invoke("health", "--state-dir", str(tmp_path)).exit_code == 0


def test_health_fails_if_any_of_several_workers_is_unhealthy(tmp_path: Path) -> None:
    with a_worker(tmp_path), a_worker(tmp_path, "w-1", age_s=200):
        result = invoke("health", "--state-dir", str(tmp_path))
        assert (result.exit_code, without_seconds(result.output)) == (
            1,
            "w-0: heartbeat _ s ago\nw-1: heartbeat 20_ s ago, stalled (limit 55.5 s)\n",
        )
    with a_worker(tmp_path):  # w-1 is dead
        assert invoke("health", "--state-dir", str(tmp_path)).exit_code == 0


def test_a_flag_or_the_environment_limits_health_to_one_of_several_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_worker(tmp_path), a_worker(tmp_path, "w-1", age_s=200):
        result = invoke("health", "--state-dir", str(tmp_path), "--instance-id", "w-0")
        assert (result.exit_code, without_seconds(result.output)) == (0, "w-0: heartbeat _ s ago\n")
        monkeypatch.setenv("ARTICLE_WORKER_INSTANCE_ID", "w-1")
        assert invoke("health", "--state-dir", str(tmp_path)).exit_code == 1
        result = invoke("health", "--state-dir", str(tmp_path), "--instance-id", "w-2")
        assert (result.exit_code, without_seconds(result.output)) == (
            1,
            "no worker w-2 is running on this state directory\n",
        )


def test_health_is_1_if_no_worker_is_running(tmp_path: Path) -> None:
    result = invoke("health", "--files", str(tmp_path))
    assert (result.exit_code, result.output) == (1, "no worker is running on this state directory\n")


def test_health_tells_a_stopped_worker_from_a_running_one(tmp_path: Path) -> None:
    """Two worker processes share a state directory. One is stopped (SIGSTOP), and then killed."""
    command = [sys.executable, "-m", "worker", "run", "--follow", "--state-dir", str(tmp_path / "state"), "--files"]
    ask = ["health", "--state-dir", str(tmp_path / "state"), "--max-age", "3s"]
    started = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        started.append(subprocess.Popen([*command, tmp_path / name, "--instance-id", name], stderr=subprocess.DEVNULL))
    try:
        eventually(lambda: (invoke(*ask).exit_code, invoke(*ask).output.count("\n")) == (0, 2))
        started[0].send_signal(signal.SIGSTOP)
        eventually(lambda: invoke(*ask).exit_code == 1)
        assert invoke(*ask, "--instance-id", "b").exit_code == 0
        started[0].kill()
        started[0].wait(60)
        assert invoke(*ask).exit_code == 0
    finally:
        for process in started:
            process.kill()
            process.wait(60)


def eventually(is_true: Callable[[], bool], timeout_s: float = 60) -> None:
    end = time.monotonic() + timeout_s
    while not is_true():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_the_version_is_printed() -> None:
    result = invoke("--version")
    assert (result.exit_code, result.output) == (0, f"article-worker {__version__} (pipeline {FINGERPRINT}, {KIND})\n")


def test_ctrl_c_while_python_still_imports_ends_without_a_traceback() -> None:
    code = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell ignores it for background processes
        "from worker.__main__ import main\n"
        "class CtrlC:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'typer': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, CtrlC())\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_the_package_runs_as_a_module() -> None:
    done = process("--version")
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        f"article-worker {__version__} (pipeline {FINGERPRINT}, {KIND})\n",
        "",
    )


def test_light_commands_load_no_kafka_and_no_extractor() -> None:
    """`--help` and `health` run often and must answer at once."""
    code = "import sys, worker.commands.cli; print([m for m in ('kafka', 'redis', 'lmdb', 'lxml', 'numpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


LATER = ("kafka", "redis", "prometheus_client", "requests", "fasttext_pybind", "ftfy", "worker.residue.line_matcher")


def test_a_run_loads_only_what_it_needs_to_read_its_first_record(tmp_path: Path) -> None:
    """So it reads that within a second of its start. What the first article needs is loaded when it comes."""
    (tmp_path / "articles.raw.jsonl").touch()
    code = (
        f"import sys; sys.argv[1:] = ['run', '--files', {str(tmp_path)!r}]\n"
        f"from worker.commands import cli\ncli.app(standalone_mode=False)\n"
        f"print([m for m in {LATER} if m in sys.modules], 'worker.app' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[] True\n"


@pytest.mark.parametrize(
    ("words", "built"),
    [
        (["schema"], {"schema"}),
        (["topics", "--help"], set()),
        (["no-such-command"], {"run", "schema"}),
        (["--version"], {"run", "schema"}),
    ],
)
def test_only_the_command_that_was_asked_for_is_built(
    words: list[str], built: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str | None] = []
    build = typer.main.get_command_from_info

    def noted(*arguments: Any, **options: Any) -> Any:
        command = build(*arguments, **options)
        names.append(command.name)
        return command

    monkeypatch.setattr(typer.main, "get_command_from_info", noted)
    monkeypatch.setattr(sys, "argv", ["article-worker", *words])
    with pytest.raises(SystemExit):
        cli.app()
    assert built == {"run", "schema"} & set(names)


# -- the process ---------------------------------------------------------------------------------------------------


def test_closing_the_output_early_gives_no_traceback() -> None:
    pipe = f"{sys.executable} -m worker config | head -n 1"
    done = subprocess.run(["sh", "-c", pipe], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split() == ["setting", "value", "from"]
    assert "Traceback" not in done.stderr


@pytest.fixture
def silent_broker() -> Iterator[socket.socket]:
    """A server that accepts connections but never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        yield server


def signalled(broker: socket.socket, number: signal.Signals, *args: str) -> tuple[int, str, str]:
    """Exit code and output of a command that received the signal while it was connecting."""
    command = [sys.executable, "-m", "worker", *args, "--bootstrap-servers", f"127.0.0.1:{broker.getsockname()[1]}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        try:
            connection, _ = broker.accept()
            with connection:
                started.send_signal(number)
                output, errors = started.communicate(timeout=30)
        finally:
            started.kill()
    return started.returncode, output, errors


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_a_signal_while_connecting_ends_the_worker(
    silent_broker: socket.socket, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    ended = signalled(silent_broker, number, "run", "--state-dir", str(tmp_path))
    assert ended == (code, "", "article-worker: stopped before the first batch\n")


@pytest.mark.parametrize("command", ["topics describe", "topics create", "produce-samples", "replay run v2"])
def test_ctrl_c_while_connecting_ends_the_other_commands_without_a_traceback(
    silent_broker: socket.socket, command: str
) -> None:
    ended = signalled(silent_broker, signal.SIGINT, *command.split())
    assert ended == (-signal.SIGINT, "", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("command", ["config", "schema raw_article", "--version", "run --help"])
def test_output_to_a_full_disk_is_an_error_in_one_line(command: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "worker", *command.split()],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (
        1, b"article-worker: cannot write the output: No space left on device\n"
    )  # fmt: skip
