"""Counts the entries of a store on the server, and estimates its size."""

from __future__ import annotations

from typing import Any

from worker.dedup.valkey.meta import Meta
from worker.dedup.valkey.names import Names
from worker.dedup.valkey.round import unless_foreign

_SAMPLES = 200  # entries of a hash that the server measures to estimate its size


def stats(client: Any, names: Names, meta: Meta) -> dict[str, int]:
    """See `Memory.stats`."""
    slots = [generation.slot for generation in meta.live]
    pipe = client.pipeline(transaction=False)
    for slot in slots:
        for name in names.all_of(slot):
            pipe.hlen(name)
            pipe.memory_usage(name, _SAMPLES)
    replies = [unless_foreign(reply, 0) for reply in pipe.execute(raise_on_error=False)]
    kinds = [*names.tables, "records", "buckets"]
    lengths = {kind: sum(replies[2 * place :: 2 * len(kinds)]) for place, kind in enumerate(kinds)}
    postings = sum(meta.buckets[slot].postings for slot in slots)
    size = sum(each or 0 for each in replies[1::2])
    return {**lengths, "postings": postings, "generations": len(slots), "span_s": meta.span_s, "bytes": size}
