"""Rows of the ledger and dead letters, for the tests of the `dead` commands."""

from __future__ import annotations

import hashlib
from typing import Any

from worker.commands.dead.ledger import Row
from worker.messages import Headers, Source
from worker.transport.dead_letters import KeptLetter

HOSTILE = "\x1b[31m\u202e\x9bEVIL\x07\n"
"""A text that would colour a terminal, reverse a line, or ring a bell."""


def row(**facts: Any) -> Row:
    named: dict[str, Any] = {
        "partition": 3, "offset": 1204, "written_ms": 1_772_452_800_250, "source": "articles.raw/3/41", "attempt": 1,
        "reason": "bad_json", "detail": "why", "stage": "decode", "value_length": 2, "is_whole": 1,
        "url": "https://e.org/1", "host": "e.org", "shape": "native", "article_id": "a" * 32, "source_ms": None,
        "state": "open",
    }  # fmt: skip
    return Row(**{**named, **facts})


def letter(value: bytes | None = b"{}", headers: Headers = (), **facts: Any) -> KeptLetter:
    named: dict[str, Any] = {
        "source": Source("articles.raw", 3, 41), "attempt": 1, "gave_up": False, "reason": "bad_json", "detail": "why",
        "stage": "decode", "value_length": len(value or b""), "value_sha256": hashlib.sha256(value or b"").hexdigest(),
        "key": None, "value": value, "headers": headers,
    }  # fmt: skip
    return KeptLetter(**{**named, **facts})
