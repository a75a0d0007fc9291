"""What a batch reads from the server, and in how many round trips."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dedup.prose import prose
from tests.dedup.sketches import Offsets, open_valkey, told
from worker.dedup.index import Index
from worker.dedup.valkey.round import Round
from worker.messages import DuplicateKind


def test_a_batch_of_copies_reads_all_pages_of_their_originals_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stories = [" ".join(prose(seed, 150)) for seed in range(20)]
    new_id = Offsets()
    index = Index(open_valkey(tmp_path))
    index.decide([(new_id(), told(f"story/{at}", text)) for at, text in enumerate(stories)])
    rounds: list[Round] = []
    enter = Round.__enter__
    monkeypatch.setattr(Round, "__enter__", lambda self: rounds.append(self) or enter(self))  # type: ignore[func-returns-value]
    copies = [(new_id(), told(f"copy/{at}", f"{text} One more line.")) for at, text in enumerate(stories)]
    kinds = {verdict.kind for verdict in index.decide(copies)}
    index.close()
    assert kinds == {DuplicateKind.COPY}
    assert len(rounds) <= 4
