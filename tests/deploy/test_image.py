"""The image agrees with the code, and runs the worker without rights."""

from __future__ import annotations

import fnmatch
import re

import pytest

from tests.deploy.files import DOCKERFILE, PORT, ROOT, settings_in, unknown
from worker.version import __version__


@pytest.mark.parametrize("instruction", ["ENTRYPOINT", "CMD", r"HEALTHCHECK .*\\\n +CMD"])
def test_the_image_starts_the_worker_without_a_shell_so_that_signals_arrive(instruction: str) -> None:
    assert re.search(rf'^{instruction} \["', DOCKERFILE, re.MULTILINE)
    assert not re.search(rf"^{instruction} [^\[]*$", DOCKERFILE, re.MULTILINE)


def test_the_image_does_not_run_as_root() -> None:
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]


def test_the_image_carries_the_version_of_the_code() -> None:
    assert f"ARG VERSION={__version__}\n" in DOCKERFILE


def test_the_image_needs_no_special_builder() -> None:
    """The classic builder works too, so there are no mounts and no here-documents."""
    assert "--mount" not in DOCKERFILE
    assert "<<" not in DOCKERFILE


def test_everything_that_the_image_copies_is_in_the_build_context() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*", "everything is left out first"
    allowed = [line[1:].rstrip("/") for line in lines if line.startswith("!")]
    for sources in re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE):
        for source in sources.split():
            assert any(fnmatch.fnmatch(source, pattern) for pattern in allowed), source
            assert (ROOT / source).exists(), source


def test_every_setting_of_the_image_exists() -> None:
    assert settings_in(DOCKERFILE)
    assert unknown(DOCKERFILE) == set()


def test_the_health_check_asks_the_port_that_the_worker_opens() -> None:
    assert f"EXPOSE {PORT}\n" in DOCKERFILE
    assert f"http://127.0.0.1:{PORT}/readyz" in DOCKERFILE


def test_the_state_is_on_a_volume() -> None:
    [state] = re.findall(r"STATE_DIR=(\S+)", DOCKERFILE)
    assert f"VOLUME {state}\n" in DOCKERFILE
