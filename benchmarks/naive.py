"""The worker that one would write in an afternoon: kafka-python, trafilatura and datasketch, and no more than that.

    python benchmarks/naive.py SERVERS RAW_TOPIC CLEAN_TOPIC

It reads the topic to its present end: messages with `url` and `html`. It publishes the text of each page that is no
near copy of an earlier one. `benchmarks/peer.py` compares the worker with it. It is meant to be fast and fair: it polls
and commits in batches, lets the producer collect and compress, and asks trafilatura for nothing but the text (with the
title and date, it takes twice as long).
"""

from __future__ import annotations

import json
import sys
from typing import Any

import trafilatura
from datasketch import MinHash, MinHashLSH
from kafka import KafkaConsumer, KafkaProducer

SHINGLE = 5  # words
SIMILAR = 0.8  # Jaccard similarity from which a text is a copy


def fingerprint(text: str) -> MinHash:
    words = text.split()
    made = MinHash(num_perm=128)
    made.update_batch({" ".join(words[at : at + SHINGLE]).encode() for at in range(max(1, len(words) - SHINGLE + 1))})
    return made


def clean(index: MinHashLSH, record: Any) -> bytes | None:
    """The message to publish; None if the page has no text, or is a copy."""
    page = json.loads(record.value)
    text = trafilatura.extract(page["html"], url=page["url"])
    if not text:
        return None
    made = fingerprint(text)
    if index.query(made):
        return None
    index.insert((record.partition, record.offset), made)
    return json.dumps({"url": page["url"], "text": text}, ensure_ascii=False).encode()


def main() -> None:
    servers, raw, clean_topic = sys.argv[1:]
    consumer: Any = KafkaConsumer(
        raw, bootstrap_servers=servers, group_id=f"naive-{raw}", auto_offset_reset="earliest",
        enable_auto_commit=False, max_poll_records=200, max_partition_fetch_bytes=8 << 20,
    )  # fmt: skip
    producer = KafkaProducer(
        bootstrap_servers=servers, compression_type="lz4", linger_ms=50, batch_size=256 << 10, max_request_size=8 << 20
    )
    index = MinHashLSH(threshold=SIMILAR, num_perm=128)
    ends: dict[Any, int] = {}
    while not ends or any(consumer.position(partition) < end for partition, end in ends.items()):
        batch = consumer.poll(timeout_ms=500)
        ends = ends or consumer.end_offsets(consumer.assignment())
        for records in batch.values():
            for record in records:
                if message := clean(index, record):
                    producer.send(clean_topic, message, key=record.key)
        producer.flush()
        if batch:
            consumer.commit()
    consumer.close()
    producer.close()


if __name__ == "__main__":
    main()
