"""The schemas of all messages agree with the code that makes the messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce
from typing import Any

import jsonschema_rs
import orjson
import pytest

from worker import schema
from worker.messages import (
    Article,
    Dead,
    DeadLetter,
    Dropped,
    DuplicateKind,
    Identity,
    Outcome,
    PipelineInfo,
    RawRecord,
    Reason,
    Source,
    Verdict,
)
from worker.page.kind import PageKind
from worker.pipeline import outputs
from worker.pipeline.trace import Trace
from worker.residue.judge import CLASS_NAMES
from worker.sites.lines import SITE_LINE
from worker.stages.glue import GLUE
from worker.stages.quality import FAULTS, FULL_LENGTH_WORDS, LEAST_PROSE, SAMPLE_CHARS, measure, quality
from worker.stages.repeats import repeats
from worker.stages.residue import TEMPLATE_TAG, residue
from worker.transport import dead_letters

SCHEMAS: dict[str, Any] = {name: orjson.loads(schema.text(name)) for name in schema.names()}
MADE_HERE = ("clean_article.v2", "dead_letter.v1", "quality_report.v2")
EARLIER = {"clean_article.v1": "clean_article.v2", "quality_report.v1": "quality_report.v2"}
"""The versions that the worker no longer writes, each with the version that replaced it."""
INFO = PipelineInfo("1.2.3", "0123456789abcdef")
ID = "0" * 32

ADDED = {
    "clean_article.v2": {
        *("description", "markdown", "processed_at", "promoted_from", "published_at_precision", "score", "section"),
        *("source/value_hash", "tags", "word_count"),
    },
    "quality_report.v1": {"headers_left_out"},
    "quality_report.v2": {
        *("attempt", "headers_left_out", "host", "measures/prose_share", "processed_at", "promoted_from", "status"),
        "title",
    },
}
"""Fields that were added to a version later. Earlier messages of that version, perhaps in the same file, lack them."""

ADDED_TO_DUPLICATE = {"change", "is_duplicate", "replaces"}
"""Fields that were added to the object `duplicate` in version 2."""

ADDED_WORDS = {
    "reason": {"bot_check", "geo_block", "adblock_wall", "legal_page", "not_html"},
    "page_kind": {"bot_check", "geo_block", "adblock", "legal"},
}
"""Words that were added to the enums of the quality report's version 2. Messages of version 1 do not have them."""

PUBLISHED = {Reason.NEW, Reason.UPDATE, Reason.SUPERSET, Reason.POSSIBLE, Reason.CONTAINS}
DUPLICATE = {Reason.EXACT, Reason.RECRAWL, Reason.COPY, Reason.EXCERPT, Reason.SPIN}
DROPPED = {
    Reason.HTTP_ERROR,
    Reason.NO_ARTICLE,
    Reason.INDEX_PAGE,
    Reason.PRODUCT_PAGE,
    Reason.ERROR_PAGE,
    Reason.BOT_CHECK,
    Reason.GEO_BLOCK,
    Reason.ADBLOCK_WALL,
    Reason.CONSENT_WALL,
    Reason.LOGIN_WALL,
    Reason.PAYWALL_STUB,
    Reason.LEGAL_PAGE,
    Reason.NOT_HTML,
    Reason.TOO_SHORT,
    Reason.LANGUAGE_NOT_WANTED,
}
ENDINGS = {
    Outcome.PUBLISHED: PUBLISHED,
    Outcome.DUPLICATE: DUPLICATE,
    Outcome.DROPPED: DROPPED,
    Outcome.DEAD: set(Reason) - PUBLISHED - DUPLICATE - DROPPED,
}
TEXT = "Share\nThe bridge reopened on Monday.\nAdvertisement\nTraffic was light, said the mayor."


