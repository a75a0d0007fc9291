"""Tests two workers as if on two machines: one group on a real broker, and one index server, which goes away."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.dedup import valkey_server
from tests.kafka import corpus
from tests.kafka.broker import KafkaBroker
from tests.kafka.oracle import Account, Topics, check

pytestmark = pytest.mark.kafka

STORIES = 60
MAX_POLL_INTERVAL_S = 8
RUN = (
    *("run", "--stop-at-end", "--batch-max-records", "10", "--session-timeout", "6s"),
    *("--batch-budget", "4s", "--record-timeout", "2s", "--max-poll-interval", f"{MAX_POLL_INTERVAL_S}s"),
)


@pytest.fixture
def server() -> Iterator[valkey_server.Server]:
    """An index server that loses nothing when it is killed."""
    own = valkey_server.required(lambda: valkey_server.start_own(*valkey_server.DURABLE))
    yield own
    own.close()


@pytest.fixture
def filled(kafka: KafkaBroker) -> Topics:
    """Every story four times: original, crawled again, on a second site shortened, on a third with a paragraph more."""
    topics = Topics.create(kafka)
    stories = corpus.pages(STORIES, seed=6)
    values = [corpus.native(copy(page)) for copy in (same, cut, same, longer) for page in stories]
    assert topics.fill(kafka, values) == 4 * STORIES
    return topics


def same(page: corpus.Page) -> corpus.Page:
    return page


def cut(page: corpus.Page) -> corpus.Page:
    """The page without the last quarter of its paragraphs."""
    paragraphs = re.findall(r"<p>.*</p>", page.html)
    for paragraph in paragraphs[-(len(paragraphs) // 4) :]:
        page = corpus.Page(page.url, page.html.replace(paragraph, ""))
    return corpus.Page(page.url.replace("example.org", "example.com"), page.html)


def longer(page: corpus.Page) -> corpus.Page:
    more = f"<p>Our own reporter adds that {page.url.rpartition('/')[2]} was talked of at dinner in every house.</p></article>"
    return corpus.Page(page.url.replace("example.org", "example.net"), page.html.replace("</article>", more))


def start(kafka: KafkaBroker, topics: Topics, index: str, state_dir: Path) -> subprocess.Popen[str]:
    flags = [*topics.flags(kafka), "--state-dir", str(state_dir), "--instance-id", state_dir.name, "--index", index]
    return subprocess.Popen([sys.executable, "-m", "worker", *RUN, *flags], stderr=subprocess.PIPE, text=True)


def run_two(
    kafka: KafkaBroker, topics: Topics, index: str, tmp_path: Path, fault: Callable[[], None] = lambda: None
) -> tuple[Account, str]:
    """The outputs and logs of two workers, each with its own state directory."""
    with ExitStack() as stack:
        workers = [start(kafka, topics, index, tmp_path / name) for name in ("one", "two")]
        for worker in workers:
            stack.callback(worker.wait)
            stack.callback(worker.kill)
        fault()
        logs = [worker.communicate(timeout=120)[1] for worker in workers]
        assert [worker.returncode for worker in workers] == [0, 0], "\n----\n".join(logs)
    return check(kafka, topics), "".join(logs)


def test_one_article_of_every_story_is_published_although_the_index_server_goes_away(
    kafka: KafkaBroker, filled: Topics, server: valkey_server.Server, tmp_path: Path
) -> None:
    """It is away for longer than the session timeout. A second group that reads everything gets the same verdicts."""

    def fault() -> None:
        while not kafka.read(filled.quality):
            time.sleep(0.05)
        server.kill()
        time.sleep(MAX_POLL_INTERVAL_S + 4)
        server.start()

    account, log = run_two(kafka, filled, server.url, tmp_path / "first", fault)
    assert "index_unreachable" in log
    assert "index_reachable" in log
    assert account.count("published") == STORIES
    assert account.count("duplicate") == 3 * STORIES
    kinds = Counter(reason for outcome, reason in account.outcomes.elements() if outcome == "duplicate")
    assert {"recrawl", "copy"} <= set(kinds)
    again, _ = run_two(kafka, filled.again(kafka), server.url, tmp_path / "again")
    assert {key: report["duplicate"] for key, report in again.reports.items()} == {
        key: report["duplicate"] for key, report in account.reports.items()
    }
