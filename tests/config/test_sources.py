from __future__ import annotations

from pathlib import Path

import pytest

from worker.config.load import CONFIG_FILE_ENV
from worker.config.settings import Settings
from worker.config.sources import ENV_PREFIX, read_environment, read_toml
from worker.errors import SettingsError


def environment() -> dict[str, object]:
    return read_environment(Settings, prefix=ENV_PREFIX, ignore=CONFIG_FILE_ENV)


def toml(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


# -- the environment -----------------------------------------------------------------------------------------------


def test_variables_with_the_prefix_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_GROUP_ID", "g")
    monkeypatch.setenv("ARTICLE_WORKER_BATCH_MAX_RECORDS", "7")
    monkeypatch.setenv("SOME_GROUP_ID", "other")
    assert environment() == {"group_id": "g", "batch_max_records": "7"}


def test_lower_case_variables_are_settings_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("article_worker_group_id", "g")
    assert environment() == {"group_id": "g"}


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """If a compose file passes on `${SSL_CAFILE:-}`, the path of the certificates must not become `.`."""
    monkeypatch.setenv("ARTICLE_WORKER_SSL_CAFILE", "")
    assert environment() == {}


def test_the_variable_that_names_the_settings_file_is_not_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CONFIG_FILE_ENV, "settings.toml")
    assert environment() == {}


@pytest.mark.parametrize(
    ("variable", "nearest"),
    [
        ("ARTICLE_WORKER_GROUPID", "ARTICLE_WORKER_GROUP_ID"),
        ("ARTICLE_WORKER_BOOTSTRAP_SERVER", "ARTICLE_WORKER_BOOTSTRAP_SERVERS"),
        ("article_worker_dedup_windw", "ARTICLE_WORKER_DEDUP_WINDOW"),
    ],
)
def test_an_unknown_variable_is_an_error_that_names_the_nearest(
    monkeypatch: pytest.MonkeyPatch, variable: str, nearest: str
) -> None:
    monkeypatch.setenv(variable, "x")
    with pytest.raises(SettingsError, match=rf"in the environment: {variable} \(did you mean {nearest}\?\)"):
        environment()


def test_a_variable_that_resembles_no_setting_is_an_error_without_a_suggestion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_ZZZZZZZZZZ", "x")
    with pytest.raises(SettingsError, match=r"ARTICLE_WORKER_ZZZZZZZZZZ$"):
        environment()


@pytest.mark.parametrize(
    "variable",
    [
        "SERVICE_HOST",
        "SERVICE_PORT",
        "SERVICE_PORT_METRICS",
        "PORT",
        "PORT_8080_TCP",
        "PORT_8080_TCP_ADDR",
        "PORT_8080_TCP_PORT",
        "PORT_8080_TCP_PROTO",
    ],
)
def test_the_variables_of_kubernetes_for_a_service_named_article_worker_are_ignored(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(ENV_PREFIX + variable, "tcp://10.0.0.1:8080")
    assert environment() == {}


# -- secrets in files ----------------------------------------------------------------------------------------------

SECRETS = ("sasl_password", "index_password")


def with_secrets() -> dict[str, object]:
    return read_environment(Settings, prefix=ENV_PREFIX, ignore=CONFIG_FILE_ENV, secrets=SECRETS)


@pytest.fixture
def password_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "password"
    monkeypatch.setenv("ARTICLE_WORKER_SASL_PASSWORD_FILE", str(path))
    return path


@pytest.mark.parametrize("content", [b"hunter2", b"hunter2\n", b"hunter2\r\n"])
def test_a_secret_is_read_from_a_file_without_the_line_end(password_file: Path, content: bytes) -> None:
    password_file.write_bytes(content)
    assert with_secrets() == {"sasl_password": "hunter2"}


def test_everything_else_in_the_file_is_part_of_the_secret(password_file: Path) -> None:
    password_file.write_text(" two words \n\n")
    assert with_secrets() == {"sasl_password": " two words \n"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot read {path}: No such file or directory"),
        (b"", "{path} is empty"),
        (b"\n", "{path} is empty"),
        (b"hunter2\xff", "{path} is not UTF-8 text"),
        (b"hunter2" * 10_000, "{path} is larger than 64 KiB"),
    ],
)
def test_a_file_without_a_secret_is_an_error_that_names_variable_and_file(
    password_file: Path, content: bytes | None, said: str
) -> None:
    if content is not None:
        password_file.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        with_secrets()
    assert str(caught.value) == f"ARTICLE_WORKER_SASL_PASSWORD_FILE: {said.format(path=password_file)}"
    assert "hunter2" not in repr(caught.value.__cause__)


def test_a_secret_given_twice_is_an_error(password_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    password_file.write_text("hunter2")
    monkeypatch.setenv("ARTICLE_WORKER_SASL_PASSWORD", "hunter2")
    said = "^ARTICLE_WORKER_SASL_PASSWORD and ARTICLE_WORKER_SASL_PASSWORD_FILE are both set: remove one of them$"
    with pytest.raises(SettingsError, match=said):
        with_secrets()


def test_an_empty_path_of_a_secret_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_SASL_PASSWORD_FILE", "")
    monkeypatch.setenv("ARTICLE_WORKER_SASL_PASSWORD", "hunter2")
    assert with_secrets() == {"sasl_password": "hunter2"}


def test_only_a_secret_has_a_file_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_WORKER_GROUP_ID_FILE", "group.txt")
    with pytest.raises(SettingsError, match="unknown setting in the environment: ARTICLE_WORKER_GROUP_ID_FILE"):
        with_secrets()


# -- the file ------------------------------------------------------------------------------------------------------


def test_the_file_names_settings_by_their_names(tmp_path: Path) -> None:
    path = toml(tmp_path / "s.toml", 'group_id = "g"\nbatch_max_records = 7\nlanguages = ["de", "en"]\n')
    assert read_toml(Settings, path) == {"group_id": "g", "batch_max_records": 7, "languages": ["de", "en"]}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('group = "g"', r"unknown setting 'group' in .*s\.toml \(did you mean group_id\?\)"),
        ('group-id = "g"', r"unknown setting 'group-id' in .*s\.toml \(did you mean group_id\?\)"),
        ("[quality]\ntopic = 'q'", r"unknown setting 'quality' in .*s\.toml \(did you mean quality_topic\?\)"),
        ("zzzzzzzzzzzz = 1", r"unknown setting 'zzzzzzzzzzzz' in .*s\.toml$"),
    ],
)
def test_an_unknown_key_is_an_error_that_names_the_file_and_the_nearest(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_toml(Settings, toml(tmp_path / "s.toml", line))


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot read the settings file .*none\.toml: No such file"):
        read_toml(Settings, tmp_path / "none.toml")


def test_a_directory_is_not_a_settings_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot read the settings file .*: Is a directory"):
        read_toml(Settings, tmp_path)


@pytest.mark.parametrize("content", [b"group_id = ", b"= 3", b"a = 1\na = 2", b"\xff\xfe", b"\x00"])
def test_a_file_that_is_not_toml_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "s.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match="is not valid TOML"):
        read_toml(Settings, path)


def test_a_syntax_error_next_to_a_password_does_not_quote_it(tmp_path: Path) -> None:
    path = toml(tmp_path / "s.toml", 'sasl_password = "hunter2" oops\n')
    with pytest.raises(SettingsError) as caught:
        read_toml(Settings, path)
    assert "hunter2" not in str(caught.value)
