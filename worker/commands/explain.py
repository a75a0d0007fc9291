"""Explains one article line by line: what is kept, what is removed, and by which rule. Runs the worker's own stages."""

from __future__ import annotations

import shlex
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import TypeVar

import orjson
from rich.console import Console

from worker.commands.fates import Added, Line, followed, lines_of
from worker.commands.sources import opened_source
from worker.config.settings import Settings
from worker.errors import ENDS_THE_PROCESS, SettingsError
from worker.messages import Article, Dead, Dropped, RawRecord, Reason, Source
from worker.pipeline.results import stage_error
from worker.pipeline.stage import Decode, Stage, Stages
from worker.stages.extract import explain_page, normalise
from worker.stages.order import build_stages, suggested_map
from worker.text.cleaning import clean_text, looks_like_html
from worker.text.terminal import json_text, shown

EXTRACT, HEADLINE = "extract", "headline"  # marks what the extractor left out, and the title above the text
NOT_SHOWN = "lines that recur on a site are not shown as removed: only a running worker knows which lines recur"

Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the stages make of one message. It has no lines if the message ended before it had a text."""

    outcome: str  # published, dropped or dead, as far as one article alone can tell
    reason: str
    lines: tuple[Line, ...]
    stage: str | None = None  # the stage that ended the record; None if none did
    title: str | None = None
    url: str | None = None
    shape: str | None = None
    extractor: str | None = None
    suggested_map: tuple[str, ...] = ()  # entries for the setting `map` that may give a message content


def explain(value: bytes, settings: Settings, stages: Stages | None = None) -> Explanation:
    """Explain one raw message, page or plain text with the worker's stages.

    Raises:
        SettingsError: the input is empty, or holds several messages.
    """
    stages = stages or build_stages(settings)
    article = _caught(partial(read_article, decode=stages.decode))(value)
    if not isinstance(article, Article):
        found = suggested_map(value, settings) if article.reason is Reason.NO_CONTENT else ()
        return replace(_ended(article, "decode", ()), suggested_map=found)
    page, extracted = None, ""
    lines = lines_of(_shown(article)) if article.text and not article.html else []
    ended = None
    for stage in (Stage(name, _caught(run)) for name, run in stages):
        step = stage.run(article)
        if not isinstance(step, Article):
            ended = (step, stage.name)
            break
        if article.html and not step.html:  # whatever its name, this is the stage that read the page
            page, extracted, lines = article, step.text or "", lines_of(step)
        elif not step.html:
            lines = followed(lines, stage, _shown(article), _shown(step))
        article = step
    if page and article.extractor:
        lines = list(_with_blocks(page, extracted.split("\n"), lines))
    explanation = _ended(*ended, tuple(lines)) if ended else Explanation("published", "", tuple(lines))
    return replace(
        explanation, title=article.title, url=article.url, shape=article.shape, extractor=article.extractor
    )  # fmt: skip


def _shown(article: Article) -> Article:
    """The article with its text as `extract` writes it. The spaces and empty lines that it removes are not shown."""
    return replace(article, text=normalise(article.text or ""))


def _caught(run: Callable[[Given], Article | Dropped | Dead]) -> Callable[[Given], Article | Dropped | Dead]:
    """The function, but an exception of it becomes the ending that the worker gives the record."""

    def caught(given: Given) -> Article | Dropped | Dead:
        try:
            return run(given)
        except (*ENDS_THE_PROCESS, ImportError):
            raise
        except BaseException as error:  # noqa: BLE001 - as in worker.pipeline.pipeline
            return stage_error(error)

    return caught


def _ended(step: Dropped | Dead, stage: str, lines: tuple[Line, ...]) -> Explanation:
    outcome = "dead" if isinstance(step, Dead) else "dropped"
    reason = f"{step.reason.value}: {step.detail}" if step.detail else step.reason.value
    return Explanation(outcome, reason, lines, stage)


def read_source(source: str) -> bytes:
    """The bytes of a file, or of standard input for `-`.

    Raises:
        SettingsError: the file cannot be read.
    """
    with opened_source(source) as file:
        return file.read()


def read_article(value: bytes, decode: Decode) -> Article | Dropped | Dead:
    """The message as the worker reads it. If the value is not a message, it is taken as a page or as plain text.

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
    article = decode(record)
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


def _with_blocks(article: Article, extracted: Sequence[str], lines: Sequence[Line]) -> Iterator[Line]:
    """The lines of the extracted text, and between them the blocks of the page that the extractor left out."""
    left, at = deque(lines), 0
    for block in explain_page(article):
        if not block.kept:
            yield Line(" ".join(block.text.split()), kept=False, rule=EXTRACT, score=block.score)
            continue
        for piece in normalise(block.text).split("\n"):
            # A table row is one line, but each of its cells is a block.
            if at < len(extracted) and extracted[at].startswith(piece):
                while isinstance(left[0], Added):
                    yield left.popleft()
                yield replace(left.popleft(), score=block.score)
                at += 1
            elif at == 0:
                yield Line(piece, kept=False, rule=HEADLINE, score=block.score)
    yield from left


def run_explain(source: str, settings: Settings, console: Console, *, as_json: bool) -> None:
    """Read the source (a path, or `-`) and print its explanation.

    Raises:
        SettingsError: the source cannot be read, or is not a single article; the text says what to do.
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
    ending = f" by {explanation.stage} ({explanation.reason})" if explanation.stage else ""
    say(shown(f"{explanation.outcome}{ending}: ", "bold"), end="")
    say(shown(f"{len(explanation.lines) - removed} lines kept, {removed} removed"))
    if explanation.suggested_map:
        for text in _suggestion(explanation.suggested_map):
            say(shown(text))
    else:
        say(shown(NOT_SHOWN, "dim"))


def _suggestion(entries: Sequence[str]) -> Iterator[str]:
    """How to read the message: as flags, and as lines of a settings file."""
    yield "If these are the right fields, add " + " ".join(f"--map {shlex.quote(entry)}" for entry in entries)
    yield "to the command, or add these lines to the settings file:"
    yield "[map]"
    for field, _, name in (entry.partition("=") for entry in entries):
        yield f"{field} = {json_text(name)}"
