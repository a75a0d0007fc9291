"""Ends what is readable and yet no article that anybody asked for."""

from __future__ import annotations

from dataclasses import dataclass

from worker.messages import Article, Dropped, Reason
from worker.text.words import count_words_up_to


@dataclass(frozen=True, slots=True)
class Filter:
    """Lets articles pass that are long enough and in a wanted language.

    `min_words` counts as `worker.text.words` does. `languages` are ISO 639-1 codes; none means that all are wanted.
    An article whose language nobody knows passes: what cannot be told is not thrown away.
    """

    min_words: int
    languages: tuple[str, ...]

    def __call__(self, article: Article) -> Article | Dropped:
        """The article as it came, or why it goes no further."""
        text = article.text or ""
        if not text.strip():
            return Dropped(Reason.NO_ARTICLE, "no body text was found")
        count = count_words_up_to(text, self.min_words)
        if count < self.min_words:
            return Dropped(Reason.TOO_SHORT, f"{count} words, fewer than {self.min_words}")
        if self.languages and article.language and article.language not in self.languages:
            return Dropped(Reason.LANGUAGE_NOT_WANTED, f"language {article.language}")
        return article
