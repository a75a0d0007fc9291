"""The commands of `article-worker replay`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from worker.commands.common import ALL_PANELS, EPILOG, prepare
from worker.commands.flags import with_settings
from worker.commands.usage import App
from worker.config.settings import Settings

replay_app = App(help="Process a time range of the raw topic again, and publish to separate topics.")

_NOT_OF_A_REPLAY = ("files", "out_dir", "follow", "stop_at_end")

_Name = Annotated[
    str, typer.Argument(metavar="NAME", help="Name of the replay, such as v2. It publishes to articles.clean.v2.")
]


@replay_app.command("run", epilog=EPILOG)
@with_settings(*ALL_PANELS, leave_out=_NOT_OF_A_REPLAY)
def replay_run(
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
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print ranges, counts and bytes, and process nothing.")
    ] = False,
) -> None:
    """Start a replay, or resume it where it stopped.

    The replay does not touch the live group or the live topics. Its range is fixed at the first start.
    """
    prepare(settings)
    from worker.commands.replay.run import run_replay  # noqa: PLC0415

    raise typer.Exit(run_replay(settings, name, since, until, dry_run=dry_run, console=Console(stderr=True)))
