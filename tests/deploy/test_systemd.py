"""The unit for systemd fits systemd, the code and the command line."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.files import DEPLOY, VARIABLES, outlasts, settings_in, unknown
from worker.config.sources import ENV_PREFIX

UNIT = DEPLOY / "systemd" / "article-worker@.service"
TEXT = UNIT.read_text()


def value(name: str) -> str:
    [found] = re.findall(rf"^{name}=(.*)$", TEXT, re.MULTILINE)
    return str(found)


def test_every_setting_exists() -> None:
    assert settings_in(TEXT)
    assert unknown(TEXT) == set()


def test_every_flag_of_the_command_is_a_setting() -> None:
    _, command, *flags = shlex.split(value("ExecStart"))
    assert command == "run"
    assert {flag.removeprefix("--").upper() for flag in flags[::2]} <= VARIABLES | {"CONFIG"}


def test_the_instances_share_the_state_and_differ_in_name_and_port() -> None:
    """Workers of one machine share the embedded index, which only its owner can read."""
    assert value(f"Environment={ENV_PREFIX}STATE_DIR") == f"/var/lib/{value('StateDirectory')}"
    assert "%i" not in value("StateDirectory")
    assert "%i" in value(f"Environment={ENV_PREFIX}INSTANCE_ID")
    assert "%i" in value("ExecStart")


def test_a_worker_has_the_time_to_stop() -> None:
    assert outlasts(value("TimeoutStopSec"), value(f"Environment={ENV_PREFIX}SHUTDOWN_TIMEOUT"))


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """The unit as an instance, with a program that exists."""
    unit = tmp_path / "article-worker@9464.service"
    unit.write_text(re.sub(r"^ExecStart=\S+", f"ExecStart={shutil.which('true')}", TEXT, flags=re.MULTILINE))
    return unit


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not on the path")
    command = ["systemd-analyze", "--no-pager", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_systemd_accepts_the_unit(instance: Path) -> None:
    done = analyze("verify", str(instance))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_exposure_of_the_unit_is_low(instance: Path) -> None:
    """The rating goes from 0 to 10, the threshold from 0 to 100."""
    done = analyze("security", "--offline=true", "--threshold=20", str(instance))
    assert done.returncode == 0, done.stdout
