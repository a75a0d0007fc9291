"""Finds lines that recur on a site. No word list could know them.

`sketch` and `remove` are slow and run outside any lock. `worker.sites.memory` decides between them.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from worker.identity.urls import canonicalise
from worker.messages import Article
from worker.text.lines import edges
from worker.text.scripts import COMPLEX_CLASS, IDEOGRAPHIC_CLASS
from worker.text.structure import CELL_SEPARATOR, table_rows
from worker.text.words import count_words_up_to

SITE_LINE = "site_line"

MAX_LINE_CHARS = 300
"""A longer line is a paragraph, however often it recurs."""

EDGE_LINES = 64
"""How many lines at each end of a text are examined. The limit keeps one article from flooding the memory."""

STORY_LINES_OUTSIDE = 2
"""How many lines of the story, such as headline and byline, may be between a site's line and the edge of the text."""

UNKNOWN, SEVERAL = 0, 255
"""The marks of no section or author, and of more than one. Each has a mark between them."""

_BAR = CELL_SEPARATOR.strip()  # a search for a single character takes a fortieth of the time
_SECTION = re.compile(r"[^\W\d_]{2}[^\W\d]++(?:-[^\W\d]++)*+")  # of a path; not a date, a number or a language
_SENTENCE_WORDS = 5
_SENTENCE_LETTERS = 12  # of a script without spaces
_LETTER_WITHOUT_SPACES = re.compile(f"[{IDEOGRAPHIC_CLASS}{COMPLEX_CLASS}]")
_TWO_LETTERS = re.compile(r"[^\W\d_][\W\d_]*+[^\W\d_]")


@dataclass(frozen=True, slots=True)
class SiteSketch:
    """What the memory needs to know about an article.

    `url` is canonical. `lines` are the first and last lines of the text. `chars` is the length of the whole text.

    `keys` identify the lines exactly as they are, because a site writes its lines the same way each time. Numbers are
    not folded: `Attendance: 34,567` is news. A key is a CRC and a length, 48 bits in all, which is enough to tell the
    lines of a story from the few lines of its site. An attacker gains nothing from a collision: he could as well repeat
    the line itself.

    Lines of code and rows of tables belong to the story, however often they recur, so they are empty here.

    `section` and `author` are marks of one byte. Now and then two sections have the same mark. Then a line may count as
    one of a single section, and stays.
    """

    host: str
    url: str
    lines: Sequence[str]
    keys: Sequence[int]
    chars: int
    event_time_s: float | None
    section: int = UNKNOWN
    author: int = UNKNOWN


def sketch(article: Article, event_time_s: float | None) -> SiteSketch | None:
    """What the site's memory needs from the article; None if the site is unknown. Accepts any text and any URL."""
    url = canonicalise(article.url, article.final_url, article.canonical_url)
    if url is None or not article.text:
        return None
    _, _, server, *path = url.split("/")
    host = server.partition(":")[0]
    section = article.section or next((part for part in path[:-1] if _SECTION.fullmatch(part)), "")
    first, _, last = edges(article.text, EDGE_LINES)
    lines = first + last
    if article.code or (_BAR in article.text and CELL_SEPARATOR in article.text):
        safe = table_rows(lines).union(article.code)
        lines = ["" if line in safe else line for line in lines]
    encoded = [line.encode("utf-8", "surrogatepass") for line in lines]
    keys = [(len(line) & 0xFFFF) << 32 | zlib.crc32(line) for line in encoded]
    author = article.authors[0] if article.authors else ""
    marks = _mark(section), _mark(author)
    return SiteSketch(host, url, lines, keys, len(article.text), event_time_s, *marks)


def _mark(name: str) -> int:
    return zlib.crc32(name.casefold().encode("utf-8", "surrogatepass")) % (SEVERAL - 1) + 1 if name else UNKNOWN


def remove(article: Article, page: SiteSketch, furniture: AbstractSet[int]) -> Article:
    """The article without the lines whose keys are in `furniture`. `page` is its sketch."""
    gone = places(page, furniture, furniture) if furniture else ()
    if not gone:
        return article
    first, middle, last = edges(article.text or "", EDGE_LINES)
    lines = [*first, *middle, *last]
    for place in sorted(gone, reverse=True):
        del lines[place if place < EDGE_LINES else place + len(middle)]
    return article.with_text("\n".join(lines), {SITE_LINE: len(gone)})


def places(page: SiteSketch, at_edge: AbstractSet[int], in_middle: AbstractSet[int]) -> set[int]:
    """The indices in `page.lines` of the lines to remove.

    A line whose key is in `at_edge` is removed near the beginning and the end of the text, up to the story. A key in
    `in_middle` that is not found there is removed within the story, if its line is as long as a sentence. A shorter
    line may be a heading.
    """
    end = len(page.keys) - 1
    found = set(_from_edge(page, at_edge, range(end + 1))) | set(_from_edge(page, at_edge, range(end, -1, -1)))
    left = in_middle - {page.keys[place] for place in found}
    if not left:
        return found
    return found | {place for place, key in enumerate(page.keys) if key in left and _is_sentence(page.lines[place])}


def _from_edge(page: SiteSketch, keys: AbstractSet[int], order: Iterable[int]) -> Iterable[int]:
    """The first place of each key, up to where the story begins. A short line must precede all lines of the story."""
    found = set()
    outside = 0
    for place in order:
        key = page.keys[place]
        if key in keys and key not in found and (not outside or _is_sentence(page.lines[place])):
            found.add(key)
            yield place
        else:
            outside += 1
            if outside > STORY_LINES_OUTSIDE:
                return


def may_be_furniture(line: str) -> bool:
    """Whether a line is short and has at least one word. Rulers, numbers and the `A:` of an interview have none."""
    return len(line) <= MAX_LINE_CHARS and _TWO_LETTERS.search(line) is not None


def _is_sentence(line: str) -> bool:
    spaced, letters = (line, 0) if line.isascii() else _LETTER_WITHOUT_SPACES.subn(" ", line)
    return letters >= _SENTENCE_LETTERS or count_words_up_to(spaced, _SENTENCE_WORDS) >= _SENTENCE_WORDS
