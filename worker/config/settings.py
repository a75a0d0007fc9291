"""All settings of the worker: one place for name, type, default and meaning.

The command line, the table in docs/configuration.md and `article-worker config` are generated from the fields below;
`worker.config.load` reads their values.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from worker.config.index_address import EMBEDDED
from worker.config.kinds import (
    FieldMap,
    IndexName,
    Languages,
    ListenAddress,
    Name,
    Options,
    Servers,
    ShapeName,
    TokenUrl,
    Topic,
)
from worker.config.units import Bytes, Duration
from worker.errors import SettingsError

_NOTHING = timedelta(0)


def _setting(default: Any, panel: str, description: str, *, decides: bool = False, **limits: Any) -> Any:
    """A field. `decides` marks a setting that decides the output, and so is part of the pipeline's fingerprint."""
    return Field(
        default, description=description, json_schema_extra={"panel": panel, "decides": decides}, validate_default=True,
        **limits,
    )  # fmt: skip


def _switch(panel: str, description: str, *, default: bool = False, decides: bool = False) -> Any:
    return _setting(default, panel, description, decides=decides)


class Settings(BaseModel):
    """The settings of one worker process."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    # -- Kafka ---------------------------------------------------------------------------------------------------
    bootstrap_servers: Servers = _setting(
        "localhost:9092", "Kafka", "Kafka brokers to connect to first: HOST:PORT, comma-separated.", min_length=1
    )
    group_id: Name = _setting("article-worker", "Kafka", "Consumer group. Workers in one group share the partitions.")
    raw_topic: Topic = _setting("articles.raw", "Kafka", "Topic to read raw articles from.")
    clean_topic: Topic = _setting("articles.clean", "Kafka", "Topic for clean articles.")
    quality_topic: Topic = _setting("articles.quality", "Kafka", "Topic for quality reports, one for each input.")
    dead_topic: Topic = _setting(
        "articles.dead", "Kafka", "Topic for dead letters: inputs that could not be processed, byte for byte."
    )
    replays_topic: Topic = _setting(
        "articles.replays", "Kafka", "Compacted topic that stores the range and the rules of each replay."
    )
    stop_at_end: bool = _switch("Kafka", "Process the records that the topic holds at the start, then exit 0.")
    instance_id: Name | None = _setting(
        None, "Kafka", "This worker's name in the group (group.instance.id). Default: host name and slot number."
    )
    static_membership: bool = _switch(
        "Kafka",
        "Whether to join the group as a static member under the instance id. A restart within session_timeout then "
        "moves no partition, but a worker that never comes back keeps its partitions for that long.",
        default=True,
    )
    compression: Literal["none", "gzip", "lz4", "zstd"] = _setting("lz4", "Kafka", "Compression of published messages.")
    max_message_bytes: Bytes = _setting(
        "8MiB", "Kafka", "Largest message to publish. The output topics must accept it.", decides=True, ge=65536
    )
    connect_timeout: Duration = _setting("1m", "Kafka", "How long to try to reach a broker at startup.")
    session_timeout: Duration = _setting(
        "45s", "Kafka", "A worker that sends no heartbeat for this long loses its partitions.", gt=_NOTHING
    )
    max_poll_interval: Duration = _setting(
        "5m", "Kafka", "A worker that takes longer than this between two polls loses its partitions.", gt=_NOTHING
    )
    transaction_timeout: Duration = _setting(
        "1m",
        "Kafka",
        "The broker aborts a transaction that takes longer than this. The worker gives up after 3/4 of it and retries.",
        gt=_NOTHING,
    )
    kafka_option: Options = _setting(
        "",
        "Kafka",
        "Another option of the Kafka client (kafka-python), such as client_rack=eu-1. Repeat the flag for each option; "
        "in the environment and the file, separate options with commas.",
    )
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = _setting(
        "PLAINTEXT", "Security", "Protocol for connections to the brokers."
    )
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"] | None = _setting(
        None, "Security", "SASL mechanism."
    )
    sasl_username: str | None = _setting(None, "Security", "SASL username. With sasl_token_url, the client id.")
    sasl_password: SecretStr | None = _setting(
        None, "Security", "SASL password. With sasl_token_url, the client secret. Environment or file only."
    )
    sasl_token_url: TokenUrl | None = _setting(
        None, "Security", "OAUTHBEARER: token endpoint for the client credentials grant (https://...)."
    )
    sasl_token_scope: str | None = _setting(None, "Security", "OAUTHBEARER: scope to request from the token endpoint.")
    sasl_token_file: Path | None = _setting(
        None, "Security", "OAUTHBEARER: file with the token. The worker reads it again for each connection."
    )
    ssl_cafile: Path | None = _setting(None, "Security", "CA certificates to verify the brokers with (PEM file).")
    ssl_certfile: Path | None = _setting(None, "Security", "Client certificate (PEM file).")
    ssl_keyfile: Path | None = _setting(None, "Security", "Private key of the client certificate (PEM file).")
    ssl_password: SecretStr | None = _setting(
        None, "Security", "Password of the private key. Environment or file only."
    )
    ssl_check_hostname: bool = _switch(
        "Security", "Whether to check that the broker's certificate matches its host name.", default=True
    )

    # -- Files ---------------------------------------------------------------------------------------------------
    files: Name | None = _setting(
        None,
        "Files",
        "Read files instead of Kafka, one message per line: one file, a directory of articles.raw*.jsonl[.gz|.zst], or "
        "- for standard input.",
    )
    out_dir: Path | None = _setting(None, "Files", "With --files: directory for outputs. Default: that of the input.")
    follow: bool = _switch("Files", "With --files: wait for more at the end of the input.")

    # -- Batches -------------------------------------------------------------------------------------------------
    batch_max_records: int = _setting(200, "Batches", "Largest number of records in a transaction.", ge=1, le=10_000)
    batch_max_bytes: Bytes = _setting("16MiB", "Batches", "Approximate size limit of one transaction.", ge=1)
    batch_linger: Duration = _setting("500ms", "Batches", "How long to wait for a batch to fill.")
    batch_budget: Duration = _setting("30s", "Batches", "Commit a batch after this long, even if it is incomplete.")

    # -- Input and limits ----------------------------------------------------------------------------------------
    shape: ShapeName = _setting(
        "auto", "Input", "Message shape of the crawler: auto, or the name of one shape.", decides=True
    )
    map: FieldMap = _setting(
        (),
        "Input",
        "Your name for a field: html=raw_html, or url=page.uri for a name inside an object. Repeat the flag for each "
        "field, or separate fields with commas.",
        decides=True,
    )
    max_value_bytes: Bytes = _setting(
        "8MiB", "Input", "A larger message becomes a dead letter (too_large).", decides=True, ge=1024
    )
    max_html_bytes: Bytes = _setting(
        "5MiB", "Input", "A larger page becomes a dead letter (too_large).", decides=True, ge=1024
    )
    max_nodes: int = _setting(
        300_000, "Input", "A page with more elements becomes a dead letter (too_many_nodes).", decides=True, ge=1
    )
    max_depth: int = _setting(
        400,
        "Input",
        "A page of over 10,000 tags that nests deeper becomes a dead letter (too_deep).",
        decides=True,
        ge=1,
    )
    record_timeout: Duration = _setting(
        "20s", "Input", "An article that takes longer becomes a dead letter (timeout). 0 disables it.", decides=True
    )
    crash_limit: int = _setting(
        3, "Input", "A record that kills the process this many times in a row becomes a dead letter (crash).",
        decides=True, ge=1,
    )  # fmt: skip

    # -- Articles ------------------------------------------------------------------------------------------------
    min_words: int = _setting(25, "Articles", "An article with fewer words is dropped (too_short).", decides=True, ge=0)
    languages: Languages = _setting(
        "", "Articles", "Languages to keep (ISO 639-1, comma-separated). Empty keeps all.", decides=True
    )
    markdown: bool = _switch(
        "Articles",
        "Also publish the text as Markdown, with headings, lists, quotes, code and tables (field markdown).",
        decides=True,
    )
    links: bool = _switch(
        "Articles", "With --markdown: keep links in the Markdown. Otherwise, only their text is kept.", decides=True
    )
    site_lines: int = _setting(
        5,
        "Articles",
        "A short line seen in this many earlier articles of its site is removed (rule site_line); 0 disables it.",
        decides=True,
        ge=0,
    )
    duplicates: Literal["drop", "tag"] = _setting(
        "drop", "Articles", "Whether to drop duplicates, or to publish them with a tag.", decides=True
    )
    supersets: Literal["publish", "drop"] = _setting(
        "publish",
        "Articles",
        "Whether to publish a longer version of an earlier article (a superset), or to drop it as a duplicate.",
        decides=True,
    )
    updates: Literal["all", "major"] = _setting(
        "all",
        "Articles",
        "Which updates to publish: all, or only major ones. A minor update changes only a line beside the story, a "
        "timestamp or the spelling of a word.",
        decides=True,
    )
    index: str = _setting(
        EMBEDDED,
        "Articles",
        "Where the duplicate index and the site lines are kept: embedded (in the state directory), or "
        "valkey://HOST:PORT/DB for workers on several machines. redis:// means the same; valkeys:// and rediss:// use "
        "TLS.",
    )
    index_name: IndexName = _setting(
        "article-worker", "Articles", "Name of the index on its server. Workers with the same name share an index."
    )
    index_password: SecretStr | None = _setting(None, "Articles", "Index server password. Environment or file only.")
    dedup_window: Duration = _setting(
        "30d",
        "Articles",
        "How long the worker remembers an article and the lines of its site, by message time.",
        decides=True,
        gt=_NOTHING,
    )

    # -- Running -------------------------------------------------------------------------------------------------
    state_dir: Path | None = _setting(
        None,
        "Running",
        "Directory for the duplicate index and the site lines, unless an index server keeps them. Default: ./state, or "
        "OUT_DIR/state with files.",
    )
    require_state: bool = _switch(
        "Running",
        "Refuse to start with an empty index if a position is committed: known articles would be published again.",
    )
    index_max_bytes: Bytes = _setting(
        "64GiB", "Running", "Largest size on disk of the index, and of the site lines. Each grows as needed."
    )
    processes: int = _setting(
        1,
        "Running",
        "How many worker processes to run on this machine; 0 means one for each core. A process that crashes is "
        "restarted. Kafka only.",
        ge=0,
        le=256,
    )
    shutdown_timeout: Duration = _setting(
        "30s", "Running", "How long a graceful stop may take. Then the process exits at once (exit code 130)."
    )
    metrics_interval: Duration = _setting("10s", "Running", "How often to log the metrics.", gt=_NOTHING)
    http: ListenAddress | None = _setting(
        None,
        "Running",
        "Address for /metrics (Prometheus), /livez, /readyz and /status: HOST:PORT, or :PORT for all interfaces. Off "
        "by default.",
    )
    log_format: Literal["auto", "json", "console"] = _setting(
        "auto", "Running", "Log format. auto means console on a terminal, json elsewhere."
    )
    log_level: Literal["debug", "info", "warning", "error"] = _setting("info", "Running", "Least severe level to log.")

    @property
    def resolved_out_dir(self) -> Path:
        """Where the output files go."""
        if self.out_dir is not None:
            return self.out_dir
        if self.files in (None, "-"):
            raise SettingsError("standard input has no directory of its own: add --out-dir DIR")
        path = Path(str(self.files))
        is_file = os.path.isfile(path)  # noqa: PTH113 - Path.is_file raises if permission is denied
        return path.parent if is_file else path

    @property
    def resolved_state_dir(self) -> Path:
        """The directory of the index and of everything else that the worker remembers."""
        if self.state_dir is not None:
            return self.state_dir
        return self.resolved_out_dir / "state" if self.files else Path("state")

    def deciding(self) -> dict[str, Any]:
        """The settings that decide the output, as plain values."""
        values = self.model_dump(mode="json") | {"languages": sorted(set(self.languages))}
        return {name: values[name] for name in sorted(values) if _extra(name)["decides"]}


def _extra(name: str) -> dict[str, Any]:
    extra = Settings.model_fields[name].json_schema_extra
    return extra if isinstance(extra, dict) else {}


def panel(name: str) -> str:
    """The group that a setting is shown in."""
    return str(_extra(name)["panel"])


def is_secret(name: str) -> bool:
    """Whether the value must never be shown. No flag may carry it: other users can see a process's arguments."""
    return "SecretStr" in str(Settings.model_fields[name].annotation)
