"""The command line. Flags are made from the settings, so that each setting has one name, one default and one text."""

from __future__ import annotations

import os
import re
import select
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from worker.commands.article_cli import EXPLAIN_EPILOG, explain, index_app
from worker.commands.common import ALL_PANELS, CHECK_EPILOG, EPILOG, configure_logs, wide_console
from worker.commands.dead.command import dead_app
from worker.commands.flags import with_settings
from worker.commands.hints import with_flags
from worker.commands.kafka_cli import produce_samples, topics_app
from worker.commands.replay.command import replay_app
from worker.commands.report.command import REPORT_EPILOG, report
from worker.commands.usage import App
from worker.config.fit import check_fit
from worker.config.index_address import may_hold_password
from worker.config.settings import Settings, is_secret
from worker.config.units import format_duration, parse_duration
from worker.errors import DISK_FULL, IndexStoreError, SettingsError, WorkerError
from worker.observe.standard_error import standard_error
from worker.text.terminal import printable, shown

TOP_EPILOG = """\
The command reads the HTTP port of each worker: start the workers with --http. If a host name has several addresses, \
such as that of a scaled service, the command reads all of them. Without a terminal, it prints one frame.

Examples:
  article-worker top                                  # localhost:9464
  article-worker top worker-1:9464 worker-2:9464
  docker compose logs -f worker | article-worker top -
"""

_LEAST_INTERVAL, _LEAST_TIME_LIMIT = timedelta(milliseconds=100), timedelta(seconds=1)

app = App(
    name="article-worker",
    help="Reads raw articles, removes boilerplate, finds duplicates, and publishes clean articles exactly once.",
    epilog="Start with: article-worker demo",
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(topics_app, name="topics")
app.add_typer(index_app, name="index")
app.add_typer(replay_app, name="replay")
app.add_typer(dead_app, name="dead")


@app.command(epilog=EPILOG)
@with_settings(*ALL_PANELS)
def run(settings: Settings) -> None:
    """Read raw articles from Kafka (or from JSON lines, with --files), clean them, and publish the results.

    On Ctrl-C or SIGTERM, the worker finishes the current article, commits, and exits 0. A second signal ends it at
    once.
    """
    configure_logs(settings)
    if settings.processes != 1:
        from worker.supervisor.run import run_processes  # noqa: PLC0415

        raise typer.Exit(run_processes(settings))
    from worker.app import Run, run_worker  # noqa: PLC0415

    run_worker(Run(settings))


@app.command()
def demo(
    out_dir: Annotated[
        Path, typer.Option(metavar="PATH", help="Directory for the sample articles and the output.")
    ] = Path("demo-output"),
) -> None:
    """Run the worker on the bundled sample articles. Needs no broker."""
    from worker.commands.demo import run_demo  # noqa: PLC0415

    raise typer.Exit(run_demo(out_dir, Console()))


@app.command(epilog=TOP_EPILOG)
def top(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[HOST:PORT]...",
            help="HTTP addresses of workers (--http), or - for log lines on standard input. Default: localhost:9464.",
            show_default=False,
        ),
    ] = None,
    interval: Annotated[str, typer.Option(metavar="DURATION", help="How often to refresh the screen.")] = "2s",
    once: Annotated[bool, typer.Option("--once", metavar=" ", help="Print one frame and exit.")] = False,
) -> None:
    """Watch the workers of a group live: rates, lag, outcomes, failing hosts and warnings."""
    from worker.commands.top.command import run_top  # noqa: PLC0415

    raise typer.Exit(
        run_top(sources or [], _duration("--interval", interval, _LEAST_INTERVAL).total_seconds(), Console(), once=once)
    )


app.command("produce-samples")(produce_samples)
app.command(epilog=EXPLAIN_EPILOG)(explain)
app.command(epilog=REPORT_EPILOG)(report)


@app.command(epilog=CHECK_EPILOG)
@with_settings(*ALL_PANELS)
def check(
    settings: Settings,
    ctx: typer.Context,
    time_limit: Annotated[str, typer.Option(metavar="DURATION", help="How long all checks together may take.")] = "30s",
) -> None:
    """Check the settings, permissions, topics, index and state directory. Processes nothing.

    Prints one line for each check: ok, warning or fault, and what to do. Give it the flags of the worker. Workers may
    be running.
    """
    from worker.commands.check import run_check  # noqa: PLC0415

    limit = _duration("--time-limit", time_limit, _LEAST_TIME_LIMIT)
    raise typer.Exit(run_check(settings, limit, wide_console(), lambda text: with_flags(text, ctx)))


