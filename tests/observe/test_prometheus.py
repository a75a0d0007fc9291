from __future__ import annotations

import shutil
import subprocess
from typing import get_args

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.observe.statuses import status_of
from worker.observe.prometheus import FAMILIES, HISTOGRAMS, text
from worker.observe.status import State, Status

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples(*statuses: Status) -> Samples:
    """The values by name and labels, as Prometheus reads them."""
    families = text_string_to_metric_families(text(statuses).decode())
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


def value(found: Samples, name: str, worker: str = "crawl-0", **labels: str) -> float:
    return found[f"article_worker_{name}", tuple(sorted({"worker": worker, **labels}.items()))]


def test_the_outcomes_are_counters_by_outcome_kind_and_reason() -> None:
    found = samples(status_of())
    outcomes = {
        name: value(found, "records_total", outcome=name) for name in ("published", "duplicate", "dropped", "dead")
    }
    assert outcomes == {"published": 11, "duplicate": 2, "dropped": 4, "dead": 3}
    assert value(found, "kinds_total", kind="recrawl") == 2
    assert value(found, "dropped_total", reason="http_error") == 4
    assert value(found, "dead_total", reason="bad_json") == 3


def test_an_outcome_that_has_not_occurred_is_zero_so_that_its_rate_is_known() -> None:
    assert value(samples(status_of(dead={})), "records_total", outcome="dead") == 0


def test_the_lag_is_a_gauge_by_partition_and_an_age() -> None:
    found = samples(status_of())
    assert (value(found, "lag_records", partition="0"), value(found, "lag_records", partition="1")) == (5, 2)
    assert value(found, "lag_seconds") == 42


def test_what_is_unknown_is_missing() -> None:
    found = samples(status_of(lag_s=None, index=None, memory_bytes=None))
    names = {name for name, _ in found}
    assert names.isdisjoint({"article_worker_lag_seconds", "article_worker_index_bytes", "article_worker_memory_bytes"})


def test_histograms_are_cumulative_and_have_a_sum() -> None:
    found = samples(status_of())
    assert value(found, "stage_seconds_bucket", stage="extract", le="0.025") == 0
    assert value(found, "stage_seconds_bucket", stage="extract", le="0.05") == 20
    assert value(found, "stage_seconds_bucket", stage="extract", le="+Inf") == 20
    assert value(found, "stage_seconds_count", stage="extract") == 20
    assert value(found, "stage_seconds_sum", stage="extract") == pytest.approx(0.6)
    assert value(found, "article_seconds_sum") == pytest.approx(0.604)
    assert value(found, "batch_seconds_sum") == 6


def test_the_worst_hosts_have_their_shares() -> None:
    found = samples(status_of())
    assert value(found, "host_dropped_ratio", host="blocked.example") == pytest.approx(0.2)
    assert value(found, "host_dead_ratio", host="blocked.example") == pytest.approx(0.15)


def test_the_info_names_the_group_the_version_and_the_fingerprint() -> None:
    assert value(samples(status_of()), "info", group="news", version="1.2.3", fingerprint="abcd") == 1


def test_the_state_is_one_and_all_others_are_zero() -> None:
    found = samples(status_of(state="waiting for input"))
    states = {dict(labels)["state"]: value for (name, labels), value in found.items() if name.endswith("_state")}
    assert states.keys() == set(get_args(State))
    assert [state for state, value in states.items() if value] == ["waiting for input"]


def test_several_workers_share_a_page_under_their_own_labels() -> None:
    found = samples(status_of("a"), status_of("b", lag_s=3.0))
    assert (value(found, "lag_seconds", "a"), value(found, "lag_seconds", "b")) == (42, 3)


def test_a_hostile_host_is_only_a_label() -> None:
    host = 'a"b\\c\nd{e="f"} 1'
    worst = [{"host": host, "articles_in": 10, "dropped": 10, "dead": 0}]
    assert value(samples(status_of(worst_hosts=worst)), "host_dropped_ratio", host=host) == 1


def test_every_metric_has_values() -> None:
    found = {name for name, _ in samples(status_of(damaged_values={"urls": 1}))}
    named = {family.name for family in FAMILIES} | {f"{family.name}_bucket" for family in HISTOGRAMS}
    assert named <= found


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool (Debian: prometheus) is not installed")
def test_promtool_finds_nothing_wrong() -> None:
    page = text([status_of("a", damaged_values={"urls": 1}), status_of("b")])
    checked = subprocess.run(["promtool", "check", "metrics"], input=page, capture_output=True, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")
