"""The benchmarks run the worker's own stages, in the worker's order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks import adapters, hostile_pages
from worker.config.settings import Settings
from worker.messages import Article
from worker.pipeline.stage import Stage, Stages
from worker.stages import order


def with_a_stage_in_each_part(settings: Settings) -> Stages:
    """The worker's stages, and one more at the beginning of each part. Each marks the text."""
    stages = order.build_stages(settings)
    parts = (
        replace(part, stages=(Stage("marks", lambda article: article.with_text(f"{article.text}!", {})), *part.stages))
        for part in stages.parts
    )
    return replace(stages, parts=tuple(parts))


def test_the_text_cleaner_runs_every_stage_that_changes_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapters, "build_stages", with_a_stage_in_each_part)
    assert adapters.TextCleaner().clean("https://paper.example/1", "Too short") == "Too short!!"


def test_hostile_pages_go_through_every_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[Article] = []

    def note(article: Article) -> Article:
        measured.append(article)
        return article

    def with_a_last_stage(settings: Settings) -> Stages:
        first, second = order.build_stages(settings).parts
        last = replace(second, stages=(*second.stages, Stage("note", note)))
        return Stages(order.build_stages(settings).decode, (first, last))

    monkeypatch.setattr(hostile_pages, "build_stages", with_a_last_stage)
    row = hostile_pages.run_case("an ordinary page", Settings(min_words=0))
    assert row["article"] == 12
    assert measured[-1].measures
