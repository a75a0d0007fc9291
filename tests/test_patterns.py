"""No regular expression of the package takes more than linear time, whatever the text.

Tools that analyse patterns were tried and dropped: regexploit does not know possessive repeats, and the others know only
literals in source files, JavaScript's syntax, or patterns of a few dozen characters. So each pattern is run on texts
made to stall it.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import worker
from tests.pumps import Attack, attacks

SHORT = [int(8 * 1.25**step) for step in range(18)]  # even if a pattern is exponential, no single step takes long
LONG = 2048
SLOW_S = 0.02
SUSPECT_S_A_CHAR = 3e-7  # what a quadratic pattern takes at that length; most linear ones take a tenth
MOST_GROWTH = 4  # for a text three times as long
TRIES = 8  # a suspect must grow in every try: with hundreds of them, other work on the machine disturbs some

EXEMPT = {
    "worker.page.tags._EACH_ATTRIBUTE": "only sees what has matched already, as a part of a tag",
    "worker.crawlers.charset._LABEL": "only sees 200 characters",
}

METHODS = "search|match|fullmatch|sub|split|finditer|findall"
Run = Callable[[Any], object]


class Found(NamedTuple):
    """A pattern, and how the package applies it."""

    name: str
    pattern: re.Pattern[Any]
    methods: frozenset[str]


def test_no_pattern_takes_more_than_linear_time() -> None:
    found = [pattern for pattern in patterns() if pattern.name not in EXEMPT]
    assert len(found) > 250
    slow = {
        f"{name}.{method}": problem
        for name, pattern, methods in found
        for method in methods
        if (problem := superlinear(pattern, run_of(pattern, method)))
    }
    assert slow == {}


@pytest.mark.parametrize(
    ("source", "method"),
    [
        (r"(?:-->|\]\]>)\s*;?\s*$", "search"),
        (rb"\s+,", "split"),
        (r"<[^>]*>", "search"),
        (r"(a+)+b", "match"),
        (r"x(?:de |d[aeiou] |du |van )*X", "fullmatch"),
        (r"(?:foo|bar|foobar)*!", "fullmatch"),
        (r"(?s)a.*b.*c", "fullmatch"),
        (r"a[ab]{0,99}[ab]{0,19}#|\s+,", "search"),
    ],
)
def test_a_pattern_that_takes_more_is_found(source: str | bytes, method: str) -> None:
    pattern: re.Pattern[Any] = re.compile(source)
    assert superlinear(pattern, run_of(pattern, method))


@pytest.mark.parametrize(
    "source", [r"\s*+,", r"(?>a+)+b", r"<[^<>]*+>", r"x(?:de |du |van )*X", r"[^,]*+,", "(?:a|b)*+c", ".{0,200}x"]
)
def test_a_linear_pattern_is_accepted(source: str) -> None:
    pattern = re.compile(source)
    assert not superlinear(pattern, pattern.fullmatch)


class _Plain:
    __module__ = "worker.made"
    of_class = re.compile("c")

    def __init__(self) -> None:
        self.field = {"key": [re.compile("f")]}


class _Slotted:
    __module__ = "worker.made"
    __slots__ = ("slot",)

    def __init__(self) -> None:
        self.slot = re.compile("s")


class _Derived(_Slotted):
    __module__ = "worker.made"
    __slots__ = ()


@pytest.mark.parametrize(
    ("value", "names"), [(_Plain(), ["field"]), (_Plain, ["of_class"]), (_Slotted(), ["slot"]), (_Derived(), ["slot"])]
)
def test_a_pattern_is_found_wherever_an_object_or_a_class_holds_it(value: object, names: list[str]) -> None:
    assert [name for name, _ in _held(value, "value", set())] == names


def superlinear(pattern: re.Pattern[Any], run: Run) -> str:
    """An attack that makes the pattern slow, if its time grows faster than the text; else an empty string."""
    found = attacks(pattern)

    def seconds(attack: Attack, length: int) -> float:
        text = attack.text(length)
        begin = time.process_time()
        run(text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace"))
        return time.process_time() - begin

    for length in SHORT:
        for attack in found:
            if seconds(attack, length) > SLOW_S and seconds(attack, length) > SLOW_S:
                return f"exponential: {attack}"
    for attack in found:  # a costly linear attack must not hide a cheaper one that is not linear
        if seconds(attack, LONG) >= SUSPECT_S_A_CHAR * LONG and all(
            seconds(attack, 3 * LONG) > MOST_GROWTH * seconds(attack, LONG) for _ in range(TRIES)
        ):
            return f"polynomial: {attack}"
    return ""


def run_of(pattern: re.Pattern[Any], method: str) -> Run:
    """Find all matches if the package does so, else one."""
    if method in ("match", "fullmatch", "search"):
        run: Run = getattr(pattern, method)
        return run
    return lambda text: deque(pattern.finditer(text), 0)


def patterns() -> Iterator[Found]:
    """Each compiled pattern that a module holds, however deeply nested."""
    modules = [info.name for info in pkgutil.walk_packages(worker.__path__, "worker.") if "__main__" not in info.name]
    files = {name: Path(importlib.import_module(name).__file__ or "") for name in modules}
    sources = {name: file.read_text() for name, file in files.items() if file.suffix == ".py"}  # not compiled parts
    everything = "\n".join(sources.values())
    seen: set[int] = set()
    for name, source in sources.items():
        for held, value in vars(importlib.import_module(name)).items():
            users = source if held.startswith("_") else everything
            for attribute, pattern in _held(value, held, seen):
                of_field = attribute != held
                name_in_use = rf"\.{attribute}" if of_field else rf"\b{attribute}"
                found = re.findall(rf"{name_in_use}\.({METHODS})\b", everything if of_field else users)
                yield Found(f"{name}.{held}", pattern, frozenset(found) or frozenset(("search", "fullmatch")))


def _held(value: Any, name: str, seen: set[int]) -> Iterator[tuple[str, re.Pattern[Any]]]:
    """The patterns in a value, each with the name of its variable or field."""
    if id(value) in seen:
        return
    seen.add(id(value))
    inside: list[tuple[str, Any]] = []
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, dict):
        inside = [(name, item) for item in value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        inside = [(name, item) for item in value]
    elif type(value).__module__.startswith("worker."):
        inside = _fields(value)
    elif isinstance(value, type) and value.__module__.startswith("worker."):
        inside = list(vars(value).items())
    for field, item in inside:
        yield from _held(item, field, seen)


def _fields(value: object) -> list[tuple[str, Any]]:
    slots = chain.from_iterable(getattr(kind, "__slots__", ()) for kind in type(value).__mro__)
    return [*((name, getattr(value, name, None)) for name in slots), *getattr(value, "__dict__", {}).items()]
