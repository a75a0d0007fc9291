"""How schemas are found, and the schema of raw articles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema_rs import meta

from worker import schema
from worker.messages import Article

RAW: dict[str, Any] = orjson.loads(schema.text("raw_article"))


def test_the_names_have_a_version_and_are_sorted() -> None:
    assert "raw_article.v1" in schema.names()
    assert schema.names() == sorted(schema.names())


def test_a_name_without_version_means_the_newest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    paths = {name: tmp_path / f"{name}.json" for name in ("a.v1", "a.v2", "a.v10", "ab.v1")}
    for name, path in paths.items():
        path.write_text(name, encoding="utf-8")
    monkeypatch.setattr(schema, "_paths", lambda: paths)
    assert schema.names() == ["a.v1", "a.v2", "a.v10", "ab.v1"]
    assert schema.text("a") == "a.v10"
    assert schema.text("a.v2") == "a.v2"


@pytest.mark.parametrize("name", ["raw", "raw_article.v9", "", "../pyproject", "raw_article.v1.json"])
def test_an_unknown_name_is_an_error_that_lists_the_known_ones(name: str) -> None:
    for ask in (schema.text, schema.validator):
        with pytest.raises(LookupError, match=r"known: .*raw_article\.v1"):
            ask(name)


def test_a_validator_is_built_once() -> None:
    assert schema.validator("raw_article") is schema.validator("raw_article.v1")


def test_schemas_inside_the_package_come_before_those_of_a_checkout() -> None:
    inside, beside = schema._FOLDERS
    assert inside.parent.name == "worker"
    assert beside == inside.parent.parent / "schemas"


@pytest.mark.parametrize("name", schema.names())
def test_a_schema_declares_json_schema_2020_12_and_is_valid(name: str) -> None:
    document = orjson.loads(schema.text(name))
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    meta.validate(document)


def properties(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property in the schema, at any depth."""
    if isinstance(node, dict):
        for name, child in node.get("properties", {}).items():
            yield f"{path}/{name}", child
        for key, child in node.items():
            if key != "examples":
                yield from properties(child, f"{path}/{key}")
    elif isinstance(node, list):
        for number, child in enumerate(node):
            yield from properties(child, f"{path}/{number}")


@pytest.mark.parametrize(("path", "node"), list(properties(RAW)))
def test_every_field_is_described(path: str, node: dict[str, Any]) -> None:
    assert node["description"].endswith("."), path


@pytest.mark.parametrize("example", RAW["examples"], ids=str)
def test_the_examples_are_valid(example: dict[str, Any]) -> None:
    schema.validator("raw_article").validate(example)


def test_the_schema_knows_every_field_of_an_article_that_a_crawler_can_send() -> None:
    made_by_stages = {"shape", "extractor", "removed", "site_name", "image", "paywalled", "page_kind"}
    made_by_stages |= {"measures", "identity", "code", "markdown", "structure", "published_at_precision"}
    assert set(Article.__dataclass_fields__) - made_by_stages <= RAW["properties"].keys()


@pytest.mark.parametrize(
    "message",
    [
        {"html": "<p>"},
        {"text": "x"},
        {"text": "x", "html": None, "status": 0, "authors": "A; B", "headers": {"a": ["b", "c"]}, "more": 1},
    ],
)
def test_html_or_text_is_enough(message: dict[str, Any]) -> None:
    assert schema.validator("raw_article").is_valid(message)


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"html": ""},
        {"html": None},
        {"text": " \n"},
        {"text": "x", "html": 5},
        {"text": "x", "status": "200"},
        {"text": "x", "authors": [1]},
        {"text": "x", "published_at": ["2026"]},
        {"text": "x", "extra": []},
        {"text": "x", "schema": "raw_article.v2"},
        [],
        None,
    ],
)
def test_a_message_that_breaks_the_schema_is_invalid(message: Any) -> None:
    assert not schema.validator("raw_article").is_valid(message)
