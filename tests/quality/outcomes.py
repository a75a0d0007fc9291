"""Runs the whole main job over raw messages in files, with the default settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from structlog.testing import capture_logs

from worker.app import Run, run_worker
from worker.config.settings import Settings
from worker.dedup.embedded.memory import EmbeddedMemory


@dataclass(frozen=True, slots=True)
class Ending:
    """How one message ended. The text is the cleaned one, empty if the article was dropped."""

    outcome: str
    reason: str
    text: str
    cluster_id: str | None


def endings(messages: Sequence[dict[str, Any]]) -> list[Ending]:
    """One ending for each message, in order. Duplicates keep their text."""
    with TemporaryDirectory() as directory:
        folder = Path(directory)
        (folder / "articles.raw.jsonl").write_bytes(b"".join(orjson.dumps(message) + b"\n" for message in messages))
        settings = Settings(files=directory, duplicates="tag")
        _make_index(settings)
        with capture_logs():
            run_worker(Run(settings))
        texts = {at: message["text"] for at, message in _read(folder / "articles.clean.jsonl")}
        reports = _read(folder / "articles.quality.jsonl")
    return [
        Ending(report["outcome"], report["reason"], texts.get(at, ""), (report["duplicate"] or {}).get("cluster_id"))
        for at, report in reports
    ]


def _make_index(settings: Settings) -> None:
    """An index with fixed posting keys: the scores are the same in each run."""
    path, window, max_bytes = (
        settings.resolved_state_dir / "index",
        settings.dedup_window,
        int(settings.index_max_bytes),
    )
    path.parent.mkdir()
    EmbeddedMemory(path, window=window, max_bytes=max_bytes, seed=1).close()


def _read(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """The messages, each with the offset of its raw message, in the order of these offsets."""
    messages = (orjson.loads(line) for line in path.read_bytes().splitlines())
    return sorted(((message["source"]["offset"], message) for message in messages), key=lambda pair: pair[0])
