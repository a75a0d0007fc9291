"""Finds the article of a page in the data that its scripts hold.

A state holds more than one article: related stories, comments, terms of use, the texts of a program. So the search
begins at what the page says about itself. An object that has the page's title, address or description is the article,
or a part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final

from worker.embedded.names import may_hold_story
from worker.embedded.references import Container, items_of
from worker.embedded.rich_text import Writer, plain
from worker.embedded.scripts import states
from worker.text.cleaning import unescaped
from worker.text.words import count_words, count_words_up_to, words

_LEAST_WORDS: Final = 60
_SHORTEST_TITLE: Final = 8  # letters
_TITLE_CHARS: Final = 400
_SHORTEST_BEGIN: Final = 12  # letters of a title that another one begins with
_SHORTEST_SLUG: Final = 10
_QUOTED_CHARS: Final = 40
_SENTENCE_WORDS: Final = 12  # of a line; a headline has fewer
_LEAST_PROSE: Final = 0.5  # of all words
_MAX_CLIMBS: Final = 5
_MAX_OWNERS: Final = 60
_MAX_NODES: Final = 400_000
_ENOUGH: Final = 300  # words; of texts with as many, the nearest to the page's title is its article
_LEAST_TITLE_SHARE: Final = 0.3  # of the title's words, which the text must hold
_SHORT_WORD: Final = 3  # letters
_TITLE_NAMES: Final = ("title", "headline", "name", "heading", "label", "headlines")
_OTHER_SIGNS: Final = re.compile(r"url|link|slug|href|permalink|path|uri|publish|created|date|author", re.IGNORECASE)
_GOODS: Final = frozenset(
    {
        "sku", "gtin", "offers", "variants", "priceCurrency", "baseSalary", "hiringOrganization", "vendor", "inStock",
        "compare_at_price", "product_type",
    }
)  # fmt: skip
_COMMENT: Final = frozenset(
    {"user", "username", "userName", "nickname", "commenter", "avatar", "upvotes", "downvotes", "likes", "replies"}
)
_LETTERS: Final = re.compile(r"[\W_]+")
_MARK: Final = re.compile(r"[.!?…。！？।؟]")
_OTHER_TITLE_WORDS: Final = 3
_FILLER: Final = "lorem ipsum dolor"


@dataclass(frozen=True)
class Clues:
    """What the page says about its article.

    `titles` may still hold the site's name. `quotes` are sentences that the article may hold: the page's description,
    and the beginning of what its markup shows.
    """

    titles: tuple[str, ...]
    site: str = ""
    url: str = ""
    quotes: tuple[str, ...] = ()

    @cached_property
    def _keys(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key for key in map(letters, self.titles) if len(key) >= _SHORTEST_TITLE))

    @cached_property
    def slug(self) -> str:
        """The part of the address that names the article; empty if none does."""
        parts = self.url.partition("?")[0].partition("#")[0].split("/")[3:]
        slug = max(parts, key=len, default="")
        return slug if len(slug) >= _SHORTEST_SLUG and ("-" in slug or any(map(str.isdigit, slug))) else ""

    @cached_property
    def _needles(self) -> tuple[str, ...]:
        cut = (" ".join(quote.split()).rstrip(".… ")[:_QUOTED_CHARS] for quote in self.quotes)
        return tuple(needle for needle in cut if len(needle) >= _QUOTED_CHARS // 2)

    def name(self, text: str) -> bool:
        """Whether a string is the page's title. Either of them may have more, such as the site's name, at its end."""
        key = letters(unescaped(text))
        if len(key) < _SHORTEST_TITLE or key == letters(self.site):
            return False
        return any(
            key == title
            or (min(len(key), len(title)) >= _SHORTEST_BEGIN and (title.startswith(key) or key.startswith(title)))
            for title in self._keys
        )

    @cached_property
    def _begins(self) -> frozenset[str]:
        return frozenset(key[0] for key in self._keys)

    def fit(self, text: str) -> bool:
        """Whether a string points to this page's article."""
        if len(text) > _TITLE_CHARS:
            return any(needle in text for needle in self._needles)
        if self.slug and text.rstrip("/").endswith(self.slug):
            return True
        first = text[:1]
        if first.isalnum() and first.casefold()[0] not in self._begins:  # most strings: `name` takes ten times as long
            return False
        return any(len(text) >= len(key) // 2 for key in self._keys) and self.name(text)


@dataclass(frozen=True, slots=True)
class Found:
    """A text as HTML, its words, and how far it is from what points to the article: 0 is in the same object."""

    html: str
    words: int
    climbs: int


def article_html(html: str, clues: Clues, least_chars: int = 0) -> str | None:
    """The page's article in the data of its scripts, as HTML; None if there is none, or in doubt.

    An article with fewer than `least_chars` characters may be overlooked.
    """
    search = _Search(clues)
    found = [each for owner in _owners(states(html, least_chars), clues) if (each := search.nearest_text(owner))]
    found = [each for each in found if len(each.html) >= least_chars]
    best = max(found, key=lambda each: (min(each.words, _ENOUGH), -each.climbs, each.words), default=None)
    return best.html if best else None


Chain = tuple[Any, "Chain | None"]


def _owners(found: Iterable[Any], clues: Clues) -> Iterator[Chain]:
    """The objects that point to this page's article, each with those around it, up to `_MAX_OWNERS`."""
    kept = list(found)  # so that no two containers ever have the same id
    waiting: list[Chain] = [(state, None) for state in reversed(kept)]
    seen: set[int] = set()
    owners = 0
    while waiting and len(seen) < _MAX_NODES:
        chain = waiting.pop()
        container = chain[0]
        if not isinstance(container, dict | list) or id(container) in seen:
            continue
        seen.add(id(container))
        own = False
        inner = []
        for _, item in items_of(container):
            if isinstance(item, str):
                own = own or clues.fit(item)
            elif isinstance(item, dict | list):
                inner.append((item, chain))
        waiting += reversed(inner)
        if own:
            yield chain
            owners += 1
            if owners == _MAX_OWNERS:
                return


class _Search:
    """Writes the text of each object once, however many of those inside point to the article."""

    def __init__(self, clues: Clues) -> None:
        self._clues = clues
        self._writer = Writer()
        self._texts: dict[tuple[int, bool], tuple[int, str]] = {}

    def nearest_text(self, chain: Chain | None) -> Found | None:
        """The text of the nearest object that has enough of it."""
        in_list = False
        for climbs in range(_MAX_CLIMBS):
            if chain is None:
                return None
            container, chain = chain
            in_list = in_list or isinstance(container, list)
            if (key := (id(container), in_list)) not in self._texts:
                self._texts[key] = self._longest(container, in_list=in_list)
            count, text = self._texts[key]
            if count:
                return Found(text, count, climbs)
        return None

    def _longest(self, container: Container, *, in_list: bool) -> tuple[int, str]:
        """The longest text among the values of an object, or that of a list, and its words; 0 if there is none."""
        if isinstance(container, dict) and not _GOODS.isdisjoint(container):
            return 0, ""
        skips = partial(_is_other_article, clues=self._clues, in_list=in_list)
        values = _own_values(container, self._clues)
        texts = (self._writer.html(value, skips) for name, value in values if may_hold_story(name, value))
        counted = sorted(((prose_words(text), text) for text in texts if text), reverse=True)
        long = ((count, text) for count, text in counted if count >= _LEAST_WORDS)
        return next(((count, text) for count, text in long if _is_about(text, self._clues)), (0, ""))


def _own_values(container: Container, clues: Clues) -> list[tuple[Any, Any]]:
    """The values that may hold the article. Not the entries of a table of articles, except the page's own."""
    if isinstance(container, list):
        return [("", container)]
    return [
        (name, value)
        for name, value in container.items()
        if value is not container and not (isinstance(value, dict) and _is_other_article(value, clues, in_list=True))
    ]


def _is_other_article(node: dict[Any, Any], clues: Clues, *, in_list: bool) -> bool:
    """Whether an object is a comment, or has a title of its own, and an address, a date or an author.

    In a list that holds the page's title too, the title is enough: it may be a list of articles.
    """
    title = _title_of(node)
    if clues.name(title) or any(isinstance(value, str) and clues.fit(value) for value in node.values()):
        return False
    if not _COMMENT.isdisjoint(node):
        return True
    if count_words_up_to(title[:_TITLE_CHARS], _OTHER_TITLE_WORDS) < _OTHER_TITLE_WORDS:
        return False
    return in_list or any(_OTHER_SIGNS.search(str(name)) for name, value in node.items() if value)


def _title_of(node: dict[Any, Any]) -> str:
    """The title of an object, which some systems store in an object of its own."""
    for name in _TITLE_NAMES:
        value = node.get(name)
        if isinstance(value, dict):
            value = next((text for text in value.values() if isinstance(text, str)), None)
        if isinstance(value, str):
            return value
    return ""


def _is_about(html: str, clues: Clues) -> bool:
    """Whether the text holds some words of the page's title. Terms of use and the like hold hardly any."""
    text = plain(html).casefold().rstrip()
    if text.rstrip(" ])").endswith(("...", "…")) or _FILLER in text:
        return False  # the beginning of the article, or what stands for the rest
    lines = (line for line in text.split("\n") if len(line) > _TITLE_CHARS or not clues.name(line))
    text = "\n".join(lines)
    for title in (*clues.titles, clues.slug.replace("-", " ")):
        named = {word for word in words(title.casefold()) if len(word) > _SHORT_WORD or not word.isascii()}
        if named and sum(word in text for word in named) >= _LEAST_TITLE_SHARE * len(named):
            return True
    return False


def prose_words(html: str) -> int:
    """The number of words in the lines that read like sentences; 0 if most words are in others, or in fragments."""
    counts = [(count_words(line), _is_whole(line.strip())) for line in plain(html).split("\n")]
    prose = sum(count for count, is_whole in counts if is_whole and count >= _SENTENCE_WORDS)
    return prose if prose >= _LEAST_PROSE * sum(count for count, _ in counts) else 0


def _is_whole(line: str) -> bool:
    """Whether a line begins and ends like sentences. One in small letters is what is left of a longer line."""
    return _MARK.search(line) is not None and not line[:1].islower()


def letters(text: str) -> str:
    """The text without case, spaces and punctuation."""
    return _LETTERS.sub("", text).casefold()
