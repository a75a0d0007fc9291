from __future__ import annotations

import io
import json
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from worker.commands import replay
from worker.commands.replay import PLAN_FILE, Plan, parse_bound, replay_settings
from worker.config.settings import Settings
from worker.errors import IndexStoreError, SettingsError

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PLAN = Plan("articles.raw", "-7d", "latest", NOW.isoformat(), {"0": (5, 25), "1": (0, 0), "10": (7, 8)})


# -- times ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-24T10:00:00Z", NOW.replace(hour=10)),
        ("2026-11-24T10:00:00+02:00", NOW.replace(hour=8)),
        ("2026-11-24T10:00:00.250Z", NOW.replace(hour=10, microsecond=250_000)),
        ("2026-11-24T10:00:00", NOW.replace(hour=10)),
        ("2026-11-24", NOW.replace(hour=0)),
        ("-7d", NOW - timedelta(days=7)),
        ("-90m", NOW - timedelta(minutes=90)),
        ("-0s", NOW),
        ("-7", NOW - timedelta(seconds=7)),
        ("-1.5h", NOW - timedelta(minutes=90)),
    ],
)
def test_a_time_is_rfc_3339_or_relative_and_without_a_zone_it_is_utc(text: str, moment: datetime) -> None:
    parsed = parse_bound(text, NOW)
    assert parsed == moment
    assert parsed.tzinfo is not None


@pytest.mark.parametrize("text", ["earliest", "latest"])
def test_earliest_and_latest_have_no_time(text: str) -> None:
    assert parse_bound(text, NOW) is None


@pytest.mark.parametrize("text", ["", "yesterday", "-", "7d", "--7d", "-7y", "-999999999d", "24.11.2026", "2026-13-01"])
def test_anything_but_a_time_is_refused_with_examples(text: str) -> None:
    with pytest.raises(SettingsError, match="is not a time: write 2026-11-24T10:00:00Z, -7d, earliest or latest"):
        parse_bound(text, NOW)


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-9)), timezone(timedelta(hours=14))])))
def test_every_time_is_parsed_back_exactly(moment: datetime) -> None:
    assert parse_bound(moment.isoformat(), NOW) == moment


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_a_settings_error(text: str) -> None:
    try:
        moment = parse_bound(text, NOW)
    except SettingsError:
        return
    assert moment is None or moment.tzinfo is not None


# -- settings ------------------------------------------------------------------------------------------------------


def test_a_replay_has_its_own_group_state_directory_and_outputs() -> None:
    live = Settings(group_id="g", state_dir=Path("s"), clean_topic="c", min_words=7)
    own = replay_settings(live, ".v2")
    assert (own.group_id, own.state_dir) == ("g.replay.v2", Path("s/replay.v2"))
    assert own.index_name == "article-worker.replay.v2"
    assert (own.clean_topic, own.quality_topic, own.dead_topic) == ("c.v2", "articles.quality.v2", "articles.dead.v2")
    assert (own.raw_topic, own.min_words) == ("articles.raw", 7)
    assert own.deciding() == live.deciding()


def test_two_replays_share_nothing() -> None:
    one, other = replay_settings(Settings(), ".v2"), replay_settings(Settings(), ".v3")
    for name in ("group_id", "index_name", "state_dir", "clean_topic", "quality_topic", "dead_topic"):
        assert getattr(one, name) != getattr(other, name)


@pytest.mark.parametrize("suffix", ["", " ", "/x", "../x", "é", "a b", ".v2\n", "a:b", "٣"])
def test_a_suffix_that_is_invalid_in_a_topic_name_is_refused(suffix: str) -> None:
    with pytest.raises(SettingsError, match="--suffix must consist of letters, digits"):
        replay_settings(Settings(), suffix)


@pytest.mark.parametrize("suffix", [".v2", "-2", "_x", "A9", ".."])
def test_a_suffix_that_is_valid_in_a_topic_name_is_accepted(suffix: str) -> None:
    assert replay_settings(Settings(), suffix).clean_topic == f"articles.clean{suffix}"


def test_a_suffix_that_results_in_a_live_topic_is_refused() -> None:
    """A replay that publishes to the raw topic would never end."""
    live = Settings(raw_topic="news.raw", clean_topic="news", quality_topic="q", dead_topic="d")
    with pytest.raises(SettingsError, match=r"--suffix \.raw results in news\.raw, which is a live topic"):
        replay_settings(live, ".raw")


def test_a_replay_reads_the_topic_even_if_the_environment_names_files() -> None:
    own = replay_settings(Settings(files="in", out_dir=Path("out")), ".v2")
    assert own.files is None
    assert own.state_dir == Path("state/replay.v2")


# -- the plan ------------------------------------------------------------------------------------------------------


