"""The pages to learn from: their blocks, features and labels."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from training.example import Example, fold
from training.labels import shares, snippet_labels, token_counts, weights
from training.made_pages import made_pages
from training.votes import votes
from worker.extraction.characters import count_characters
from worker.extraction.features import WORDING, features
from worker.extraction.wording import BITS, hash_words
from worker.stages.reading import hints_of, read_page

_NO_WORDING = np.zeros(1 << BITS, np.int8)


def examples(data: Path) -> list[Example]:
    """All pages with text in the collections of a directory, in the order of the files, and then the made ones."""
    found: list[Example] = []
    with ProcessPoolExecutor() as pool:
        for name in ("wcxb_dev", "traf", "gold_news"):
            found += filter(None, pool.map(_example, _pages(data / f"{name}.jsonl.xz", name), chunksize=16))
        found += filter(None, pool.map(_example, made_pages([*_pages(data / "wcxb_dev.jsonl.xz", "wcxb_dev")])))
    return found


def _pages(path: Path, name: str) -> Iterator[dict[str, Any]]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            page = json.loads(line)
            yield {**page, "source": page.get("source", name)}


def _example(page: dict[str, Any]) -> Example | None:
    source = "other" if page.get("kind") == "other" else page["source"]
    if source != "traf" and page["gold"] is None:
        return None
    metadata, blocks = read_page(page["html"], page["url"])
    if not blocks.texts:
        return None
    x = features(blocks, hints_of(metadata), _NO_WORDING).T[:, : -len(WORDING)]
    counts = token_counts(blocks.texts)
    wanted, unwanted = page.get("with") or [], page.get("without") or []
    if source == "traf":
        y, w = snippet_labels(blocks.texts, counts, votes(page["html"], blocks.texts), wanted, unwanted)
    else:
        y = shares(blocks.texts, page["gold"])
        w = weights(counts, y)
    return Example(
        id=page["id"],
        source=source,
        fold=page["fold"] if "fold" in page else fold(page["url"]),
        blocks=blocks,
        x=x,
        y=y,
        w=w,
        words=hash_words(count_characters(blocks.texts)),
        gold=page["gold"],
        wanted=wanted,
        unwanted=unwanted,
    )
