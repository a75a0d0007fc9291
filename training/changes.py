"""Eighteen kinds of change that papers make to an article that they take over."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import NamedTuple

from training.house_style import misdecoded, misread, mistyped, restyle, swap
from training.newsroom import Desk, phrases, sentences

_NUMBER = re.compile(r"(?<![\w.,])\d{1,4}(?![\w.,]\d|\w)")
_FURNITURE_WORDS = (30, 150)  # minimum and maximum of the lines above an article, and of those below it


class Block(NamedTuple):
    """A paragraph, or something else on the page. `tag` is p, h2, blockquote, link, advert or furniture."""

    tag: str
    text: str


class Story(NamedTuple):
    """An article as one site has it."""

    title: str
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        """All blocks, one paragraph per line."""
        return "\n".join(block.text for block in self.blocks)

    def with_texts(self, texts: Sequence[str]) -> Story:
        """The story with these paragraphs instead."""
        return Story(self.title, tuple(Block("p", text) for text in texts if text))

    @property
    def texts(self) -> list[str]:
        """The paragraphs."""
        return [block.text for block in self.blocks]


def new_lede(story: Story, desk: Desk) -> Story:
    """Another headline, and an opening of the paper's own instead of the first paragraph."""
    first, second, *rest = story.texts
    kept = [second, *rest] if len(first.split()) > 15 else rest
    opening = desk.line("openings", story.text)
    return story.with_texts([opening, *kept])._replace(title=desk.line("headlines", story.text))


def credited(story: Story, desk: Desk) -> Story:
    """An agency's dateline before the text, and credits around it."""
    rng, agency = desk.rng, desk.rng.choice(phrases()["agencies"])
    place = desk.rng.choice((desk.town.upper(), f"{desk.town}, Nov. {rng.randint(1, 30)}", desk.town))
    dateline = rng.choice((f"{place} ({agency}) — ", f"{place} ({agency}) - ", f"({agency}) ", f"{place}, {agency}: "))
    first, *rest = story.texts
    byline = [f"By {rng.choice(phrases()['reporters'])}, {agency}"] if rng.random() < 0.5 else []
    closings = [desk.line("closings") for _ in range(rng.randint(1, 2))]
    return story.with_texts([*byline, dateline + first, *rest, *closings])


def cut_tail(story: Story, desk: Desk) -> Story:
    """Without the last 30 to 60 % of its words, cut at the end of a sentence."""
    return story.with_texts(beginning(story.texts, desk.rng.uniform(0.4, 0.7)))


def dropped_middle(story: Story, desk: Desk) -> Story:
    """Without 25 to 50 % of its paragraphs, which are neither the first nor the last ones."""
    texts, rng = story.texts, desk.rng
    inner = range(1, len(texts) - 1)
    gone = {*rng.sample(inner, max(1, round(len(texts) * rng.uniform(0.25, 0.5)) - 1))}
    return story.with_texts([text for at, text in enumerate(texts) if at not in gone])


def house_style(story: Story, desk: Desk) -> Story:
    """Spelling, quotes, dashes, numbers and abbreviations of the paper."""
    texts = [restyle(text, desk.house) for text in story.texts]
    return story.with_texts(texts)._replace(title=restyle(story.title, desk.house))


def reshaped(story: Story, desk: Desk) -> Story:
    """Paragraphs merged or split, and in part in another order."""
    rng = desk.rng
    split = [text for paragraph in story.texts for text in _split(paragraph, rng)]
    merged = [split[0]]
    for text in split[1:]:
        if rng.random() < 0.3:
            merged[-1] += f" {text}"
        else:
            merged.append(text)
    return story.with_texts(_reordered(merged, rng))


def links_between(story: Story, desk: Desk) -> Story:
    """Related links and adverts between the paragraphs."""
    return _inserted(story, [_link_or_advert(desk) for _ in range(_every(story, desk, 2, 4))], desk.rng)


def furnished(story: Story, desk: Desk) -> Story:
    """The lines of another site above and below the text, 30 to 150 words each."""
    above, below = (_furniture(desk) for _ in range(2))
    return story._replace(blocks=(*above, *story.blocks, *below))


def headed(story: Story, desk: Desk) -> Story:
    """Subheadings between the paragraphs, and quotes from the text that stand out."""
    rng = desk.rng
    heads = [Block("h2", desk.line("subheadings")) for _ in range(rng.randint(1, 4))]
    said = [text for paragraph in story.texts for text in sentences(paragraph) if 6 <= len(text.split()) <= 40]
    pulled = [Block("blockquote", text) for text in rng.sample(said, min(len(said), rng.randint(1, 3)))]
    return _inserted(story, heads + pulled, rng)


def localised(story: Story, desk: Desk) -> Story:
    """One to three sentences about the town of the paper."""
    lines = desk.rng.sample(phrases()["local"], desk.rng.randint(1, 3))
    return _inserted(story, [Block("p", desk.filled(line, story.text)) for line in lines], desk.rng)


def corrected(story: Story, desk: Desk) -> Story:
    """A few other words, and one other number."""
    texts, rng = story.texts, desk.rng
    for at in rng.sample(range(len(texts)), min(len(texts), 3)):
        texts[at] = swap(texts[at], 0.03, rng)
    for at in rng.sample(range(len(texts)), len(texts)):
        found = [*_NUMBER.finditer(texts[at])]
        if found:
            number = rng.choice(found)
            other = str(int(number[0]) + rng.choice((-1, 1, 2, 10)))
            texts[at] = texts[at][: number.start()] + other + texts[at][number.end() :]
            break
    return story.with_texts(texts)


