"""How much boilerplate goes from articles that it was put into, and what that costs the story.

    python -m benchmarks.boilerplate PAGES.jsonl.xz [--phrases FILE] [--seed N] [--show K]

PAGES has one JSON object a line with `gold`, the whole body of an article. Into each go lines of a phrase file (by
default phrases.json beside this script: written for this project, and tuned on), template tags, a second copy of the
body, and two sentences that stand in every article of its made-up site, which count from its eighth article on.
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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.adapters import TextCleaner

ARTICLES_A_SITE = 22
COUNTED_FROM = 8
WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Case:
    """An article with what was put into it."""

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
    parser.add_argument("--show", type=int, default=0, help="print so many lines that were left")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    bodies = stories(args.pages)
    rng.shuffle(bodies)
    made = list(cases(bodies, json.loads(args.phrases.read_text(encoding="utf-8")), rng))
    cleaner = TextCleaner()
    begin = time.perf_counter()
    cleaned = [cleaner.clean(case.url, "\n".join(case.text)).split("\n") for case in made]
    report(made, cleaned, time.perf_counter() - begin, args.show)


def report(made: list[Case], cleaned: list[list[str]], seconds: float, show: int) -> None:
    total, gone, left_lines = Counter[str](), Counter[str](), []
    words = lost = controls = kept = 0
    for case, lines in zip(made, cleaned, strict=True):
        left = Counter(lines) - Counter(case.story)
        for name, line in case.put_in:
            total[name] += 1
            if left[line] > 0:
                left[line] -= 1
                left_lines.append(f"{name}: {line}")
            else:
                gone[name] += 1
        own = Counter(WORD.findall(" ".join(case.story)))
        words += own.total()
        lost += (own - Counter(WORD.findall(" ".join(lines)))).total()
        controls += len(case.controls)
        kept += sum(line in lines for line in case.controls)
    for name in sorted(total):
        print(f"{name:<16}{gone[name] / total[name]:.4f} of {total[name]} removed")
    print(f"{'mean':<16}{sum(gone[name] / total[name] for name in total) / len(total):.4f}")
    print(f"words of the story lost {lost / words:.5f}, control lines kept {kept} of {controls}")
    print(f"{len(made)} articles, {len(made) / seconds:.0f}/s")
    print("\n".join(left_lines[:show]))


if __name__ == "__main__":
    main()
