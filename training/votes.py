"""Labels from another extractor, for pages without a recorded article."""

from __future__ import annotations

from collections.abc import Sequence

import trafilatura

from training.example import Floats
from training.labels import shares


def votes(html: str, texts: Sequence[str]) -> Floats:
    """For each block, the share of its words in trafilatura's article: a weighted mean of two of its modes."""
    default = trafilatura.extract(html, include_comments=False) or ""
    recall = trafilatura.extract(html, include_comments=False, favor_recall=True, fast=True) or ""
    return (2 * shares(texts, default) + shares(texts, recall)) / 3
