"""An endless stream of messages from a few pages: in each round, every page comes again as another article.

In the first round, a page comes as it is. In later rounds, it has another host and another URL, and every second word
of its text is replaced: mostly by a word from elsewhere in the page, sometimes by one that never existed. So words,
lines, hosts and URLs do not come from a closed set. One page in ten is a recrawl of what it was in the round before,
and one in ten is a copy of that on another host.
"""

from __future__ import annotations

import itertools
import json
import lzma
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.kafka import corpus

BROKEN_PER_ROUND = 60
RECRAWLS = COPIES = 0.1
_CHANGED = 0.5  # of the words
_NEVER_SEEN = 0.2  # of the changed words
_LEAST_CHARS = 25  # of a text that is changed

_MARKUP = re.compile(r"(<(?:script|style)\b[\s\S]*?</(?:script|style)>|<[^>]*>)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Template:
    """A page in pieces: markup and texts in turn, beginning with a text."""

    url: str
    host: str
    pieces: tuple[str, ...]
    words: tuple[str, ...]

    @classmethod
    def of(cls, number: int, url: str | None, html: str) -> Template:
        """Cut a page into pieces. Without a URL, it gets one."""
        host = urlsplit(url or "").hostname
        if not url or not host:
            host = f"site{number % 300}.example"
            url = f"https://{host}/{number}"
        pieces = tuple(_MARKUP.split(html))
        return cls(url, host, pieces, tuple(word for text in pieces[::2] if _is_long(text) for word in text.split()))

    def page(self, version: int, host_of: int) -> corpus.Page:
        """The article in this version, on the host that has this number."""
        html = "".join(self._texts(version)) if version else "".join(self.pieces)
        if not host_of:
            return corpus.Page(self.url, html)
        host = f"www{host_of}.{self.host}"
        url = f"https://{host}/v{version}{urlsplit(self.url).path}"
        return corpus.Page(url, html.replace(self.url, url).replace(self.host, host))

    def _texts(self, version: int) -> Iterator[str]:
        rng = random.Random(f"{version}/{self.url}")
        for number, piece in enumerate(self.pieces):
            yield self._changed(piece, rng) if number % 2 == 0 and _is_long(piece) else piece

    def _changed(self, text: str, rng: random.Random) -> str:
        words = text.split(" ")
        for at in range(rng.randrange(int(1 / _CHANGED)), len(words), int(1 / _CHANGED)):
            words[at] = rng.choice(self.words)
            if rng.random() < _NEVER_SEEN:
                words[at] = words[at][:4] + rng.choice(self.words)[-4:] + rng.choice(self.words)[-2:]
        return " ".join(words)


def _is_long(text: str) -> bool:
    return len(text) >= _LEAST_CHARS and not text.isspace()


def read_pages(paths: Iterable[Path]) -> list[Template]:
    """All pages of these files, in a random order that is always the same."""
    found: list[Template] = []
    for path in paths:
        opener = lzma.open if path.suffix == ".xz" else open
        with opener(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                page = json.loads(line)
                found.append(Template.of(len(found), page["url"], page["html"]))
    random.Random(1).shuffle(found)
    return found


def messages(pages: list[Template]) -> Iterator[bytes | None]:
    """The messages of one round after the other, in the shapes of crawlers in turn, with broken ones between them."""
    shapes = itertools.cycle(corpus.SHAPES)
    for number in itertools.count():
        rng = random.Random(number)
        broken = iter(corpus.broken(BROKEN_PER_ROUND))
        due = set(rng.sample(range(len(pages)), min(BROKEN_PER_ROUND, len(pages))))
        for at, page in enumerate(pages):
            if at in due:
                yield next(broken)
            kind = rng.random() if number else 1.0
            version = number - 1 if kind < RECRAWLS + COPIES else number
            yield next(shapes)(page.page(version, number if kind >= RECRAWLS else version))
