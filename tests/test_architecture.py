"""Imports go one way. The picture is in docs/architecture.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import worker

PACKAGE = Path(worker.__file__).parent

FLOORS = (
    ("compiled", "errors", "footprint", "version"),
    ("findings", "messages", "schema", "text", "trees"),
    ("identity", "store", "crawlers", "page", "embedded", "extraction", "residue"),
    ("config", "pipeline", "sites"),
    ("dedup", "observe", "transport", "fingerprint"),
    ("stages", "engine", "guard", "memories"),
    ("app",),
    ("supervisor",),
    ("commands",),
    ("__main__",),
)
"""The floors, from the ground up. A package or module imports only from lower floors."""

MAY_IMPORT = {
    "compiled": set(),
    "errors": set(),
    "findings": {"errors"},
    "footprint": set(),
    "messages": set(),
    "schema": set(),
    "text": {"compiled"},
    "trees": {"compiled"},
    "version": set(),
    "crawlers": {"errors", "messages", "schema", "text"},
    "embedded": {"text"},
    "extraction": {"compiled", "text", "trees"},
    "identity": {"compiled", "messages", "text"},
    "page": {"compiled", "errors", "messages", "text"},
    "residue": {"compiled", "text", "trees"},
    "store": {"errors", "messages"},
    "config": {"crawlers", "errors", "text"},
    "pipeline": {"errors", "identity", "messages", "text"},
    "sites": {"identity", "messages", "store", "text"},
    "dedup": {"compiled", "config", "errors", "findings", "identity", "messages", "store", "text", "trees"},
    "fingerprint": {"config", "errors", "messages", "schema", "version"},
    "observe": {"config", "errors", "messages", "store", "text"},
    "transport": {"config", "errors", "findings", "messages", "store", "text"},
    "engine": {"config", "errors", "messages", "observe", "pipeline", "transport"},
    "guard": {"errors", "messages", "observe", "pipeline", "store"},
    "stages": {
        *(
            "config",
            "crawlers",
            "dedup",
            "embedded",
            "extraction",
            "identity",
            "messages",
            "page",
            "pipeline",
            "residue",
        ),
        "text",
    },
    "memories": {"config", "dedup", "observe", "sites", "store"},
    "app": {
        *("config", "dedup", "engine", "errors", "fingerprint", "footprint", "guard", "memories", "messages"),
        *("observe", "pipeline", "sites", "stages", "store", "transport"),
    },
    "supervisor": {
        *("app", "config", "engine", "errors", "footprint", "messages", "observe", "sites", "stages", "transport"),
    },
    "commands": {
        *("app", "compiled", "config", "dedup", "errors", "findings", "fingerprint", "identity", "memories"),
        *("messages", "observe", "pipeline", "schema", "stages", "store", "supervisor", "text", "transport"),
    },
    "__main__": {"commands", "footprint"},
}
"""Which part may import which. A new arrow is a decision: add it here, unless it goes up."""


@cache
def modules() -> dict[str, Path]:
    """The modules of the package by dotted name, including `__init__` files."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = [PACKAGE.name, *path.relative_to(PACKAGE).with_suffix("").parts]
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(path: Path) -> Iterator[str]:
    """The modules of the package that this one imports, anywhere in the file, including those for types only."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules())
        elif isinstance(node, ast.ImportFrom) and node.module in modules():
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name in modules() else node.module


def part(module: str) -> str:
    """The package or single module under `worker` that this module belongs to."""
    return module.split(".")[1]


@cache
def arrows() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {part(name): set() for name in modules() if "." in name}
    for name, path in modules().items():
        if "." in name:
            found[part(name)] |= {part(other) for other in imported(path)} - {part(name)}
    return found


def test_every_part_imports_only_what_it_may() -> None:
    assert arrows() == {name: set(others) for name, others in MAY_IMPORT.items()}


def test_no_import_goes_up() -> None:
    floor = {name: number for number, names in enumerate(FLOORS) for name in names}
    assert floor.keys() == MAY_IMPORT.keys()
    upward = [(name, other) for name, others in arrows().items() for other in others if floor[other] >= floor[name]]
    assert upward == []


def test_no_modules_import_each_other_in_a_cycle() -> None:
    TopologicalSorter({name: set(imported(path)) - {name} for name, path in modules().items()}).prepare()


APART = [
    ("worker.transport.files", "worker.transport.kafka"),
    ("worker.dedup.embedded", "worker.dedup.valkey"),
]
"""Packages that do the same job in two ways. Neither knows the other, and what they share knows neither."""


@pytest.mark.parametrize("pair", APART, ids=str)
def test_two_ways_to_do_one_job_know_nothing_of_each_other(pair: tuple[str, str]) -> None:
    parent = pair[0].rpartition(".")[0]
    for name, path in modules().items():
        if name.startswith(f"{parent}."):
            own = next((package for package in pair if name.startswith(f"{package}.")), None)
            others = [other for other in imported(path) if any(other.startswith(f"{p}.") for p in pair if p != own)]
            assert others == [], name


def test_only_the_kafka_transport_knows_kafka() -> None:
    """In the command line, the topic commands use that package, but not the library."""
    users = {name for name, path in modules().items() if "kafka" in libraries(path)}
    assert users
    assert all(name.startswith("worker.transport.kafka.") for name in users)


def libraries(path: Path) -> set[str]:
    """The top-level names of everything that the module imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def test_packages_hold_no_logic() -> None:
    assert [str(path) for path in PACKAGE.rglob("__init__.py") if path.read_text(encoding="utf-8").strip()] == []


def test_the_picture_shows_every_part() -> None:
    picture = (PACKAGE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert [name for name in MAY_IMPORT if f"`{name}`" not in picture] == []
