"""`article-worker replay diff` on a real broker: what a replay with other settings changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.kafka import corpus
from tests.kafka.broker import KafkaBroker
from tests.kafka.oracle import Topics
from tests.kafka.test_commands import command
from tests.kafka.test_replay import flags_of, replays_of

pytestmark = [pytest.mark.kafka, pytest.mark.commands]

SHORT = (
    "<html><body><article><p>" + "A short story of more than twenty-five words. " * 4 + "</p></article></body></html>"
)


def message(number: int, after: str) -> bytes:
    """A message that holds a page twice: as it was, and as it is after a change."""
    page = corpus.page(number, seed=6)
    return orjson.dumps({"url": page.url, "page": page.html, "fixed_page": page.html.replace("The council of", after)})


def test_a_replay_with_another_page_and_another_limit_is_compared_with_the_live_articles(
    kafka: KafkaBroker, tmp_path: Path
) -> None:
    topics = Topics.create(kafka, 2)
    pages = [message(number, "The old council in" if number < 5 else "The council of") for number in range(20)]
    pages.append(orjson.dumps({"url": "https://short.example/1", "page": SHORT, "fixed_page": SHORT}))
    topics.fill(kafka, [*pages, b"{"], 2)
    flags = (*flags_of(topics, kafka), "--state-dir", str(tmp_path), "--log-format", "json")
    for each in (
        ("run", *flags, "--map", "html=page", "--stop-at-end"),
        ("replay", "run", "v2", *flags, "--map", "html=fixed_page", "--min-words", "50"),
    ):
        done = command(*each)
        assert done.returncode == 0, done.stderr[-3000:]

    html = tmp_path / "v2.html"
    read = (*flags[:2], "--replays-topic", replays_of(topics), "--state-dir", str(tmp_path))
    compared = command("replay", "diff", "v2", *read, "--json", "--html", str(html))
    assert compared.returncode == 0, compared.stderr[-3000:]
    found: dict[str, Any] = orjson.loads(compared.stdout)
    assert (found["compared"], found["only_before"], found["only_after"]) == (22, 0, 0)
    assert found["unfinished"] == {}
    assert [(row["before"], row["after"], row["records"]) for row in found["reasons"]] == [
        ("published new", "dropped too_short", 1)
    ]
    changed = {row["words_changed"]: row["articles"] for row in found["texts"]}
    assert changed.pop("same text") == 20 - len(found["examples"]) > 0
    assert sum(changed.values()) == len(found["examples"]) > 0
    runs = [run for example in found["examples"] for run in example["text"]]
    assert {"kind": "inserted", "text": "old "} in runs
    assert f"wrote {html}" in compared.stderr
    assert "<ins>old </ins>" in html.read_text(encoding="utf-8")

    missing = command("replay", "diff", "v3", *read)
    assert (missing.returncode, "there is no replay v3" in missing.stderr) == (2, True)
    own = command("replay", "diff", "v2", *read, "--against", "v2")
    assert (own.returncode, "give a replay other than v2" in own.stderr) == (2, True)