def damaged(story: Story, desk: Desk) -> Story:
    """Typing mistakes, letters that a scanner misread, or a wrong encoding."""
    kind, share, rng = desk.rng.randrange(3), desk.rng.uniform(0.02, 0.06), desk.rng
    if kind == 0:
        return story.with_texts([mistyped(text, share, rng) for text in story.texts])
    if kind == 1:
        return story.with_texts([misread(text, share, rng) for text in story.texts])
    return story.with_texts([misdecoded(text) for text in story.texts])._replace(title=misdecoded(story.title))


def swapped(story: Story, desk: Desk) -> Story:
    """A program has swapped 10 to 30 % of the words for synonyms."""
    share = desk.rng.uniform(0.1, 0.3)
    texts = [swap(text, share, desk.rng) for text in story.texts]
    return story.with_texts(texts)._replace(title=swap(story.title, share, desk.rng))


def brief(story: Story, _desk: Desk) -> Story:
    """The first third, and the last paragraph."""
    return story.with_texts([*beginning(story.texts, 1 / 3), story.texts[-1]])


def two_versions(story: Story, desk: Desk) -> Story:
    """Merged from two agencies' versions: some paragraphs stand here as the other agency edited them."""
    rng = desk.rng
    other = Story(story.title, tuple(Block("p", restyle(swap(text, 0.15, rng), desk.house)) for text in story.texts))
    pairs = zip(story.texts, other.texts, strict=True)
    chosen = [rng.choice(pair) for pair in pairs if rng.random() < 0.85]
    added = _inserted(story.with_texts(_reordered(chosen, rng)), [Block("p", desk.line("openings", story.text))], rng)
    return credited(added, desk)


def print_page(story: Story, desk: Desk) -> Story:
    """The same site's page for printing or for phones: the same title, and lines about the page."""
    lines = [Block("furniture", desk.line("prints")) for _ in range(desk.rng.randint(2, 4))]
    return story._replace(blocks=(lines[0], *story.blocks, *lines[1:]))


def mixed(story: Story, desk: Desk) -> Story:
    """Two or three of the other changes."""
    return _several(story, desk, desk.rng.randint(2, 3))


def reworked(story: Story, desk: Desk) -> Story:
    """Some words swapped, and three or four of the other changes."""
    texts = [swap(text, 0.1, desk.rng) for text in story.texts]
    return _several(story.with_texts(texts), desk, desk.rng.randint(3, 4))


def _several(story: Story, desk: Desk, count: int) -> Story:
    for change in sorted(desk.rng.sample(range(len(_MIXED)), count)):
        story = _MIXED[change](story, desk)
    return story


def _shorter(story: Story, desk: Desk) -> Story:
    return desk.rng.choice((cut_tail, dropped_middle))(story, desk)


Change = Callable[[Story, Desk], Story]
_MIXED: tuple[Change, ...] = (
    house_style, damaged, _shorter, new_lede, localised, credited, headed, links_between, furnished,
)  # fmt: skip
"""In an order in which each may follow the ones before it."""

CHANGES: Mapping[str, Change] = {
    change.__name__: change
    for change in (
        *(new_lede, credited, cut_tail, dropped_middle, house_style, reshaped, links_between, furnished, headed),
        *(localised, corrected, damaged, swapped, brief, two_versions, print_page, mixed, reworked),
    )
}
"""All kinds of change by name."""


def beginning(texts: Sequence[str], share: float) -> list[str]:
    """The first paragraphs with `share` (0 to 1) of the words, the last of them cut at the end of a sentence."""
    left = share * sum(len(text.split()) for text in texts)
    kept: list[str] = []
    for text in texts:
        own: list[str] = []
        for sentence in sentences(text):
            if left <= 0:
                return [*kept, " ".join(own)]
            own.append(sentence)
            left -= len(sentence.split())
        kept.append(" ".join(own))
    return kept


def _split(paragraph: str, rng: Random) -> list[str]:
    parts = sentences(paragraph)
    if len(parts) < 2 or rng.random() < 0.5:
        return [paragraph]
    at = rng.randrange(1, len(parts))
    return [" ".join(parts[:at]), " ".join(parts[at:])]


def _reordered(texts: list[str], rng: Random) -> list[str]:
    """The paragraphs, of which one to three have moved."""
    moved = list(texts)
    for _ in range(rng.randint(1, 3)):
        moved.insert(rng.randrange(1, len(moved)) if len(moved) > 1 else 0, moved.pop(rng.randrange(len(moved))))
    return moved


def _every(story: Story, desk: Desk, least: int, most: int) -> int:
    """How many blocks to insert if one stands after each `least` to `most` paragraphs."""
    return min(12, max(1, len(story.blocks) // desk.rng.randint(least, most)))


def _inserted(story: Story, blocks: Sequence[Block], rng: Random) -> Story:
    made = list(story.blocks)
    for block in blocks:
        made.insert(rng.randrange(1, len(made) + 1), block)
    return story._replace(blocks=tuple(made))


def _link_or_advert(desk: Desk) -> Block:
    if desk.rng.random() < 0.6:
        return Block("link", desk.line("links"))
    return Block("advert", desk.line("adverts"))


def _furniture(desk: Desk) -> list[Block]:
    """Neighbouring lines of the page of another site."""
    least, most = _FURNITURE_WORDS
    wanted = desk.rng.randint(least, most)
    lines = desk.rng.choice(desk.pages)
    at, words, blocks = desk.rng.randrange(len(lines)), 0, list[Block]()
    while words < wanted and len(blocks) < len(lines):
        line = lines[(at + len(blocks)) % len(lines)]
        words += len(line.split())
        blocks.append(Block("furniture", line))
    return blocks
