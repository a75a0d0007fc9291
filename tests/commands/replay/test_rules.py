from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from worker.commands.replay.rules import Rules
from worker.config.settings import Settings

THEN = Rules.of(Settings())


def test_the_same_settings_make_the_same_rules_wherever_the_state_is() -> None:
    now = Rules.of(Settings(state_dir=Path("elsewhere"), processes=4, batch_max_records=20))
    assert THEN.differences(now) == []


def test_each_setting_that_differs_is_named_with_both_values() -> None:
    now = Rules.of(Settings(min_words=40, languages=("en", "de"), dedup_window=timedelta(days=7)))
    assert THEN.differences(now) == [
        "dedup_window: 30d then, 7d now",
        "languages: nothing then, de,en now",
        "min_words: 25 then, 40 now",
    ]


def test_other_topics_another_group_and_another_index_are_named() -> None:
    """With another group, the range would be processed again into the same topics."""
    now = Rules.of(Settings(group_id="g", clean_topic="c", index="valkey://host/3", index_name="i"))
    assert THEN.differences(now) == [
        "clean_topic: articles.clean then, c now",
        "group_id: article-worker then, g now",
        "index: embedded then, valkey://host:6379/3 now",
        "index_name: article-worker then, i now",
    ]


def test_if_no_setting_differs_the_code_or_a_library_does() -> None:
    now = replace(THEN, version="9.9.9", fingerprint="0" * 16)
    (line,) = THEN.differences(now)
    assert line == (
        f"code or libraries: version {THEN.version} with fingerprint {THEN.fingerprint} then, "
        "version 9.9.9 with 0000000000000000 now"
    )


def test_a_version_with_the_same_fingerprint_may_resume_the_replay() -> None:
    assert THEN.differences(replace(THEN, version="9.9.9")) == []


def test_rules_hold_no_password() -> None:
    assert "secret" not in str(Rules.of(Settings(index="valkey://user:secret@host/0")))
