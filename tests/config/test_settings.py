from __future__ import annotations

import pickle
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from worker.config.settings import CONFIG_FILE_ENV, ENV_PREFIX, Settings, is_secret, load, panel
from worker.errors import SettingsError

PASSWORD = "hunter2"  # noqa: S105 - the point of the tests is that it shows up nowhere
SASL = {"security_protocol": "SASL_SSL", "sasl_mechanism": "PLAIN", "sasl_username": "me"}
SECRETS = {"sasl_password", "ssl_password", "index_password"}


def toml(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


# -- precedence ----------------------------------------------------------------------------------------------------


def test_flags_come_before_the_environment_before_the_file_before_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = toml(tmp_path / "s.toml", 'group_id = "file"\nraw_topic = "file"\nclean_topic = "file"\n')
    monkeypatch.setenv("ARTICLE_WORKER_GROUP_ID", "environment")
    monkeypatch.setenv("ARTICLE_WORKER_RAW_TOPIC", "environment")
    settings, sources = load({"group_id": "flag", "dead_topic": None}, path)
    names = ("group_id", "raw_topic", "clean_topic", "dead_topic")
    assert [getattr(settings, name) for name in names] == ["flag", "environment", "file", "articles.dead"]
    assert [sources[name] for name in names] == ["flag", "environment", str(path), "default"]


def test_every_setting_has_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    _, sources = load({})
    assert list(sources) == list(Settings.model_fields)
    assert set(sources.values()) == {"default"}


def test_the_settings_file_can_be_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CONFIG_FILE_ENV, str(toml(tmp_path / "s.toml", 'group_id = "file"')))
    settings, sources = load({})
    assert (settings.group_id, sources["group_id"]) == ("file", str(tmp_path / "s.toml"))


def test_the_settings_file_of_the_flag_is_read_instead_of_that_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CONFIG_FILE_ENV, str(tmp_path / "missing.toml"))
    settings, _ = load({}, toml(tmp_path / "s.toml", 'group_id = "flag"'))
    assert settings.group_id == "flag"


def test_settings_made_in_code_do_not_look_at_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_GROUP_ID", "environment")
    assert Settings().group_id == "article-worker"


def test_a_switch_that_the_environment_sets_can_be_taken_back_by_a_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_STOP_AT_END", "true")
    assert load({})[0].stop_at_end
    assert not load({"stop_at_end": False})[0].stop_at_end


def test_lists_in_the_environment_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_BOOTSTRAP_SERVERS", "a:9092, b:9092")
    monkeypatch.setenv("ARTICLE_WORKER_LANGUAGES", "de,EN")
    settings, _ = load({})
    assert settings.bootstrap_servers == ("a:9092", "b:9092")
    assert settings.languages == ("de", "en")


def test_numbers_lists_and_switches_in_the_file_are_those_of_toml(tmp_path: Path) -> None:
    text = 'languages = ["de"]\nbatch_max_records = 5\nstop_at_end = true\nbatch_linger = 0.25\nmax_value_bytes = 4096'
    settings, _ = load({}, toml(tmp_path / "s.toml", text))
    assert settings.languages == ("de",)
    assert (settings.batch_max_records, settings.stop_at_end) == (5, True)
    assert (settings.batch_linger, settings.max_value_bytes) == (timedelta(milliseconds=250), 4096)


# -- malformed values ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("batch_linger", "soon", "not a duration"),
        ("dedup_window", "0s", "greater than 0"),
        ("transaction_timeout", "0s", "greater than 0"),
        ("max_value_bytes", "much", "could not parse"),
        ("max_value_bytes", "12", "greater than or equal to 1024"),
        ("batch_max_records", "many", "valid integer"),
        ("batch_max_records", "0", "greater than or equal to 1"),
        ("stop_at_end", "perhaps", "valid boolean"),
        ("compression", "zip", "'none', 'gzip', 'lz4' or 'zstd'"),
        ("duplicates", "keep", "'drop' or 'tag'"),
        ("languages", "english", "pattern"),
        ("bootstrap_servers", ",", "at least 1 item"),
        ("raw_topic", "articles raw", "pattern"),
        ("shape", "scrappy", "unknown shape 'scrappy' (did you mean scrapy?); known: auto, warc, "),
    ],
)
def test_a_malformed_value_is_an_error_that_names_the_setting_its_source_and_the_rule(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"ARTICLE_WORKER_{name.upper()}", value)
    with pytest.raises(SettingsError) as caught:
        load({})
    message = str(caught.value)
    assert message.startswith(f"{name} (from environment): ")
    assert said in message
    assert len(message.splitlines()) == 1


