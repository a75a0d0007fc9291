"""Makes stories of one template in scripts without capitals or spaces, each with its own facts, for benchmarks only.

`lookalikes/scripts.txt` holds the templates, as `training.family_facts` reads them: `# NAME LANGUAGE`, word lists, the
title, and one paragraph a line. Numbers are written out. All people and companies are invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

from training.family_facts import Facts, settle, templates, tidy
from training.pairs import Doc

FILE = Path(__file__).parent / "lookalikes" / "scripts.txt"
STORIES = 14  # of each template


def script_lookalikes(seed: int) -> Iterator[Doc]:
    """The stories, with the language in `script`. The same seed gives the same stories."""
    for template in templates(FILE):
        language = template.marks[0]
        rng = Random(f"{template.name}/{seed}")  # noqa: S311 - not for secrets
        house = [settle(line, rng) for line in template.lines]
        for number in range(STORIES):
            facts, name = Facts(rng, template.words), f"{template.name}.{number}"
            title, *lines = (tidy(facts.fill(line), language) for line in house)
            yield {
                "id": name, "cluster": name, "kind": f"lookalike_{template.name}", "script": language,
                "host": f"{name}.example", "title": "", "text": "\n".join((title, *lines)),
            }  # fmt: skip
