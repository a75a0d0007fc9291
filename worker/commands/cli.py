"""The command line. Flags are made from the settings, so that each setting has one name, one default and one text."""

from __future__ import annotations

import select
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from worker.commands.flags import with_settings
from worker.commands.usage import PrintableErrors
from worker.config.fit import check_fit
from worker.config.settings import Settings, is_secret
from worker.config.sources import ENV_PREFIX
from worker.config.units import parse_duration
from worker.errors import IndexStoreError, SettingsError, WorkerError
from worker.observe.standard_error import standard_error
from worker.text.terminal import printable, shown

EPILOG = f"""\
You can also set each setting in the environment ({ENV_PREFIX}GROUP_ID) or in a TOML file (group_id = "..."). \
A flag overrides the environment, which overrides the file. Passwords have no flags, because other users could read \
them: set {ENV_PREFIX}SASL_PASSWORD, {ENV_PREFIX}SSL_PASSWORD or {ENV_PREFIX}INDEX_PASSWORD. \
Each switch also has a --no- form.

Exit codes:
  0  the run is complete, or the worker was stopped gracefully
  1  any other error
  2  a setting or a flag is wrong
  3  no broker answered within connect-timeout, or a broker rejected the login
  4  a topic is missing
  5  the worker cannot read its input or write its outputs
  6  the state directory or the index server cannot be used, or the index is empty (--require-state)
130  stopped at once: by Ctrl-C before the first batch, by a second signal, or after shutdown-timeout

After any of them, a restart resumes from the last commit.
"""

app = typer.Typer(
    name="article-worker",
    cls=PrintableErrors,
    help="Reads raw articles, removes boilerplate, finds duplicates, and publishes clean articles exactly once.",
    epilog="Start with: article-worker demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
topics_app = typer.Typer(help="Create or describe the four topics.", no_args_is_help=True)
app.add_typer(topics_app, name="topics")

index_app = typer.Typer(help="Inspect the duplicate index.", no_args_is_help=True)
app.add_typer(index_app, name="index")

INDEX_SETTINGS = ("index", "index_max_bytes", "dedup_window", "state_dir")
INPUT_SETTINGS = ("shape", "max_value_bytes", "max_html_bytes", "max_nodes", "max_depth")

_Json = Annotated[bool, typer.Option("--json", metavar=" ", help="Print JSON, for machines.")]
_ALL = ("Kafka", "Security", "Files", "Batches", "Input", "Articles", "Running")


def _wide_console() -> Console:
    """A console for tables. It never cuts a value: a terminal wraps the lines, and a pipe gets them whole."""
    return Console(width=10_000, markup=False, emoji=False, highlight=False)


def _configure_logs(settings: Settings) -> None:
    from worker.observe import logs  # noqa: PLC0415 - commands that do not log start faster

    logs.configure(settings.log_format, settings.log_level)


def _prepare(settings: Settings) -> None:
    """Set up logs, and let Ctrl-C end the process: kafka-python swallows a KeyboardInterrupt while it connects."""
    _configure_logs(settings)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@app.command(epilog=EPILOG)
@with_settings(*_ALL)
def run(settings: Settings) -> None:
    """Read raw articles from Kafka (or from JSON lines, with --files), clean them, and publish the results.

    Ctrl-C or SIGTERM: the worker finishes the current article, commits, and exits 0. A second signal ends it at once.
    """
    _configure_logs(settings)
    from worker.app import Run, run_worker  # noqa: PLC0415

    run_worker(Run(settings))


@app.command()
def demo(
    out_dir: Annotated[
        Path, typer.Option(metavar="PATH", help="Directory for the sample articles and the output.")
    ] = Path("demo-output"),
) -> None:
    """Run the main job on sample articles that come with the package. Needs no broker."""
    from worker.commands.demo import run_demo  # noqa: PLC0415

    raise typer.Exit(run_demo(out_dir, Console()))


@app.command(epilog=EPILOG)
@with_settings(*_ALL, leave_out=("files", "out_dir", "follow", "stop_at_end"))
def replay(
    settings: Settings,
    since: Annotated[
        str, typer.Option("--from", metavar="TIME", help="Start of the range: RFC 3339, -7d, or earliest.")
    ] = "earliest",
    until: Annotated[
        str, typer.Option("--to", metavar="TIME", help="End of the range, exclusive: RFC 3339, -1h, or latest.")
    ] = "latest",
    suffix: Annotated[str, typer.Option(metavar="TEXT", help="Suffix for the names of the output topics.")] = ".replay",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", metavar=" ", help="Print ranges, counts and bytes, and process nothing.")
    ] = False,
) -> None:
    """Process a time range of the raw topic again, and publish to separate topics.

    The replay does not touch the live group or the live topics. If you start it again with the same suffix, it resumes
    where it stopped. The range is fixed at the first start.
    """
    _prepare(settings)
    from worker.commands.replay import run_replay  # noqa: PLC0415

    raise typer.Exit(run_replay(settings, since, until, suffix, dry_run=dry_run, console=Console(stderr=True)))


