from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer
import typer.main
from typer.testing import CliRunner, Result

from worker.commands import cli
from worker.commands.flags import with_settings
from worker.config.settings import Settings, is_secret
from worker.errors import SettingsError

PASSWORD = "hunter2"  # noqa: S105 - these tests check that it is never shown
COMMANDS = (
    "run", "check", "demo", "replay run", "produce-samples", "config", "schema", "health", "topics create", "topics describe",
)  # fmt: skip


@pytest.fixture(autouse=True)
def in_an_empty_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Start the tests in an empty directory."""
    monkeypatch.chdir(tmp_path)


def invoke(*args: str) -> Result:
    return CliRunner().invoke(cli.app, args)


def rows(output: str) -> dict[str, list[str]]:
    """The table of `config`: the value (if there is one) and the source of each setting."""
    return {cells[0]: cells[1:] for cells in (re.split(r"\s{2,}", line.strip()) for line in output.splitlines()[1:])}


def flags_of(*path: str) -> set[str]:
    """Every flag that a command takes, whether its help shows it or not."""
    command: Any = typer.main.get_command(cli.app)
    for name in path:
        command = command.commands[name]
    return {flag for parameter in command.params for flag in parameter.opts + parameter.secondary_opts}


# -- flags ---------------------------------------------------------------------------------------------------------


def test_run_has_a_flag_for_every_setting_except_secrets() -> None:
    wanted = {f"--{name.replace('_', '-')}" for name in Settings.model_fields if not is_secret(name)}
    assert wanted <= flags_of("run")


def test_the_flag_for_a_field_can_be_repeated_and_without_it_the_environment_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_MAP", "text=story")
    given = invoke("config", "--map", "html=raw_html", "--map", "url=page.uri,title=page.name")
    assert rows(given.output)["map"] == ["url=page.uri,html=raw_html,title=page.name", "flag"]
    assert rows(invoke("config").output)["map"] == ["text=story", "environment"]


def test_a_wrong_field_is_an_error_of_one_line_that_names_the_flag() -> None:
    result = invoke("config", "--map", "titel=name")
    assert isinstance(result.exception, SettingsError)
    assert str(result.exception).startswith(
        "map (from flag): 'titel=name': unknown field 'titel' (did you mean title?)"
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_takes_a_password(command: str) -> None:
    assert not [flag for flag in flags_of(*command.split()) if "password" in flag]


def test_a_password_as_a_flag_is_wrong_usage_and_the_error_does_not_repeat_it() -> None:
    result = invoke("run", f"--sasl-password={PASSWORD}")
    assert result.exit_code == 2
    assert PASSWORD not in result.output


@pytest.mark.parametrize(
    ("flag", "name", "value"),
    [
        (["--group-id", "g"], "group_id", "g"),
        (["--bootstrap-servers", "a:1, b:2"], "bootstrap_servers", "a:1,b:2"),
        (["--batch-max-records", "7"], "batch_max_records", "7"),
        (["--max-value-bytes", "2MiB"], "max_value_bytes", "2MiB"),
        (["--dedup-window", "36h"], "dedup_window", "36h"),
        (["--duplicates", "tag"], "duplicates", "tag"),
        (["--state-dir", "some/where"], "state_dir", "some/where"),
        (["--files", "in"], "files", "in"),
        (["--stop-at-end"], "stop_at_end", "true"),
        (["--no-stop-at-end"], "stop_at_end", "false"),
        (["--no-ssl-check-hostname"], "ssl_check_hostname", "false"),
        (["--ssl-check-hostname"], "ssl_check_hostname", "true"),
        (["--languages", "de,en"], "languages", "de,en"),
        (["--kafka-option", "client_rack=a", "--kafka-option", "x.y=1"], "kafka_option", "client_rack=a,x.y=1"),
        (["--kafka-option", "proxy_url=http://me:pw@h"], "kafka_option", "proxy_url=http://********@h"),
    ],
)
def test_a_flag_sets_its_setting(flag: list[str], name: str, value: str) -> None:
    result = invoke("config", "--security-protocol", "SSL", *flag)
    assert result.exit_code == 0
    assert rows(result.output)[name] == [value, "flag"]


def test_the_no_form_of_a_switch_overrides_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_FOLLOW", "true")
    assert rows(invoke("config").output)["follow"] == ["true", "environment"]
    assert rows(invoke("config", "--no-follow").output)["follow"] == ["false", "flag"]


def test_a_flag_that_can_be_repeated_and_is_not_given_leaves_the_environment_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_KAFKA_OPTION", "client_rack=a,batch_size=7")
    assert rows(invoke("config").output)["kafka_option"] == ["client_rack=a,batch_size=7", "environment"]


@pytest.mark.parametrize("order", [("--stop-at-end", "--no-stop-at-end"), ("--no-stop-at-end", "--stop-at-end")])
def test_both_forms_of_a_switch_together_mean_no(order: tuple[str, str]) -> None:
    assert rows(invoke("config", *order).output)["stop_at_end"] == ["false", "flag"]


def test_the_help_shows_the_form_of_a_switch_that_changes_something() -> None:
    shown = set(re.findall(r"--[a-z-]+", invoke("run", "--help").output))
    assert {"--stop-at-end", "--no-ssl-check-hostname"} <= shown
    assert not {"--no-stop-at-end", "--ssl-check-hostname"} & shown


def test_the_text_of_a_switch_that_is_on_fits_both_forms() -> None:
    """The help shows the `--no-` form and docs/configuration.md the other one, both with this text."""
    on = [field for field in Settings.model_fields.values() if field.default is True]
    assert [field.description for field in on if not str(field.description).startswith("Whether to ")] == []
    assert len(on) == 2


def test_a_command_gets_its_panels_flags_its_own_flags_and_loaded_settings() -> None:
    app, seen = typer.Typer(), list[Any]()

    @app.command()
    @with_settings("Files", "Articles", leave_out=("follow",))
    def look(settings: Settings, sources: dict[str, str], times: int = 1) -> None:
        """Look around."""
        seen.extend((settings.files, settings.min_words, sources["files"], times))

    command = typer.main.get_command(app)
    flags = {flag for parameter in command.params for flag in parameter.opts}
    assert {"--files", "--out-dir", "--min-words", "--times", "--config"} <= flags
    assert not {"--follow", "--no-follow", "--group-id", "--sources"} & flags
    result = CliRunner().invoke(app, ["--files", "in", "--min-words", "3", "--times", "2"])
    assert (result.exit_code, seen) == (0, ["in", 3, "flag", 2])


def test_line_ends_within_a_paragraph_become_spaces_in_the_help() -> None:
    app = typer.Typer()

    @app.command()
    @with_settings("Files")
    def look(settings: Settings) -> None:
        """First paragraph.

        Second paragraph
        on two lines.
        """

    assert typer.main.get_command(app).help == "First paragraph.\n\nSecond paragraph on two lines."
