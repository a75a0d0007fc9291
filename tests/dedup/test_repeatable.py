"""Tests that the verdicts of a repeatable index depend on the messages and their order, and on nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from tests.dedup.made_stream import stream
from tests.dedup.sketches import DAY_S, NOW_S, Opener, message, told
from worker.dedup.index import Entry, Index
from worker.messages import Verdict

DAYS_EACH = 0.4


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    """Stories and their copies in two languages over a hundred days, each twice, and a leap at the end."""
    docs = [doc for seed in range(2) for language in ("en", "de") for doc in stream(language, seed)]
    Random(1).shuffle(docs)
    made = [told(str(number), doc.text, NOW_S + number * DAYS_EACH * DAY_S) for number, doc in enumerate(docs)]
    leap = replace(told("leap", "A leap over the whole window."), event_time_s=NOW_S + 300 * DAY_S)
    again = [told(f"again/{number}", doc.text, NOW_S + 301 * DAY_S) for number, doc in enumerate(docs[:100])]
    return [(message(number), each) for number, each in enumerate([*made, leap, *again])]


def judged(opener: Opener, path: Path, entries: list[Entry], rng: Random, most: int, dies: float) -> list[Verdict]:
    """The verdicts in batches of up to `most`, after each of which the process may die."""
    verdicts: list[Verdict] = []
    memory = opener(path)
    index = Index(memory, is_repeatable=True)
    while len(verdicts) < len(entries):
        verdicts += index.decide(entries[len(verdicts) : len(verdicts) + rng.randint(1, most)])
        if rng.random() < dies:
            memory.close()
            memory = opener(path)
            index = Index(memory, is_repeatable=True)
    memory.close()
    return verdicts


def test_batches_and_deaths_change_no_verdict(opener: Opener, tmp_path: Path, entries: list[Entry]) -> None:
    once = judged(opener, tmp_path / "once", entries, Random(1), 1000, 0)
    again = judged(opener, tmp_path / "again", entries, Random(2), 20, 0.3)
    assert again == once
    assert len({verdict.kind for verdict in once}) > 4