@topics_app.command("create")
@with_settings("Kafka", "Security", "Input", "Running", leave_out=("stop_at_end",))
def topics_create(
    settings: Settings,
    partitions: Annotated[int, typer.Option(metavar="NUMBER", help="Partitions of each topic.", min=1)] = 6,
    replication: Annotated[
        int, typer.Option(metavar="NUMBER", help="Replicas of each partition. -1 means the broker's default.")
    ] = -1,
    retention: Annotated[str, typer.Option(metavar="DURATION", help="Retention of the raw topic.")] = "7d",
    alter: Annotated[
        bool, typer.Option("--alter", metavar=" ", help="Change existing topics to these values.")
    ] = False,
) -> None:
    """Create the topics that are missing, and report how existing ones differ from the plan."""
    _prepare(settings)
    from worker.commands import topics  # noqa: PLC0415

    raise typer.Exit(topics.create(settings, _wide_console(), partitions, replication, retention, alter=alter))


@topics_app.command("describe")
@with_settings("Kafka", "Security", "Running", leave_out=("stop_at_end",))
def topics_describe(settings: Settings) -> None:
    """Show partitions, retention, message size limit and record count of the topics."""
    _prepare(settings)
    from worker.commands import topics  # noqa: PLC0415

    raise typer.Exit(topics.describe(settings, _wide_console()))


@app.command("produce-samples")
@with_settings("Kafka", "Security", "Running", leave_out=("stop_at_end",))
def produce_samples(settings: Settings) -> None:
    """Send the sample articles that come with the package to the raw topic, as a crawler would."""
    _prepare(settings)
    from worker.commands import topics  # noqa: PLC0415

    raise typer.Exit(topics.produce_samples(settings, Console()))


EXPLAIN_EPILOG = """\
Marks: + kept, - removed, ~ changed. Each mark names the rule, as the quality report counts it.

Example:
  sed -n 1p articles.raw.jsonl | article-worker explain -
  article-worker explain page.html --json
"""


@app.command(epilog=EXPLAIN_EPILOG)
@with_settings(
    "Input",
    "Articles",
    leave_out=("duplicates", "dedup_window", "index", "record_timeout", "crash_limit", "site_lines"),
)
def explain(
    settings: Settings,
    source: Annotated[
        str, typer.Argument(metavar="FILE", help="A raw message of any crawler, a page, or plain text; - for stdin.")
    ],
    as_json: Annotated[bool, typer.Option("--json", metavar=" ", help="Print JSON, for machines.")] = False,
) -> None:
    """Show one article line by line: what is kept, what is removed, and by which rule."""
    from worker.commands.explain import run_explain  # noqa: PLC0415

    console = Console(markup=False, emoji=False, highlight=False)
    run_explain(source, settings, console, as_json=as_json)


