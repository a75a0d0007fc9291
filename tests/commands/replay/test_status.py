from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace
from typing import Any

import orjson
import pytest
from rich.console import Console

from tests.commands.replay.manifests import KEY, MANIFEST
from worker.commands.replay import status
from worker.commands.replay.manifest import Selection
from worker.commands.replay.standing import Standing
from worker.commands.replay.totals import Totals
from worker.config.settings import Settings
from worker.errors import SettingsError, TopicMissing
from worker.transport.kafka import admin


@pytest.fixture
def live(table: dict[bytes, bytes], monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of the worker on any machine. A replay is half done."""
    table[KEY] = MANIFEST.as_json()
    totals = Totals(Counter({("published", "new"): 8, ("dead", "timeout"): 2}), recent=6)
    monkeypatch.setattr(status, "ask", lambda manifest, _own: Standing(manifest.records, 10, 1))
    monkeypatch.setattr(status, "read_totals", lambda _own, _console: totals)
    return Settings()


def said(live: Settings, *, as_json: bool = False) -> str:
    screen = io.StringIO()
    status.run_status(live, "v2", Console(file=screen, width=200), Console(file=io.StringIO()), as_json=as_json)
    return screen.getvalue()


def test_the_status_shows_what_is_done_what_is_left_and_the_outcomes(live: Settings) -> None:
    rows = dict(line.split(maxsplit=1) for line in said(live).splitlines())
    assert rows["replay"].strip() == "v2: running"
    assert rows["records"].strip() == "10 of 21 (47 %) done"
    assert rows["speed"].strip() == "0.1 records/s in the last minute; 0:01:50 left"
    assert rows["published"].strip() == "8  new 8"
    assert rows["dead"].strip() == "2  timeout 2"
    assert rows["rules"].strip().endswith("(with the current settings: the same)")


def test_the_status_of_an_ended_replay_says_how_many_offsets_had_no_record(
    live: Settings, table: dict[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status, "ask", lambda manifest, _own: Standing(manifest.records, manifest.records))
    assert "21 of 21 (100 %) done; 11 offsets had no record" in said(live)
    table[KEY] = replace(MANIFEST, selection=Selection({"host": ["b.example"]}, {"0": 9})).as_json()
    assert "had no record" not in said(live)


def test_the_status_says_if_the_current_settings_would_make_other_articles(live: Settings) -> None:
    assert "the same" not in said(live.model_copy(update={"min_words": 40}))


def test_the_status_warns_if_the_raw_topic_was_deleted_and_created_again(
    live: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin, "topic_id", lambda _own: "another")
    errors = io.StringIO()
    status.run_status(live, "v2", Console(file=io.StringIO()), Console(file=errors, width=200), as_json=False)
    assert errors.getvalue() == (
        "articles.raw was deleted and created again, so this replay cannot be resumed. Remove it\n"
    )


def test_the_status_as_json_has_the_same_facts(live: Settings) -> None:
    known: dict[str, Any] = orjson.loads(said(live, as_json=True))
    assert (known["state"], known["done"], known["left"], known["left_s"]) == ("running", 10, 11, 110)
    assert known["totals"]["dead"] == {"timeout": 2}
    assert known["fingerprint"] == MANIFEST.rules.fingerprint


def test_the_status_shows_which_records_a_replay_has_selected(live: Settings, table: dict[bytes, bytes]) -> None:
    selection = Selection({"host": ["b.example"], "outcome!": ["dead"]}, {"0": 9})
    table[KEY] = replace(MANIFEST, selection=selection).as_json()
    rows = dict(line.split(maxsplit=1) for line in said(live).splitlines())
    assert rows["only"].strip() == "host=b.example,outcome!=dead"
    assert orjson.loads(said(live, as_json=True))["only"] == "host=b.example,outcome!=dead"


def test_the_status_needs_none_of_the_settings_that_the_replay_was_started_with(live: Settings) -> None:
    """The manifest has its topics and its group. Any machine finds it with the servers alone."""
    other = live.model_copy(update={"group_id": "other", "clean_topic": "other"})
    known = orjson.loads(said(other, as_json=True))
    assert (known["group_id"], known["clean_topic"]) == ("article-worker.replay.v2", "articles.clean.v2")


def test_a_replay_that_does_not_exist_is_an_error_that_names_those_that_do(live: Settings) -> None:
    with pytest.raises(SettingsError, match=r"there is no replay v3 in articles\.replays \(it has: v2\)"):
        status.run_status(live, "v3", Console(), Console(), as_json=False)


def test_the_status_says_where_an_embedded_index_is(live: Settings) -> None:
    rows = dict(line.split(maxsplit=1) for line in said(live).splitlines())
    assert rows["index"].strip() == "embedded, in one:/var/lib/article-worker/replay.v2"


def test_the_status_says_how_long_a_stopped_worker_counts(live: Settings) -> None:
    rows = dict(line.split(maxsplit=1) for line in said(live).splitlines())
    assert (
        rows["workers"].strip() == "1. A worker that was stopped or killed may count until --session-timeout has passed"
    )


def test_a_replay_whose_removal_was_interrupted_says_so(
    live: Settings, table: dict[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its topics may be gone, so they are not read."""

    def fail(_own: Settings, _console: Console) -> Totals:
        raise TopicMissing("articles.quality.v2 does not exist")

    monkeypatch.setattr(status, "read_totals", fail)
    table[KEY] = replace(MANIFEST, removing=True).as_json()
    assert orjson.loads(said(live, as_json=True))["state"] == "removing"


def listed(live: Settings) -> list[list[str]]:
    screen = io.StringIO()
    status.run_list(live, Console(file=screen, width=400))
    return [line.split() for line in screen.getvalue().splitlines()]


def test_the_list_has_a_line_for_each_replay_even_a_damaged_one(live: Settings, table: dict[bytes, bytes]) -> None:
    table[b"news/v1"] = b"{"
    _, first, second = listed(live)
    assert (first[:2], first[-1]) == (["v1", "?"], "news")
    assert second[:6] == ["v2", "running", "10", "of", "21", "(47"]


def test_an_empty_list_says_so(table: dict[bytes, bytes]) -> None:
    assert listed(Settings()) == [["there", "are", "no", "replays"]]
