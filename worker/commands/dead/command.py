"""The command line of `dead`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from worker.commands.common import ALL_PANELS, Json, prepare, table_console
from worker.commands.flags import with_settings
from worker.commands.usage import App
from worker.config.settings import Settings

dead_app = App(help="List dead letters, look at one, export them to files, or retry them.")

_SHOWN = ("Security", "bootstrap_servers", "connect_timeout", "dead_topic", "quality_topic")
_LIST_EPILOG = """\
Each input counts once, however often it died. The command joins no consumer group.

Examples:
  article-worker dead list --by reason,host --since 24h --bootstrap-servers HOST:9092
  article-worker dead list --only reason=no_content --json
"""
_EXPORT_EPILOG = """\
Each value becomes a file, byte for byte. index.jsonl has a line for each dead letter: the file, why it died, where it \
came from, its key, and its headers, which may hold secrets. Only you can read the files. Dead letters that a retry \
resolved are left out.

Run the command again to continue after a stop, or to add newer dead letters.

Examples:
  article-worker dead export bad --only reason=stage_error --since 24h
  article-worker explain bad/3-1204-stage_error.raw
"""
_RETRY_EPILOG = """\
Give the settings of the worker, and the one that fixes the cause: a higher limit, or another --map. Include the state \
directory or the index server of the worker, so that duplicates are found. Workers can keep running. The command runs \
in one process, whatever --processes says.

If the command is stopped or killed, run it again to continue. If a dead letter has only a part of the value, all of \
it is read from the raw topic.

Examples:
  article-worker dead retry --only reason=no_content --map html=raw_html --dry-run
  article-worker dead retry --only reason=too_many_nodes,host=www.example.org --max-nodes 600000
"""

_MOST_ROWS = 10_000
_MOST_ATTEMPTS = 1_000_000

_Only = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=VALUE",
        help="Only these dead letters: NAME=VALUE or NAME!=VALUE, comma-separated. NAME is reason, host, stage or "
        "shape. Repeat a name to give it several values.",
    ),
]
_Since = Annotated[
    str | None, typer.Option(metavar="TIME", help="Dead letters since this time: 24h, 7d, or RFC 3339. Default: all.")
]


@dead_app.command("list", epilog=_LIST_EPILOG)
@with_settings("Kafka", "Security", "Running", leave_out=("stop_at_end",), shown=_SHOWN)
def dead_list(
    settings: Settings,
    by: Annotated[
        str,
        typer.Option(metavar="NAMES", help="What to count by, comma-separated: reason, host, stage, shape."),
    ] = "reason",
    only: _Only = None,
    since: _Since = None,
    rows: Annotated[int, typer.Option(metavar="NUMBER", help="Largest number of rows in a table.", min=1)] = 10,
    as_json: Json = False,
) -> None:
    """Count the dead letters, by what has become of them, and list the newest."""
    prepare(settings)
    from worker.commands.dead.listing import Options, run_list  # noqa: PLC0415 - importing kafka costs 0.3 s

    names = tuple(filter(None, map(str.strip, by.split(","))))
    options = Options(names, only or (), since, min(rows, _MOST_ROWS), as_json)
    run_list(options, settings, table_console(), Console(stderr=True))


@dead_app.command("show")
@with_settings("Kafka", "Security", "Running", leave_out=("stop_at_end",), shown=_SHOWN)
def dead_show(
    settings: Settings,
    which: Annotated[
        str,
        typer.Argument(metavar="PARTITION:OFFSET|ID", help="Its place, as list prints it, or its article_id."),
    ],
) -> None:
    """Show one dead letter: its bytes, why it died, and the next step."""
    prepare(settings)
    from worker.commands.dead.show import run_show  # noqa: PLC0415

    run_show(which, settings, table_console(), Console(stderr=True))


@dead_app.command("export", epilog=_EXPORT_EPILOG)
@with_settings("Kafka", "Security", "Running", leave_out=("stop_at_end",), shown=_SHOWN)
def dead_export(
    settings: Settings,
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new or empty directory, or one with an export to continue.")
    ],
    only: _Only = None,
    since: _Since = None,
) -> None:
    """Write the inputs of dead letters to files, with an index."""
    prepare(settings)
    from worker.commands.dead.export import run_export  # noqa: PLC0415

    run_export(directory, only or (), since, settings, table_console(), Console(stderr=True))


@dead_app.command("retry", epilog=_RETRY_EPILOG)
@with_settings(*ALL_PANELS, leave_out=("files", "out_dir", "follow", "stop_at_end"))
def dead_retry(
    settings: Settings,
    only: _Only = None,
    max_attempts: Annotated[
        int,
        typer.Option(metavar="NUMBER", help="Largest number of attempts at an input, including the first.", min=2),
    ] = 3,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print how many would be retried. Retry none.")] = False,
) -> None:
    """Process dead letters again, each exactly once.

    What succeeds goes to the clean topic. What dies again becomes a new dead letter. Each attempt has a report.
    """
    prepare(settings)
    from worker.commands.dead.retry import run_retry  # noqa: PLC0415

    most = min(max_attempts, _MOST_ATTEMPTS)
    run_retry(only or (), most, settings, table_console(), Console(stderr=True), dry_run=dry_run)
