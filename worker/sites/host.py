"""The memory of one site: which lines occurred in how many of its articles, in one value of bounded size.

A new line goes on the list of lines seen once, which holds the newest thousand: the lines of 20 to 40 articles. If it
occurs in a second article while it is on the list, it gets a count. A line that recurs less often is never counted,
which is right: a site's furniture occurs in many of its articles, while a line that recurs now and then belongs to the
stories.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from worker.sites.lines import SEVERAL, UNKNOWN, SiteSketch, may_be_furniture, places
from worker.store.damage import DamagedError

MAX_COUNTED = 256
"""The most lines with a count. They occurred in several articles; the one not seen for longest is forgotten first."""

MAX_ONCE = 1024
"""The most lines that are remembered from a single article. The oldest are forgotten first."""

MAX_URLS = 256
"""The most articles that are recognised when they come again with changes."""

SPREAD_SHARE = 0.1
"""Near an edge of the text, a line of several sections and authors is furniture if this share of the articles since its
first one has it."""

EDGE_SHARE = 0.5
"""The same if sections or authors are unknown: the line may be the intro of a column, or tell who the author is."""

ONE_SHARE = 0.8
"""The same for a line of one section or one author. It must have occurred in four times `least` articles; in twice as
many if the whole site has only this section or author."""

MIDDLE_SHARE = 0.3
"""Within the story, a line needs at least this share, and it must have occurred in twice `least` articles."""

_HEAD = struct.Struct("=IHH")
_MOST_ARTICLES = 1 << 24  # of one site; then it is forgotten
_ONE = 1 << 32  # a count has two halves: how many articles had the line, and how many came before the first that had it
_SITE = (1 << 64) - 1  # the key of a count with the marks of all articles; no line has it
_SECTION, _AUTHOR = 56, 24  # the mark of the section is above the one half, the mark of the author above the other
_STOOD, _BEFORE = np.uint64(32), np.uint64(_MOST_ARTICLES - 1)
_SOME_BITS = (1 << 16) - 1
_LOW = _ONE - 1  # the low half of a key: enough here, because more checks follow


@dataclass(slots=True)
class Host:
    """What is remembered of a site: `counts` in order of last sight; `once` and `urls`, 4 bytes each, oldest first.

    A count says how many articles had the line, how many came before the first of them, and of which section and which
    author they are, or that they are of several. In an older memory, both are unknown.
    """

    articles: int = 0  # without repeats
    counts: dict[int, int] = field(default_factory=dict)
    urls: bytes = b""
    once: bytes = b""

    @classmethod
    def unpack(cls, packed: bytes) -> Host:
        """Reverse `pack`, on the same machine.

        Raises:
            DamagedError: `pack` cannot have returned this.
        """
        if len(packed) < _HEAD.size:
            raise DamagedError
        articles, counted, urls = _HEAD.unpack_from(packed)
        begin = _HEAD.size + 16 * counted
        end = begin + 4 * urls
        once, rest = divmod(len(packed) - end, 4)
        if articles > _MOST_ARTICLES or counted > MAX_COUNTED or urls > MAX_URLS or rest or not 0 <= once <= MAX_ONCE:
            raise DamagedError
        counts = array("Q", packed[_HEAD.size : begin])
        _check(np.frombuffer(counts, np.uint64)[counted:], articles)
        return cls(
            articles, dict(zip(counts[:counted], counts[counted:], strict=True)), packed[begin:end], packed[end:]
        )

    def pack(self) -> bytes:
        """The host as bytes, at most 9,224."""
        counts = array("Q", self.counts.keys()).tobytes() + array("Q", self.counts.values()).tobytes()
        return _HEAD.pack(self.articles, len(self.counts), len(self.urls) // 4) + counts + self.urls + self.once

    def furniture(self, page: SiteSketch, least: int) -> frozenset[int]:
        """The keys of the lines to remove: those that occurred in at least `least` earlier articles.

        Empty if they make up more than half of the text: then they are the site's content.
        """
        counts = self.counts
        known = {key: line for key, line in zip(page.keys, page.lines, strict=True) if key in counts}
        if not known:
            return frozenset()
        shares = {key: self._share(counts[key], least) for key, line in known.items() if may_be_furniture(line)}
        at_edge = {key for key, share in shares.items() if share}
        in_middle = {key for key in at_edge if shares[key] >= MIDDLE_SHARE and _stood(counts[key]) >= 2 * least}
        gone = places(page, at_edge, in_middle) if at_edge else set()
        if 2 * sum(len(page.lines[place]) for place in gone) > page.chars:
            return frozenset()
        return frozenset(page.keys[place] for place in gone)

    def _share(self, count: int, least: int) -> float:
        """The share of the articles with the line, since the first that had it; 0 if it is too small for furniture."""
        stood, site = _stood(count), self.counts.get(_SITE, 0)
        share = stood / (self.articles - (count & _MOST_ARTICLES - 1))
        marks = [(count >> place & SEVERAL, site >> place & SEVERAL) for place in (_SECTION, _AUTHOR)]
        ones = [(mark, of_site) for mark, of_site in marks if mark not in (UNKNOWN, SEVERAL)]
        if ones:
            enough, times = ONE_SHARE, 2 if all(mark == of_site for mark, of_site in ones) else 4
        else:
            enough, times = SPREAD_SHARE if all(mark for mark, _ in marks) else EDGE_SHARE, 1
        return share if share >= enough and stood >= times * least else 0.0

    def learn(self, page: SiteSketch, url: int) -> None:
        """Count each line of an article once. An article that is known already counts for nothing.

        Otherwise recrawls, updates and copies of one story would turn its lines into furniture.
        """
        sizes = dict(zip(page.keys, map(len, page.lines), strict=True))
        lows = {key & _LOW: key for key in sizes}
        familiar = sizes.keys() & self.counts.keys()
        familiar |= {lows[low] for low in lows.keys() & _likely(self.once, lows)}
        if not (url in memoryview(self.urls).cast("I") or _is_copy(sizes, familiar)):
            self._count(familiar, page)
            self.urls = _append(self.urls, [url], MAX_URLS)
        self.once = _append(self.once, lows.keys() - {key & _LOW for key in familiar}, MAX_ONCE)

    def _count(self, familiar: Collection[int], page: SiteSketch) -> None:
        if self.articles == _MOST_ARTICLES - 1:
            self.articles, self.counts = 0, {}
            return
        new = max(0, self.articles - 1)  # it is not known when the line was first seen; assume just now
        for key in familiar:
            count = self.counts.pop(key, _ONE + new) + _ONE  # at the end: the first is forgotten first
            self.counts[key] = _marked(count, page)
        if site := _marked(self.counts.pop(_SITE, 0), page):
            self.counts[_SITE] = site
        for key in list(self.counts)[: max(0, len(self.counts) - MAX_COUNTED)]:
            del self.counts[key]
        self.articles += 1


def _stood(count: int) -> int:
    """How many articles had the line."""
    return count >> 32 & _MOST_ARTICLES - 1


def _marked(count: int, page: SiteSketch) -> int:
    """The count of a line that occurred in this article, too."""
    for place, mark in ((_SECTION, page.section), (_AUTHOR, page.author)):
        known = count >> place & SEVERAL
        if mark not in (UNKNOWN, known):
            count |= (SEVERAL if known else mark) << place
    return count


def _check(counts: NDArray[np.uint64], articles: int) -> None:
    """Raise DamagedError if a line occurred in more articles than have come since the first that had it."""
    if ((counts >> _STOOD & _BEFORE) + (counts & _BEFORE) > articles).any():
        raise DamagedError


def _is_copy(sizes: Mapping[int, int], familiar: AbstractSet[int]) -> bool:
    """Whether at least half of the text was seen before, including its longest line."""
    if 2 * sum(map(sizes.__getitem__, familiar)) < sum(sizes.values()):  # true of most articles
        return False
    return max(sizes, key=sizes.__getitem__) in familiar


def _likely(packed: bytes, lows: Collection[int]) -> list[int]:
    """The entries of a list that may be among these low halves, in order: all those that are, and few others."""
    if not packed:
        return []
    entries, may = np.frombuffer(packed, np.uint32), np.zeros(_SOME_BITS + 1, bool)
    may[np.fromiter(lows, np.uint32, len(lows)) & _SOME_BITS] = True
    likely: list[int] = entries.compress(may.take(entries & _SOME_BITS)).tolist()
    return likely


def _append(packed: bytes, new: Collection[int], most: int) -> bytes:
    return (packed + array("I", new).tobytes())[-4 * most :] if new else packed
