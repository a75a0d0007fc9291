"""What is remembered of one site: which lines stood in how many of its articles, in one value of bounded size.

A line is first remembered among those seen once, the newest thousand: the lines of twenty to forty articles. Seen in a
second article within that time it gets a count. So whatever recurs more seldom is never counted, and that is right: a
site's furniture stands in a good part of its articles, a sentence that comes back now and then is the story's.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from worker.sites.lines import SiteSketch, may_be_furniture, places
from worker.store.damage import DamagedError

MAX_COUNTED = 256
"""Lines that stood in two articles or more; the one not seen for longest is forgotten first."""

MAX_ONCE = 1024
"""Lines that stood in one article; the oldest are forgotten first."""

MAX_URLS = 256
"""Articles that are known again when they come back changed."""

EDGE_SHARE = 0.1
"""Of the articles since it was first seen a line at the beginning or end of the text must have stood in so many."""

MIDST_SHARE = 0.3
"""And so many, and twice as many at least, where it stands in the midst of the story."""

_HEAD = struct.Struct("=IHH")
_MOST_ARTICLES = 1 << 31  # of one site; more would be damage
_ONE = 1 << 32  # a count: the articles that a line stood in, and in the low half those before the first of them
_STOOD, _BEFORE = np.uint64(32), np.uint64(_ONE - 1)
_LOW = _ONE - 1  # of a key, enough for what is only the first of many conditions


@dataclass(slots=True)
class Host:
    """What is known of a site. `counts` go by last sight, `once` and `urls`, 4 bytes each, the oldest first."""

    articles: int = 0  # distinct ones
    counts: dict[int, int] = field(default_factory=dict)
    urls: bytes = b""
    once: bytes = b""

    @classmethod
    def unpack(cls, packed: bytes) -> Host:
        """From what `pack` gave, in a process on the same machine.

        Raises:
            DamagedError: `pack` cannot have given this.
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
        """At most 9,224 bytes."""
        counts = array("Q", self.counts.keys()).tobytes() + array("Q", self.counts.values()).tobytes()
        return _HEAD.pack(self.articles, len(self.counts), len(self.urls) // 4) + counts + self.urls + self.once

    def furniture(self, page: SiteSketch, least: int) -> frozenset[int]:
        """The keys of the lines to remove: those that stood in `least` earlier articles or more.

        None when they are more than half of the text: then they are what the site has to say.
        """
        shares = {
            key: self._share(self.counts[key], least)
            for key, line in zip(page.keys, page.lines, strict=True)
            if key in self.counts and may_be_furniture(line)
        }
        at_edge = {key for key, share in shares.items() if share >= EDGE_SHARE}
        in_midst = {key for key in at_edge if shares[key] >= MIDST_SHARE and self._share(self.counts[key], 2 * least)}
        gone = places(page, at_edge, in_midst) if at_edge else set()
        if 2 * sum(len(page.lines[place]) for place in gone) > page.chars:
            return frozenset()
        return frozenset(page.keys[place] for place in gone)

    def _share(self, count: int, least: int) -> float:
        """In how many of the articles since it was first seen a line stood; 0 if in too few to tell."""
        stood = count // _ONE
        return stood / (self.articles - count % _ONE) if stood >= least else 0.0

    def learn(self, page: SiteSketch, url: int) -> None:
        """Count the lines of an article, each once; nothing is counted for one that is known.

        Recrawls, updates and copies of one story would make furniture of its lines otherwise.
        """
        sizes = {key: len(line) for key, line in zip(page.keys, page.lines, strict=True)}
        once = {key & _LOW for key in sizes}.intersection(memoryview(self.once).cast("I"))
        familiar = [key for key in sizes if key in self.counts or key & _LOW in once]
        if not (url in memoryview(self.urls).cast("I") or _is_copy(sizes, set(familiar))):
            self._count(familiar)
            self.urls = _append(self.urls, [url], MAX_URLS)
        self.once = _append(self.once, [key & _LOW for key in sizes.keys() - set(familiar)], MAX_ONCE)

    def _count(self, familiar: Collection[int]) -> None:
        for key in familiar:
            before = max(0, self.articles - 1)  # of a line that was seen once it is not known when: of late
            self.counts[key] = self.counts.pop(key, _ONE + before) + _ONE  # at the end: the first is forgotten first
        for key in list(self.counts)[: max(0, len(self.counts) - MAX_COUNTED)]:
            del self.counts[key]
        self.articles += 1


def _check(counts: NDArray[np.uint64], articles: int) -> None:
    """Raise DamagedError if a line stood in more articles than there have been since the first of them."""
    if ((counts >> _STOOD) + (counts & _BEFORE) > articles).any():
        raise DamagedError


def _is_copy(sizes: Mapping[int, int], familiar: AbstractSet[int]) -> bool:
    """Whether half of the text was seen before, its longest line with it."""
    if not familiar:
        return False
    longest = max(sizes, key=sizes.__getitem__)
    return longest in familiar and 2 * sum(map(sizes.__getitem__, familiar)) >= sum(sizes.values())


def _append(packed: bytes, new: Collection[int], most: int) -> bytes:
    return (packed + array("I", new).tobytes())[-4 * most :] if new else packed
