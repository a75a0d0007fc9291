"""What the topics commands, `produce-samples` and `replay run` ask the cluster to do, and how they show it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from rich.console import Console
from rich.table import Table
from rich.text import Text

from worker.commands.samples.load import lines
from worker.config.settings import Settings
from worker.config.units import format_duration, parse_duration
from worker.errors import SettingsError
from worker.text.terminal import shown
from worker.transport.kafka import topic_plan, topics
from worker.transport.kafka.admin import connected, missing_topics
from worker.transport.kafka.sending import send_raw

DEFAULT_PARTITIONS = 6

_STYLES = {"created": "green", "altered": "green", "unchanged": "", "differs": "yellow"}


def create(
    settings: Settings, console: Console, partitions: int | None, replication: int, retention: str, *, alter: bool
) -> int:
    """Create the topics. Return 0 if all are as planned, 1 if an existing one differs.

    `partitions` None means `DEFAULT_PARTITIONS` for a new topic, and any number for an existing one.

    Raises:
        TransportError: no broker answers, or one refuses the request.
    """
    try:
        kept = parse_duration(retention)
    except ValueError as error:
        raise SettingsError(f"--retention {retention!r}: {error}") from error
    assert isinstance(kept, timedelta)
    specs = topic_plan.plan(
        settings, partitions=partitions or topic_plan.BROKER_DEFAULT, replication=replication, raw_retention=kept
    )
    specs.append(topic_plan.replays(settings, replication=replication))
    with connected(settings) as admin:
        if partitions is None:
            specs = _with_default_partitions(specs, topics.missing(admin, [spec.name for spec in specs]))
        results = topics.create(admin, specs, alter=alter)
    table = Table("topic", "result", "differences", box=None, pad_edge=False)
    for result in results:
        said = Text("\n").join(map(_told, result.differences))
        table.add_row(shown(result.name), result.action, said, style=_STYLES[result.action])
    console.print(table)
    differs = any(result.action == "differs" for result in results)
    if differs and not alter:
        console.print("Add --alter to change what can be changed without losing records, or pass the current values.")
    return 1 if differs else 0


def _with_default_partitions(specs: list[topic_plan.TopicSpec], missing: list[str]) -> list[topic_plan.TopicSpec]:
    return [
        replace(spec, partitions=DEFAULT_PARTITIONS)
        if spec.partitions == topic_plan.BROKER_DEFAULT and spec.name in missing
        else spec
        for spec in specs
    ]


def _told(difference: topics.Difference) -> Text:
    note = f" ({difference.note})" if difference.note else ""
    told = f"{difference.what}: is {difference.found}, should be {difference.wanted}{note}"
    return shown(told + " - altered" * difference.altered)


def describe(settings: Settings, console: Console) -> int:
    """Show the topics. Return 0 if all exist that a worker needs.

    Raises:
        TransportError: no broker answers. TopicMissing: a topic does not exist.
    """
    names = [settings.raw_topic, settings.clean_topic, settings.quality_topic, settings.dead_topic]
    with connected(settings) as admin:
        found = topics.describe(admin, [*names, settings.replays_topic])
        absent = [name for name in names if name not in {info.name for info in found}]
        error = missing_topics(settings, absent, admin.list_topics()) if absent else None
    columns = ("topic", "partitions", "replicas", "cleanup", "retention", "largest message", "records (at most)")
    table = Table(*columns, box=None)
    for info in found:
        kept = format_duration(info.retention) if info.retention else "forever" if info.configs else "?"
        table.add_row(
            shown(info.name), str(info.partitions), str(info.replication), shown(info.cleanup_policy or "?"), kept,
            f"{info.max_message_bytes:,}" if info.max_message_bytes else "?", f"{info.records:,}",
        )  # fmt: skip
    console.print(table)
    if error:
        raise error
    return 0


def produce_samples(settings: Settings, console: Console) -> int:
    """Send the sample articles to the raw topic.

    Raises:
        TransportError: no broker answers, or one refuses them.
    """
    sent = send_raw(settings, lines())
    console.print(shown(f"{sent} sample messages sent to {settings.raw_topic}"))
    return 0


def create_outputs(live: Settings, replay: Settings) -> None:
    """Create the output topics of a replay, with as many partitions as the live ones.

    Reports and dead letters stay until the replay is removed, so that its totals stay complete.

    Raises:
        TransportError: no broker answers, or one refuses the request.
    """
    with connected(live) as admin:
        found = topics.describe(admin, [live.clean_topic, live.raw_topic])
        partitions = found[0].partitions if found else topic_plan.BROKER_DEFAULT
        topics.create(admin, topic_plan.plan(replay, partitions=partitions, report_retention=None, with_raw=False))
