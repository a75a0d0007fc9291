from __future__ import annotations

from collections.abc import Sequence

import orjson
import pytest

from tests.observe.statuses import status_of
from worker.observe.pages import PATHS, Pages
from worker.observe.status import Status


def pages(*statuses: Status) -> Pages:
    return Pages(lambda: statuses, 60.0)


def test_the_metrics_are_in_the_text_format_of_prometheus() -> None:
    answer = pages(status_of())("/metrics")
    assert (answer.code, answer.content_type) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert b'article_worker_lag_seconds{worker="crawl-0"} 42.0\n' in answer.body


def test_the_status_is_json_with_the_keys_of_the_log_line_and_the_buckets() -> None:
    status = status_of()
    answer = pages(status)("/status")
    assert (answer.code, answer.content_type) == (200, "application/json")
    assert orjson.loads(answer.body) == status


def test_several_workers_have_a_line_each() -> None:
    lines = pages(status_of("a"), status_of("b"))("/status").body.splitlines()
    assert [orjson.loads(line)["instance"] for line in lines] == ["a", "b"]


def test_text_from_a_page_cannot_control_a_terminal() -> None:
    worst = [{"host": "\x1b[31m\u202e", "articles_in": 10, "dropped": 10, "dead": 0}]
    assert b"\\u001b[31m\\u202e" in pages(status_of(worst_hosts=worst))("/status").body


def probe(path: str, statuses: Sequence[Status]) -> tuple[int, object]:
    answer = pages(*statuses)(path)
    assert answer.content_type == "application/json"
    return answer.code, orjson.loads(answer.body)


def test_the_probes_of_a_healthy_worker_succeed() -> None:
    assert probe("/livez", [status_of()]) == (200, {"alive": True, "reasons": {}})
    assert probe("/readyz", [status_of()]) == (200, {"ready": True, "reasons": {}})


def test_a_probe_that_fails_gives_the_reason() -> None:
    status = status_of(state="waiting for the Kafka brokers")
    assert probe("/livez", [status]) == (200, {"alive": True, "reasons": {}})
    reasons = {"crawl-0": "waiting for the Kafka brokers"}
    assert probe("/readyz", [status]) == (503, {"ready": False, "reasons": reasons})
    reasons = {"crawl-0": "no step for 99 s (limit 60 s)"}
    assert probe("/livez", [status_of(heartbeat_age_s=99.0)]) == (503, {"alive": False, "reasons": reasons})


def test_one_worker_that_is_not_ready_makes_the_port_not_ready() -> None:
    code, body = probe("/readyz", [status_of("a"), status_of("b", state="starting")])
    assert (code, body) == (503, {"ready": False, "reasons": {"b": "starting"}})


@pytest.mark.parametrize("path", PATHS)
def test_a_query_is_ignored(path: str) -> None:
    assert pages(status_of())(f"{path}?a=b").code == 200


def test_other_paths_are_not_found_and_the_answer_names_those_that_exist() -> None:
    answer = pages(status_of())("/nothing")
    assert (answer.code, answer.body) == (404, b"try /metrics, /livez, /readyz, /status\n")


def test_a_port_with_fewer_workers_than_wanted_is_alive_but_not_ready() -> None:
    one_of_two = Pages(lambda: [status_of()], 60.0, lambda: 2)
    assert one_of_two("/livez").code == 200
    answer = one_of_two("/readyz")
    assert (answer.code, orjson.loads(answer.body)["reasons"]) == (503, {"processes": "1 of 2 are running"})
