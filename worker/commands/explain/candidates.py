"""The articles that a message was compared with: the verdict then, and how similar their words are now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from worker.commands.explain.reports import Duplicate, Key, Sighting
from worker.dedup.entries import SHOWN, Record
from worker.dedup.index import Index
from worker.dedup.match import Match
from worker.messages import Article, DuplicateKind
from worker.stages.identify import identify_words

MOST: Final = 10
"""How many similar articles are shown."""

FIRST_OF_STORY = "first of the story"


@dataclass(slots=True)
class Comparison:
    """How similar the message is to another article. Without a kind, it is not a copy."""

    kind: str | None
    similarity: float | None
    evidence: Mapping[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Candidate:
    """An article, its role in the report, and both comparisons. URL, title and place come from its own report."""

    article_id: str
    role: str | None = None
    then: Comparison | None = None
    now: Comparison | None = None
    url: str | None = None
    title: str | None = None
    outcome: str | None = None
    place: Key | None = None

    def name(self, sighting: Sighting) -> None:
        """Note what a report on this article says."""
        report = sighting.report
        self.url, self.title, self.outcome, self.place = report.url, report.title, report.outcome, sighting.key


def candidates(
    own_id: str | None, duplicate: Duplicate | None, clean: Mapping[str, Any] | None, index: Index | None
) -> list[Candidate]:
    """The articles that a report names, and those in the index that are similar to a clean article.

    Without an index or a clean article, only the former.

    Raises:
        IndexStoreError: the index cannot be read.
    """
    found = {each.article_id: each for each in _named(own_id, duplicate)}
    if index and clean:
        article = Article(text=clean["text"], title=clean["title"])
        similar = index.similar(identify_words(article, clean["canonical_url"], index.seed))
        for kind, old, match in [each for each in similar if each[1].article_id != own_id][:MOST]:
            candidate = found.setdefault(old.article_id, Candidate(old.article_id))
            candidate.now = _comparison(kind, old, match)
    return list(found.values())


def _named(own_id: str | None, duplicate: Duplicate | None) -> Sequence[Candidate]:
    if duplicate is None:
        return ()
    named = []
    if duplicate.of and duplicate.of != own_id:  # an update refers to its own page
        then = Comparison(duplicate.kind, duplicate.similarity, duplicate.evidence or {})
        named.append(Candidate(duplicate.of, then=then))
    if duplicate.cluster_id not in (own_id, duplicate.of):
        named.append(Candidate(duplicate.cluster_id, FIRST_OF_STORY))
    return named


def _comparison(kind: DuplicateKind | None, _old: Record, match: Match) -> Comparison:
    evidence = {name: round(getattr(match.evidence, name), 3) for name in SHOWN}
    return Comparison(kind, round(match.likelihood, 3), evidence)
