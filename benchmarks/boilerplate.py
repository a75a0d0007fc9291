"""How much planted boilerplate the cleaning removes from articles, and how much of the story it loses.

    python -m benchmarks.boilerplate PAGES.jsonl.xz [--phrases FILE] [--seed N] [--show K]

PAGES has one JSON object per line with `gold`, the whole body of an article. Each article gets lines of a phrase file
(by default phrases.json beside this script, which was written for this project and used to tune it), template tags, a
second copy of the body, and two sentences that every article of its made-up site has. These two count from the site's
eighth article on.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.adapters import TextCleaner

ARTICLES_A_SITE = 22
COUNTED_FROM = 8
WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Case:
    """An article with its planted boilerplate."""

    url: str
    story: list[str]
    text: list[str]
    put_in: list[tuple[str, str]]  # class and line
    controls: list[str]


def stories(path: Path) -> list[list[str]]:
    found = []
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            own = [part.strip() for part in (json.loads(line)["gold"] or "").split("\n") if part.strip()]
            if len(own) > 5 and len(set(own)) == len(own) and len(WORD.findall(" ".join(own))) > 150:
                found.append(own)
    return found


def cases(bodies: list[list[str]], phrases: dict[str, Any], rng: random.Random) -> Iterator[Case]:
    sentences = [line for own in bodies for line in own[2:5] if 8 <= len(line.split()) <= 30]
    sites = max(4, len(bodies) // ARTICLES_A_SITE)
    furniture = [rng.sample(sentences, 2) for _ in range(sites)]
    for number, body in enumerate(bodies):
        story, put_in, controls = list(body), [], []
        if rng.random() < 0.35:
            controls = [rng.choice(phrases["controls"])]
            story.insert(rng.randint(2, len(story) - 1), controls[0])
        text = list(story)
        if rng.random() < 0.25:
            copy = story[rng.choice([0, 1]) :]
            text += copy
            put_in += [("repeat", line) for line in copy]
        for name, spec in phrases["classes"].items():
            if rng.random() < spec["share"]:
                headline = " ".join(rng.choice(sentences).split()[: rng.randint(6, 11)])
                line = rng.choice(spec["lines"]).replace("{headline}", headline)
                at = {"head": 0, "early": 1, "middle": rng.randint(2, len(text) - 1), "tail": len(text)}[spec["place"]]
                text.insert(at, line)
                put_in.append((name, line))
        if rng.random() < 0.3:
            tags = rng.sample(phrases["tags"], 2)
            text = [tags[0], *text, tags[1]]
            put_in += [("tag", tag) for tag in tags]
        for line in furniture[number % sites]:
            text.insert(rng.choice([1, len(text)]), line)
            if number // sites + 1 >= COUNTED_FROM:
                put_in.append(("site", line))
        yield Case(f"https://www.site{number % sites}.example/{number}", story, text, put_in, controls)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--phrases", type=Path, default=Path(__file__).with_name("phrases.json"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="print this many lines that were not removed")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    bodies = stories(args.pages)
    rng.shuffle(bodies)
    made = list(cases(bodies, json.loads(args.phrases.read_text(encoding="utf-8")), rng))
    cleaner = TextCleaner()
    begin = time.perf_counter()
    cleaned = [cleaner.clean(case.url, "\n".join(case.text)).split("\n") for case in made]
    report(made, cleaned, time.perf_counter() - begin, args.show)


@dataclass
class Tally:
    """What cleaning did to all articles: lines put in and removed by class, words and control lines of the stories."""

    put_in: Counter[str] = field(default_factory=Counter)
    gone: Counter[str] = field(default_factory=Counter)
    left: list[str] = field(default_factory=list)
    words: int = 0
    lost: int = 0
    controls: int = 0
    kept: int = 0

    def judge(self, case: Case, lines: list[str]) -> None:
        """Count one article, of which these lines came out."""
        left = Counter(lines) - Counter(case.story)
        for name, line in case.put_in:
            self.put_in[name] += 1
            if left[line] > 0:
                left[line] -= 1
                self.left.append(f"{name}: {line}")
            else:
                self.gone[name] += 1
        own = Counter(WORD.findall(" ".join(case.story)))
        self.words += own.total()
        self.lost += (own - Counter(WORD.findall(" ".join(lines)))).total()
        self.controls += len(case.controls)
        self.kept += sum(line in lines for line in case.controls)

    def removed(self) -> dict[str, float]:
        """The share of the lines put in that went, by class in alphabetical order."""
        return {name: self.gone[name] / self.put_in[name] for name in sorted(self.put_in)}


def report(made: list[Case], cleaned: list[list[str]], seconds: float, show: int) -> None:
    tally = Tally()
    for case, lines in zip(made, cleaned, strict=True):
        tally.judge(case, lines)
    removed = tally.removed()
    for name, share in removed.items():
        print(f"{name:<16}{share:.4f} of {tally.put_in[name]} removed")
    print(f"{'mean':<16}{mean(removed.values()):.4f}")
    print(
        f"words of the story lost {tally.lost / tally.words:.5f}, control lines kept {tally.kept} of {tally.controls}"
    )
    print(f"{len(made)} articles, {len(made) / seconds:.0f}/s")
    print("\n".join(tally.left[:show]))


if __name__ == "__main__":
    main()
