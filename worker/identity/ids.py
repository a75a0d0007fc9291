"""Names of articles in outputs."""

from __future__ import annotations

import hashlib


def hash_id(text: str) -> str:
    """The first 32 hex characters of the SHA-256 of a text, lone surrogates included."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
