"""The bulk files. With OPENSEARCH_URL, a real Elasticsearch or OpenSearch takes them, too."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

import orjson
import pytest

from examples.consumers import to_bulk_files
from examples.consumers.reading import batch
from examples.consumers.to_bulk_files import Sink
from tests.examples.records import ARTICLE, IDS, TOPIC, article, history, poll, record, versions
from worker import schema

MAPPING = Path(to_bulk_files.__file__).with_name("articles.index.json")


@pytest.fixture
def sink(tmp_path: Path) -> Sink:
    return Sink(str(tmp_path / "bulk"), TOPIC)


def files(sink: Sink) -> list[Path]:
    """The files in the order in which they are to be sent."""
    return sorted(sink.directory.glob("*.ndjson"))


def apply(sent: Path, index: dict[str, Any]) -> None:
    """Do what a server does with a bulk request."""
    lines = iter(sent.read_bytes().splitlines())
    for line in lines:
        [(action, target)] = orjson.loads(line).items()
        if action == "delete":
            index.pop(target["_id"], None)
        else:
            assert action == "index"
            index[target["_id"]] = orjson.loads(next(lines))


def test_an_article_is_indexed_under_its_id_and_a_tombstone_deletes_it(sink: Sink) -> None:
    sink.write(batch(poll(record(article(1), IDS[1], 3), record(None, IDS[2], 5))))
    [file] = files(sink)
    assert file.name == "articles.clean-00000-00000000000000000003-00000000000000000005.ndjson"
    index: dict[str, Any] = {IDS[2]: {}}
    apply(file, index)
    assert index == {IDS[1]: article(1)}


def test_each_partition_has_its_own_files_in_the_order_of_offsets(sink: Sink) -> None:
    for offset in (9, 10, 100):
        sink.write(batch(poll(*(record(article(1), IDS[1], offset, partition) for partition in (0, 11)))))
    places = [tuple(map(int, file.stem.split("-")[1:3])) for file in files(sink)]
    assert places == [(partition, offset) for partition in (0, 11) for offset in (9, 10, 100)]
    assert sink.offsets() == {0: 101, 11: 101}


def test_a_file_ends_before_it_becomes_too_large_for_a_request(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(to_bulk_files, "MAX_FILE_BYTES", 5000)
    sizes = (100, 100, 9000, 100, 3000, 3000)
    sink.write(batch(poll(*(record(article(1, text="x" * size), IDS[1], n) for n, size in enumerate(sizes)))))
    assert [len(file.read_bytes().splitlines()) // 2 for file in files(sink)] == [2, 1, 1, 1, 1]
    assert sum(file.stat().st_size > 5000 for file in files(sink)) == 1  # the article that is larger than a file


def test_a_batch_without_changes_only_moves_the_offsets(sink: Sink) -> None:
    sink.write(batch(poll(record(b"bad", IDS[1], 3))))
    assert (files(sink), sink.offsets()) == ([], {0: 4})


@pytest.mark.parametrize("seed", range(5))
def test_after_any_crashes_the_files_in_order_make_the_index_equal_to_the_topic(
    sink: Sink, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process is killed before, between and after the files of a batch, and the next one cuts other batches."""
    rng, write = Random(seed), to_bulk_files.replace
    topic = history(rng)

    def dies(path: Path, content: bytes) -> None:
        if rng.random() < 0.3:
            raise InterruptedError
        write(path, content)

    monkeypatch.setattr(to_bulk_files, "replace", dies)
    while any(records[-1].offset >= sink.offsets().get(number, 0) for number, records in enumerate(topic)):
        held = sink.offsets()
        rest = [
            [each for each in records if each.offset >= held.get(number, 0)] for number, records in enumerate(topic)
        ]
        try:
            sink.write(batch(poll(*(each for records in rest for each in records[: rng.randrange(1, 15)]))))
        except InterruptedError:
            sink = Sink(str(sink.directory), TOPIC)
    index: dict[str, Any] = {}
    for file in files(sink):
        apply(file, index)
    assert {name: each["version"] for name, each in index.items()} == versions(topic)


def test_the_mapping_names_fields_of_a_clean_article_and_leaves_out_those_of_the_crawler() -> None:
    mapping = orjson.loads(MAPPING.read_bytes())["mappings"]
    fields = orjson.loads(schema.text("clean_article"))["properties"]
    assert mapping["dynamic"] is False
    assert mapping["properties"].keys() <= fields.keys() - {"extra"}
    assert mapping["properties"]["duplicate"]["properties"].keys() <= fields["duplicate"]["properties"].keys()


# -- a real server -------------------------------------------------------------------------------------------------


@pytest.fixture
def index_url() -> Iterator[str]:
    """The address of a new index with the mapping."""
    if not (server := os.environ.get("OPENSEARCH_URL")):
        pytest.skip("OPENSEARCH_URL does not name an Elasticsearch or OpenSearch")
    url = f"{server.rstrip('/')}/articles-{uuid4().hex[:12]}"
    ask("PUT", url, MAPPING.read_bytes())
    yield url
    ask("DELETE", url)


def ask(method: str, url: str, content: bytes | None = None, kind: str = "application/json") -> dict[str, Any]:
    request = Request(url, content, {"Content-Type": kind}, method=method)  # noqa: S310 - the address of a test server
    with urlopen(request, timeout=60) as answer:  # noqa: S310
        found: dict[str, Any] = json.load(answer)
        return found


def test_a_server_takes_the_files_and_holds_the_articles_even_if_it_gets_them_twice(sink: Sink, index_url: str) -> None:
    hostile = {"": 1, ".": {"a..b": [[]]}, "text": "\0\u2028", **{f"field {n}": n for n in range(2000)}}
    sink.write(batch(poll(*(record(article(n, extra=hostile, url="u" * 40_000), IDS[n], n) for n in range(4)))))
    sink.write(batch(poll(record(None, IDS[0], 4), record(article(1, version=2), IDS[1], 5), record(None, IDS[5], 6))))
    for _ in range(2):
        for file in files(sink):
            assert ask("POST", f"{index_url}/_bulk", file.read_bytes(), "application/x-ndjson")["errors"] is False
        ask("POST", f"{index_url}/_refresh")
        found = ask("GET", f"{index_url}/_search?q=title:bridge&sort=article_id")["hits"]["hits"]
        assert [(hit["_id"], hit["_source"]["version"]) for hit in found] == [(IDS[1], 2), (IDS[2], 1), (IDS[3], 1)]


def test_a_server_refuses_a_bad_document_alone(sink: Sink, index_url: str) -> None:
    bad, good = article(0, title={"a": 1}), {**ARTICLE, "article_id": IDS[1]}
    sink.write(batch(poll(record(bad, IDS[0], 0), record(good, IDS[1], 1))))
    answer = ask("POST", f"{index_url}/_bulk", files(sink)[0].read_bytes(), "application/x-ndjson")
    assert [item["index"]["status"] for item in answer["items"]] == [400, 201]
