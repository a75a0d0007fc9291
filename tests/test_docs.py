"""README.md and docs/ say what the code does, and their links lead somewhere.

`.venv/bin/python tests/test_docs.py` writes the generated tables again.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path

import pytest

from worker.commands.cli import app
from worker.config.settings import Settings, is_secret, panel
from worker.config.sources import ENV_PREFIX
from worker.crawlers import registry
from worker.crawlers.fields import COMMON, FALLBACK
from worker.messages import DuplicateKind, Reason
from worker.observe.metrics import Metrics
from worker.observe.prometheus import FAMILIES, HISTOGRAMS
from worker.observe.reporter import log_keys
from worker.stages.order import build_stages

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")), ROOT / "examples" / "README.md"]
AGAIN = "write it again: .venv/bin/python tests/test_docs.py"


# -- generated tables ----------------------------------------------------------------------------------------------


def settings_table() -> str:
    """Every setting, by panel, as a Markdown table."""
    shown = Settings().model_dump(mode="json")
    rows = ["| flag | default | meaning |", "| --- | --- | --- |"]
    for title, names in groupby(sorted(shown, key=_panel_order), key=panel):
        rows.append(f"| **{title}** | | |")
        rows += [_row(name, shown[name]) for name in names]
    return "\n".join(rows) + "\n"


def _panel_order(name: str) -> int:
    panels = list(dict.fromkeys(map(panel, Settings.model_fields)))
    return panels.index(panel(name))


def _row(name: str, value: object) -> str:
    text = ",".join(value) if isinstance(value, list) else str(value)
    default = "" if value in (None, [], "") else f"`{text.lower() if isinstance(value, bool) else text}`"
    flag = f"`{ENV_PREFIX}{name.upper()}`" if is_secret(name) else f"`--{name.replace('_', '-')}`"
    meaning = str(Settings.model_fields[name].description).replace("|", r"\|")  # a bar would end the cell
    return f"| {flag} | {default} | {meaning} |"


def aliases_table() -> str:
    """The names that most crawlers' formats share for each field."""
    rows = ["| field | names, in order | fallback names |", "| --- | --- | --- |"]
    for field, paths in COMMON.items():
        rows.append(f"| {field} | {_names(paths)} | {_names(p for p in FALLBACK.get(field, ()) if p not in paths)} |")
    return "\n".join(rows) + "\n"


def prometheus_table() -> str:
    """Every Prometheus metric."""
    rows = ["| metric | type | labels | meaning |", "| --- | --- | --- | --- |"]
    kinds = [(family, family.kind) for family in FAMILIES] + [(family, "histogram") for family in HISTOGRAMS]
    for family, kind in kinds:
        labels = ", ".join(f"`{label}`" for label in family.labels)
        rows.append(f"| `{family.name}` | {kind} | {labels} | {family.meaning} |")
    return "\n".join(rows) + "\n"


def _names(paths: Iterable[tuple[str, ...]]) -> str:
    return ", ".join(f"`{'/'.join(path)}`" for path in paths)


GENERATED: dict[str, tuple[Path, Callable[[], str]]] = {
    "settings": (ROOT / "docs" / "configuration.md", settings_table),
    "prometheus": (ROOT / "docs" / "operations.md", prometheus_table),
    "aliases": (ROOT / "docs" / "messages.md", aliases_table),
}


def _split(name: str, page: Path) -> tuple[str, str, str]:
    """The page before, inside and after the marks of a generated part."""
    before, _, rest = page.read_text().partition(f"<!-- {name} -->\n")
    within, mark, after = rest.partition(f"<!-- /{name} -->")
    assert mark, f"{page.name} lacks <!-- /{name} -->"
    return before, within, after


def write(name: str) -> None:
    """Generate one part again."""
    page, make = GENERATED[name]
    before, _, after = _split(name, page)
    page.write_text(f"{before}<!-- {name} -->\n{make()}<!-- /{name} -->{after}")


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_table_matches_the_code(name: str) -> None:
    page, make = GENERATED[name]
    assert _split(name, page)[1] == make(), AGAIN


# -- links ---------------------------------------------------------------------------------------------------------


def links(text: str) -> Iterator[str]:
    """The targets of all links within the project."""
    for target in re.findall(r"\]\(([^)\s]+)\)", _without_code(text)):
        if not re.match(r"[a-z]+:", target):
            yield target


def _without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))


