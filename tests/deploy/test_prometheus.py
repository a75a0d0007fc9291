"""The alerts and the dashboard use metrics that exist. Prometheus' own tool runs the alerts on made series."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.files import COMPOSE, DEPLOY, PORT, ROOT
from tests.kafka.servers import Unavailable, required
from worker.observe import prometheus

RULES = DEPLOY / "prometheus" / "rules.yml"
CONFIG = DEPLOY / "prometheus" / "prometheus.yml"
CASES = Path(__file__).parent / "rules_test.yml"
DASHBOARD = DEPLOY / "grafana" / "dashboards" / "article-worker.json"

ALERTS: list[dict[str, Any]] = [
    rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]
]
LABELS = {each.name: {"worker", *each.labels} for each in (*prometheus.FAMILIES, *prometheus.HISTOGRAMS)}
OF_PROMETHEUS = {"job", "le"}


def promtool(*arguments: str) -> None:
    def path() -> str:
        found = shutil.which("promtool")
        if found is None:
            raise Unavailable("promtool is not on the path")
        return found

    tool = required(path, "REQUIRE_PROMTOOL")
    done = subprocess.run([tool, *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def queries(panel: object) -> Iterator[str]:
    """All queries of the dashboard."""
    if isinstance(panel, dict):
        for key, value in panel.items():
            if key in ("expr", "query") and isinstance(value, str) and "article_worker" in value:
                yield value
            else:
                yield from queries(value)
    elif isinstance(panel, list):
        for each in panel:
            yield from queries(each)


SHOWN = list(queries(json.loads(DASHBOARD.read_text())))
EXPRESSIONS = [*(rule["expr"] for rule in ALERTS), *SHOWN]


def test_prometheus_accepts_the_alerts() -> None:
    promtool("check", "rules", str(RULES))


def test_prometheus_accepts_the_configuration() -> None:
    promtool("check", "config", str(CONFIG))


def test_the_alerts_fire_when_they_should_and_only_then() -> None:
    promtool("test", "rules", str(CASES))


def test_every_alert_is_tested() -> None:
    cases = yaml.safe_load(CASES.read_text())["tests"]
    tested = {check["alertname"] for case in cases for check in case["alert_rule_test"] if check.get("exp_alerts")}
    assert [rule["alert"] for rule in ALERTS if rule["alert"] not in tested] == []


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_metric_and_label_in_a_query_exists(expression: str) -> None:
    names = {re.sub("_bucket$", "", name) for name in re.findall(r"article_worker_\w+", expression)}
    assert names
    assert names <= LABELS.keys()
    known = OF_PROMETHEUS.union(*(LABELS[name] for name in names))
    used = re.findall(r"(\w+)=~?\"", expression)
    for listed in re.findall(r"\b(?:by|on) \(([^)]*)\)", expression):
        used += re.split(r",\s*", listed)
    assert set(used) <= known


def test_operations_says_what_to_do_about_every_alert() -> None:
    page = (ROOT / "docs" / "operations.md").read_text().partition("\n## Alerts\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(ArticleWorker\w+)` \|", page, re.MULTILINE) == [rule["alert"] for rule in ALERTS]


def test_the_dashboard_shows_something() -> None:
    assert len(SHOWN) > 15


@pytest.mark.parametrize("name", ["prometheus", "grafana"])
def test_compose_mounts_files_that_exist(name: str) -> None:
    mounted = [volume for volume in COMPOSE["services"][name]["volumes"] if volume.startswith("./")]
    assert mounted
    assert [volume for volume in mounted if not (ROOT / volume.split(":")[0]).exists()] == []


def test_prometheus_finds_the_workers_of_compose() -> None:
    [scraped] = yaml.safe_load(CONFIG.read_text())["scrape_configs"]
    [found] = scraped["dns_sd_configs"]
    assert (found["names"], found["port"]) == (["worker"], PORT)
    assert "worker" in COMPOSE["services"]


def test_grafana_finds_the_dashboard_where_compose_puts_it() -> None:
    provider = yaml.safe_load((DEPLOY / "grafana/provisioning/dashboards/files.yml").read_text())
    [path] = [each["options"]["path"] for each in provider["providers"]]
    assert f"./{DASHBOARD.parent.relative_to(ROOT)}:{path}:ro" in COMPOSE["services"]["grafana"]["volumes"]


def test_grafana_asks_the_prometheus_of_compose() -> None:
    sources = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/prometheus.yml").read_text())
    assert [source["url"] for source in sources["datasources"]] == ["http://prometheus:9090"]
    assert "prometheus" in COMPOSE["services"]
