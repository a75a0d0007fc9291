"""What another extractor takes for the article, where nobody wrote it down."""

from __future__ import annotations

from collections.abc import Sequence

import trafilatura

from training.example import Floats
from training.labels import shares


def votes(html: str, texts: Sequence[str]) -> Floats:
    """For each block of a page the share of its words that trafilatura takes for the article's: its two modes' mean."""
    default = trafilatura.extract(html, include_comments=False) or ""
    recall = trafilatura.extract(html, include_comments=False, favor_recall=True, fast=True) or ""
    return (2 * shares(texts, default) + shares(texts, recall)) / 3
