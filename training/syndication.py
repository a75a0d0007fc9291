"""Makes a labelled stream of articles, copies of them on other sites, and articles of these sites that are no copies.

The copies have the kinds of `training.changes`. Two kinds are no copies: `neg_site` is another article in the same
surroundings as the copies on its site, and `neg_followup` is another article that quotes one paragraph or three
sentences of an original.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple
from zlib import crc32

from training.articles import RealArticle, furniture, shortened
from training.changes import CHANGES, Block, Story, credited, furnished, localised
from training.newsroom import Desk, phrases, sentences
from training.pairs import Doc
from training.site_pages import BARE, TEMPLATES, Site, page

ORIGINAL, NEG_SITE, NEG_FOLLOWUP = "original", "neg_site", "neg_followup"
KINDS = tuple(CHANGES)
COPIES = 4  # of each original
OTHERS_SHARE = 4  # one in four articles has no copies and serves as another article of a site
SITES = 100
SHORT, SHORT_WORDS = 0.5, (150, 400)  # share of the originals that are cut to the length of agency news; their words
TEASERS = 6
QUOTED_WORDS = (25, 90)  # minimum and maximum of what a follow-up quotes
QUOTED_SENTENCES = 3
FOLLOWUP_RATIO = 4  # a follow-up has at least this many times the words that it quotes


@dataclass(frozen=True, slots=True)
class Made:
    """An article as it arrives. `cluster` is the id of the original that it is, or copies; or else its own id."""

    id: str
    cluster: str
    kind: str
    url: str
    site: Site
    story: Story
    html: str

    @property
    def doc(self) -> Doc:
        """The article without its page, as `training.pairs` takes it, with `title` and `host`."""
        story = self.story
        return {
            "id": self.id, "cluster": self.cluster, "kind": self.kind,
            "host": self.site.host, "title": story.title, "text": story.text,
        }  # fmt: skip


class _Newsroom(NamedTuple):
    """A site, and what its editors have at hand."""

    site: Site
    desk: Desk


def syndicated(
    articles: Sequence[RealArticle], seed: int, limit: int | None = None, copies: int = COPIES
) -> list[Made]:
    """The stream: up to `limit` originals, each before its `copies` copies, and the articles that are no copies.

    The same arguments give the same stream. Each kind of copy occurs equally often.
    """
    rng = Random(seed)  # noqa: S311 - not for secrets
    originals = [article for article in articles if not _is_other(article)]
    others = [article for article in articles if _is_other(article)]
    rng.shuffle(originals)
    rng.shuffle(others)
    originals = [_cut_to_length(article, rng) for article in originals[:limit]]
    rooms = list(_newsrooms([article.title for article in others], furniture(others, SITES, rng), rng))
    made = [_original(article, rng) for article in originals]
    for number, article in enumerate(originals):
        kinds = [KINDS[(number * copies + at) % len(KINDS)] for at in range(copies)]
        made += _copies(article, kinds, rng.sample(rooms, copies))
    made += _not_copies(others[: len(originals)], originals, rooms, rng)
    return _in_order(made, rng)


def _is_other(article: RealArticle) -> bool:
    return crc32(f"other {article.id}".encode()) % OTHERS_SHARE == 0


def _newsrooms(headlines: Sequence[str], pages: Sequence[Sequence[str]], rng: Random) -> Iterator[_Newsroom]:
    """A newsroom for each page of furniture, as far as there are names of papers."""
    names = [(town, paper) for town in phrases()["towns"] for paper in phrases()["papers"]]
    rng.shuffle(names)
    for number, ((town, paper), lines) in enumerate(zip(names, pages, strict=False)):
        name = paper.format(town=town)
        host = f"www.{name.lower().replace(' ', '')}.example"
        site = Site(host, name, town, number % len(TEMPLATES), number)
        yield _Newsroom(site, Desk(rng, name, town, number, headlines, [lines]))


def _cut_to_length(article: RealArticle, rng: Random) -> RealArticle:
    return shortened(article, rng.randint(*SHORT_WORDS)) if rng.random() < SHORT else article


def _original(article: RealArticle, rng: Random) -> Made:
    """The original on its own page, or on a plain page if it was cut."""
    site, story = _site_of(article), _story(article)
    template = rng.randrange(len(TEMPLATES))
    html = article.html or page(site._replace(template=template), story, article.url, [])
    return Made(article.id, article.id, ORIGINAL, article.url, site, story, html)


def _site_of(article: RealArticle) -> Site:
    return Site(article.host, article.host, "", BARE, 0)


def _story(article: RealArticle) -> Story:
    return Story(article.title, tuple(Block("p", text) for text in article.paragraphs))


def _copies(article: RealArticle, kinds: Sequence[str], rooms: Sequence[_Newsroom]) -> Iterator[Made]:
    for kind, room in zip(kinds, rooms, strict=True):
        own = room._replace(site=_site_of(article)) if kind == "print_page" else room
        yield _made(f"{article.id} {kind}", article.id, kind, own, CHANGES[kind](_story(article), room.desk))


def _not_copies(
    others: Sequence[RealArticle], originals: Sequence[RealArticle], rooms: Sequence[_Newsroom], rng: Random
) -> Iterator[Made]:
    for number, other in enumerate(others):
        room, story = rng.choice(rooms), _story(_cut_to_length(other, rng))
        quoted = _quotable(rng.choice(originals), story, rng) if number % 2 else []
        if quoted:
            kind, story = NEG_FOLLOWUP, _quoting(story, quoted, room.desk)
        else:
            kind = NEG_SITE
            for surroundings in (localised, credited, furnished):
                story = surroundings(story, room.desk)
        yield _made(other.id, other.id, kind, room, story)


def _quotable(original: RealArticle, story: Story, rng: Random) -> list[str]:
    """What this story may quote from the original; nothing if the original has nothing of the right length."""
    least, most = QUOTED_WORDS[0], min(QUOTED_WORDS[1], len(story.text.split()) // FOLLOWUP_RATIO)
    if rng.random() < 0.5:
        said = [text for paragraph in original.paragraphs for text in sentences(paragraph) if len(text.split()) > 5]
        candidates = [rng.sample(said, min(len(said), QUOTED_SENTENCES)) for _ in range(10)]
    else:
        candidates = [[paragraph] for paragraph in original.paragraphs]
    return next((quoted for quoted in candidates if least <= len(" ".join(quoted).split()) <= most), [])


def _quoting(story: Story, quoted: Sequence[str], desk: Desk) -> Story:
    blocks = list(story.blocks)
    for text in quoted:
        at = desk.rng.randrange(1, len(blocks) + 1)
        blocks[at:at] = [Block("p", desk.line("recalls")), Block("blockquote", text)]
    return story._replace(blocks=tuple(blocks))


def _made(name: str, cluster: str, kind: str, room: _Newsroom, story: Story) -> Made:
    url = f"https://{room.site.host}/{kind}/{crc32(name.encode())}"
    teasers = room.desk.rng.sample(room.desk.headlines, min(TEASERS, len(room.desk.headlines)))
    return Made(name, cluster, kind, url, room.site, story, page(room.site, story, url, teasers))


def _in_order(made: list[Made], rng: Random) -> list[Made]:
    """All in random order, except that each original comes before its copies."""
    rng.shuffle(made)
    first: dict[str, int] = {}
    for place, each in enumerate(made):
        before = first.setdefault(each.cluster, place)
        if each.kind == ORIGINAL and before < place:
            made[before], made[place] = made[place], made[before]
    return made
