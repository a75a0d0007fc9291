"""The product's own stages in the form that scorers from outside call."""

from __future__ import annotations

from worker.messages import Article
from worker.stages.extract import Extract
from worker.stages.limits import Limits
from worker.stages.repeats import repeats
from worker.stages.residue import residue

_EXTRACT = Extract(Limits())


def extract_body(html: str, url: str) -> str:
    """The body of the article on a page: plain text, one paragraph a line; empty when the page has none."""
    ended = _EXTRACT(Article(url=url or None, html=html))
    return (ended.text or "") if isinstance(ended, Article) else ""


class TextCleaner:
    """Text-level cleaning of one article after the other."""

    def clean(self, url: str, text: str) -> str:
        """The text (one paragraph a line) without boilerplate lines, template tags and second copies."""
        return repeats(residue(Article(url=url or None, text=text))).text or ""
