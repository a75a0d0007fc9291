"""Compares scores with their floors: prints a table, and fails if a score fell below its floor.

The corpora and the worker are the same in every run, so only a change moves a score. MARGIN leaves room for other
versions of numpy and of Unicode data, and for a change that costs one page a few words.

To raise a floor after an improvement, run `make quality` and copy the new score into the table of the test. To lower
one, show in the commit message why the loss is worth it.
"""

from __future__ import annotations

from collections.abc import Mapping

MARGIN = 0.001


def check(title: str, scores: Mapping[str, float], recorded: Mapping[str, float]) -> None:
    """Print the table and fail if a score is more than MARGIN below the recorded one."""
    rows = [f"{title:<24}{'score':>8}{'recorded':>10}{'floor':>8}"]
    for name, score in scores.items():
        then = recorded.get(name, 0.0)
        mark = "  FELL" if score < then - MARGIN else "  rose: record it" if score > then + MARGIN else ""
        rows.append(f"{name:<24}{score:>8.4f}{then:>10.4f}{then - MARGIN:>8.4f}{mark}")
    table = "\n".join(rows)
    print(f"\n{table}")  # noqa: T201 - the point of `make quality`
    assert "FELL" not in table, "a score fell below its floor"
    assert scores.keys() == recorded.keys()