def test_a_malformed_value_of_the_file_names_the_file(tmp_path: Path) -> None:
    path = toml(tmp_path / "s.toml", "batch_linger = inf")
    with pytest.raises(SettingsError, match=rf"^batch_linger \(from {re.escape(str(path))}\): not a duration"):
        load({}, path)


def test_a_malformed_flag_is_called_a_flag() -> None:
    with pytest.raises(SettingsError, match=r"^group_id \(from flag\): "):
        load({"group_id": ""})


def test_all_malformed_values_are_told_at_once_one_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_BATCH_LINGER", "soon")
    with pytest.raises(SettingsError) as caught:
        load({"min_words": "few"})
    lines = str(caught.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == ["batch_linger (from environment)", "min_words (from flag)"]


def test_a_setting_in_code_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Settings(grup_id="x")  # type: ignore[call-arg]


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().group_id = "other"


# -- secrets -------------------------------------------------------------------------------------------------------


def test_the_passwords_are_the_secrets() -> None:
    assert {name for name in Settings.model_fields if is_secret(name)} == SECRETS
    assert {name for name in Settings.model_fields if "password" in name} == SECRETS


def secret_settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("ARTICLE_WORKER_SASL_PASSWORD", PASSWORD)
    monkeypatch.setenv("ARTICLE_WORKER_SSL_PASSWORD", PASSWORD)
    return load(SASL)[0]


def test_a_secret_can_be_asked_for_and_does_not_show_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = secret_settings(monkeypatch)
    assert settings.sasl_password is not None
    assert settings.sasl_password.get_secret_value() == PASSWORD
    shown = [repr(settings), str(settings), settings.model_dump_json(), str(settings.model_dump(mode="json"))]
    shown += [str(settings.model_dump()), f"{settings.sasl_password}", f"{settings.deciding()}"]
    assert not [text for text in shown if PASSWORD in text]


@pytest.mark.parametrize("value", [f'["{PASSWORD}"]', f'{{ a = "{PASSWORD}" }}', "12345678901"])
def test_a_malformed_secret_is_an_error_that_does_not_tell_it(tmp_path: Path, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load({}, toml(tmp_path / "s.toml", f"sasl_password = {value}"))
    chain: list[str] = []
    error: BaseException | None = caught.value
    while error is not None:
        chain += [str(error), repr(error)]
        error = error.__cause__
    assert "sasl_password" in chain[0]
    assert not [text for text in chain if PASSWORD in text or "12345678901" in text]


# -- settings that must fit each other -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"security_protocol": "SASL_SSL"}, "security_protocol SASL_SSL needs sasl_mechanism"),
        ({"security_protocol": "SASL_PLAINTEXT"}, "security_protocol SASL_PLAINTEXT needs sasl_mechanism"),
        ({"sasl_mechanism": "PLAIN"}, "sasl_mechanism PLAIN needs security_protocol SASL_SSL or SASL_PLAINTEXT"),
        (SASL, "needs sasl_username, and sasl_password in ARTICLE_WORKER_SASL_PASSWORD or the settings file"),
        ({"ssl_cafile": Path("ca.pem")}, "ssl_cafile and ssl_certfile need security_protocol SSL or SASL_SSL"),
        ({"ssl_certfile": Path("me.pem")}, "ssl_cafile and ssl_certfile need security_protocol SSL or SASL_SSL"),
        ({"batch_budget": "5m"}, "batch_budget + record_timeout must be less than max_poll_interval: lower one"),
        ({"clean_topic": "articles.raw"}, "must differ: articles.raw, articles.raw, articles.quality, articles.dead"),
        ({"files": "-"}, "standard input has no directory of its own: add --out-dir DIR"),
        ({"stop_at_end": True, "follow": True}, "stop_at_end and follow contradict each other: stop_at_end ends the"),
        ({"index": "somewhere"}, "the address of the index is not of the form valkey://"),
        ({"index": "http://cache/0"}, "its scheme is unknown"),
        ({"index": "valkey://cache/first"}, "the database after the / is a small number"),
    ],
)
def test_settings_that_do_not_fit_each_other_are_an_error_that_says_what_to_add(
    flags: dict[str, Any], said: str
) -> None:
    with pytest.raises(SettingsError, match=re.escape(said)):
        load(flags)


