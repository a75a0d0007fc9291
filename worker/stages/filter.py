"""Drops articles that are too short or in an unwanted language."""

from __future__ import annotations

from dataclasses import dataclass

from worker.messages import Article, Dropped, Reason
from worker.text.words import count_words_up_to


@dataclass(frozen=True, slots=True)
class Filter:
    """Passes articles that are long enough and in a wanted language.

    `min_words` counts words as `worker.text.words` does. `languages` are ISO 639-1 codes; none means all languages. An
    article of unknown language passes, because nothing is thrown away on a guess.
    """

    min_words: int
    languages: tuple[str, ...]

    def __call__(self, article: Article) -> Article | Dropped:
        """The article unchanged, or why it is dropped."""
        text = article.text or ""
        if not text.strip():
            return Dropped(Reason.NO_ARTICLE, "no body text was found")
        count = count_words_up_to(text, self.min_words)
        if count < self.min_words:
            return Dropped(Reason.TOO_SHORT, f"{count} words, fewer than {self.min_words}")
        if self.languages and article.language and article.language not in self.languages:
            return Dropped(Reason.LANGUAGE_NOT_WANTED, f"language {article.language}")
        return article
