"""All settings of the worker: one place for name, type, default and meaning.

Precedence: command-line flags > environment (`ARTICLE_WORKER_<NAME>`) > TOML file > default. The command line, the
configuration table of the README and `article-worker config` are made from the fields below.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from worker.config.fit import check_fit
from worker.config.sources import ENV_PREFIX, read_environment, read_toml
from worker.config.units import Bytes, Duration, Words, format_duration, parse_duration, split_words
from worker.errors import SettingsError

__all__ = [
    "CONFIG_FILE_ENV",
    "ENV_PREFIX",
    "Settings",
    "format_duration",
    "is_secret",
    "load",
    "panel",
    "parse_duration",
]

CONFIG_FILE_ENV = f"{ENV_PREFIX}CONFIG"

_NOTHING = timedelta(0)
_Name = Annotated[str, StringConstraints(min_length=1)]
_Topic = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9._-]{1,249}$")]
_Language = Annotated[str, StringConstraints(to_lower=True, pattern="^[a-zA-Z]{2,3}$")]


def _known_shape(name: str) -> str:
    if name != "auto":
        from worker.crawlers import registry  # noqa: PLC0415 - most runs force no shape, and start faster without

        try:
            registry.find(name)
        except SettingsError as error:
            raise ValueError(str(error)) from error
    return name


_ShapeName = Annotated[str, AfterValidator(_known_shape)]


def _setting(default: Any, panel: str, description: str, *, decides: bool = False, **limits: Any) -> Any:
    """A field; `decides` marks a setting that decides the output, and so is part of the pipeline's fingerprint."""
    return Field(
        default, description=description, json_schema_extra={"panel": panel, "decides": decides}, validate_default=True,
        **limits,
    )  # fmt: skip


def _switch(panel: str, description: str, *, default: bool = False) -> Any:
    return _setting(default, panel, description)


