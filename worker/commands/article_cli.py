"""The commands that look at one article: `explain` and `index`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from worker.commands.common import Json, SourceFile, wide_console
from worker.commands.flags import with_settings
from worker.config.settings import Settings

index_app = typer.Typer(help="Inspect the duplicate index.", no_args_is_help=True)

INDEX_SETTINGS = ("index", "index_max_bytes", "dedup_window", "state_dir")
INPUT_SETTINGS = ("shape", "max_value_bytes", "max_html_bytes", "max_nodes", "max_depth")

EXPLAIN_EPILOG = """\
Marks: + kept, - removed, ~ changed. Lines with - or ~ name the rule, as the quality report does.

Examples:
  sed -n 1p articles.raw.jsonl | article-worker explain -
  article-worker explain page.html --json
"""


@with_settings(
    "Input",
    "Articles",
    leave_out=("duplicates", "dedup_window", "index", "record_timeout", "crash_limit", "site_lines"),
)
def explain(settings: Settings, source: SourceFile, as_json: Json = False) -> None:
    """Show one article line by line: what is kept, what is removed, and by which rule."""
    from worker.commands.explain import run_explain  # noqa: PLC0415

    console = Console(markup=False, emoji=False, highlight=False)
    run_explain(source, settings, console, as_json=as_json)


@index_app.command("stats")
@with_settings(also=INDEX_SETTINGS)
def index_stats(settings: Settings, as_json: Json = False) -> None:
    """Show what the index remembers, and how much space it takes."""
    from worker.commands.index import run_stats  # noqa: PLC0415

    run_stats(settings, wide_console(), as_json=as_json)


@index_app.command("lookup")
@with_settings(also=INDEX_SETTINGS)
def index_lookup(
    settings: Settings,
    url: Annotated[str, typer.Argument(metavar="URL", help="The URL as a crawler sends it.")],
    as_json: Json = False,
) -> None:
    """Show what the index knows about a URL: version, story, and the article that was published for it."""
    from worker.commands.index import run_lookup  # noqa: PLC0415

    raise typer.Exit(run_lookup(url, settings, wide_console(), as_json=as_json))


@index_app.command("similar")
@with_settings(also=(*INDEX_SETTINGS, *INPUT_SETTINGS))
def index_similar(settings: Settings, source: SourceFile, as_json: Json = False) -> None:
    """Show which articles in the index resemble this one, and the evidence. Does not change the index."""
    from worker.commands.index import run_similar  # noqa: PLC0415

    raise typer.Exit(run_similar(source, settings, wide_console(), as_json=as_json))
