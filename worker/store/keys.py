"""Makes short keys for the entries of a store."""

from __future__ import annotations

import hashlib
import re
import struct
from functools import lru_cache

from worker.messages import MessageId

KEY_BYTES = 16

_PLACE = re.compile(r"(.+)/(0|[1-9][0-9]{0,8})/(0|[1-9][0-9]{0,17})", re.DOTALL)
_POSITION = struct.Struct(">8sIQ")


def hash_key(text: str) -> bytes:
    """The 16-byte hash of any text, lone surrogates included."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()


@lru_cache(maxsize=1024)  # each store asks for it twice in a batch
def message_key(message: MessageId) -> bytes:
    """The place, then the hash of the value, so that another message at the same place has another key.

    The place topic/partition/offset takes 20 bytes that sort by offset, so that neighbours share a page. Any other
    place is hashed.
    """
    position = _PLACE.fullmatch(message.place)
    if position is None:
        return hash_key(message.place) + message.value_hash
    return _POSITION.pack(hash_key(position[1])[:8], int(position[2]), int(position[3])) + message.value_hash
