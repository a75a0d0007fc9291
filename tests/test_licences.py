"""docs/licences.md lists every package that the worker needs. `.venv/bin/python tests/test_licences.py` renews the list."""

from __future__ import annotations

import re
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "licences.md"
BEGIN, END = "<!-- licences -->\n", "<!-- /licences -->"
RENEW = "install requirements/run.txt and renew the table: .venv/bin/python tests/test_licences.py"


def pinned() -> list[str]:
    """The names of all pinned packages, including those for other systems and versions of Python."""
    pins = (ROOT / "requirements" / "run.txt").read_text()
    return sorted(set(re.findall(r"^([a-z0-9._-]+)(?:\[[a-z0-9,_-]+\])?==", pins, re.MULTILINE)))


def licence(said: PackageMetadata) -> str:
    """The licence that a package declares, from the first of the three fields in use."""
    classifiers = [
        line.rpartition(" :: ")[2] for line in said.get_all("Classifier") or () if line.startswith("License")
    ]
    places = (said.get_all("License-Expression"), said.get_all("License"), [" OR ".join(classifiers)])
    text = next((place[0] for place in places if place and place[0]), "")
    return text.strip().partition("\n")[0]


def installed() -> dict[str, str]:
    """The licences of the pinned packages that are installed here."""
    found = {}
    for name in pinned():
        try:
            found[name] = licence(metadata(name))
        except PackageNotFoundError:  # a pin for another system or version of Python
            continue
    return found


def listed() -> dict[str, str]:
    """The table of the page."""
    table = PAGE.read_text().partition(BEGIN)[2].partition(END)[0]
    return dict(re.findall(r"^\| `([^`]+)` \| (.+?) \|$", table, re.MULTILINE))


def test_every_pinned_package_has_its_licence_in_the_table() -> None:
    assert list(listed()) == pinned(), RENEW


def test_the_licences_are_those_that_the_packages_declare() -> None:
    assert {name: listed().get(name) for name in installed()} == installed(), RENEW


def test_no_package_has_only_a_strong_copyleft_licence() -> None:
    """The worker is Apache-2.0: it links nothing that is only available under the GPL or the AGPL."""
    strong = re.compile(r"\b(?:A?GPL|GNU (?:Affero )?General)")
    for name, terms in listed().items():
        assert not all(map(strong.search, terms.split(" OR "))), name


@pytest.mark.parametrize("terms", ["", "UNKNOWN"])
def test_no_package_is_without_a_licence(terms: str) -> None:
    assert terms not in listed().values()


if __name__ == "__main__":
    before, rest = PAGE.read_text().split(BEGIN)
    terms = listed() | installed()
    rows = [f"| `{name}` | {terms.get(name, 'not installed here: see its own page')} |\n" for name in pinned()]
    PAGE.write_text(f"{before}{BEGIN}| package | licence |\n| --- | --- |\n{''.join(rows)}{END}{rest.split(END)[1]}")