@index_app.command("stats")
@with_settings(also=INDEX_SETTINGS)
def index_stats(settings: Settings, as_json: _Json = False) -> None:
    """Show what the index remembers, and how much space it takes."""
    from worker.commands.index import run_stats  # noqa: PLC0415

    run_stats(settings, _wide_console(), as_json=as_json)


@index_app.command("lookup")
@with_settings(also=INDEX_SETTINGS)
def index_lookup(
    settings: Settings,
    url: Annotated[str, typer.Argument(metavar="URL", help="The URL as a crawler sends it.")],
    as_json: _Json = False,
) -> None:
    """Show what the index knows about a URL: version, story, and the article that was published for it."""
    from worker.commands.index import run_lookup  # noqa: PLC0415

    raise typer.Exit(run_lookup(url, settings, _wide_console(), as_json=as_json))


@index_app.command("similar")
@with_settings(also=(*INDEX_SETTINGS, *INPUT_SETTINGS))
def index_similar(
    settings: Settings,
    source: Annotated[
        str, typer.Argument(metavar="FILE", help="A raw message of any crawler, a page, or plain text; - for stdin.")
    ],
    as_json: _Json = False,
) -> None:
    """Show which articles in the index resemble this one, and the evidence. Does not change the index."""
    from worker.commands.index import run_similar  # noqa: PLC0415

    raise typer.Exit(run_similar(source, settings, _wide_console(), as_json=as_json))


@app.command("config")
@with_settings(*_ALL)
def show_config(settings: Settings, sources: dict[str, str]) -> None:
    """Print every setting with its value and its source. Secrets are masked.

    The last line is the fingerprint that every output made with these settings carries. If settings do not fit each
    other, an error follows, and the exit code is 2.
    """
    from worker.fingerprint import pipeline_info  # noqa: PLC0415

    table = Table("setting", "value", "from", box=None, pad_edge=False)
    values = settings.model_dump(mode="json")
    for name, source in sources.items():
        style = "dim" if source == "default" else ""
        table.add_row(name, shown(_value(name, values[name])), shown(source), style=style)
    table.add_row("pipeline.fingerprint", pipeline_info(settings).fingerprint, "code, libraries and settings")
    # Wide enough for every value, because wrapped lines are useless to grep.
    _wide_console().print(table)
    check_fit(settings)


def _value(name: str, value: object) -> str:
    if value is None:
        return ""
    if is_secret(name):
        return "********"
    if isinstance(value, list):
        return ",".join(value)
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
@with_settings("Running", "Files", also=("instance_id",))
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

    limit_s = _seconds(max_age) if max_age else max_age_s(settings)
    try:
        seen = workers(settings.resolved_state_dir, settings.instance_id)
    except IndexStoreError as error:
        raise WorkerError(*error.lines) from error  # exit code 1: no worker is known to make progress
    named = f" {settings.instance_id}" if settings.instance_id else ""
    lines = [each.line(limit_s) for each in seen] or [f"no worker{named} is running on this state directory"]
    typer.echo("\n".join(map(printable, lines)))
    raise typer.Exit(0 if seen and all(worker.is_well(limit_s) for worker in seen) else 1)


def _seconds(text: str) -> float:
    try:
        return parse_duration(text).total_seconds()
    except ValueError as error:
        raise SettingsError(f"--max-age {text!r}: {error}") from error


def _version(show: bool) -> None:
    if show:
        from worker.fingerprint import pipeline_info  # noqa: PLC0415

        info = pipeline_info(Settings())
        typer.echo(f"article-worker {info.version} (pipeline {info.fingerprint})")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            metavar=" ",
            callback=_version,
            is_eager=True,
            help="Print the version, and the fingerprint of the pipeline with default settings (config: with yours).",
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
        if select.select([], [stderr], [], 1)[1]:  # if nobody reads standard error, a write could block
            text = "\n".join(map(printable, error.lines))
            Console(stderr=True, soft_wrap=True).print(Text(f"article-worker: {text}"))
        sys.exit(error.exit_code)
