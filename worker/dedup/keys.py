"""Keys of fixed size for what a store remembers."""

from __future__ import annotations

import hashlib
import re
import struct
from functools import lru_cache

KEY_BYTES = 16

_MESSAGE_ID = re.compile(r"(.+)/(0|[1-9][0-9]{0,8})/(0|[1-9][0-9]{0,17})", re.DOTALL)
_POSITION = struct.Struct(">8sIQ")


def hash_key(text: str) -> bytes:
    """16 bytes for any text, lone surrogates included."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()


def message_key(message_id: str) -> bytes:
    """topic/partition/offset as 20 bytes that grow with the offset, so that neighbours share a page; else a hash."""
    position = _MESSAGE_ID.fullmatch(message_id)
    if position is None:
        return hash_key(message_id)
    return _POSITION.pack(_topic_key(position[1]), int(position[2]), int(position[3]))


@lru_cache(maxsize=1024)
def _topic_key(topic: str) -> bytes:
    return hash_key(topic)[:8]
