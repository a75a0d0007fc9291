"""The product's own stages in the form that outside scorers call."""

from __future__ import annotations

from worker.messages import Article
from worker.stages.repeats import repeats
from worker.stages.residue import residue


class TextCleaner:
    """Text-level cleaning of one article after the other."""

    def clean(self, url: str, text: str) -> str:
        """The text (paragraphs, one a line) without boilerplate lines and second copies."""
        return repeats(residue(Article(url=url, text=text))).text or ""