def anchors(text: str) -> set[str]:
    """The names by which the headings of a page can be linked."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page: Path) -> list[str]:
    """The links of a page to files or headings that do not exist."""
    broken = []
    for target in links(page.read_text()):
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        if not file.exists() or (anchor and anchor not in anchors(file.read_text())):
            broken.append(target)
    return broken


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading_that_exist(page: Path) -> None:
    assert broken_links(page) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A heading: one, two\n[a](#a-heading-one-two) [b](#nowhere) [c](none.md) `[d](none.md)` [e](x:y)\n"
    )
    assert broken_links(page) == ["#nowhere", "none.md"]


def test_every_page_of_docs_can_be_reached_from_the_readme() -> None:
    reached, todo = set(), [README]
    while todo:
        page = todo.pop()
        reached.add(page)
        near = {(page.parent / target.partition("#")[0]).resolve() for target in links(page.read_text())}
        todo += [file for file in near if file.suffix == ".md" and file.exists() and file not in reached]
    assert [page.name for page in PAGES if page not in reached] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_of_the_project_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(
        r"`((?:worker|tests|training|benchmarks|schemas|docs|examples|deploy)/[\w./@-]*)`", page.read_text()
    )
    assert [name for name in named if not (ROOT / name).exists() and "NAME" not in name] == []


# -- facts ---------------------------------------------------------------------------------------------------------


def test_the_readme_stays_short() -> None:
    assert len(README.read_text().splitlines()) <= 200


@pytest.mark.parametrize("page", [README, ROOT / "docs" / "architecture.md"], ids=lambda page: page.name)
def test_the_picture_of_the_pipeline_has_all_stages_in_order(page: Path) -> None:
    first, second = ([stage.name for stage in part.stages] for part in build_stages(Settings()).parts)
    [drawn] = re.findall(r"^.*▶ decode .*$", page.read_text(), re.MULTILINE)
    boxes = re.findall(r"▶ \[?(\w+)\b(?!\.)", drawn)
    assert [name for name in boxes if name != "outputs"] == ["decode", *first, "site_lines", *second, "dedup"]


def test_every_reason_is_explained_in_the_readme() -> None:
    assert [reason for reason in Reason if f"`{reason.value}`" not in README.read_text()] == []


def test_every_kind_of_duplicate_is_explained() -> None:
    page = (ROOT / "docs" / "duplicates.md").read_text()
    assert [kind for kind in DuplicateKind if f"`{kind.value}`" not in page] == []


def test_every_shape_is_explained() -> None:
    page = (ROOT / "docs" / "messages.md").read_text()
    assert [name for name in registry.names() if f"| `{name}` |" not in page] == []


def test_the_metrics_line_shown_has_the_keys_of_a_real_one() -> None:
    shown = re.search(r"```json\n(.+?)```", (ROOT / "docs" / "operations.md").read_text(), re.DOTALL)
    assert shown
    assert [key for key in log_keys(Metrics().line()) if f'"{key}"' not in shown[1]] == []


def logged_warnings() -> set[str]:
    """The events that the code logs as a warning or an error."""
    calls = (
        node
        for file in (ROOT / "worker").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("warning", "error")
    )
    first = (call.args[0] for call in calls if call.args)
    return {name.value for name in first if isinstance(name, ast.Constant) and isinstance(name.value, str)}


def test_operations_says_what_to_do_about_every_warning() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    assert len(logged_warnings()) > 10
    assert [event for event in sorted(logged_warnings()) if f"`{event}`" not in page] == []


def test_the_pages_show_no_command_that_does_not_exist() -> None:
    commands = {
        str(command.name or (command.callback and command.callback.__name__)) for command in app.registered_commands
    }
    commands |= {str(group.name) for group in app.registered_groups}
    for page in PAGES:
        shown = set(re.findall(r"article-worker ([a-z][a-z-]+)", "\n".join(_code(page.read_text()))))
        assert shown <= commands, page.name


def _code(text: str) -> list[str]:
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    return blocks + re.findall(r"`([^`\n]*)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))


def test_the_scrapy_pipeline_in_the_readme_matches_the_example() -> None:
    [shown] = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    example = iter((ROOT / "examples/scrapy_project/newscrawl/pipelines.py").read_text().splitlines())
    assert [line for line in shown.splitlines() if line and line not in example] == []


if __name__ == "__main__":
    for part in GENERATED:
        write(part)
