"""Measure whether any order of arrival loses a text.

    python -m benchmarks.arrival PAGES ... [--limit N]

Each file has JSON lines, plain or .xz: `gold` is the body of an article, one paragraph per line, and `html` is its page
(if it has none, the page lends no furniture). From each body, these pairs are made, and given to an index of their own:

* parts: a part of the body (half, 80 %, a teaser ...) and then the whole. The whole is lost if it is left out although
  it has 40 words and a tenth more than the part;
* wholes: the body, and then the part, which should be a duplicate;
* furniture: the body, and then the body among the furniture of another site, which should be a duplicate;
* drift: a chain of copies in which each has a share of the words replaced. Each duplicate is compared once more with
  the article that it names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from random import Random

from benchmarks.bodies import Body, fresh_index, report
from worker.dedup.counts import Counts
from worker.dedup.match import COPY_FROM, Comparison
from worker.dedup.profile import Profile
from worker.dedup.word_codes import words_of
from worker.identity.ids import hash_id

MORE_WORDS, MORE_SHARE = 40, 0.1  # a text with this much more than a part of it must be published
LINKS, SHARES = 12, (0.10, 0.15, 0.20, 0.25)  # of a chain, and the share of words replaced in each link


# -- parts -----------------------------------------------------------------------------------------------------------


def beginning(body: Body, share: float) -> str:
    """The lines up to about this share of the words."""
    kept, words = 0, 0
    total = len(body.text.split())
    while kept < len(body.lines) - 1 and (not kept or words + len(body.lines[kept].split()) / 2 <= share * total):
        words += len(body.lines[kept].split())
        kept += 1
    return "\n".join(body.lines[:kept])


def end(body: Body, share: float) -> str:
    """The lines after about this share of the words."""
    return body.text[len(beginning(body, share)) :].strip()


def words(body: Body, number: int) -> str:
    """The first words, cut off anywhere."""
    return " ".join(body.text.split()[:number])


PARTS: dict[str, Callable[[Body], str]] = {
    "half": lambda body: beginning(body, 0.5),
    "80 %": lambda body: beginning(body, 0.8),
    "80 % of the words": lambda body: words(body, int(0.8 * len(body.text.split()))),
    "second half": lambda body: end(body, 0.5),
    "teaser": lambda body: words(body, 60),
    "first page": lambda body: f"{beginning(body, 0.35)}\nPage 1 of 3",
    "without the middle": lambda body: f"{beginning(body, 0.35)}\n{end(body, 0.65)}",
}


def measure_parts(all_bodies: Sequence[Body]) -> Iterator[str]:
    """One line for each kind of part."""
    for name, part in PARTS.items():
        longer = [(part(body), body.text) for body in all_bodies if _is_longer(body.text, part(body))]
        kinds = second_kinds(longer)
        back = second_kinds([(whole, short) for short, whole in longer])
        lost = sum(number for (_, left_out), number in kinds.items() if left_out)
        kept = sum(number for (_, left_out), number in back.items() if left_out)
        yield f"{name:20} lost {lost:3} of {len(longer)}  {_shown(kinds)};  part after the whole: {kept} duplicates"


def _is_longer(whole: str, part: str) -> bool:
    more = len(whole.split()) - len(part.split())
    return more >= max(MORE_WORDS, MORE_SHARE * len(whole.split()))


def second_kinds(pairs: Sequence[tuple[str, str]]) -> Counter[tuple[str, bool]]:
    """The kind of the second article of each pair, and whether it is left out."""
    found: Counter[tuple[str, bool]] = Counter()
    with fresh_index() as read:
        for number, (first, second) in enumerate(pairs):
            read(f"{number}/first", first)
            verdict = read(f"{number}/second", second)
            found[verdict.kind.value, verdict.is_duplicate] += 1
    return found


def _shown(kinds: Counter[tuple[str, bool]]) -> str:
    return ", ".join(f"{kind} {number}" for (kind, _), number in kinds.most_common())


# -- furniture -------------------------------------------------------------------------------------------------------


def measure_furniture(all_bodies: Sequence[Body]) -> Iterator[str]:
    """One line for each amount of furniture."""
    lenders = [body.furniture for body in all_bodies if len(body.furniture) >= 20]
    for name, before, within, behind in (("few lines", 2, 0, 3), ("more lines", 5, 0, 8), ("within", 0, 4, 0)):
        rng = Random(name)
        pairs = []
        for number, body in enumerate(all_bodies if lenders else ()):
            lent = lenders[(7 * number + 13) % len(lenders)]
            middle = len(body.lines) // 2
            lines = [*_stretch(lent, before, rng), *body.lines[:middle], *_stretch(lent, within, rng)]
            pairs.append((body.text, "\n".join([*lines, *body.lines[middle:], *_stretch(lent, behind, rng)])))
        kinds = second_kinds([pair for pair in pairs if pair[0] != pair[1]])
        kept = sum(number for (_, left_out), number in kinds.items() if left_out)
        yield f"{name:20} duplicates {kept} of {kinds.total()} ({kept / max(1, kinds.total()):.1%})  {_shown(kinds)}"


def _stretch(lines: Sequence[str], number: int, rng: Random) -> Sequence[str]:
    start = rng.randrange(len(lines) - number)
    return lines[start : start + number]


# -- drift -----------------------------------------------------------------------------------------------------------


def measure_drift(all_bodies: Sequence[Body]) -> Iterator[str]:
    """One line for each share of words that changes from link to link."""
    pool = [word for body in all_bodies for word in body.text.split() if len(word) > 3]
    for share in SHARES:
        rng, flagged, low, worst, stories = Random(share), 0, 0, 1.0, 0
        for body in all_bodies[:20]:
            for likelihood in _drift(body.text.split(), share, pool, rng):
                stories += likelihood is None
                flagged += likelihood is not None
                low += likelihood is not None and likelihood < COPY_FROM
                worst = min(worst, 1.0 if likelihood is None else likelihood)
        yield f"{share:.0%} a link: {flagged} duplicates, {low} below {COPY_FROM}, least {worst:.2f}; {stories} new"


def _drift(text: list[str], share: float, pool: list[str], rng: Random) -> Iterator[float | None]:
    """The direct likelihood of each link; None if the link is published."""
    texts = {hash_id("0"): text}
    with fresh_index() as read:
        read("0", " ".join(text))
        for link in range(1, LINKS + 1):
            text = [rng.choice(pool) if rng.random() < share else word for word in text]
            texts[hash_id(str(link))] = text
            verdict = read(str(link), " ".join(text))
            yield _directly(text, texts[str(verdict.of)]) if verdict.is_duplicate else None


def _directly(new: list[str], old: list[str]) -> float:
    one, other = (Profile(words_of(" ".join(text), seed=0)) for text in (new, old))
    (match,) = Comparison(one, Counts()).with_all([other])
    return match.likelihood if match else 0.0


if __name__ == "__main__":
    report(__doc__, {"parts": measure_parts, "furniture": measure_furniture, "drift": measure_drift})
