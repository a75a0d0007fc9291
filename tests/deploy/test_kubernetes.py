"""The files for Kubernetes fit its schemas, the code and each other. No cluster is needed.

`.venv/bin/python -m tests.deploy.test_kubernetes` copies the alerts of Prometheus into the file for its operator.
"""

from __future__ import annotations

import shutil
import subprocess
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes_validate.utils import ValidationError, validate

from tests.deploy.files import DEPLOY, DOCKERFILE, PORT, outlasts, unknown
from worker.config.sources import ENV_PREFIX
from worker.version import __version__

KUBERNETES = DEPLOY / "kubernetes"
BUILDS = ("base", "overlays/keda")
ALERTS = KUBERNETES / "components" / "prometheus-operator" / "alerts.yaml"
OF_OTHERS = ("keda.sh/", "monitoring.coreos.com/", "kustomize.config.k8s.io/")  # kinds without a schema here
VERSIONS = ("1.29", "1.37")  # the oldest and the newest to support

Resource = dict[str, Any]


def resources(text: str) -> list[Resource]:
    return [resource for resource in yaml.safe_load_all(text) if resource]


def builders() -> Iterator[list[str]]:
    """The commands on this machine that build a kustomization."""
    if shutil.which("kustomize"):
        yield ["kustomize", "build"]
    if shutil.which("kubectl"):
        yield ["kubectl", "kustomize"]


