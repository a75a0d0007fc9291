"""Makes the tables of a comparison from its counts. Every form of output shows them."""

from __future__ import annotations

from typing import Any, Final

from worker.commands.replay.diff.facts import FIELDS
from worker.commands.replay.diff.ledger import Clusters
from worker.commands.replay.diff.tally import ADDED, CHANGED, LOST, MOST, NO_TEXT, SAME_TEXT, SIZES, Sums, Tally
from worker.commands.report.counts import SCORE_STEPS, Bounded, Ending
from worker.commands.report.sections import OUTCOMES, Cell, Section, notes, share

PAIR: Final = ("before", "after")
"""The columns of a chart that compares the two sides."""


def sections(tally: Tally, clusters: Clusters, most_rows: int) -> list[Section]:
    """All sections, in order. `most_rows` limits the tables that can be long."""
    return [
        _records(tally),
        _outcomes(tally),
        _reasons(tally, most_rows),
        _texts(tally),
        _grouped("by_host", "Texts by host", "host", tally.hosts, most_rows),
        _grouped("by_language", "Texts by language", "language", tally.languages, most_rows),
        _rules(tally, most_rows),
        _measures(tally),
        _scores(tally),
        _duplicates(tally, clusters),
        _fields(tally),
    ]


def _records(tally: Tally) -> Section:
    rows = [
        ("reported on both sides, equal", tally.same),
        ("reported on both sides, different", tally.both - tally.same),
        ("reported only before", tally.only_before),
        ("reported only after", tally.only_after),
    ]
    note = (
        "A record is reported only before if the replay has not processed it. It is reported only after if its earlier "
        "report has expired, or if it was never processed before."
    )
    return Section("records", "Records", ("what", "records"), rows, note=note)


def _outcomes(tally: Tally) -> Section:
    """A matrix: a row for each outcome before, a column for each outcome after."""
    counts = {(old[0], new[0]): 0 for old, new in tally.endings}
    for (old, new), times in tally.endings.items():
        counts[old[0], new[0]] += times
    rows: list[tuple[Cell, ...]] = []
    for old_outcome in OUTCOMES:
        row = [counts.get((old_outcome, new_outcome), 0) for new_outcome in OUTCOMES]
        rows.append((old_outcome, *row))
    note = "Each row is an outcome before, each column an outcome after."
    return Section("outcomes", "Outcomes before and after", ("before", *OUTCOMES), rows, note=note)


def _reasons(tally: Tally, most_rows: int) -> Section:
    changed = [(pair, times) for pair, times in tally.endings.items() if pair[0] != pair[1]]
    changed.sort(key=lambda item: (-item[1], item[0]))
    rows: list[tuple[Cell, ...]] = [
        (_ending(old), _ending(new), times, share(times, tally.both), tally.urls[old, new])
        for (old, new), times in changed[:most_rows]
    ]
    same = tally.both - sum(times for _, times in changed)
    note = " ".join(filter(None, [f"Records with the same outcome and reason: {same:,}.", notes(changed, most_rows)]))
    columns = ("before", "after", "records", "share", "such_as")
    return Section("reasons", "Outcomes and reasons that changed", columns, rows, note=note)


def _texts(tally: Tally) -> Section:
    compared = sum(tally.sizes[name] for name in SIZES)
    rows = [(name, tally.sizes[name], share(tally.sizes[name], compared)) for name in SIZES]
    note = (
        f"Published on both sides, but without a text to compare: {tally.sizes[NO_TEXT]:,}."
        if tally.sizes[NO_TEXT]
        else ""
    )
    columns = ("words_changed", "articles", "share")
    return Section("texts", "How much the texts changed", columns, rows, ("articles",), "columns", note)


def _grouped(name: str, title: str, column: str, counts: Bounded[str], most_rows: int) -> Section:
    """The groups, those with the most changed texts first."""
    rows: list[tuple[Any, ...]] = []
    for key, found in counts:
        articles = sum(found.get(size, 0) for size in SIZES)
        changed = articles - found.get(SAME_TEXT, 0)
        words = found["words_before"], found["words_after"]
        rows.append((key, articles, changed, share(changed, articles), found.get(MOST, 0), *words))
    rows.sort(key=lambda row: (-row[2], -row[1], str(row[0])))
    columns = (column, "articles", "changed", "share", "over_20_percent", "words_before", "words_after")
    return Section(name, title, columns, rows[:most_rows], ("changed",), note=notes(rows, most_rows, counts))


def _rules(tally: Tally, most_rows: int) -> Section:
    rows: list[tuple[Any, ...]] = [
        (rule, found["before"], found["after"], found["after"] - found["before"], found["records"])
        for rule, found in tally.rules
    ]
    rows.sort(key=lambda row: (-row[4], -abs(row[3]), str(row[0])))
    columns = ("rule", *PAIR, "difference", "records_changed")
    note = notes(rows, most_rows, tally.rules)
    return Section("by_rule", "Removals by rule", columns, rows[:most_rows], PAIR, note=note, stacked=False)


def _measures(tally: Tally) -> Section:
    rows = [
        ("published articles", tally.before.published, tally.after.published),
        ("words", tally.before.words, tally.after.words),
        ("mean words", round(tally.before.mean_words, 1), round(tally.after.mean_words, 1)),
        ("mean score", round(tally.before.mean_score, 4), round(tally.after.mean_score, 4)),
    ]
    note = "Words and scores are those of all records that have them and are reported on both sides, duplicates too."
    return Section("measures", "Words and scores", ("measure", *PAIR), rows, note=note)


def _scores(tally: Tally) -> Section:
    rows = [
        (f"{step / SCORE_STEPS:.1f} to {(step + 1) / SCORE_STEPS:.1f}", old, new)
        for step, (old, new) in enumerate(zip(tally.before.scores, tally.after.scores, strict=True))
    ]
    return Section(
        "scores", "Quality scores", ("score", *PAIR), rows, PAIR, "columns", _without_score(tally), stacked=False
    )


def _without_score(tally: Tally) -> str:
    def without(sums: Sums) -> int:
        return tally.both - sums.scored

    return f"Reports without a score: {without(tally.before):,} before, {without(tally.after):,} after."


def _duplicates(tally: Tally, clusters: Clusters) -> Section:
    verdicts = tally.verdicts
    rows = [
        ("articles with another kind", verdicts.kind),
        ("articles that name another original", verdicts.of),
        ("articles in another cluster", clusters.records),
        ("clusters that were split", clusters.split),
        ("clusters that were merged", clusters.merged),
    ]
    note = (
        f"Counts the {verdicts.judged:,} articles that both sides have compared with others. Clusters are compared by "
        "their articles, not by their ids."
    )
    return Section("duplicates", "Verdicts on duplicates that changed", ("what", "changed"), rows, note=note)


def _fields(tally: Tally) -> Section:
    rows = [
        (name, *(tally.fields[name, how] for how in (CHANGED, ADDED, LOST)))
        for name in FIELDS
        if any(tally.fields[name, how] for how in (CHANGED, ADDED, LOST))
    ]
    return Section("fields", "Fields that changed", ("field", CHANGED, ADDED, LOST), rows)


def _ending(ending: Ending) -> str:
    return f"{ending[0]} {ending[1]}"