class Settings(BaseSettings):
    """The settings of one worker process."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        enable_decoding=False,
        env_ignore_empty=True,
    )

    # -- Kafka ---------------------------------------------------------------------------------------------------
    bootstrap_servers: Words = _setting(
        "localhost:9092", "Kafka", "Bootstrap brokers, HOST:PORT, comma-separated.", min_length=1
    )
    group_id: _Name = _setting("article-worker", "Kafka", "Consumer group; workers of one group share the partitions.")
    raw_topic: _Topic = _setting("articles.raw", "Kafka", "Topic to read raw articles from.")
    clean_topic: _Topic = _setting("articles.clean", "Kafka", "Topic for cleaned articles.")
    quality_topic: _Topic = _setting("articles.quality", "Kafka", "Topic for quality reports, one for every input.")
    dead_topic: _Topic = _setting(
        "articles.dead", "Kafka", "Topic for dead letters: what could not be processed, byte for byte."
    )
    stop_at_end: bool = _switch("Kafka", "Process up to the end offsets as of the start, then exit 0.")
    instance_id: _Name | None = _setting(
        None, "Kafka", "Stable name of this worker in the group (group.instance.id); default: host name, slot number."
    )
    static_membership: bool = _switch(
        "Kafka",
        "Whether to join the group as a static member, named by the instance id. A restart within session_timeout "
        "then moves no partition, but a worker that is gone for good holds its partitions for that long.",
        default=True,
    )
    compression: Literal["none", "gzip", "lz4", "zstd"] = _setting("lz4", "Kafka", "Compression of what is published.")
    max_message_bytes: Bytes = _setting(
        "8MiB", "Kafka", "Largest message to publish; the output topics must accept it.", decides=True, ge=65536
    )
    connect_timeout: Duration = _setting("60s", "Kafka", "How long to try to reach a broker at the start.")
    session_timeout: Duration = _setting(
        "45s", "Kafka", "A worker that sends no heartbeat for this long loses its partitions.", gt=_NOTHING
    )
    max_poll_interval: Duration = _setting(
        "5m", "Kafka", "A worker that takes this long between two polls loses them too.", gt=_NOTHING
    )
    transaction_timeout: Duration = _setting(
        "60s",
        "Kafka",
        "The broker aborts a transaction after this long; the worker abandons it after 3/4 of that, and tries again.",
        gt=_NOTHING,
    )
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = _setting(
        "PLAINTEXT", "Security", "How to talk to the brokers."
    )
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = _setting(
        None, "Security", "SASL mechanism."
    )
    sasl_username: str | None = _setting(None, "Security", "SASL user name.")
    sasl_password: SecretStr | None = _setting(None, "Security", "SASL password (environment or file only).")
    ssl_cafile: Path | None = _setting(None, "Security", "CA certificates (PEM).")
    ssl_certfile: Path | None = _setting(None, "Security", "Client certificate (PEM).")
    ssl_keyfile: Path | None = _setting(None, "Security", "Client key (PEM).")
    ssl_password: SecretStr | None = _setting(
        None, "Security", "Password of the client key (environment or file only)."
    )
    ssl_check_hostname: bool = _switch(
        "Security", "Whether to check that the broker's certificate matches its host name.", default=True
    )

    # -- Files ---------------------------------------------------------------------------------------------------
    files: _Name | None = _setting(
        None,
        "Files",
        "Read this file, articles.raw*.jsonl[.gz|.zst] in this directory, or standard input (-), not Kafka.",
    )
    out_dir: Path | None = _setting(None, "Files", "Where the output files go; default: the directory of the input.")
    follow: bool = _switch("Files", "At the end of the input wait for more.")

    # -- Batches -------------------------------------------------------------------------------------------------
    batch_max_records: int = _setting(200, "Batches", "Records in one transaction, at most.", ge=1, le=10_000)
    batch_max_bytes: Bytes = _setting("32MiB", "Batches", "Approximate size limit of one transaction.", ge=1)
    batch_linger: Duration = _setting("500ms", "Batches", "How long to wait for a batch to fill.")
    batch_budget: Duration = _setting("30s", "Batches", "After this long, a batch is committed as far as it got.")

    # -- Input and limits ----------------------------------------------------------------------------------------
    shape: _ShapeName = _setting(
        "auto", "Input", "The crawler's message shape: auto, or one of its names.", decides=True
    )
    max_value_bytes: Bytes = _setting("8MiB", "Input", "A larger message is dead: too_large.", decides=True, ge=1024)
    max_html_bytes: Bytes = _setting("5MiB", "Input", "A larger page is dead: too_large.", decides=True, ge=1024)
    max_nodes: int = _setting(
        300_000, "Input", "A page of more elements is dead: too_many_nodes; attributes count half.", decides=True, ge=1
    )
    max_depth: int = _setting(
        400, "Input", "A page of over 10,000 tags that nests them deeper is dead: too_deep.", decides=True, ge=1
    )
    record_timeout: Duration = _setting(
        "20s", "Input", "An article that takes longer is dead: timeout; 0: no limit.", decides=True
    )
    crash_limit: int = _setting(
        3, "Input", "A record that kills the process this many times in a row is dead: crash.", ge=1
    )

    # -- Articles ------------------------------------------------------------------------------------------------
    min_words: int = _setting(25, "Articles", "A shorter article is dropped: too_short.", decides=True, ge=0)
    languages: Annotated[tuple[_Language, ...], BeforeValidator(split_words)] = _setting(
        "", "Articles", "Languages wanted (ISO 639-1, comma-separated); empty: all.", decides=True
    )
    site_lines: int = _setting(
        5,
        "Articles",
        "A short line that occurs in this many earlier articles of its site is removed: rule site_line; 0: never.",
        decides=True,
        ge=0,
    )
    duplicates: Literal["drop", "tag"] = _setting(
        "drop", "Articles", "Duplicates: drop them, or publish them tagged.", decides=True
    )
    index: str = _setting(
        "embedded",
        "Articles",
        "Where duplicates are remembered: embedded (in the state directory), or valkey://HOST:PORT/DB for workers on "
        "several machines (redis:// is the same; valkeys:// and rediss:// with TLS).",
    )
    index_password: SecretStr | None = _setting(
        None, "Articles", "Password of the index server (environment or file only)."
    )
    dedup_window: Duration = _setting(
        "30d",
        "Articles",
        "How long an article, and what recurs on its site, is remembered, by the time of its message.",
        decides=True,
        gt=_NOTHING,
    )

    # -- Running -------------------------------------------------------------------------------------------------
    state_dir: Path | None = _setting(
        None,
        "Running",
        "Directory of the duplicate index and the sites' lines; default: ./state, or OUT_DIR/state for files.",
    )
    require_state: bool = _switch(
        "Running",
        "Refuse to go on from a committed position with an empty index, which would publish known articles again.",
    )
    index_max_bytes: Bytes = _setting(
        "64GiB", "Running", "Upper bound of the index on disk, and of the sites' lines (grow as needed)."
    )
    shutdown_timeout: Duration = _setting("30s", "Running", "How long a stop may take before the process exits anyway.")
    metrics_interval: Duration = _setting("10s", "Running", "How often the metrics line is logged.")
    log_format: Literal["auto", "json", "console"] = _setting("auto", "Running", "auto: console on a terminal.")
    log_level: Literal["debug", "info", "warning", "error"] = _setting("info", "Running", "Least severe event logged.")

    @property
    def resolved_out_dir(self) -> Path:
        """Where the output files go."""
        if self.out_dir is not None:
            return self.out_dir
        if self.files in (None, "-"):
            raise SettingsError("standard input has no directory of its own: add --out-dir DIR")
        path = Path(str(self.files))
        is_file = os.path.isfile(path)  # noqa: PTH113 - Path.is_file raises where it may not look
        return path.parent if is_file else path

    @property
    def resolved_state_dir(self) -> Path:
        """Where the index lies."""
        if self.state_dir is not None:
            return self.state_dir
        return self.resolved_out_dir / "state" if self.files else Path("state")

    def deciding(self) -> dict[str, Any]:
        """The settings that decide the output, as plain values."""
        values = self.model_dump(mode="json")
        return {name: values[name] for name in sorted(values) if _extra(name)["decides"]}

    @classmethod
    def settings_customise_sources(  # type: ignore[override] # the call is by name
        cls, *_: Any, init_settings: PydanticBaseSettingsSource, **_others: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is passed in: `load` reads the other sources, for it must tell which value came from which."""
        return (init_settings,)


