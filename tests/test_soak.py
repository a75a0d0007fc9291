"""The soak measures what it says: its slope, and a stream of pages that are neither equal nor all duplicates."""

from __future__ import annotations

import io
import itertools
import math
import os

import pytest

from benchmarks import soak
from benchmarks.rounds import Template, messages
from tests.kafka import corpus
from worker.config.settings import Settings
from worker.messages import Article, RawRecord, Source
from worker.stages.order import build_stages


def test_the_slope_is_that_of_most_points() -> None:
    line = [(x / 10, 3 * x / 10) for x in range(50)]
    outliers = [(2.02, 900.0), (3.03, -700.0)]
    assert soak.slope(line + outliers) == pytest.approx(3, abs=0.05)
    assert math.isnan(soak.slope([(1.0, 2.0)]))


def test_a_sample_is_the_memory_of_the_process() -> None:
    before = soak.sample(os.getpid(), 1.0, 7)
    block = b"x" * 50_000_000
    after = soak.sample(os.getpid(), 2.0, 8)
    assert after.anon - before.anon == pytest.approx(len(block) / soak.MB, abs=5)
    assert (after.seconds, after.messages) == (2.0, 8)
    assert after.anon <= after.rss <= after.peak


def test_the_report_begins_its_slope_after_the_first_messages() -> None:
    samples = [
        soak.Sample(n, n * 1000, 60.0, 50.0 + (30 if n < 10 else n / 10), 10.0, 0.0, 55.0, 70.0) for n in range(1, 41)
    ]
    out = io.StringIO()
    soak.report(samples, out)
    assert "anon after 10000 messages: +1.00 MB per 10,000 messages; median 52.5 MB, largest 54.0 MB" in out.getvalue()


@pytest.fixture(scope="module")
def templates() -> list[Template]:
    return [Template.of(number, page.url, page.html) for number, page in enumerate(corpus.pages(40))]


def test_the_first_version_is_the_page_itself(templates: list[Template]) -> None:
    assert [template.page(0, 0) for template in templates] == corpus.pages(40)


def test_a_later_version_has_other_words_in_the_same_markup(templates: list[Template]) -> None:
    first, second, again = (templates[0].page(version, 1) for version in (1, 2, 2))
    assert again == second
    assert first.html.count("<p>") == second.html.count("<p>")
    words, others = set(first.html.split()), set(second.html.split())
    assert 0.2 < len(words & others) / len(words) < 0.8


def test_most_messages_of_later_rounds_are_new_pages_with_new_urls(templates: list[Template]) -> None:
    decode = build_stages(Settings()).decode
    read = [decode(RawRecord(Source("raw", 0, n), value)) for n, value in enumerate(_some(templates, 5 * 80))]
    articles = [each for each in read if isinstance(each, Article)]
    assert 0.4 < len(articles) / len(read) < 0.6  # as many broken messages as pages, because there are few pages
    assert 0.75 < len({each.url for each in articles}) / len(articles) < 1
    assert 0.65 < len({each.html for each in articles}) / len(articles) < 1


def _some(templates: list[Template], count: int) -> list[bytes | None]:
    return list(itertools.islice(messages(templates), count))
