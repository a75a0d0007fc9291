"""A suggested command repeats the flags that the failed command was given."""

from __future__ import annotations

from typing import Any

import pytest
from typer.testing import CliRunner

from worker.commands.flags import with_settings
from worker.commands.usage import App
from worker.config.settings import Settings
from worker.errors import WorkerError


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The lines of the error of `app run` with these flags, whose message is the first argument."""
    app, group = App(name="article-worker"), App()
    app.add_typer(group, name="topics")

    @app.command("run")
    @with_settings("Kafka", "Running")
    def run(settings: Settings) -> None:
        """Fail."""
        raise WorkerError(*message)

    @group.command("create")
    @with_settings("Kafka", leave_out=("group_id",), shown=("bootstrap_servers", "raw_topic", "instance_id"))
    def create(settings: Settings) -> None:
        """Create."""

    message: list[str] = []

    def call(text: str, *flags: str) -> str:
        message[:] = [text]
        result = CliRunner().invoke(app, ["run", *flags])
        assert isinstance(result.exception, WorkerError)
        return str(result.exception)

    return call


def test_a_suggested_command_repeats_the_flags_that_were_given_and_that_its_help_lists(said: Any) -> None:
    flags = (
        "--bootstrap-servers",
        "h:1",
        "--group-id",
        "g",
        "--state-dir",
        "s",
        "--clean-topic",
        "c",
        "--raw-topic",
        "r",
    )
    wanted = "Do: article-worker topics create --bootstrap-servers h:1 --raw-topic r"
    assert said("Do: article-worker topics create", *flags) == wanted


def test_flags_follow_those_of_the_suggestion_and_the_sentence_goes_on(said: Any) -> None:
    text = "Raise it (article-worker topics create --alter), or lower it"
    assert (
        said(text, "--raw-topic", "r") == "Raise it (article-worker topics create --alter --raw-topic r), or lower it"
    )


@pytest.mark.parametrize("name", ["v2", "a.b", "x-1", "2026"])
def test_flags_stand_before_an_argument_that_is_not_a_word(said: Any, name: str) -> None:
    assert said(f"Do: article-worker topics create {name}.", "--raw-topic", "r") == (
        f"Do: article-worker topics create --raw-topic r {name}."
    )


def test_a_value_is_quoted_for_the_shell(said: Any) -> None:
    assert said("article-worker topics create", "--instance-id", "a b;c") == (
        "article-worker topics create --instance-id 'a b;c'"
    )


def test_what_the_environment_sets_is_not_repeated(said: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_RAW_TOPIC", "r")
    assert said("article-worker topics create") == "article-worker topics create"


@pytest.mark.parametrize(
    "text", ["no command", "article-worker COMMAND -", "article-worker dance", "article-worker: x"]
)
def test_a_text_without_a_command_is_unchanged(said: Any, text: str) -> None:
    assert said(text, "--raw-topic", "r") == text
