from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from worker.config.settings import Settings, is_secret, panel
from worker.errors import SettingsError

SECRETS = {"sasl_password", "ssl_password", "index_password"}


def test_settings_created_in_code_ignore_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_GROUP_ID", "environment")
    assert Settings().group_id == "article-worker"


def test_an_unknown_setting_in_code_is_refused() -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Settings(grup_id="x")  # type: ignore[call-arg]


def test_settings_are_immutable() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().group_id = "other"


def test_the_passwords_and_nothing_else_are_secret() -> None:
    assert {name for name in Settings.model_fields if is_secret(name)} == SECRETS
    assert {name for name in Settings.model_fields if "password" in name} == SECRETS


def test_the_state_is_beside_the_outputs_or_in_state() -> None:
    assert Settings().resolved_state_dir == Path("state")
    assert Settings(files="in").resolved_state_dir == Path("in/state")
    assert Settings(files="in", out_dir=Path("out")).resolved_state_dir == Path("out/state")
    assert Settings(files="in", state_dir=Path("s")).resolved_state_dir == Path("s")


def test_the_outputs_are_beside_the_input_by_default() -> None:
    assert Settings(files="in").resolved_out_dir == Path("in")
    assert Settings(files="in", out_dir=Path("out")).resolved_out_dir == Path("out")
    assert Settings(files="-", out_dir=Path("out")).resolved_out_dir == Path("out")
    with pytest.raises(SettingsError, match="add --out-dir"):
        _ = Settings(files="-").resolved_out_dir


def test_the_outputs_and_the_state_of_a_single_file_are_beside_it(tmp_path: Path) -> None:
    (tmp_path / "crawl.jsonl").touch()
    settings = Settings(files=str(tmp_path / "crawl.jsonl"))
    assert settings.resolved_out_dir == tmp_path
    assert settings.resolved_state_dir == tmp_path / "state"
    assert Settings(files=str(tmp_path / "crawl.jsonl"), out_dir=Path("out")).resolved_state_dir == Path("out/state")


DECIDING = {
    "crash_limit": 5,
    "dedup_window": "1d",
    "duplicates": "tag",
    "languages": "de",
    "links": True,
    "map": "html=raw_html",
    "markdown": True,
    "max_depth": 5,
    "max_html_bytes": "1MiB",
    "max_message_bytes": "1MiB",
    "max_nodes": 5,
    "max_value_bytes": "1MiB",
    "min_words": 5,
    "record_timeout": "1s",
    "shape": "scrapy",
    "site_lines": 0,
    "supersets": "drop",
    "updates": "major",
}


def test_these_settings_decide_the_output() -> None:
    assert list(Settings().deciding()) == sorted(DECIDING)


@pytest.mark.parametrize("name", DECIDING)
def test_changing_a_deciding_setting_changes_the_deciding_values(name: str) -> None:
    changes: dict[str, Any] = {name: DECIDING[name]}
    changed = Settings(**changes).deciding()
    assert {key for key, value in changed.items() if value != Settings().deciding()[key]} == {name}


def test_the_deciding_values_do_not_depend_on_how_they_are_written() -> None:
    one: dict[str, Any] = {"dedup_window": "720h", "max_html_bytes": "5120KiB", "languages": "DE, en"}
    other: dict[str, Any] = {"dedup_window": "30d", "max_html_bytes": 5 << 20, "languages": ["de", "en"]}
    assert Settings(**one).deciding() == Settings(**other).deciding()


def test_where_and_how_fast_a_worker_runs_does_not_decide_the_output() -> None:
    elsewhere = Settings(group_id="g", state_dir=Path("s"), batch_max_records=1, log_level="debug", raw_topic="r")
    assert elsewhere.deciding() == Settings().deciding()


def test_every_setting_has_a_text_and_a_place_in_the_help() -> None:
    panels = {"Kafka", "Security", "Files", "Batches", "Input", "Articles", "Running"}
    assert {panel(name) for name in Settings.model_fields} == panels
    assert not [name for name, field in Settings.model_fields.items() if not (field.description or "").endswith(".")]


def test_settings_can_be_sent_to_another_process() -> None:
    settings = Settings(group_id="g")
    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301 - made one line above