@app.command("config")
@with_settings(*ALL_PANELS)
def show_config(settings: Settings, sources: dict[str, str]) -> None:
    """Print every setting with its value and its source. Secrets are masked.

    The last line is the fingerprint of the articles and reports that these settings produce. If settings contradict
    each other, an error follows, and the exit code is 2.
    """
    from worker.fingerprint import pipeline_info  # noqa: PLC0415

    table = Table("setting", "value", "from", box=None, pad_edge=False)
    values = settings.model_dump(mode="json")
    for name, source in sources.items():
        style = "dim" if source == "default" else ""
        table.add_row(name, shown(_value(name, values[name])), shown(source), style=style)
    table.add_row("pipeline.fingerprint", pipeline_info(settings).fingerprint, "code, libraries and settings")
    # Wide enough for every value, because wrapped lines are useless to grep.
    wide_console().print(table)
    check_fit(settings)


def _value(name: str, value: object) -> str:
    if value is None:
        return ""
    if is_secret(name) or (name == "index" and may_hold_password(str(value))):
        return "********"
    if isinstance(value, list):  # the address of a proxy may hold a password
        listed = re.sub(r"//[^/]*@", "//********@", ",".join(value))
        return re.sub(r"(?i)((?:password|secret|token)\w*\s*=)[^,]*", r"\1********", listed)
    return str(value).lower() if isinstance(value, bool) else str(value)


@app.command()
def schema(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="raw_article, clean_article, quality_report, dead_letter")
    ] = None,
) -> None:
    """Print the JSON Schema of a message. Without a name, list the names."""
    from worker import schema as schemas  # noqa: PLC0415

    try:
        typer.echo("\n".join(schemas.names()) if name is None else schemas.text(name))
    except LookupError as error:
        raise SettingsError(str(error)) from error


@app.command()
@with_settings("Running", "Files", also=("instance_id",), shown=("state_dir", "files", "out_dir", "instance_id"))
def health(
    settings: Settings,
    max_age: Annotated[
        str | None,
        typer.Option(
            metavar="DURATION",
            help="Oldest heartbeat that counts as progress. Default: the longest time that one step may take.",
        ),
    ] = None,
) -> None:
    """Health check: exit 0 if every worker on this state directory makes progress, else 1.

    Prints a line for each running worker: when its loop last took a step, and whether it is starting or waiting. A
    worker that is starting or waiting makes no progress. If no worker is running, the exit code is 1. With
    --instance-id (flag or setting), only that worker counts.
    """
    from worker.observe.health import max_age_s, workers  # noqa: PLC0415

    limit_s = _duration("--max-age", max_age).total_seconds() if max_age else max_age_s(settings)
    try:
        seen = workers(settings.resolved_state_dir, settings.instance_id)
    except IndexStoreError as error:
        raise WorkerError(*error.lines) from error  # exit code 1: no worker is known to make progress
    named = f" {settings.instance_id}" if settings.instance_id else ""
    lines = [each.line(limit_s) for each in seen] or [f"no worker{named} is running on this state directory"]
    typer.echo("\n".join(map(printable, lines)))
    raise typer.Exit(0 if seen and all(worker.is_well(limit_s) for worker in seen) else 1)


def _duration(flag: str, text: str, least: timedelta = timedelta(0)) -> timedelta:
    try:
        duration = parse_duration(text)
    except ValueError as error:
        raise SettingsError(f"{flag} {text!r}: {error}") from error
    if duration < least:
        raise SettingsError(f"{flag} {text!r}: must be at least {format_duration(least)}")
    return duration


def _version(show: bool) -> None:
    if show:
        from worker.compiled import PARTS, compiled  # noqa: PLC0415
        from worker.fingerprint import pipeline_info  # noqa: PLC0415

        info = pipeline_info(Settings())
        kind = "compiled" if all(map(compiled, PARTS)) else "in Python"
        typer.echo(f"article-worker {info.version} (pipeline {info.fingerprint}, {kind})")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_version,
            is_eager=True,
            help="Print the version, the fingerprint for the default settings (`config` prints the one for yours), and "
            "whether parts of the worker are compiled.",
        ),
    ] = False,
) -> None:
    pass


def main() -> None:
    """The entry point. Errors that the user can fix are printed as a message, not as a traceback."""
    stderr = standard_error()  # before any file is opened
    try:
        app()
    except WorkerError as error:
        _tell(stderr, error.lines)
        sys.exit(error.exit_code)
    except OSError as error:
        if error.filename is not None or error.errno not in DISK_FULL:
            raise
        _tell(stderr, [f"cannot write the output: {error.strerror}"])
        os._exit(1)  # without the end of Python, which would try to write the rest


def _tell(stderr: int, lines: list[str]) -> None:
    if select.select([], [stderr], [], 1)[1]:  # if nobody reads standard error, a write could block
        text = "\n".join(map(printable, lines))
        Console(stderr=True, soft_wrap=True).print(Text(f"article-worker: {text}"))
