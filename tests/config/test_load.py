from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from worker.config.load import CONFIG_FILE_ENV, load, read_settings
from worker.config.settings import Settings
from worker.errors import SettingsError

PASSWORD = "hunter2"  # noqa: S105 - the point of the tests is that it shows up nowhere
SASL = {"security_protocol": "SASL_SSL", "sasl_mechanism": "PLAIN", "sasl_username": "me"}


def toml(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


# -- precedence ------------------------------------------------------------------------------------------------------


def test_flags_override_the_environment_which_overrides_the_file_which_overrides_the_default(
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


def test_the_environment_can_name_the_settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CONFIG_FILE_ENV, str(toml(tmp_path / "s.toml", 'group_id = "file"')))
    settings, sources = load({})
    assert (settings.group_id, sources["group_id"]) == ("file", str(tmp_path / "s.toml"))


def test_the_settings_file_of_the_flag_replaces_that_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CONFIG_FILE_ENV, str(tmp_path / "missing.toml"))
    settings, _ = load({}, toml(tmp_path / "s.toml", 'group_id = "flag"'))
    assert settings.group_id == "flag"


def test_a_flag_can_turn_off_a_switch_that_the_environment_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_STOP_AT_END", "true")
    assert load({})[0].stop_at_end
    assert not load({"stop_at_end": False})[0].stop_at_end


def test_lists_in_the_environment_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_BOOTSTRAP_SERVERS", "a:9092, b:9092")
    monkeypatch.setenv("ARTICLE_WORKER_LANGUAGES", "de,EN")
    settings, _ = load({})
    assert settings.bootstrap_servers == ("a:9092", "b:9092")
    assert settings.languages == ("de", "en")


def test_the_file_has_numbers_lists_and_switches_of_toml(tmp_path: Path) -> None:
    text = 'languages = ["de"]\nbatch_max_records = 5\nstop_at_end = true\nbatch_linger = 0.25\nmax_value_bytes = 4096'
    settings, _ = load({}, toml(tmp_path / "s.toml", text))
    assert settings.languages == ("de",)
    assert (settings.batch_max_records, settings.stop_at_end) == (5, True)
    assert (settings.batch_linger, settings.max_value_bytes) == (timedelta(milliseconds=250), 4096)


@pytest.mark.parametrize(
    "text",
    [
        'map = "url=page.uri, html=raw_html,html=dom"',
        'map = ["html=raw_html", "html=dom, url=page.uri"]',
        '[map]\nhtml = ["raw_html", "dom"]\nurl = "page.uri"',
    ],
)
def test_the_map_of_fields_can_be_text_a_list_or_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    expected = ("url=page.uri", "html=raw_html", "html=dom")
    assert load({}, toml(tmp_path / "s.toml", text))[0].map == expected
    assert load({"map": ["html=raw_html", "url=page.uri", "html=dom"]})[0].map == expected
    monkeypatch.setenv("ARTICLE_WORKER_MAP", "html=raw_html,html=dom,url=page.uri")
    assert load({})[0].map == expected


def test_a_name_in_the_table_of_fields_may_contain_a_comma(tmp_path: Path) -> None:
    assert load({}, toml(tmp_path / "s.toml", '[map]\nhtml = "a, b"'))[0].map == ("html=a, b",)


@pytest.mark.parametrize("text", ["[map]\nhtml = 5", "[map]\nhtml = [5]", '[map]\nhtml.raw = "x"'])
def test_a_value_of_another_type_in_the_table_of_fields_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match=r"^map \(from .*\): the value of html must be a text or a list of texts"):
        load({}, toml(tmp_path / "s.toml", text))


