"""How well lines of boilerplate are known by their concepts, and whether the lexicons are in order.

    python -m benchmarks.lexicons score [DIRECTORY] [--split taught|judged] [--show K]
    python -m benchmarks.lexicons lint

DIRECTORY has a file of phrases for each language, as tests/residue/phrases, which is the default. `score` puts each
line into an article, at a place where such lines stand. It prints the share that is removed, by class and by language,
and the share of the story lines that is kept. `lint` prints what is wrong with the lexicons, if anything.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from statistics import mean
from typing import Any, Final, NamedTuple

from worker.messages import Article
from worker.residue.bits import CONCEPTS
from worker.residue.tokens import fold, tokens
from worker.stages.residue import residue

PHRASES: Final = Path(__file__).parents[1] / "tests" / "residue" / "phrases"
STORY: Final = "story"
_HEAD: Final = {"interface", "date_stamp", "read_time", "cookie_notice"}
_TAIL: Final = {"copyright", "syndication", "wire_signoff"}
BODY: Final = """
The bridge over the Example reopened on Monday after eleven years, and the first to cross it was a widow of ninety.
She was born in the house beside the northern pier, and remembered the day when the old bridge was closed to carts.
Engineers had found cracks in two of the seven arches, which were built of a stone that is no longer quarried anywhere.
The repair cost twice what had been planned, because the river bed turned out to be softer than the drawings had shown.
For a decade, farmers on the eastern bank drove forty kilometres to a market that they could see from their fields.
Two shops, a school and the only bakery of the valley closed in those years, and a third of the families moved away.
The mayor, who had fought for the money under four governments, read the names of all masons aloud before the crossing.
A choir of schoolchildren sang in the rain until the loudspeakers failed, and then went on singing without any of them.
Lorries must still take the long way round, since the new surface needs a summer to settle under the weight of traffic.
The architect stood apart from the crowd and counted the seconds that it took the water to pass from pier to pier.
By the evening, somebody had tied a ribbon to the railing, and nobody could say who it was or whom it was meant for.
"""
"""An article without boilerplate."""


class Line(NamedTuple):
    """A line of a class, or of a story, in a language."""

    name: str
    language: str
    text: str


def read(directory: Path, split: str) -> list[Line]:
    """The lines of all languages that are `taught` or `judged`."""
    found = []
    for path in sorted(directory.glob("*.toml")):
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        classes: Mapping[str, Sequence[str]] = {**data[split], STORY: data["stories"][split]}
        found += [Line(name, path.stem, text) for name, texts in classes.items() for text in texts]
    return found


def is_removed(line: Line) -> bool:
    """Whether the line goes from the article, where such a line stands."""
    body = BODY.strip().split("\n")
    at = 0 if line.name in _HEAD else len(body) if line.name in _TAIL else 1 if line.name == "photo_credit" else 5
    body.insert(at, line.text)
    article = residue(Article(text="\n".join(body), language=line.language))
    return line.text not in (article.text or "").split("\n")


def score(lines: Sequence[Line]) -> tuple[dict[str, float], dict[str, tuple[float, float]], list[Line]]:
    """The share removed by class; by language the share removed and the share of stories kept; the lines gone wrong."""
    by_class: dict[str, list[bool]] = defaultdict(list)
    by_language: dict[str, tuple[list[bool], list[bool]]] = defaultdict(lambda: ([], []))
    wrong = []
    for line in lines:
        gone = is_removed(line)
        by_class[line.name].append(gone)
        is_story = line.name == STORY
        by_language[line.language][is_story].append(gone != is_story)
        if gone == is_story:
            wrong.append(line)
    shares = {name: mean(gone) for name, gone in by_class.items()}
    return shares, {name: (mean(gone), mean(kept)) for name, (gone, kept) in by_language.items()}, wrong


def lexicons() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The lexicons by language.

    Raises:
        ValueError: a file is not TOML.
    """
    for file in sorted(resources.files("worker.residue").joinpath("languages").iterdir(), key=lambda one: one.name):
        if file.name.endswith(".toml"):
            try:
                yield file.name[:-5], tomllib.loads(file.read_text(encoding="utf-8"))
            except tomllib.TOMLDecodeError as error:
                raise ValueError(f"{file.name}: {error}") from error


def faults(language: str, lexicon: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a lexicon, one sentence each."""
    seen: dict[str, str] = {}
    for concept, entries in lexicon["concepts"].items():
        if concept not in CONCEPTS:
            yield f"{language}: there is no concept {concept}"
        for entry in entries.split():
            word = entry.replace("*", "").rstrip(".'")
            if len(scripts := {_script(char) for char in word if char.isalpha()}) > 1 and language not in {"ja", "any"}:
                yield f"{language}: {entry} mixes {' and '.join(sorted(scripts))}"
            begun = word + word[0] if entry[-1] == "*" else word
            if "_" not in entry and tokens(begun) != [begun]:
                yield f"{language}: {entry} is not one word, so no line has it"
            if "_" in entry and not all(entry.split("_")):
                yield f"{language}: {entry} has a part without letters"
            if seen.setdefault(fold(entry), concept) == concept and entries.split().count(entry) > 1:
                yield f"{language}: {entry} stands twice under {concept}"


def _script(char: str) -> str:
    return unicodedata.name(char, "?").split()[0].split("-")[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("score", "lint"))
    parser.add_argument("directory", type=Path, nargs="?", default=PHRASES)
    parser.add_argument("--split", choices=("taught", "judged"), default="judged")
    parser.add_argument("--show", type=int, default=0, help="print this many lines that went wrong")
    args = parser.parse_args()
    if args.command == "lint":
        found = list(dict.fromkeys(fault for language, lexicon in lexicons() for fault in faults(language, lexicon)))
        print(*found, sep="\n", end="\n" if found else "")
        sys.exit(1 if found else 0)
    shares, by_language, wrong = score(read(args.directory, args.split))
    for name, share in shares.items():
        print(f"{name:<16}{share:.3f} removed")
    print(f"{'mean':<16}{mean(share for name, share in shares.items() if name != STORY):.3f}")
    for language, (gone, kept) in by_language.items():
        print(f"{language}: {gone:.2f} removed, {kept:.2f} of the story lines kept")
    print(*(f"{line.name} {line.language}: {line.text}" for line in wrong[: args.show]), sep="\n")


if __name__ == "__main__":
    main()