@pytest.mark.parametrize("missing", ["SASL_USERNAME", "SASL_PASSWORD"])
def test_sasl_needs_both_a_user_name_and_a_password(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    for name, value in (("SASL_USERNAME", "me"), ("SASL_PASSWORD", PASSWORD)):
        if name != missing:
            monkeypatch.setenv(ENV_PREFIX + name, value)
    with pytest.raises(SettingsError, match="needs sasl_username, and sasl_password") as caught:
        load({"security_protocol": "SASL_SSL", "sasl_mechanism": "SCRAM-SHA-512"})
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("protocol", ["SASL_SSL", "SASL_PLAINTEXT"])
def test_complete_sasl_settings_are_accepted(monkeypatch: pytest.MonkeyPatch, protocol: str) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_SASL_PASSWORD", PASSWORD)
    assert load(SASL | {"security_protocol": protocol})[0].security_protocol == protocol


def test_certificates_are_accepted_where_the_line_is_encrypted() -> None:
    flags = {"security_protocol": "SSL", "ssl_cafile": Path("ca.pem"), "ssl_certfile": Path("me.pem")}
    assert load(flags)[0].ssl_cafile == Path("ca.pem")


@pytest.mark.parametrize("index", ["embedded", "valkey://cache", "rediss://me@cache.example:6380/3"])
def test_an_index_is_embedded_or_on_a_server(index: str) -> None:
    assert load({"index": index})[0].index == index


@pytest.mark.parametrize("index", [f"valkey://me:{PASSWORD}@cache/0", f"redis://:{PASSWORD}@cache"])
def test_a_password_in_the_address_of_the_index_is_refused_and_not_told(index: str) -> None:
    with pytest.raises(SettingsError, match="set ARTICLE_WORKER_INDEX_PASSWORD") as caught:
        load({"index": index})
    assert PASSWORD not in str(caught.value)


# -- what is derived -----------------------------------------------------------------------------------------------


def test_the_index_lies_beside_the_outputs_or_in_state() -> None:
    assert Settings().resolved_state_dir == Path("state")
    assert Settings(files="in").resolved_state_dir == Path("in/state")
    assert Settings(files="in", out_dir=Path("out")).resolved_state_dir == Path("out/state")
    assert Settings(files="in", state_dir=Path("s")).resolved_state_dir == Path("s")


def test_the_outputs_lie_beside_the_input_unless_told_otherwise() -> None:
    assert Settings(files="in").resolved_out_dir == Path("in")
    assert Settings(files="in", out_dir=Path("out")).resolved_out_dir == Path("out")
    assert Settings(files="-", out_dir=Path("out")).resolved_out_dir == Path("out")
    with pytest.raises(SettingsError, match="add --out-dir"):
        _ = Settings(files="-").resolved_out_dir


def test_the_outputs_and_the_state_of_a_single_file_lie_beside_it(tmp_path: Path) -> None:
    (tmp_path / "crawl.jsonl").touch()
    settings = Settings(files=str(tmp_path / "crawl.jsonl"))
    assert settings.resolved_out_dir == tmp_path
    assert settings.resolved_state_dir == tmp_path / "state"
    assert Settings(files=str(tmp_path / "crawl.jsonl"), out_dir=Path("out")).resolved_state_dir == Path("out/state")


DECIDING = {
    "dedup_window": "1d",
    "duplicates": "tag",
    "languages": "de",
    "max_depth": 5,
    "max_html_bytes": "1MiB",
    "max_message_bytes": "1MiB",
    "max_nodes": 5,
    "max_value_bytes": "1MiB",
    "min_words": 5,
    "record_timeout": "1s",
    "shape": "scrapy",
    "site_lines": 0,
}


def test_the_settings_that_decide_the_output_are_these() -> None:
    assert list(Settings().deciding()) == sorted(DECIDING)


@pytest.mark.parametrize("name", DECIDING)
def test_a_setting_that_decides_the_output_changes_what_decides(name: str) -> None:
    changes: dict[str, Any] = {name: DECIDING[name]}
    changed = Settings(**changes).deciding()
    assert {key for key, value in changed.items() if value != Settings().deciding()[key]} == {name}


def test_what_decides_is_the_same_however_it_was_written() -> None:
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


def test_settings_survive_the_way_to_another_process() -> None:
    settings = Settings(group_id="g")
    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301 - made one line above
