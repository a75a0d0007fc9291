"""How all tests of shapes decode a message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from worker.messages import Article, Dead, Dropped, RawRecord, Source
from worker.stages.decode import decode

Ending = Article | Dropped | Dead
DecodeMessage = Callable[..., Ending]


@pytest.fixture
def decode_message() -> DecodeMessage:
    """`decode_message(value, shape="auto", key=None)`: the value is bytes, or an object that is encoded as JSON."""

    def run(value: Any, shape: str = "auto", key: bytes | None = None) -> Ending:
        data = value if isinstance(value, bytes) else orjson.dumps(value)
        return decode(RawRecord(Source("articles.raw", 0, 7), data, key), shape=shape, max_value_bytes=1 << 20)

    return run


@pytest.fixture
def article_of(decode_message: DecodeMessage) -> Callable[..., Article]:
    """Like `decode_message`, for messages that must become an article."""

    def run(value: Any, shape: str = "auto", key: bytes | None = None) -> Article:
        ending = decode_message(value, shape, key)
        assert isinstance(ending, Article), ending
        return ending

    return run
