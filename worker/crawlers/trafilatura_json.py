"""trafilatura's JSON output. There, `source` is the URL, and `author` is one string with "; " between the names."""

from __future__ import annotations

from worker.crawlers.base import Shape
from worker.crawlers.fields import COMMON, Message, extended

_TELLING = frozenset({"source-hostname", "excerpt", "fingerprint", "raw_text", "filedate", "pagetype"})


def _fits(message: Message) -> bool:
    return "text" in message and "source" in message and len(_TELLING & message.keys()) >= 2


SHAPE = Shape("trafilatura_json", _fits, aliases=extended(COMMON, url="source"))
