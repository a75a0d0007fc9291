"""A labelled stream of news in one language: stories, six kinds of copies of each, and stories that only look alike.

`stories/<language>.txt` contains eight stories between lines of `---`: a title line, then one paragraph per line. The
last four are two pairs that use the same words about different events. Ten lines of site furniture follow
`=== furniture`. Two paragraphs that an update of each story adds follow `=== update`. People, companies and events are
invented.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

STORIES = Path(__file__).parent / "stories"
UPDATE_MARKS = {
    "ar": "تحديث: ",
    "de": "Aktualisiert: ",
    "en": "UPDATE: ",
    "es": "ACTUALIZACIÓN: ",
    "fr": "MISE À JOUR. ",
    "it": "AGGIORNAMENTO: ",
    "ja": "【更新】",
    "ko": "[업데이트] ",
    "pt": "ATUALIZAÇÃO: ",
    "ru": "Обновлено: ",
    "zh": "更新：",
}
LANGUAGES = tuple(UPDATE_MARKS)
UNSPACED = {"ja", "zh"}
LOOKALIKES_FROM = 4
_SENTENCE_END = re.compile(r"[.!?؟][\"»“”]?(?=\s)|[。！？](?!」)")
_PLAIN_PUNCTUATION = str.maketrans(
    {**dict.fromkeys("«»„“”", '"'), **dict.fromkeys("–—", "-"), "’": "'", "「": "『", "」": "』"}
)


@dataclass(frozen=True, slots=True)
class Doc:
    """An article as it arrives. Articles with the same cluster are one story and its copies; the story comes first."""

    text: str
    cluster: str
    kind: str
    language: str


@dataclass(frozen=True, slots=True)
class Story:
    language: str
    title: str
    paragraphs: tuple[str, ...]
    update: tuple[str, ...]
    furniture: tuple[str, ...]


@cache
def stories(language: str) -> tuple[Story, ...]:
    """The eight stories of a language in order. From LOOKALIKES_FROM on, they are two pairs of look-alikes."""
    told, rest = (STORIES / f"{language}.txt").read_text(encoding="utf-8").split("\n=== furniture\n")
    furniture, updates = rest.split("\n=== update\n")
    return tuple(
        Story(language, title, tuple(paragraphs), tuple(update.split("\n")), tuple(furniture.split("\n")))
        for (title, *paragraphs), update in zip(
            (story.split("\n") for story in told.split("\n---\n")), updates.strip("\n").split("\n---\n"), strict=True
        )
    )


def plain(story: Story) -> str:
    """The story as its first site published it."""
    return _page(story.title, story.paragraphs)


def exact(story: Story, rng: Random) -> str:
    """The same words with other quotes, dashes, spaces and line endings."""
    text = plain(story).translate(_PLAIN_PUNCTUATION)
    if story.language in UNSPACED:
        text = re.sub(r"(?<=[぀-鿿])(?=\d)", " ", text)
    spaced = "".join(rng.choice((" ", " ", " ", "  ", "\u00a0")) if mark == " " else mark for mark in text)
    return spaced.replace("\n\n", rng.choice(("\n", " \n", "\r\n\r\n", "\n\n\n")))


def cut(story: Story, share: float) -> str:
    """The story without the last `share` (0 to 1) of its text, cut at the nearest end of a sentence."""
    body = "\n\n".join(story.paragraphs)
    kept = len(body) * (1 - share)
    end = min((match.end() for match in _SENTENCE_END.finditer(body)), key=lambda end: abs(end - kept))
    return f"{story.title}\n\n{body[:end]}"


def furnished(story: Story, rng: Random) -> str:
    """The story with the lines of a site before, between and after its paragraphs."""
    first, *lines = story.furniture
    rng.shuffle(lines)
    paragraphs = list(story.paragraphs)
    for line in lines[2:5]:
        paragraphs.insert(rng.randrange(1, len(paragraphs)), line)
    return _page(first, (lines[0], story.title, lines[1], *paragraphs, *lines[5:]))


def updated(story: Story, rng: Random) -> str:
    """The story with a mark on its title and two new paragraphs, in front or inside."""
    at = rng.choice((0, rng.randrange(1, len(story.paragraphs))))
    title = UPDATE_MARKS[story.language] + story.title
    return _page(title, story.paragraphs[:at] + story.update + story.paragraphs[at:])


def lede(story: Story, rng: Random) -> str:
    """The story with another first paragraph."""
    return _page(story.title, (rng.choice(story.update), *story.paragraphs[1:]))


COPIES: dict[str, Callable[[Story, Random], str]] = {
    "exact": exact,
    "cut30": lambda story, _: cut(story, 0.3),
    "cut60": lambda story, _: cut(story, 0.6),
    "furnished": furnished,
    "updated": updated,
    "lede": lede,
}


def stream(language: str, seed: int) -> list[Doc]:
    """All stories and copies of a language in an order that follows from the seed. A story comes before its copies."""
    rng = Random(f"{language}/{seed}")
    docs: list[Doc] = []
    for number, story in enumerate(stories(language)):
        cluster = f"{language}/{number}"
        kind = "story" if number < LOOKALIKES_FROM else "lookalike"
        docs.append(Doc(plain(story), cluster, kind, language))
        docs.extend(Doc(copy(story, rng), cluster, name, language) for name, copy in COPIES.items())
    rng.shuffle(docs)
    for original in [doc for doc in docs if doc.kind not in COPIES]:
        first = next(place for place, doc in enumerate(docs) if doc.cluster == original.cluster)
        place = docs.index(original)
        docs[first], docs[place] = original, docs[first]
    return docs


def _page(title: str, paragraphs: tuple[str, ...]) -> str:
    return "\n\n".join((title, *paragraphs))