def test_the_records_of_a_plan_are_all_offsets_of_its_ranges() -> None:
    assert PLAN.records == 21


def test_a_plan_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        PLAN.since = "-8d"  # type: ignore[misc]


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    """The settings of a replay whose plan is already kept."""
    settings = replay_settings(Settings(state_dir=tmp_path), ".v2")
    replay._keep(PLAN, settings.resolved_state_dir)
    return settings


def test_a_resumed_replay_has_the_range_of_its_first_start(own: Settings) -> None:
    plan, _ = replay._plan(own, "-7d", "latest")
    assert plan == PLAN


def test_a_kept_plan_can_be_read_by_a_person(own: Settings) -> None:
    kept = json.loads((own.resolved_state_dir / PLAN_FILE).read_text(encoding="utf-8"))
    assert kept["ranges"] == {"0": [5, 25], "1": [0, 0], "10": [7, 8]}
    assert [path.name for path in own.resolved_state_dir.iterdir()] == [PLAN_FILE]


@pytest.mark.parametrize(("since", "until"), [("-8d", "latest"), ("-7d", "-1h"), ("earliest", "latest")])
def test_the_same_suffix_with_another_range_is_refused(own: Settings, since: str, until: str) -> None:
    with pytest.raises(SettingsError, match=r"this suffix belongs to a replay of articles\.raw from -7d to latest"):
        replay._plan(own, since, until)


def test_the_same_suffix_with_another_topic_is_refused(own: Settings) -> None:
    other = own.model_copy(update={"raw_topic": "other.raw"})
    with pytest.raises(SettingsError, match=r"this suffix belongs to a replay of articles\.raw"):
        replay._plan(other, "-7d", "latest")


@pytest.mark.parametrize(
    ("since", "until"),
    [("latest", "latest"), ("earliest", "earliest"), ("-1h", "-2h"), ("-1h", "-1h"), ("2026-01-02", "2026-01-01")],
)
def test_an_empty_range_is_refused_before_a_broker_is_asked(tmp_path: Path, since: str, until: str) -> None:
    with pytest.raises(SettingsError, match=f"the range from {since} to {until} is empty"):
        replay._plan(Settings(state_dir=tmp_path), since, until)


@pytest.mark.parametrize(
    "content",
    [
        *(
            b"",
            b"{",
            b"[]",
            b"{}",
            b'{"ranges": 3}',
            b'{"ranges": {"0": [1]}}',
            b'{"ranges": {}, "topic": "t"}',
            b"\xff",
        ),
        *(
            b'{"topic": "articles.raw", "since": "-7d", "until": "latest", "made_at": "", "ranges": {%s}}' % ranges
            for ranges in (b'"x": [1, 2]', b'"0": ["a", "b"]', b'"0": [-1, 2]', b'"0": [NaN, 2]', b'"0": [1, 2, 3]')
        ),
    ],
)
def test_a_damaged_plan_is_an_error_that_says_what_to_do(own: Settings, content: bytes) -> None:
    (own.resolved_state_dir / PLAN_FILE).write_bytes(content)
    with pytest.raises(IndexStoreError, match=r"replay\.json cannot be read .*: choose another --suffix"):
        replay._plan(own, "-7d", "latest")


def test_a_state_directory_that_cannot_be_created_is_an_error_for_the_user(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(IndexStoreError, match=r"cannot write to .*file/replay\.v2: Not a directory.*--state-dir"):
        replay._keep(PLAN, tmp_path / "file" / "replay.v2")


def shown(sizes: dict[int, int] | None) -> list[list[str]]:
    console = Console(file=io.StringIO(), width=200, no_color=True)
    replay._show(PLAN, sizes, replay_settings(Settings(), ".v2"), console)
    text: Any = console.file
    return [line.replace("│", " ").split() for line in text.getvalue().splitlines()]


def test_a_dry_run_shows_ranges_counts_and_bytes_in_partition_order() -> None:
    rows = [row for row in shown({0: 12_345, 1: 0, 10: 99}) if row and (row[0].isdigit() or row[0] == "all")]
    assert rows == [
        ["0", "5", "25", "20", "12,345"],
        ["1", "0", "0", "0", "0"],
        ["10", "7", "8", "1", "99"],
        ["all", "21", "12,444"],
    ]


def test_a_dry_run_says_which_bytes_are_unknown() -> None:
    rows = [row for row in shown(None) if row and row[0] == "all"]
    assert rows == [["all", "21", "?"]]


def test_a_dry_run_names_the_topics_and_the_group_that_would_be_used() -> None:
    (last,) = [row for row in shown(None) if row and row[0] == "outputs:"]
    assert " ".join(last) == (
        "outputs: articles.clean.v2, articles.quality.v2, articles.dead.v2; group: article-worker.replay.v2"
    )
