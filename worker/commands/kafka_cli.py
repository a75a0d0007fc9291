"""The commands that always need a broker: `topics` and `produce-samples`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from worker.commands.common import prepare, wide_console
from worker.commands.flags import with_settings
from worker.commands.usage import App
from worker.config.settings import Settings

_TOPICS = ("raw_topic", "clean_topic", "quality_topic", "dead_topic", "replays_topic")
_CONNECTION = ("Security", "bootstrap_servers", "connect_timeout", "log_format", "log_level")

topics_app = App(help="Create or describe the topics.")


@topics_app.command("create")
@with_settings(
    *("Kafka", "Security", "Input", "Running"), leave_out=("stop_at_end",),
    shown=(*_CONNECTION, *_TOPICS, "max_message_bytes", "max_value_bytes"),
)  # fmt: skip
def topics_create(
    settings: Settings,
    partitions: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER",
            min=1,
            help="Partitions of each topic, except the replays topic, which has one. Default: 6 for new topics.",
        ),
    ] = None,
    replication: Annotated[
        int, typer.Option(metavar="NUMBER", help="Replicas of each partition. -1 means the broker's default.")
    ] = -1,
    retention: Annotated[str, typer.Option(metavar="DURATION", help="Retention of the raw topic.")] = "7d",
    alter: Annotated[bool, typer.Option("--alter", help="Change existing topics to these values.")] = False,
) -> None:
    """Create the topics that are missing, and report how existing ones differ from the plan."""
    prepare(settings)
    from worker.commands import topics  # noqa: PLC0415

    raise typer.Exit(topics.create(settings, wide_console(), partitions, replication, retention, alter=alter))


@topics_app.command("describe")
@with_settings("Kafka", "Security", "Running", leave_out=("stop_at_end",), shown=(*_CONNECTION, *_TOPICS))
def topics_describe(settings: Settings) -> None:
    """Show partitions, retention, message size limit and record count of the topics."""
    prepare(settings)
    from worker.commands import topics  # noqa: PLC0415

    raise typer.Exit(topics.describe(settings, wide_console()))


@with_settings("Kafka", "Security", "Running", leave_out=("stop_at_end",), shown=(*_CONNECTION, "raw_topic"))
def produce_samples(settings: Settings) -> None:
    """Send the bundled sample articles to the raw topic, as crawlers would."""
    prepare(settings)
    from worker.commands import topics  # noqa: PLC0415

    raise typer.Exit(topics.produce_samples(settings, Console()))
