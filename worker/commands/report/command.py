"""The command line of `report`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from worker.commands.common import Json, Page, Rows, prepare, table_console
from worker.commands.flags import with_settings
from worker.config.settings import Settings
from worker.errors import SettingsError

REPORT_EPILOG = """\
The command does not join the group of the workers. It counts up to 20,000 each of hosts, languages, rules and \
clusters. Above that, counts may be too low, and the report says by how much. Ctrl-C ends the reading and prints the \
report so far.

Examples:
  article-worker report --since 24h --bootstrap-servers HOST:9092
  article-worker report --from-file OUT/articles.quality.jsonl --by host,rule
  article-worker report --since 7d --html report.html
"""


@with_settings("Security", also=("bootstrap_servers", "connect_timeout"))
def report(  # noqa: PLR0913, PLR0917 - one parameter for each flag
    settings: Settings,
    topic: Annotated[
        str | None,
        typer.Option(
            "--quality-topic",
            metavar="TOPIC",
            help="Topic of quality reports. Default: quality_topic in the environment or the file.",
        ),
    ] = None,
    from_topic: Annotated[str | None, typer.Option(metavar="TOPIC", hidden=True)] = None,
    from_file: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="File of quality reports from a run with --files; - for standard input. Repeat it for more files.",
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Count reports since this time: 24h, 7d, or RFC 3339. Default: all."),
    ] = None,
    by: Annotated[
        str,
        typer.Option(
            metavar="NAMES",
            help="How to break down the counts, comma-separated: host, reason, shape, language, rule.",
            show_default="all",
        ),
    ] = "host,reason,shape,language,rule",
    rows: Rows = 10,
    html: Page = None,
    as_json: Json = False,
) -> None:
    """Show what became of all inputs: outcomes, reasons, failing hosts, rules, scores, duplicates and clusters."""
    prepare(settings)
    from worker.commands.report.run import Options, run_report  # noqa: PLC0415

    topic = from_topic if topic is None else topic
    if topic is not None and from_file:
        raise SettingsError("give either --quality-topic or --from-file")
    names = tuple(filter(None, map(str.strip, by.split(","))))
    options = Options(topic or settings.quality_topic, from_file or (), since, names, rows, as_json, html)
    run_report(options, settings, table_console(), Console(stderr=True))