def build(directory: Path) -> list[Resource]:
    """The resources that `kubectl apply -k` would create. Skips the test if nothing here can build them."""
    command = next(builders(), None)
    if command is None:
        pytest.skip("neither kustomize nor kubectl is on the path")
    done = subprocess.run([*command, str(directory)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return resources(done.stdout)


@pytest.fixture(scope="module", params=BUILDS)
def built(request: pytest.FixtureRequest) -> list[Resource]:
    return build(KUBERNETES / request.param)


def the(kind: str, name: str, among: list[Resource]) -> Resource:
    """The one resource of this kind whose name begins so."""
    [found] = [each for each in among if each["kind"] == kind and each["metadata"]["name"].startswith(name)]
    return found


FILES = {str(path.relative_to(KUBERNETES)): resources(path.read_text()) for path in sorted(KUBERNETES.rglob("*.yaml"))}
WRITTEN = [resource for each in FILES.values() for resource in each]
SETS = [resource for resource in WRITTEN if resource["kind"] == "StatefulSet"]
POD = the("StatefulSet", "worker", WRITTEN)["spec"]["template"]["spec"]
[CONTAINER] = POD["containers"]


def check(resource: Resource, version: str) -> None:
    if not resource["apiVersion"].startswith(OF_OTHERS):
        validate(resource, version, strict=True)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("file", FILES)
def test_every_file_fits_the_schemas_of_kubernetes(file: str, version: str) -> None:
    assert FILES[file]
    for resource in FILES[file]:
        check(resource, version)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_kustomize_builds_fits_them_too(built: list[Resource], version: str) -> None:
    for resource in built:
        check(resource, version)


def test_a_field_that_does_not_exist_is_found() -> None:
    resource = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "dta": {}}
    with pytest.raises(ValidationError):
        check(resource, VERSIONS[0])


def test_every_setting_exists() -> None:
    named = [*KUBERNETES.rglob("*.yaml"), *KUBERNETES.rglob("*.env")]
    assert unknown("".join(path.read_text() for path in named)) == set()


def test_the_image_is_of_the_version_of_the_code() -> None:
    [kustomization] = FILES["base/kustomization.yaml"]
    [image] = kustomization["images"]
    assert CONTAINER["image"] == image["name"]
    assert image["newTag"] == __version__


@pytest.mark.parametrize("pods", SETS, ids=lambda each: str(each["metadata"]["name"]))
def test_no_pod_runs_as_root_or_gains_a_right(pods: Resource) -> None:
    """The profile `restricted` of the Pod Security Standards, and a root file system that cannot be written."""
    pod = pods["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    for container in pod["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert "memory" in container["resources"]["limits"]


def test_the_user_and_the_state_directory_are_those_of_the_image() -> None:
    context = POD["securityContext"]
    assert f"USER {context['runAsUser']}:{context['runAsGroup']}\n" in DOCKERFILE
    assert any(f"VOLUME {mount['mountPath']}\n" in DOCKERFILE for mount in CONTAINER["volumeMounts"])


def test_the_probes_and_prometheus_ask_the_port_that_the_worker_opens() -> None:
    [port] = CONTAINER["ports"]
    assert port["containerPort"] == PORT
    probes = [CONTAINER[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")]
    [endpoint] = the("PodMonitor", "worker", WRITTEN)["spec"]["podMetricsEndpoints"]
    assert {asked["port"] for asked in (*probes, endpoint)} == {port["name"]}


def test_a_worker_has_the_time_to_stop() -> None:
    settings = (KUBERNETES / "base" / "worker.env").read_text()
    shutdown = settings.partition(f"{ENV_PREFIX}SHUTDOWN_TIMEOUT=")[2].partition("\n")[0]
    assert outlasts(f"{POD['terminationGracePeriodSeconds']}s", shutdown)


@pytest.mark.parametrize("kind", ["Service", "PodDisruptionBudget", "PodMonitor"])
def test_everything_that_selects_the_workers_finds_them(kind: str) -> None:
    labels = the("StatefulSet", "worker", WRITTEN)["spec"]["template"]["metadata"]["labels"]
    selector = the(kind, "worker", WRITTEN)["spec"]["selector"]
    assert selector.get("matchLabels", selector).items() <= labels.items()


def test_the_workers_read_the_config_map_that_is_built(built: list[Resource]) -> None:
    [container] = the("StatefulSet", "worker", built)["spec"]["template"]["spec"]["containers"]
    named = container["envFrom"][0]["configMapRef"]["name"]
    assert f"{ENV_PREFIX}BOOTSTRAP_SERVERS" in the("ConfigMap", named, built)["data"]


def test_the_component_for_the_operator_fits_onto_a_build(tmp_path: Path) -> None:
    (tmp_path / "base").symlink_to(KUBERNETES / "base")
    (tmp_path / "component").symlink_to(ALERTS.parent)
    (tmp_path / "kustomization.yaml").write_text("resources: [base]\ncomponents: [component]\n")
    kinds = {resource["kind"] for resource in build(tmp_path)}
    assert {"StatefulSet", "PodMonitor", "PrometheusRule"} <= kinds


def test_secrets_are_read_from_files_on_the_mounted_secret() -> None:
    settings = (KUBERNETES / "base" / "worker.env").read_text()
    [mounted] = [mount["mountPath"] for mount in CONTAINER["volumeMounts"] if mount["name"] == "secret"]
    files = [line.partition("=")[2] for line in settings.splitlines() if "_FILE=" in line]
    assert len(files) == 2
    assert [file for file in files if not file.startswith(f"{mounted}/")] == []
    assert [each for each in WRITTEN if each["kind"] == "Secret"] == []


def test_keda_alone_decides_how_many_workers_run() -> None:
    scaled = build(KUBERNETES / "overlays/keda")
    assert "replicas" not in the("StatefulSet", "worker", scaled)["spec"]
    assert the("ConfigMap", "worker", scaled)["data"][f"{ENV_PREFIX}STATIC_MEMBERSHIP"] == "false"


def test_keda_watches_the_group_and_the_topic_of_the_workers() -> None:
    [scaled] = FILES["overlays/keda/scaled-object.yaml"]
    [trigger] = scaled["spec"]["triggers"]
    settings = (KUBERNETES / "base" / "worker.env").read_text()
    for name, key in {"BOOTSTRAP_SERVERS": "bootstrapServers", "GROUP_ID": "consumerGroup"}.items():
        assert f"{ENV_PREFIX}{name}={trigger['metadata'][key]}\n" in settings


def with_alerts() -> str:
    """The alerts as a resource of the Prometheus Operator."""
    _, mark, groups = (DEPLOY / "prometheus" / "rules.yml").read_text().partition("groups:\n")
    assert mark
    head = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: worker\nspec:\n"
    return f"# A copy of deploy/prometheus/rules.yml.\n{head}{textwrap.indent(mark + groups, '  ')}"


def test_the_operator_has_the_same_alerts_as_prometheus() -> None:
    assert ALERTS.read_text() == with_alerts(), "copy them: .venv/bin/python -m tests.deploy.test_kubernetes"


if __name__ == "__main__":
    ALERTS.write_text(with_alerts())
