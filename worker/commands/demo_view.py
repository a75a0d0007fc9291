"""What the demo shows: articles before and after, a table of all inputs, the totals, the files, and next commands."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from worker.commands.samples.load import Sample
from worker.messages import Outcome
from worker.text.terminal import printable, shown

Json = Mapping[str, Any]
Row = tuple[int, str, str]  # line number, line, why it was removed: "tag", "copy", or "" if it was not

_COLOUR = {
    Outcome.PUBLISHED: "green",
    Outcome.DUPLICATE: "cyan",
    Outcome.DROPPED: "yellow",
    Outcome.DEAD: "red",
}
_REMOVED = {"tag": "bold red", "copy": "red", "": ""}
_HEAD, _TAIL = 6, 3  # how many lines of a text's beginning and end are shown
_ROOMY, _WIDE = 90, 110  # from this width in columns, the table has room for wider gaps, and for titles


# -- before and after ----------------------------------------------------------------------------------------------


def before_and_after(raw: str, clean: str) -> RenderableType:
    """A raw text and its cleaned form, one below the other. A minus marks every line that was removed."""
    after = clean.split("\n")
    rows = _compared(raw.splitlines(), set(after))
    tags, copies = (sum(why == wanted for _, _, why in rows) for wanted in ("tag", "copy"))
    copy = next((at for at, row in enumerate(rows) if row[2] == "copy"), len(rows))
    shown = {*_ends(len(rows)), *range(copy - 1, copy + 3)} & {*range(len(rows))}
    before_title = f"before: {len(rows)} lines, {len(raw):,} characters ({tags} tags, {copies} repeated lines)"
    after_title = f"after: {len(after)} paragraphs, {len(clean):,} characters"
    kept = [(number, line, "") for number, line in enumerate(after, 1)]
    return Group(
        Panel(_excerpt(rows, shown), title=before_title, title_align="left", border_style="red"),
        Panel(_excerpt(kept, _ends(len(after))), title=after_title, title_align="left", border_style="green"),
    )


def _compared(before: Sequence[str], after: set[str]) -> list[Row]:
    seen: set[str] = set()
    rows = []
    for number, line in enumerate(before, 1):
        rows.append((number, line, "copy" if line in seen else "" if line in after else "tag"))
        seen.add(line)
    return rows


def _ends(count: int) -> set[int]:
    return {*range(min(_HEAD, count)), *range(max(0, count - _TAIL), count)}


def _excerpt(rows: Sequence[Row], shown: Iterable[int]) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", style="dim", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    last = -1
    for at in sorted(shown):
        if at > last + 1:
            table.add_row("", "", Text(f"... {at - last - 1} lines ...", style="dim"))
        number, line, why = rows[at]
        table.add_row(str(number), Text("-" if why else " ", _REMOVED[why]), _one_line(line, _REMOVED[why]))
        last = at
    return table


def _one_line(text: str, style: str = "") -> Text:
    """A text that is cut at the end of its column. The column must be able to shrink, or rich narrows the others."""
    return Text(printable(text), style, no_wrap=True, overflow="ellipsis")


def page_steps(sample: Sample, article: Json, report: Json) -> RenderableType:
    """What each stage left of one HTML page, and what was read from it."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    paragraphs = article["text"].split("\n")
    table.add_row("message", shown(f"{len(sample.value):,} bytes, shape: {sample.crawler}"))
    for stage, size in report["sizes"].items():
        if size["before"] != size["after"]:
            table.add_row(shown(stage), f"{size['before']:,} -> {size['after']:,} characters")
    table.add_row("removed", shown(", ".join(f"{rule} {times}x" for rule, times in report["removed"].items()) or "-"))
    table.add_row("title", _one_line(article["title"] or "-"))
    table.add_row("authors", _one_line(", ".join(article["authors"]) or "-"))
    table.add_row("published", shown(f"{article['published_at'] or '-'}, language: {article['language'] or '-'}"))
    table.add_row("first", _one_line(paragraphs[0]))
    table.add_row("last", _one_line(paragraphs[-1]))
    return Panel(table, title=shown(f"one page: {article['url']}"), title_align="left", border_style="blue")


# -- all records ---------------------------------------------------------------------------------------------------


