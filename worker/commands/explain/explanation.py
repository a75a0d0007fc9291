"""Explains one article line by line: what is kept, what is removed, and by which rule. Runs the worker's own stages."""

from __future__ import annotations

import shlex
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, TypeVar

import orjson

from worker.commands.explain.fates import Added, Line, followed, lines_of
from worker.commands.explain.metadata import Metadata, metadata_of, sender, told, with_notes
from worker.commands.sources import opened_source
from worker.config.settings import Settings
from worker.errors import ENDS_THE_PROCESS, SettingsError
from worker.messages import Article, Dead, Dropped, RawRecord, Reason, Source
from worker.pipeline.results import stage_error
from worker.pipeline.stage import Decode, Stage, Stages
from worker.stages.extract import explain_page, normalise
from worker.stages.order import build_stages, suggested_map, unmatched_map
from worker.stages.residue import judged_lines
from worker.text.cleaning import clean_text, looks_like_html

RESIDUE = "residue"
EXTRACT, HEADLINE = "extract", "headline"  # marks what the extractor left out, and the title above the text

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
    metadata: Metadata | None = None  # None if the message could not be read
    markdown: str | None = None  # if the settings ask for it
    suggested_map: tuple[str, ...] = ()  # entries for the setting `map` that may give a message content
    unmatched_map: tuple[str, ...] = ()  # entries of the setting `map` whose fields the message lacks

    @property
    def ending(self) -> str:
        """How the message ends, by which stage and why."""
        where = "in" if self.outcome == "dead" else "by"
        return f"{self.outcome} {where} {self.stage} ({self.reason})" if self.stage else self.outcome

    @property
    def facts(self) -> Iterator[tuple[str, str]]:
        """The name and the text of what is known about the article beside its text."""
        metadata = self.metadata
        for name in ("url", "title", "shape", "extractor"):
            if value := getattr(self, name):
                yield name, with_notes(value, *sender(name, metadata.sent if metadata else ()))
        if metadata:
            yield from told(asdict(metadata), metadata.sent, with_missing=self.stage is None)

    @property
    def totals(self) -> str:
        """How many lines are kept and removed."""
        removed = sum(not line.kept for line in self.lines)
        kept = len(self.lines) - removed
        return f"{kept} line{'s' * (kept != 1)} kept, {removed} removed"

    @property
    def warnings(self) -> list[str]:
        """That the message lacks the fields of entries of the setting `map`."""
        return [
            f"--map {shlex.quote(entry)} has no effect: the message has no field {entry.partition('=')[2]}, or it is "
            "blank"
            for entry in self.unmatched_map
        ]


def explain(value: bytes, settings: Settings, stages: Stages | None = None) -> Explanation:
    """Explain one raw message, page or plain text with the worker's stages.

    Raises:
        SettingsError: the input is empty, or holds several messages.
    """
    stages = stages or build_stages(settings)
    return _explained(_caught(partial(read_article, decode=stages.decode))(value), value, settings, stages)


def explain_record(record: RawRecord, settings: Settings, stages: Stages) -> Explanation:
    """Explain a record of the raw topic. Unlike `explain`, this reads only messages."""
    return _explained(_caught(stages.decode)(record), record.value or b"", settings, stages)


def _explained(article: Article | Dropped | Dead, value: bytes, settings: Settings, stages: Stages) -> Explanation:
    unmatched = unmatched_map(value, settings)
    if not isinstance(article, Article):
        found = suggested_map(value, settings) if article.reason is Reason.NO_CONTENT else ()
        ending = replace(_ended(article, "decode", ()), suggested_map=found, unmatched_map=unmatched)
        return _named(ending, article.read, article.read) if article.read else ending
    page, extracted, decoded = None, "", article
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
            lines = list(_with_reasons(lines, article)) if stage.name == RESIDUE else lines
        article = step
    if page and article.extractor:
        lines = list(_with_blocks(page, extracted.split("\n"), lines))
    explanation = _ended(*ended, tuple(lines)) if ended else Explanation("published", "", tuple(lines))
    known = (ended and ended[0].read) or article  # as in the quality report
    return replace(_named(explanation, known, decoded), markdown=article.markdown, unmatched_map=unmatched)


def _named(explanation: Explanation, article: Article, decoded: Article) -> Explanation:
    """The explanation with what is known about the article. `decoded` is the article as the crawler sent it."""
    return replace(
        explanation, title=article.title, url=article.url, shape=article.shape, extractor=article.extractor,
        metadata=metadata_of(article, decoded),
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


def _with_reasons(lines: Sequence[Line], article: Article) -> Iterator[Line]:
    """The lines, after `residue` removed some from the article, with the class and the concepts of each of these."""
    judged = judged_lines(_shown(article))
    for line in lines:
        verdict = None if line.kept else judged.get(line.text)
        if verdict:
            why = f"{verdict.language}: {' '.join(verdict.concepts)}"
            yield replace(line, rule=verdict.name, why=why)
        else:
            yield line


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
        scored: dict[str, Any] = {"score": block.score, "section_score": block.section_score}
        if not block.kept:
            yield Line(" ".join(block.text.split()), kept=False, rule=EXTRACT, **scored)
            continue
        for piece in normalise(block.text).split("\n"):
            # A table row is one line, but each of its cells is a block.
            if at < len(extracted) and extracted[at].startswith(piece):
                while isinstance(left[0], Added):
                    yield left.popleft()
                yield replace(left.popleft(), **scored)
                at += 1
            elif at == 0:
                yield Line(piece, kept=False, rule=HEADLINE, **scored)
    yield from left
