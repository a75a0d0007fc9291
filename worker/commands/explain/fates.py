"""Finds out what the stages make of each line of a text. It only compares their results, so it works for any stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from worker.messages import Article
from worker.pipeline.stage import Stage


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the article: kept as `text`, or removed by `rule`. If a kept line has a rule, the rule changed it."""

    text: str
    kept: bool
    rule: str | None = None
    score: float | None = None  # the extractor's probability that the line belongs to the article, 0..1
    section_score: float | None = None  # that its section does, if that was in doubt; it decides then
    why: str = ""  # why the rule removed the line, if there is more to say than its name

    @property
    def scores(self) -> str:
        """The score of the line and that of its section, as far as the extractor gave them."""
        return " ".join(f"{score:.2f}" for score in (self.score, self.section_score) if score is not None)

    @property
    def mark(self) -> str:
        """`+` kept, `-` removed, `~` kept but changed."""
        return "-" if not self.kept else "~" if self.rule else "+"


@dataclass(frozen=True, slots=True)
class Added(Line):
    """A line that a stage added."""


def lines_of(article: Article) -> list[Line]:
    """The lines of the article's text, all of them kept."""
    return [Line(line, kept=True) for line in (article.text or "").split("\n")]


def followed(lines: Sequence[Line], stage: Stage, before: Article, after: Article) -> list[Line]:
    """The lines after a stage changed the article `before` into `after`. The kept lines are the text of `before`.

    Most stages judge a line regardless of the lines around it. If judging the lines one by one does not give the
    stage's own text, the two texts are compared. Each line keeps its place in the list. Lines that the stage added are
    `Added` to it.
    """
    if after.text == before.text:
        return list(lines)
    kept = [line for line in lines if line.kept]
    left = after.text.split("\n") if after.text else []
    alone = [_alone(line, stage) for line in kept]
    if [line.text for line in alone if line.kept] == left:
        fates = iter(alone)
        return [next(fates) if line.kept else line for line in lines]
    compared = iter(_compared(kept, left, alone, _rule(stage, before, after)))
    merged = next(compared)
    for line in lines:
        merged += next(compared) if line.kept else [line]
    return merged


def _alone(line: Line, stage: Stage) -> Line:
    """What the stage makes of a line on its own."""
    judged = stage.run(Article(text=line.text))
    if not isinstance(judged, Article) or judged.text == line.text:
        return line
    rules = list(judged.removed) or [stage.name]
    if judged.text:
        return replace(line, text=judged.text, rule=rules[0])
    return replace(line, kept=False, rule=rules[-1])


def _rule(stage: Stage, before: Article, after: Article) -> str:
    """The rule of the stage that fired most often; the stage's name if it counts none."""
    fired = {rule: times - before.removed.get(rule, 0) for rule, times in after.removed.items()}
    rule = max(fired, key=fired.__getitem__, default="")
    return rule if fired.get(rule) else stage.name


def _compared(kept: Sequence[Line], left: Sequence[str], alone: Sequence[Line], rule: str) -> list[list[Line]]:
    """For each kept line, its fate and the lines added after it, given the stage's result `left`.

    The first list has the lines added before the first kept line.
    """
    texts = [line.text.strip() for line in kept]
    fates: list[list[Line]] = [[]]
    for kind, begin, end, first, last in _steps(texts, [text.strip() for text in left]):
        changed = min(end - begin, last - first)
        for line, text in zip(kept[begin : begin + changed], left[first:], strict=False):
            fates.append([line if kind == "equal" else replace(line, text=text, rule=rule)])
        for line, judged in zip(kept[begin + changed : end], alone[begin + changed : end], strict=True):
            fates.append([replace(line, kept=False, rule=rule if judged.kept else judged.rule)])
        fates[-1] += [Added(text, kept=True, rule=rule) for text in left[first + changed : last]]
    return fates


def _steps(texts: Sequence[str], left: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """The difference in the form of `SequenceMatcher.get_opcodes`. Of equal lines, the first ones are kept."""
    steps, at = [], 0
    for place, text in enumerate(texts):
        stays = at < len(left) and text == left[at]
        steps.append(("equal", place, place + 1, at, at + 1) if stays else ("delete", place, place + 1, at, at))
        at += stays
    return steps if at == len(left) else [*SequenceMatcher(None, texts, left, autojunk=False).get_opcodes()]
