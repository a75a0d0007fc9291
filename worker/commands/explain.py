"""One article, line by line: what stays, what goes, and by which rule. It runs the product's own stages."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import orjson
from rich.console import Console

from worker.app import page_limits
from worker.config.settings import Settings
from worker.errors import SettingsError
from worker.messages import Article, Dead, Dropped, RawRecord, Reason, Source
from worker.stages.decode import decode
from worker.stages.extract import Extract, explain_page, normalise
from worker.stages.filter import Filter
from worker.stages.glue import GLUE, glue
from worker.stages.repeats import repeats
from worker.stages.residue import TEMPLATE_TAG, residue
from worker.text.cleaning import clean_text, looks_like_html
from worker.text.terminal import json_text, printable, shown

STDIN = "-"
EXTRACT, HEADLINE = "extract", "headline"  # what the extractor left out, and the title that stands over the text
NOT_SHOWN = "lines that recur on a site are not judged here: what recurs is known to a running worker only"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the article: kept as `text`, or removed by `rule`. A kept line with a rule was changed by it."""

    text: str
    kept: bool
    rule: str | None = None
    score: float | None = None  # how much like an article's the extractor finds the line, 0 to 1

    @property
    def mark(self) -> str:
        """`+` kept, `-` removed, `~` kept but changed."""
        return "-" if not self.kept else "~" if self.rule else "+"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the stages make of one message. Without lines where it ended before there was a text."""

    outcome: str  # published, dropped or dead, as far as one article alone tells
    reason: str
    lines: tuple[Line, ...]
    title: str | None = None
    url: str | None = None
    shape: str | None = None
    extractor: str | None = None


def explain(value: bytes, settings: Settings) -> Explanation:
    """The explanation of one raw message, of a page, or of plain text.

    Raises:
        SettingsError: the input is empty, or holds several messages.
    """
    article = read_article(value, settings)
    if isinstance(article, Dropped | Dead):
        return _ended(article, ())
    extracted = Extract(page_limits(settings))(article)
    if isinstance(extracted, Dropped | Dead):
        return replace(_ended(extracted, ()), title=article.title, url=article.url, shape=article.shape)
    lines, cleaned = _lines(extracted)
    step = Filter(settings.min_words, settings.languages)(cleaned)
    ended = Explanation("published", "", lines) if isinstance(step, Article) else _ended(step, lines)
    return replace(
        ended,
        title=extracted.title,
        url=extracted.url,
        shape=extracted.shape,
        extractor=extracted.extractor,
        lines=tuple(_with_blocks(article, extracted.text or "", lines)) if extracted.extractor else lines,
    )


def _ended(step: Dropped | Dead, lines: tuple[Line, ...]) -> Explanation:
    outcome = "dead" if isinstance(step, Dead) else "dropped"
    return Explanation(outcome, f"{step.reason.value}: {step.detail}" if step.detail else step.reason.value, lines)


def read_source(source: str) -> bytes:
    """The bytes of a file, or of standard input for `-`.

    Raises:
        SettingsError: the file cannot be read.
    """
    try:
        return sys.stdin.buffer.read() if source == STDIN else Path(source).read_bytes()
    except OSError as error:
        raise SettingsError(
            f"cannot read {printable(source)}: {error.strerror}; give a file, or - for standard input"
        ) from error


def read_article(value: bytes, settings: Settings) -> Article | Dropped | Dead:
    """The message as the worker reads it; where it is none, the value is the article's text, or its page.

    Raises:
        SettingsError: the input is empty, or holds several messages.
    """
    if not value.strip():
        raise SettingsError("the input is empty: give a file with one raw message, a page or a text")
    if len(messages := [line for line in value.splitlines() if line.strip()]) > 1 and all(
        map(_is_object, messages[:2])
    ):
        raise SettingsError(
            f"the input holds {len(messages)} messages: give one, as with: sed -n 1p FILE | article-worker COMMAND -"
        )
    record = RawRecord(Source("explain", 0, 0), value)
    article = decode(record, shape=settings.shape, max_value_bytes=int(settings.max_value_bytes))
    if isinstance(article, Dead) and article.reason is Reason.BAD_JSON and not value.lstrip().startswith(b"{"):
        text = value.decode("utf-8", "replace")
        return (
            Article(html=text, shape="page") if looks_like_html(text) else Article(text=clean_text(text), shape="text")
        )
    return article


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False


def _with_blocks(article: Article, text: str, lines: Sequence[Line]) -> Iterator[Line]:
    """The lines of the extracted text, and between them the blocks of the page that the extractor left out."""
    originals, at = text.split("\n"), 0
    for block in explain_page(article) if article.html else ():
        if not block.kept:
            yield Line(" ".join(block.text.split()), kept=False, rule=EXTRACT, score=block.score)
            continue
        for piece in normalise(block.text).split("\n"):
            # The cells of a table's row are blocks of their own, and one line.
            if at < len(originals) and originals[at].startswith(piece):
                yield replace(lines[at], score=block.score)
                at += 1
            elif at == 0:
                yield Line(piece, kept=False, rule=HEADLINE, score=block.score)
    yield from lines[at:]


def _lines(article: Article) -> tuple[tuple[Line, ...], Article]:
    """Each line of the extracted text with its fate, in order, and the article after the stages."""
    lines = [Line(line, kept=True) for line in (article.text or "").split("\n")]
    cleaned = repeats(residue(article))
    lines = _without_copies([judged for line in lines for judged in _by_residue(line)])
    final = glue(cleaned)
    mended = iter((final.text or "").split("\n"))
    shown = [_mended(line, next(mended)) if line.kept else line for line in lines]
    return tuple(shown), final


def _by_residue(line: Line) -> Iterator[Line]:
    """A line has one fate whatever stands around it, so each is judged alone."""
    judged = residue(Article(text=line.text))
    rules = [rule for rule in judged.removed if rule != TEMPLATE_TAG]
    if judged.text or not judged.removed:
        yield Line(judged.text or "", kept=True, rule=TEMPLATE_TAG if judged.removed else None)
    else:
        yield Line(line.text, kept=False, rule=rules[0] if rules else TEMPLATE_TAG)


def _without_copies(lines: Sequence[Line]) -> list[Line]:
    """Copies keep their first lines, so the lines that stay are found from the top."""
    once = repeats(Article(text="\n".join(line.text for line in lines if line.kept)))
    if not once.removed:
        return list(lines)
    left = iter((once.text or "").split("\n"))
    expected, shown = next(left, None), []
    for line in lines:
        if line.kept and line.text.strip() == expected:
            expected = next(left, None)
            shown.append(line)
        else:
            shown.append(replace(line, kept=False, rule="repeated_body") if line.kept else line)
    return shown


def _mended(line: Line, text: str) -> Line:
    return line if text == line.text.strip() or not text else replace(line, text=text, rule=GLUE)


def run_explain(source: str, settings: Settings, console: Console, *, as_json: bool) -> None:
    """Read the source (a path, or `-`) and print its explanation.

    Raises:
        SettingsError: the source cannot be read, or is no single article; the text says what to do.
    """
    explanation = explain(read_source(source), settings)
    if as_json:
        console.print(shown(json_text(asdict(explanation))), soft_wrap=True)
    else:
        _show(explanation, console)


def _show(explanation: Explanation, console: Console) -> None:
    say = partial(console.print, soft_wrap=True)
    for name in ("url", "title", "shape", "extractor"):
        if value := getattr(explanation, name):
            say(shown(f"{name}: {value}", "dim"))
    width = max((len(line.rule) for line in explanation.lines if line.rule), default=0)
    styles = {"+": "", "-": "red", "~": "yellow"}
    for line in explanation.lines:
        score = f" {line.score:.2f}" if line.score is not None else ""
        say(shown(f"{line.mark} {line.rule or '':{width}}{score}  {line.text}".rstrip(), styles[line.mark]))
    removed = sum(not line.kept for line in explanation.lines)
    say(shown(f"{explanation.outcome}{f' ({explanation.reason})' if explanation.reason else ''}: ", "bold"), end="")
    say(shown(f"{len(explanation.lines) - removed} lines kept, {removed} removed"))
    say(shown(NOT_SHOWN, "dim"))
