from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from worker.config.load import load
from worker.errors import SettingsError


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"batch_budget": "5m"}, "batch_budget + record_timeout must be less than max_poll_interval: lower one"),
        (
            {"clean_topic": "articles.raw"},
            "must differ: articles.raw, articles.raw, articles.quality, articles.dead, articles.replays",
        ),
        ({"files": "-"}, "standard input has no directory of its own: add --out-dir DIR"),
        ({"stop_at_end": True, "follow": True}, "stop_at_end and follow contradict each other: stop_at_end ends the"),
        ({"links": True}, "links needs markdown: add --markdown, or remove --links"),
        ({"out_dir": Path("q")}, "out_dir needs files: add --files PATH, or remove --out-dir to read from Kafka"),
        ({"follow": True}, "follow needs files: add --files PATH, or remove --follow"),
    ],
)
def test_settings_that_do_not_fit_together_are_an_error_that_says_what_to_do(flags: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(said)):
        load(flags)


def test_a_command_that_does_not_use_settings_ignores_that_they_do_not_fit() -> None:
    for flags in ({"files": "-"}, {"stop_at_end": True, "follow": True}, {"links": True}):
        load(flags, used={"bootstrap_servers", "security_protocol"})


def test_a_command_that_makes_no_run_ignores_where_files_would_go() -> None:
    """A health check may share its environment with a worker whose flags name the files."""
    load({"out_dir": Path("q"), "follow": True}, used={"files", "out_dir", "follow", "state_dir"})
    load({"out_dir": Path("q"), "follow": True}, used={"security_protocol", "state_dir"})


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("page.html", "has the name of a page, .* Make the page a message: jq .* page.html >> crawl.jsonl"),
        ("A page.HTM", r"has the name of a page, .* article-worker explain 'A page\.HTM'"),
        ("crawl.warc.gz", "has the name of a WARC archive, .* a message of each response"),
    ],
)
def test_a_page_or_an_archive_as_the_input_is_refused_by_its_name(name: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load({"files": name})
    load({"files": name}, used={"group_id", "security_protocol"})


def test_a_directory_or_a_file_of_messages_may_have_such_a_word_in_its_name(tmp_path: Path) -> None:
    (tmp_path / "site.html").mkdir()
    for path in (tmp_path / "site.html", tmp_path / "page.html.jsonl", tmp_path / "html"):
        assert load({"files": str(path)})[0].files == str(path)


@pytest.mark.parametrize("server", ["SASL://me:hunter2@host:9092", "kafka://host", "me@host:9092"])
def test_a_login_in_the_name_of_a_broker_is_refused_and_not_shown(server: str) -> None:
    with pytest.raises(SettingsError, match="must be HOST:PORT, without a scheme or a login") as raised:
        load({"bootstrap_servers": server})
    assert "hunter2" not in str(raised.value.lines)


# -- a command needs only the security settings that it uses ---------------------------------------------------------

NO_MECHANISM, NO_SERVER = {"sasl_username": "me"}, {"ARTICLE_WORKER_INDEX_PASSWORD": "hunter2"}


def test_a_run_on_files_does_not_need_complete_settings_for_kafka() -> None:
    assert load({**NO_MECHANISM, "files": "in"})[0].files == "in"


def test_a_command_without_files_needs_them_even_if_the_environment_names_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`replay` and `topics` use Kafka, even in a shell that is set up for a run on files."""
    monkeypatch.setenv("ARTICLE_WORKER_FILES", "in")
    with pytest.raises(SettingsError, match="sasl_username"):
        load(NO_MECHANISM, used=("security_protocol", "group_id"))


def test_a_command_that_does_not_use_kafka_needs_none_of_them() -> None:
    assert load(NO_MECHANISM, used=("state_dir",))[0].sasl_username == "me"


def test_only_a_command_that_uses_the_index_refuses_a_useless_index_password(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in NO_SERVER.items():
        monkeypatch.setenv(name, value)
    assert load({}, used=("security_protocol",))[0].index_password
    with pytest.raises(SettingsError, match="index_password"):
        load({}, used=("index",))


def test_a_run_on_files_uses_the_index() -> None:
    with pytest.raises(SettingsError, match="the address of the index"):
        load({"files": "in", "index": "somewhere"})
