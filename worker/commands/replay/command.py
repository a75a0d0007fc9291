"""The commands of `article-worker replay`."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer
from rich.console import Console

from worker.commands.common import ALL_PANELS, EPILOG, Json, Page, Rows, prepare, table_console, wide_console
from worker.commands.flags import with_settings
from worker.commands.replay.rules import Verdicts
from worker.commands.usage import App
from worker.config.settings import Settings

replay_app = App(help="Process a time range of the raw topic again, and publish to separate topics.")

_NOT_OF_A_REPLAY = ("files", "out_dir", "follow", "stop_at_end")

_SHOWN = ("Security", "bootstrap_servers", "connect_timeout", "group_id", "replays_topic")
"""The settings that the commands other than `run` need. They take all its flags, to know its rules."""

_DIFF_EPILOG = """\
The command joins no consumer group. It reads the reports and the articles of both sides, and compares the texts that \
differ. Its temporary files take about 1 GB for a million records; SQLITE_TMPDIR sets their directory.

Examples:
  article-worker replay diff v2 --bootstrap-servers HOST:9092
  article-worker replay diff v2 --html v2.html --examples 20
  article-worker replay diff v2 --only host=www.example.org,outcome=dropped
  article-worker replay diff v3 --against v2 --json
"""

_PROMOTE_EPILOG = """\
Workers can keep running, and their positions do not change. Give the state directory or the index server of a worker, \
so that its index learns what is promoted.

Each article is promoted only once: if the command is stopped or killed, run it again to continue. If two promotions \
of a replay run at the same time, the second takes over, and the first exits with code 5.

Examples:
  article-worker replay promote v2 --dry-run
  article-worker replay promote v2 --only host=www.example.org
"""

_Name = Annotated[
    str, typer.Argument(metavar="NAME", help="Name of the replay, such as v2. It publishes to articles.clean.v2.")
]


@replay_app.command("run", epilog=EPILOG)
@with_settings(*ALL_PANELS, leave_out=_NOT_OF_A_REPLAY)
def replay_run(  # noqa: PLR0913, PLR0917 - one parameter for each flag
    settings: Settings,
    name: _Name,
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="TIME", help="Start of the range: RFC 3339, -7d, or earliest (default)."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--to", metavar="TIME", help="End of the range, exclusive: RFC 3339, -1h, or latest (default)."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="Only records whose quality report matches: NAME=VALUE or NAME!=VALUE, comma-separated. NAME is host, "
            "outcome, reason, shape, language or fingerprint (current, or 16 hex digits). Repeat a name to give it "
            "several values.",
        ),
    ] = None,
    max_rate: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER",
            help="Most records a second, shared equally by the --processes. It may change when a replay is resumed.",
            min=1,
        ),
    ] = None,
    verdicts: Annotated[
        Verdicts | None,
        typer.Option(
            metavar="CHOICE",
            help="fresh (default) compares articles in a new index; keep gives each message the verdict that the live "
            "worker gave it.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print ranges, bytes, rules and the expected time. Process nothing.")
    ] = False,
) -> None:
    """Start a replay, or resume it where it stopped.

    The replay does not touch the live group or the live topics. Its range, --only and --verdicts are fixed at the first
    start.
    """
    prepare(settings)
    from worker.commands.replay.run import Asked, run_replay  # noqa: PLC0415

    asked = Asked(since, until, only or (), max_rate, verdicts)
    raise typer.Exit(run_replay(settings, name, asked, dry_run=dry_run, console=Console(stderr=True)))


@replay_app.command("list")
@with_settings(*ALL_PANELS, leave_out=_NOT_OF_A_REPLAY, shown=_SHOWN)
def replay_list(settings: Settings) -> None:
    """List the replays of the cluster.

    Shows whether each is running, and how much of its range is done.
    """
    prepare(settings)
    from worker.commands.replay.status import run_list  # noqa: PLC0415

    run_list(settings, wide_console())


@replay_app.command("status")
@with_settings(*ALL_PANELS, leave_out=_NOT_OF_A_REPLAY, shown=_SHOWN)
def replay_status(settings: Settings, name: _Name, as_json: Json = False) -> None:
    """Show the progress of a replay, the time left, and the outcomes so far.

    Also shows the fingerprint of the replay, and that of the current settings.
    """
    prepare(settings)
    from worker.commands.replay.status import run_status  # noqa: PLC0415

    run_status(settings, name, wide_console(), Console(stderr=True), as_json=as_json)


@replay_app.command("diff", epilog=_DIFF_EPILOG)
@with_settings(*ALL_PANELS, leave_out=_NOT_OF_A_REPLAY, shown=_SHOWN)
def replay_diff(  # noqa: PLR0913, PLR0917 - one parameter for each flag
    settings: Settings,
    name: _Name,
    against: Annotated[
        str | None, typer.Option(metavar="OTHER", help="Compare with this other replay. Default: with the live topics.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="Only records whose report matches, before or after: NAME=VALUE or NAME!=VALUE, comma-separated. NAME "
            "is host, outcome, reason, shape, language or fingerprint. Repeat a name to give it several values.",
        ),
    ] = None,
    examples: Annotated[
        int, typer.Option(metavar="NUMBER", help="How many of the articles that changed most to show.", min=0, max=100)
    ] = 5,
    rows: Rows = 10,
    html: Page = None,
    as_json: Json = False,
) -> None:
    """Show what a replay changed: outcomes, texts, duplicates, scores and fields."""
    prepare(settings)
    from worker.commands.replay.diff.run import Options, run_diff  # noqa: PLC0415

    options = Options(name, against, only or (), examples, rows, as_json, html)
    run_diff(options, settings, table_console(), Console(stderr=True))


@replay_app.command("promote", epilog=_PROMOTE_EPILOG)
@with_settings(*ALL_PANELS, leave_out=_NOT_OF_A_REPLAY, shown=(*_SHOWN, "index"))
def replay_promote(
    settings: Settings,
    name: _Name,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="Only articles whose report in the replay matches: NAME=VALUE or NAME!=VALUE, comma-separated. NAME "
            "is host, outcome, reason, shape, language or fingerprint. Repeat a name to give it several values.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print how many articles would be published. Publish none.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
) -> None:
    """Publish the results of a replay to the topics of the worker.

    A changed article becomes the next version. An article that the replay does not publish gets a tombstone.
    """
    prepare(settings)
    from worker.commands.replay.promote.run import Options, run_promote  # noqa: PLC0415

    options = Options(name, tuple(only or ()), dry_run=dry_run, yes=yes)
    raise typer.Exit(run_promote(options, settings, Console(stderr=True), partial(typer.confirm, err=True)))


@replay_app.command("remove")
@with_settings(*ALL_PANELS, leave_out=_NOT_OF_A_REPLAY, shown=(*_SHOWN, "index", "state_dir"))
def replay_remove(
    settings: Settings,
    name: _Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
) -> None:
    """Remove the topics, the group, the index and the state of a replay.

    Asks for confirmation first. Refuses if the replay is running on any machine. Touches nothing of the live worker.
    """
    prepare(settings)
    from worker.commands.replay.remove import run_remove  # noqa: PLC0415

    confirm = partial(typer.confirm, err=True)
    raise typer.Exit(run_remove(settings, name, Console(stderr=True), yes=yes, confirm=confirm))
