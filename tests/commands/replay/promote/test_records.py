from __future__ import annotations

from typing import Any

from worker.commands.replay.promote.records import _FACTS, _hash


def test_a_field_that_a_record_lacks_means_what_the_schema_says() -> None:
    new: dict[str, Any] = {"title": "T", "tags": [], "description": None, "section": None, "markdown": None}
    assert _hash({"title": "T"}, _FACTS) == _hash(new, _FACTS)
    assert _hash({"title": "T"}, _FACTS) != _hash({**new, "tags": ["a"]}, _FACTS)
