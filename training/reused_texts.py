"""Short texts, and what several writers made of each: near copies, revisions, and texts of their own on its subject.

`reuse/<name>.<language>.txt` holds a title line and the source, one paragraph a line. A line `=== <kind>` begins each
text that was written after it; a first line without a full stop is its title. The kinds:

- `near`: sentences of the source, some dropped or moved, with small joins; every second one is a text of the writer's
  own that takes over a third to two thirds of the source.
- `light`: most sentences of the source with a few other words and clauses in another order.
- `revised`: the same sentences, each with other words and other grammar throughout.
- `heavy`: the same content, retold.
- `independent`: another text on the subject, written without the source.

People, places and facts are invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from training.articles import HALVES
from training.pairs import Doc

HERE = Path(__file__).parent / "reuse"
SOURCE, INDEPENDENT = "source", "independent"
REWRITTEN = ("revised", "heavy")
_LONGEST_TITLE = 10  # words


def reused_texts(half: str) -> list[Doc]:
    """The texts of one half of the sources, each source before those that were written after it.

    A text of a kind in `REWRITTEN` is a copy in its content, but a comparison of words need not find it. So it has its
    own cluster, and names that of its source in `partial_of`.
    """
    return [doc for path in _files(half) for doc in _docs(path)]


def _files(half: str) -> list[Path]:
    """Every second file of each language."""
    by_language = sorted(HERE.glob("*.txt"), key=lambda path: (path.suffixes[0], path.name))
    return by_language[HALVES.index(half) :: len(HALVES)]


def _docs(path: Path) -> Iterator[Doc]:
    name = path.stem
    blocks = path.read_text(encoding="utf-8").strip().split("\n=== ")
    for number, block in enumerate([f"{SOURCE}\n{blocks[0]}", *blocks[1:]]):
        kind, *lines = block.split("\n")
        own = f"{name} {kind} {number}"
        cluster = own if kind in (*REWRITTEN, INDEPENDENT) else name
        title = lines[0] if number == 0 or _is_title(lines[0]) else ""
        text = "\n".join(lines[1:] if title else lines)
        host = f"{kind}{number}.example"
        doc = {"id": own, "cluster": cluster, "kind": kind, "host": host, "title": title, "text": text}
        yield {**doc, "partial_of": name} if kind in REWRITTEN else doc


def _is_title(line: str) -> bool:
    return len(line.split()) <= _LONGEST_TITLE and not line.endswith(".")