# -- malformed values ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("batch_linger", "soon", "not a duration"),
        ("dedup_window", "0s", "must be more than 0 seconds"),
        ("transaction_timeout", "0s", "must be more than 0 seconds"),
        ("max_value_bytes", "much", "not a size; write a number and a unit: 512KiB, 8MiB"),
        ("max_value_bytes", "5 lightyears", "not a size; write a number and a unit: 512KiB, 8MiB"),
        ("max_value_bytes", "12", "must be at least 1024"),
        ("batch_max_records", "many", "must be a whole number"),
        ("batch_max_records", "0", "must be at least 1"),
        ("batch_max_records", "20000", "must be at most 10000"),
        ("stop_at_end", "perhaps", "must be true or false"),
        ("compression", "zip", "must be 'none', 'gzip', 'lz4' or 'zstd'"),
        ("duplicates", "keep", "must be 'drop' or 'tag'"),
        ("languages", "xx", "'xx' is not a code of ISO 639-1; write two letters for each language, such as en,de"),
        ("languages", "en,deu", "'deu' is not a code of ISO 639-1 (did you mean de?); write two letters"),
        ("languages", "en-US", "'en-us' is not a code of ISO 639-1 (did you mean en?); write two letters"),
        ("bootstrap_servers", ",", "must not be empty"),
        ("raw_topic", "articles raw", "must have 1 to 249 letters, digits, dots, underscores and hyphens"),
        ("kafka_option", "client_rack", "must be NAME=VALUE, such as client_rack=eu-1"),
        ("index_name", "a/b", "must have 1 to 200 letters, digits, dots, underscores and hyphens"),
        ("map", "html", "'html' has no =: write FIELD=NAME"),
        ("map", "titel=x", "unknown field 'titel' (did you mean title?); known: url, final_url, "),
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


@pytest.mark.parametrize("line", ["{} = []", "{} = 7", "{} = 1.5", "{} = true", '{} = "\x80"', '{} = ""', "{} = -1"])
def test_no_error_shows_the_words_of_pydantic(tmp_path: Path, line: str) -> None:
    for name in Settings.model_fields:
        path = toml(tmp_path / "s.toml", line.format(name))
        try:
            read_settings({}, path)
        except SettingsError as error:
            said = str(error).partition("): ")[2]
            assert not re.match(r"(Input|String|Tuple|Value|Could|could) ", said), said


def test_a_malformed_value_in_the_file_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    path = toml(tmp_path / "s.toml", "batch_linger = inf")
    with pytest.raises(SettingsError, match=rf"^batch_linger \(from {re.escape(str(path))}\): not a duration"):
        load({}, path)


def test_a_malformed_flag_is_an_error_that_says_flag() -> None:
    with pytest.raises(SettingsError, match=r"^group_id \(from flag\): "):
        load({"group_id": ""})


def test_all_malformed_values_are_reported_at_once_one_per_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_BATCH_LINGER", "soon")
    with pytest.raises(SettingsError) as caught:
        load({"min_words": "few"})
    lines = str(caught.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == ["batch_linger (from environment)", "min_words (from flag)"]


# -- secrets ---------------------------------------------------------------------------------------------------------


def secret_settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("ARTICLE_WORKER_SASL_PASSWORD", PASSWORD)
    monkeypatch.setenv("ARTICLE_WORKER_SSL_PASSWORD", PASSWORD)
    return load(SASL | {"ssl_certfile": Path("me.pem")})[0]


def test_a_secret_can_be_read_but_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = secret_settings(monkeypatch)
    assert settings.sasl_password is not None
    assert settings.sasl_password.get_secret_value() == PASSWORD
    shown = [repr(settings), str(settings), settings.model_dump_json(), str(settings.model_dump(mode="json"))]
    shown += [str(settings.model_dump()), f"{settings.sasl_password}", f"{settings.deciding()}"]
    assert not [text for text in shown if PASSWORD in text]


@pytest.mark.parametrize("name", ["sasl_password", "ssl_password", "index_password"])
def test_every_secret_can_be_given_as_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text(f"{PASSWORD}\n")
    monkeypatch.setenv(f"ARTICLE_WORKER_{name.upper()}_FILE", str(tmp_path / "secret"))
    settings, sources = read_settings({})
    assert getattr(settings, name).get_secret_value() == PASSWORD
    assert sources[name] == "environment"


@pytest.mark.parametrize("value", [f'["{PASSWORD}"]', f'{{ a = "{PASSWORD}" }}', "12345678901"])
def test_a_malformed_secret_is_an_error_that_does_not_reveal_it(tmp_path: Path, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load({}, toml(tmp_path / "s.toml", f"sasl_password = {value}"))
    chain: list[str] = []
    error: BaseException | None = caught.value
    while error is not None:
        chain += [str(error), repr(error)]
        error = error.__cause__
    assert "sasl_password" in chain[0]
    assert not [text for text in chain if PASSWORD in text or "12345678901" in text]
