"""The commands that look at one article: `explain` and `index`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from worker.commands.common import Json, SourceFile, wide_console
from worker.commands.flags import with_settings
from worker.commands.usage import App
from worker.config.settings import Settings

index_app = App(help="Inspect, save, move or rebuild the duplicate index.")

INDEX_SETTINGS = ("index", "index_name", "index_max_bytes", "dedup_window", "state_dir")
_TOPICS = ("bootstrap_servers", "connect_timeout", "raw_topic", "clean_topic", "quality_topic", "dead_topic")
INPUT_SETTINGS = ("shape", "map", "max_value_bytes", "max_html_bytes", "max_nodes", "max_depth")

EXPLAIN_EPILOG = """\
Marks: + kept, - removed, ~ changed. Lines with - or ~ name the rule, as the quality report does. "extract" marks what \
does not belong to the article, and "headline" its title above the text. A number is the likelihood that the block \
belongs to the article; a second one is that of its section, which decided. Brackets hold the language in which a line \
of boilerplate was read, and the concepts of its words. Above the lines stand the title, authors, \
date, section, tags, language and description as they would be published; "from the message" marks what the crawler \
sent.

To find a URL or an article_id, the command reads the whole quality topic; --since shortens the search. Of several \
messages, it explains the newest, and lists the others with their places. With the state directory or the index server \
of a worker, it also shows similar articles and the lines that recur on the site. It changes nothing, and workers can \
keep running.

Examples:
  sed -n 1p articles.raw.jsonl | article-worker explain -
  article-worker explain page.html --json
  article-worker explain https://paper.example/1 --since 7d --bootstrap-servers HOST:9092 --state-dir DIR
  article-worker explain articles.raw:3:1204 --html article.html
"""


EXPORT_EPILOG = """\
Workers can keep running. The file holds everything that the index remembers, and the secret of the index. Only its \
owner can read it.

Examples:
  article-worker index export backup.index --state-dir DIR
  article-worker index export - --index valkey://HOST:6379/0 | ssh BACKUP 'cat > backup.index'
"""
IMPORT_EPILOG = """\
Stop the workers first. The index must be empty: a new state directory, or another database of the server. An export \
of the embedded index can be imported into a server, and the reverse. A damaged or incomplete file is refused. If the \
import does not finish, workers refuse the index: run the import again to start over.

Examples:
  article-worker index import backup.index --state-dir DIR
  article-worker index export - --state-dir DIR | article-worker index import - --index valkey://HOST:6379/0
"""
REBUILD_EPILOG = """\
Use this if the index was lost and there is no backup. Stop the workers first. The index must be empty. From a topic, \
the command reads what was published in the last --dedup-window; from a file, it reads every line. It restores the \
URL, the content and the words of each article, and the verdict on its input. The worker then recognises recrawls, \
copies and updates of these articles again.

What it cannot restore: the verdicts on duplicates that were not published, and on versions that compaction has removed.

Examples:
  article-worker index rebuild --from-topic articles.clean --bootstrap-servers HOST:9092 --state-dir DIR
  article-worker index rebuild --from-topic articles.clean --since earliest --index valkey://HOST:6379/0
  article-worker index rebuild --from-file OUT/articles.clean.jsonl --state-dir OUT/state
"""


@with_settings(
    *("Kafka", "Security", "Input", "Articles", "Running"),
    leave_out=("stop_at_end",),
    shown=(*INPUT_SETTINGS, *INDEX_SETTINGS, *_TOPICS, "min_words", "languages", "markdown", "links", "Security"),
)
def explain(
    settings: Settings,
    sources: dict[str, str],  # noqa: ARG001 - the settings of the connections count only for a message in a topic
    what: Annotated[
        str,
        typer.Argument(
            metavar="WHAT",
            help="A file with a raw message from any crawler, a page, or plain text; - for standard input. Or a "
            "message that was processed, from Kafka: its URL, its article_id, or its place (TOPIC:PARTITION:OFFSET).",
            show_default=False,
        ),
    ],
    since: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Search only reports since this time: 24h, 7d, or RFC 3339. Default: all."),
    ] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write an HTML page.")] = None,
    as_json: Json = False,
) -> None:
    """Show one article line by line: what is kept, what is removed, and by which rule.

    For a message that was processed, it also shows the report and the article as published, what the current rules
    would change, and similar articles.
    """
    from worker.commands.common import prepare  # noqa: PLC0415
    from worker.commands.explain.run import Options, run_explain  # noqa: PLC0415

    prepare(settings)
    console = Console(markup=False, emoji=False, highlight=False)
    if not console.is_terminal:
        console = Console(width=10_000, markup=False, emoji=False, highlight=False)
    run_explain(Options(what, since, as_json, html), settings, console, Console(stderr=True))


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


@index_app.command("export", epilog=EXPORT_EPILOG)
@with_settings(also=INDEX_SETTINGS)
def index_export(
    settings: Settings,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The file to write; - for standard output.")],
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it exists.")] = False,
) -> None:
    """Write everything that the index remembers to a file, for a backup or to move it."""
    from worker.commands.index_move import run_export  # noqa: PLC0415

    run_export(file, settings, Console(stderr=True), force=force)


@index_app.command("import", epilog=IMPORT_EPILOG)
@with_settings(also=INDEX_SETTINGS)
def index_import(
    settings: Settings,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A file that `index export` wrote; - for standard input.")
    ],
) -> None:
    """Fill an empty index with an export."""
    from worker.commands.index_move import run_import  # noqa: PLC0415

    run_import(file, settings, Console(stderr=True))


@index_app.command("rebuild", epilog=REBUILD_EPILOG)
@with_settings("Security", also=(*INDEX_SETTINGS, "bootstrap_servers", "connect_timeout", "max_message_bytes"))
def index_rebuild(
    settings: Settings,
    from_topic: Annotated[
        str | None, typer.Option(metavar="TOPIC", help="The topic of the clean articles, such as articles.clean.")
    ] = None,
    from_file: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="A file of clean articles, from a run with --files; - for standard input."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="With --from-topic: read what was published since this time: RFC 3339, -7d, or earliest. Default: the "
            "last --dedup-window.",
        ),
    ] = None,
) -> None:
    """Fill an empty index from the articles that were published."""
    from worker.commands.common import prepare  # noqa: PLC0415
    from worker.commands.rebuild import run_rebuild  # noqa: PLC0415

    prepare(settings)
    run_rebuild(settings, from_topic, from_file, since, Console(stderr=True))