def record_table(sent: Sequence[Sample], reports: Mapping[int, Json], clean: Mapping[int, Json], width: int) -> Table:
    """One row for each input: what it was, its outcome and reason, and the measures of its quality report."""
    table = _table("All inputs and their quality reports", gap=int(width >= _ROOMY))
    table.add_column("#", justify="right", style="dim", no_wrap=True)
    table.add_column("shape", no_wrap=True)
    table.add_column("what it is")
    table.add_column("outcome: reason", no_wrap=True)
    table.add_column("words", justify="right", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    if width >= _WIDE:
        table.add_column("title")
    for number, sample in enumerate(sent):
        cells = _cells(reports.get(number), clean.get(number, {}))
        table.add_row(str(number), shown(sample.crawler), _one_line(sample.label), *cells[: len(table.columns) - 3])
    return table


def _cells(report: Json | None, article: Json) -> tuple[RenderableType, ...]:
    if report is None:
        return Text("no report", "bold red"), "", "", ""
    measures = report["measures"] or {}
    outcome = shown(f"{report['outcome']}: {report['reason']}", _COLOUR[Outcome(report["outcome"])])
    score = report["score"]
    return (
        outcome,
        f"{measures['words']}" if measures else "",
        "" if score is None else f"{score:.2f}",
        _one_line(article.get("title") or ""),
    )


def summary(sent: int, counts: Mapping[Outcome, int], problems: Sequence[str]) -> RenderableType:
    """The sum of the outcomes, or what is wrong with it."""
    if problems:
        return Text("The numbers do not add up:\n" + "\n".join(f"  {printable(each)}" for each in problems), "bold red")
    text = Text(f"{sent} in = ", "bold")
    for number, (outcome, count) in enumerate(counts.items()):
        text.append(" + " if number else "").append(f"{count} {outcome}", _COLOUR[outcome])
    return text.append("\nEvery input has exactly one quality report.", "not bold")


def _table(title: str, gap: int = 1) -> Table:
    return Table(
        box=box.SIMPLE_HEAD,
        padding=(0, gap, 0, 0),
        pad_edge=False,
        show_edge=False,
        title=shown(title),
        title_justify="left",
        title_style="bold",
    )


# -- files and next steps ------------------------------------------------------------------------------------------


def files_table(out_dir: Path, names: Mapping[str, str]) -> Table:
    """The files of the run: what each one contains, its size and its lines."""
    table = _table(f"Files in {out_dir}")
    table.add_column("file", no_wrap=True)
    table.add_column("lines", justify="right")
    table.add_column("bytes", justify="right")
    table.add_column("what it contains")
    for name, meaning in names.items():
        path = out_dir / name
        data = path.read_bytes() if path.is_file() else b""
        table.add_row(name, str(data.count(b"\n")), f"{len(data):,}", meaning)
    return table


def next_steps(out_dir: Path) -> Text:
    """Commands to try next, ready to paste."""
    command, files = _command(), shlex.quote(str(out_dir))
    steps = (
        ("a clean article", f"head -n 1 {files}/articles.clean.jsonl | python3 -m json.tool --no-ensure-ascii"),
        ("what died, and why", f"""grep -o '"reason":"[^"]*","detail":"[^"]*' {files}/articles.dead.jsonl"""),
        ("the same run again: nothing is left to do", f"{command} run --files {files}"),
        ("your own articles.raw*.jsonl[.gz|.zst] in DIR", f"{command} run --files DIR"),
        ("Kafka and a worker in Docker", "docker compose up"),
        ("your own Kafka", f"{command} topics create --bootstrap-servers localhost:9092"),
        ("", f"{command} run --bootstrap-servers localhost:9092"),
        ("all tests", "make test"),
    )
    text = Text("What to do next\n", style="bold")
    for what, how in steps:
        if what:
            text.append(f"  # {what}\n", "dim not bold")
        text.append(f"  {printable(how)}\n", "not bold")
    return text


def _command() -> str:
    """How the user can call this program: by name, or by its path in the environment that it is installed in."""
    if shutil.which("article-worker"):
        return "article-worker"
    beside = Path(sys.executable).parent / "article-worker"
    try:
        return str(beside.relative_to(Path.cwd()))
    except ValueError:
        return str(beside)