def _extra(name: str) -> dict[str, Any]:
    extra = Settings.model_fields[name].json_schema_extra
    return extra if isinstance(extra, dict) else {}


def panel(name: str) -> str:
    """The group that a setting is shown in."""
    return str(_extra(name)["panel"])


def is_secret(name: str) -> bool:
    """Whether the value must never be shown, and no flag may carry it (other users see a process's arguments)."""
    return "SecretStr" in str(Settings.model_fields[name].annotation)


def load(flags: Mapping[str, Any], config: Path | None = None) -> tuple[Settings, dict[str, str]]:
    """The settings, and for each its source: `flag`, `environment`, the file's path, or `default`.

    A flag that is None, and a variable that is empty, count as not given.

    Raises:
        SettingsError: a key is unknown (the message names the nearest one) or a value is malformed.
    """
    path = config or (Path(os.environ[CONFIG_FILE_ENV]) if os.environ.get(CONFIG_FILE_ENV) else None)
    layers = (
        (str(path), read_toml(Settings, path) if path else {}),
        ("environment", read_environment(Settings, prefix=ENV_PREFIX, ignore=CONFIG_FILE_ENV)),
        ("flag", {name: value for name, value in flags.items() if value is not None}),
    )
    values: dict[str, Any] = {}
    sources = dict.fromkeys(Settings.model_fields, "default")
    for source, layer in layers:
        values.update(layer)
        sources.update(dict.fromkeys(layer, source))
    try:
        settings = Settings(**values)
    except ValidationError as error:
        raise SettingsError(*_explain(error, sources)) from error
    check_fit(settings)
    return settings, sources


def _explain(error: ValidationError, sources: dict[str, str]) -> list[str]:
    lines = []
    for problem in error.errors(include_url=False, include_input=False):
        name = str(problem["loc"][0]) if problem["loc"] else ""
        lines.append(f"{name} (from {sources.get(name, 'default')}): {problem['msg'].removeprefix('Value error, ')}")
    return lines
