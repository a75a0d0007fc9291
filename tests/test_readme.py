"""The README says what the code does. `python tests/test_readme.py` writes the configuration table anew."""

from __future__ import annotations

import re
from pathlib import Path

from worker.config import settings as config
from worker.config.settings import ENV_PREFIX, Settings
from worker.messages import Reason
from worker.observe.metrics import Metrics

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- settings -->\n", "<!-- /settings -->"


def settings_table() -> str:
    """Every setting, by panel, as a Markdown table."""
    shown = Settings().model_dump(mode="json")
    panels: dict[str, list[str]] = {}
    for name in Settings.model_fields:
        panels.setdefault(config.panel(name), []).append(name)
    rows = ["| flag | default | meaning |", "| --- | --- | --- |"]
    for panel, names in panels.items():
        rows.append(f"| **{panel}** | | |")
        rows += [_row(name, shown[name]) for name in names]
    return "\n".join(rows) + "\n"


def _row(name: str, value: object) -> str:
    text = ",".join(value) if isinstance(value, list) else str(value)
    default = "" if value in (None, [], "") else f"`{text.lower() if isinstance(value, bool) else text}`"
    flag = f"`{ENV_PREFIX}{name.upper()}`" if config.is_secret(name) else f"`--{name.replace('_', '-')}`"
    return f"| {flag} | {default} | {Settings.model_fields[name].description} |"


def test_the_configuration_table_is_that_of_the_settings() -> None:
    readme = README.read_text()
    assert readme.split(BEGIN)[1].split(END)[0] == settings_table(), "write it anew: python tests/test_readme.py"


def test_every_reason_is_explained() -> None:
    assert [reason for reason in Reason if f"`{reason.value}`" not in README.read_text()] == []


def test_the_metrics_line_shown_has_the_keys_of_a_real_one() -> None:
    shown = re.search(r"```json\n(.+?)```", README.read_text(), re.DOTALL)
    assert shown
    assert [key for key in Metrics().line(0) if f'"{key}"' not in shown[1]] == []


if __name__ == "__main__":
    before, rest = README.read_text().split(BEGIN)
    README.write_text(before + BEGIN + settings_table() + END + rest.split(END)[1])
