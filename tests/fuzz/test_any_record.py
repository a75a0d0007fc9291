"""Any input from the web passes through the whole pipeline, and its outputs keep every promise.

By default, the inputs are a fixed set. `make fuzz` tries new ones for the given time, and prints the seed of each set.
"""

from __future__ import annotations

import itertools
import os
import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import orjson
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.inputs import messages, page_values, pages, records, texts, warc_values
from worker import schema
from worker.config.settings import Settings
from worker.dedup.embedded.memory import EmbeddedMemory
from worker.dedup.index import Index
from worker.messages import DeadLetter, Output, PipelineInfo, RawRecord, Reason, Result, Source
from worker.pipeline.pipeline import Pipeline
from worker.sites.memory import SiteStore, on_disk
from worker.stages.identify import Dedup
from worker.stages.order import build_stages
from worker.transport import dead_letters

FUZZ_S: Final = float(os.environ.get("FUZZ_SECONDS", "0"))
"""How long each test tries new inputs; 0 means the fixed set."""
FUZZ_SEED: Final = os.environ.get("FUZZ_SEED")
"""The seed of a set to run again."""

MAX_MESSAGE_BYTES: Final = 1 << 20
MAX_REPORT_BYTES: Final = 64 << 10
MAX_HEADERS_BYTES: Final = 20 << 10  # 16 KiB of the input's own headers, and the worker's
SECONDS: Final = 1.0  # for any record, plus
SECONDS_A_BYTE: Final = 50e-6  # per byte: a hundred times what an ordinary page takes

# Controls except tab and newline. U+202A.. and U+2066.. reverse the text after them.
UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

OFFSETS: Final = itertools.count()


@pytest.fixture
def pipeline(tmp_path: Path) -> Iterator[Pipeline]:
    """The pipeline of a worker, with its stores in a directory."""
    options: dict[str, Any] = {"window": timedelta(days=30), "max_bytes": 1 << 30}
    sites, memory = (
        SiteStore(on_disk(tmp_path / "sites", **options), least=5),
        EmbeddedMemory(tmp_path / "index", **options),
    )
    stages = build_stages(Settings(), sites, Dedup(Index(memory)))
    info = PipelineInfo("1.2.3", "0123456789abcdef")
    yield Pipeline(stages, info, tag_duplicates=True, max_message_bytes=MAX_MESSAGE_BYTES)
    memory.close()
    sites.close()


def hold(strategy: st.SearchStrategy[Any], holds: Callable[[Any], None], examples: int) -> None:
    """Check a property on `examples` inputs, always the same ones; or on new ones until the time is up."""
    options: dict[str, Any] = {
        "max_examples": examples, "deadline": None, "database": None, "suppress_health_check": list(HealthCheck),
    }  # fmt: skip
    if not FUZZ_S:
        given(strategy)(settings(**options, derandomize=True)(_plain(holds)))()
        return
    end = time.monotonic() + FUZZ_S
    while time.monotonic() < end:
        number = int(FUZZ_SEED) if FUZZ_SEED else random.SystemRandom().randrange(1 << 32)
        print(f"FUZZ_SEED={number}", flush=True)  # noqa: T201 - needed to repeat a failure
        seed(number)(given(strategy)(settings(**options)(_plain(holds))))()


def _plain(holds: Callable[[Any], None]) -> Callable[[Any], None]:
    def holds_for(value: Any) -> None:
        holds(value)

    return holds_for


def keeps_all_promises(pipeline: Pipeline, batch: list[RawRecord]) -> None:
    begin = time.process_time()
    results = pipeline.process(batch)
    spent_s = time.process_time() - begin
    assert spent_s < sum(SECONDS + SECONDS_A_BYTE * record.size_bytes for record in batch)
    assert [result.record for result in results] == batch
    for result in results:
        assert result.reason not in (Reason.STAGE_ERROR, Reason.TIMEOUT, Reason.CRASH), _report(result)["detail"]
        channels = [made.channel for made in result.outputs]
        assert channels.count("quality") == 1
        assert len(channels) <= 2
        for made in result.outputs:
            _check_output(made)
    assert [_same(result) for result in pipeline.process(batch)] == [_same(result) for result in results]


def _check_output(made: Output) -> None:
    value = dead_letters.line(made.value) if isinstance(made.value, DeadLetter) else made.value
    assert value is not None
    name = {"clean": "clean_article", "quality": "quality_report", "dead": "dead_letter"}[made.channel]
    message = orjson.loads(value)
    assert [error.message for error in schema.validator(name).iter_errors(message)] == []
    headers = made.headers
    if isinstance(made.value, DeadLetter):
        said = dead_letters.headers(made.value)
        assert [text for _, text in said if UNSEEN.search(text.decode())] == []
        headers += said
    else:
        assert len(value) <= (MAX_MESSAGE_BYTES if made.channel == "clean" else MAX_REPORT_BYTES)
    assert sum(len(name.encode()) + len(header) for name, header in headers) <= MAX_HEADERS_BYTES
    message.pop("headers", None)  # a dead letter has them unchanged
    assert [text for text in _strings(message) if UNSEEN.search(text)] == []


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from itertools.chain.from_iterable(map(_strings, (*value, *value.values())))
    elif isinstance(value, list):
        yield from itertools.chain.from_iterable(map(_strings, value))


def _report(result: Result) -> dict[str, Any]:
    (report,) = [made.value for made in result.outputs if made.channel == "quality"]
    assert isinstance(report, bytes)
    message: dict[str, Any] = orjson.loads(report)
    return message


def _timeless(made: Output) -> Output:
    if not isinstance(made.value, bytes):
        return made
    return replace(made, value=orjson.dumps({**orjson.loads(made.value), "processed_at": None}))


def _same(result: Result) -> tuple[Any, ...]:
    """The parts that must not differ between two readings of a record."""
    others = [_timeless(made) for made in result.outputs if made.channel != "quality"]
    return result.outcome, result.reason, others, {**_report(result), "stage_ms": None, "processed_at": None}


def _record(value: bytes) -> RawRecord:
    return RawRecord(Source("articles.raw", 0, next(OFFSETS), timestamp_ms=1_790_000_000_000), value)


def _in_message(field: str) -> Callable[[str], bytes]:
    return lambda text: orjson.dumps(
        {"url": "https://example.org/news/1", field: text.encode("utf-8", "ignore").decode()}
    )


KINDS: Final[dict[str, tuple[st.SearchStrategy[bytes], int]]] = {
    "messages of every crawler": (messages(), 500),
    "pages": (pages().map(_in_message("html")), 500),
    "texts": (texts().map(_in_message("text")), 500),
    "bare pages": (page_values(), 150),
    "WARC records": (warc_values(), 200),
}


@pytest.mark.parametrize("kind", KINDS)
def test_any_value_gets_a_report_and_safe_outputs(kind: str, pipeline: Pipeline) -> None:
    values, examples = KINDS[kind]
    hold(values, lambda value: keeps_all_promises(pipeline, [_record(value)]), examples)


def test_any_records_in_a_batch_get_reports_and_safe_outputs(pipeline: Pipeline) -> None:
    def holds(batch: list[RawRecord]) -> None:
        begin = next(OFFSETS) * 10 + 1_000_000_000  # separate from the offsets of the other tests
        placed = [
            RawRecord(Source("articles.raw", 0, begin + n, record.source.timestamp_ms), record.value, record.key, record.headers)
            for n, record in enumerate(batch)
        ]  # fmt: skip
        keeps_all_promises(pipeline, placed)

    hold(st.lists(records(0), min_size=1, max_size=4), holds, 200)