def objects(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every part of a schema that describes the fields of an object, at any depth."""
    if isinstance(node, dict):
        if "properties" in node and "anyOf" not in path:
            yield path, node
        for key, child in node.items():
            if key != "examples":
                yield from objects(child, f"{path}/{key}")
    elif isinstance(node, list):
        for number, child in enumerate(node):
            yield from objects(child, f"{path}/{number}")


def validate(name: str, message: bytes) -> dict[str, Any]:
    document: dict[str, Any] = orjson.loads(message)
    jsonschema_rs.Draft202012Validator(SCHEMAS[name], validate_formats=True).validate(document)
    return document


def judged(article: Article, kind: DuplicateKind) -> Article:
    """The article with measures, an identity and this verdict."""
    known = kind is not DuplicateKind.NEW
    verdict = Verdict(kind, 2 if known else 1, ID if known else None, 1.0 if known else None, ID)
    return replace(quality(article), identity=Identity(ID, b"\0" * 32, verdict))


def trace(outcome: Outcome, reason: Reason, *, read: bool = True) -> Trace:
    """A trace as the pipeline leaves it for this ending. Without `read`, it ended before there was an article."""
    article = repeats(residue(Article(url="https://example.org/bridge", text=TEXT, language="en", extra={"depth": 1})))
    if outcome in (Outcome.PUBLISHED, Outcome.DUPLICATE):
        article = judged(article, DuplicateKind(reason.value))
    made = Trace(RawRecord(Source("articles.raw", 0, 7, 1_772_452_800_000), b"{}"), article if read else None, ID)
    made.outcome, made.reason, made.stage, made.processed_at = outcome, reason, "filter", datetime.now(UTC)
    made.sizes, made.stage_ms = {"residue": (len(TEXT), len(article.text or ""))}, {"decode": 0.25, "publish": 0.0}
    return made


def bare(node: Any) -> Any:
    """A schema without its id and the texts for people."""
    if isinstance(node, dict):
        texts = {"$id", "description", "examples"}
        return {key: bare(child) for key, child in node.items() if key not in texts or isinstance(child, dict)}
    return [bare(child) for child in node] if isinstance(node, list) else node


def without(document: dict[str, Any], field: str) -> dict[str, Any]:
    """A message without this field, which may be within an object (`OBJECT/FIELD`)."""
    name, _, inner = field.partition("/")
    if inner and document[name] is None:
        return document
    kept = {key: value for key, value in document.items() if key != name or inner}
    return {**kept, name: without(document[name], inner)} if inner else kept


def described(schema: dict[str, Any], field: str) -> dict[str, Any]:
    """The part of a schema that describes this field."""
    for name in field.split("/"):
        schema = schema["properties"][name]
    return schema


def as_version_2(document: dict[str, Any]) -> dict[str, Any]:
    """A message of version 1, or its schema, converted by the rule in the texts of the schemas."""
    text = orjson.dumps(document).replace(b'"unique"', b'"new"')
    for old, new in EARLIER.items():
        text = text.replace(old.encode(), new.encode())
    mapped: dict[str, Any] = orjson.loads(text)
    return mapped


def test_the_four_messages_have_a_schema_and_earlier_versions_still_ship() -> None:
    assert schema.names() == sorted([*MADE_HERE, *EARLIER, "raw_article.v1"])


@pytest.mark.parametrize(("old", "new"), EARLIER.items())
def test_a_name_without_a_version_is_the_newest(old: str, new: str) -> None:
    assert schema.text(new.removesuffix(".v2")) == schema.text(new) != schema.text(old)


def as_mapped(duplicate: dict[str, Any] | None) -> dict[str, Any] | None:
    """The object without the fields that a message mapped from version 1 lacks."""
    return duplicate and {key: value for key, value in duplicate.items() if key not in ADDED_TO_DUPLICATE}


def later_fields(old: str, new: str) -> set[str]:
    """The fields that were added to the newer version after it replaced the older one."""
    return ADDED.get(new, set()) - ADDED.get(old, set())


@pytest.mark.parametrize(("old", "new"), EARLIER.items())
def test_the_documented_mapping_turns_a_message_of_version_1_into_version_2(old: str, new: str) -> None:
    mapping = "in v1 messages `duplicate.kind` is `unique` where v2 says `new`"
    assert all(mapping in SCHEMAS[name]["description"] for name in (old, new))
    for earlier, example in zip(SCHEMAS[old]["examples"], SCHEMAS[new]["examples"], strict=True):
        mapped = reduce(without, later_fields(old, new), example)
        kept = {"score": earlier["score"]} if "score" in earlier else {}  # its formula changed within version 2
        assert as_version_2(earlier) == {**mapped, **kept, "duplicate": as_mapped(example["duplicate"])}
        assert not jsonschema_rs.is_valid(SCHEMAS[old], example)
    assert any(example["duplicate"]["kind"] == "new" for example in SCHEMAS[new]["examples"] if example["duplicate"])


@pytest.mark.parametrize(("old", "new"), EARLIER.items())
def test_nothing_else_changed_from_version_1_to_version_2(old: str, new: str) -> None:
    earlier, later = as_version_2(bare(SCHEMAS[old])), bare(SCHEMAS[new])
    for field in later_fields(old, new):
        parent, _, name = field.rpartition("/")
        del (described(later, parent) if parent else later)["properties"][name]
    for field in ADDED_TO_DUPLICATE:
        del later["properties"]["duplicate"]["properties"][field]
    if new == "quality_report.v2":
        for field, words in ADDED_WORDS.items():
            described_field = later["properties"][field]
            described_field["enum"] = [word for word in described_field["enum"] if word not in words]
    assert earlier == later


@pytest.mark.parametrize("name", [*MADE_HERE, "raw_article.v1"])
def test_no_current_message_calls_a_new_article_unique(name: str) -> None:
    assert '"unique"' not in schema.text(name)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_json_schema_2020_12_under_its_own_name(name: str) -> None:
    document = SCHEMAS[name]
    jsonschema_rs.meta.validate(document)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert document["$id"] == f"urn:article-worker:{name}"
    assert document["properties"]["schema"]["const"] == name


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_has_examples_and_they_are_valid(name: str) -> None:
    assert SCHEMAS[name]["examples"]
    for example in SCHEMAS[name]["examples"]:
        assert validate(name, orjson.dumps(example)) == example


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_is_described_by_a_sentence(name: str) -> None:
    assert [
        f"{path}/{field}"
        for path, node in objects(SCHEMAS[name])
        for field, child in node["properties"].items()
        if not child.get("description", "").endswith(".")
    ] == []


@pytest.mark.parametrize("name", [*MADE_HERE, *EARLIER])
def test_the_schema_knows_every_field_that_the_worker_writes(name: str) -> None:
    for path, node in objects(SCHEMAS[name]):
        assert node["additionalProperties"] is False, path
        added = {field.rpartition("/")[2] for field in ADDED.get(name, set())}
        later = added | (ADDED_TO_DUPLICATE if path.endswith("/duplicate") else set())
        assert set(node["properties"]) - set(node["required"]) <= {"extra"} | later, path


def test_a_message_from_before_a_field_was_added_is_valid_and_the_field_says_what_its_absence_means() -> None:
    for name, fields in ADDED.items():
        for field in fields:
            assert " if it is missing, take " in described(SCHEMAS[name], field)["description"]
            for example in SCHEMAS[name]["examples"]:
                earlier = without(example, field)
                assert earlier != example or example[field.partition("/")[0]] is None
                assert validate(name, orjson.dumps(earlier)) == earlier


@pytest.mark.parametrize("name", EARLIER.values())
def test_a_message_mapped_from_version_1_is_valid_without_the_fields_that_were_added_to_duplicate(name: str) -> None:
    for field in ADDED_TO_DUPLICATE:
        texts = SCHEMAS[name]["properties"]["duplicate"]["properties"][field]["description"]
        assert " if it is missing, take " in texts
    for example in SCHEMAS[name]["examples"]:
        mapped = {**example, "duplicate": as_mapped(example["duplicate"])}
        assert validate(name, orjson.dumps(mapped)) == mapped


def test_the_closed_sets_match_the_code() -> None:
    report, letter = SCHEMAS["quality_report.v2"]["properties"], SCHEMAS["dead_letter.v1"]["properties"]
    assert report["outcome"]["enum"] == list(Outcome)
    assert report["reason"]["enum"] == list(Reason)
    assert report["page_kind"]["enum"] == [*PageKind, None]
    assert set(letter["reason"]["enum"]) == ENDINGS[Outcome.DEAD]
    for duplicate in (report["duplicate"], SCHEMAS["clean_article.v2"]["properties"]["duplicate"]):
        assert duplicate["properties"]["kind"]["enum"] == list(DuplicateKind)


def test_the_texts_name_every_value_and_every_rule() -> None:
    report = SCHEMAS["quality_report.v2"]["properties"]
    assert all(f"{outcome}:" in report["outcome"]["description"] for outcome in Outcome)
    assert all(str(reason) in report["reason"]["description"] for reason in PUBLISHED | DUPLICATE | DROPPED)
    assert all(
        str(reason) in SCHEMAS["dead_letter.v1"]["properties"]["reason"]["description"]
        for reason in ENDINGS[Outcome.DEAD]
    )
    assert all(
        f" {rule} (" in report["removed"]["description"]
        for rule in CLASS_NAMES | {TEMPLATE_TAG, "repeated_body", SITE_LINE, GLUE}
    )


def test_the_score_is_described_by_the_formula_that_makes_it() -> None:
    report = SCHEMAS["quality_report.v2"]["properties"]
    factors = "".join(f" * f({name}, {good}, {bad})" for name, good, bad in FAULTS)
    begin = f"score = sqrt(min(1, words / {FULL_LENGTH_WORDS})) * ({LEAST_PROSE} + {1 - LEAST_PROSE} * prose_share)"
    assert f"{begin}{factors}, where" in report["score"]["description"]
    assert str(SAMPLE_CHARS) in report["measures"]["description"]


def test_the_measures_match_the_code() -> None:
    measures = SCHEMAS["quality_report.v2"]["properties"]["measures"]["properties"]
    assert list(measures) == [name for name in measure(Article(text=TEXT)) if name != "score"]


@pytest.mark.parametrize(
    ("outcome", "reason"), [(outcome, reason) for outcome in Outcome for reason in sorted(ENDINGS[outcome])]
)
def test_the_outputs_of_every_ending_are_valid(outcome: Outcome, reason: Reason) -> None:
    for read in (True, outcome in (Outcome.PUBLISHED, Outcome.DUPLICATE)):
        made = trace(outcome, reason, read=read)
        written = outputs.quality_report(made, INFO).value
        assert isinstance(written, bytes)
        report = validate("quality_report.v2", written)
        assert (report["outcome"], report["reason"]) == (outcome, reason)
        if outcome is Outcome.DEAD:
            letter = outputs.dead_letter(made).value
            assert isinstance(letter, DeadLetter)
            assert validate("dead_letter.v1", dead_letters.line(letter))["reason"] == reason
        if made.identity:
            assert validate("clean_article.v2", outputs.clean_article(made, INFO))["extra"] == {"depth": 1}
            assert report["removed"] == {"interface": 1, "ad_label": 1}


@pytest.mark.parametrize(
    "article",
    [
        Article(text="x"),
        Article(text="x\ud800", title="\x00", url="not a url", authors=("", "\udfff")),
        Article(text="字", url="https://例え.jp/橋", language="ja", extra={"n": 1 << 80}),
    ],
)
def test_an_article_with_little_or_odd_data_is_valid_too(article: Article) -> None:
    made = trace(Outcome.PUBLISHED, Reason.NEW)
    made.article = judged(article, DuplicateKind.NEW)
    validate("clean_article.v2", outputs.clean_article(made, INFO))
    written = outputs.quality_report(made, INFO).value
    assert isinstance(written, bytes)
    validate("quality_report.v2", written)


@pytest.mark.parametrize("name", [*MADE_HERE, *EARLIER])
def test_a_message_with_a_missing_or_an_unknown_field_is_invalid(name: str) -> None:
    validator = jsonschema_rs.Draft202012Validator(SCHEMAS[name])
    for example in SCHEMAS[name]["examples"]:
        assert not validator.is_valid({**example, "more": 1})
        for field in SCHEMAS[name]["required"]:
            assert not validator.is_valid({key: value for key, value in example.items() if key != field}), field


def test_every_reason_belongs_to_one_outcome() -> None:
    endings = [reason for reasons in ENDINGS.values() for reason in reasons]
    assert sorted(endings) == sorted(Reason)
    assert {Dropped(reason).reason for reason in DROPPED} & {
        Dead(reason).reason for reason in ENDINGS[Outcome.DEAD]
    } == set()
