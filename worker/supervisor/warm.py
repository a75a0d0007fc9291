"""Loads what a worker needs. Only the server of worker processes imports this module, before it forks any.

The server can only be told to import modules, so the import does the work: it puts one article through all stages.
Then each worker process has the models and the lexicons from the start, and all processes share their memory.
"""

from __future__ import annotations

from contextlib import suppress

import orjson

import worker.supervisor.child
import worker.transport.kafka.transport  # noqa: F401 - each worker process needs it
from worker.config.settings import Settings
from worker.footprint import keep_what_is_loaded
from worker.messages import Article, Dead, Dropped, RawRecord, Source
from worker.sites.lines import sketch
from worker.stages.identify import identify
from worker.stages.order import build_stages

_LINES = (
    "The harbour bridge reopened on Monday after eleven months of repairs, and lorries crossed it again at noon.",
    "Engineers had found cracks in two of its piers last winter. “We could not wait any longer,” said the mayor.",
    "Traffic was light in the morning, because most drivers still took the longer road around the old docks.",
)
_PAGE = f"<!doctype html><title>Bridge</title><article><h1>Bridge</h1>{''.join(f'<p>{line}</p>' for line in _LINES)}"


def warm_up() -> Article | Dropped | Dead:
    """Put an article through all stages, and return the result."""
    record = RawRecord(
        Source("", 0, 0), orjson.dumps({"url": "https://news.example.org/2026/03/harbour-bridge", "html": _PAGE})
    )
    stages = build_stages(Settings())
    article = stages.decode(record)
    for _, run in stages:
        if isinstance(article, Article):
            article = run(article)
    if isinstance(article, Article):
        sketch(article, None)
        identify(article, record, 0.0, 0)
    return article


with suppress(Exception):  # a worker process will meet the same error, and say so
    warm_up()
keep_what_is_loaded()  # otherwise each search for cycles would write to the shared memory
