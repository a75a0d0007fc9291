"""Puts an account into words, for the terminal and the page alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

import orjson

from worker.commands.dead.reading import moment
from worker.commands.explain.account import Account
from worker.commands.explain.candidates import Candidate, Comparison
from worker.commands.explain.differences import Difference
from worker.commands.explain.metadata import told
from worker.commands.explain.reports import Report, Sighting
from worker.commands.word_diff import Run, changed_words
from worker.messages import Outcome, rfc3339
from worker.text.terminal import json_text

OTHERS: Final = ("message", "written", "processed", "outcome", "reason")
DIFFERENCES: Final = ("field", "then", "now")
CANDIDATES: Final = ("article", "title", "then", "now", "evidence")

_MOST_CHARS: Final = 120
_NONE: Final = "-"


def title(account: Account) -> str | None:
    """The title of the article."""
    now = account.now.report.get("title") if account.now else None
    return (account.sighting.report.title if account.sighting else None) or now


def summary(account: Account) -> Iterator[tuple[str, str]]:
    """The name and the text of each fact about the message itself."""
    then = account.sighting.report if account.sighting else None
    known = account.sighting.whole if account.sighting else account.now.report if account.now else {}
    for name, value in (("title", title(account)), ("url", known.get("url")), ("article_id", known.get("article_id"))):
        if value:
            yield name, str(value)
    yield "message", _message(account, then)
    if account.sighting:
        yield "then", _outcome(account.sighting)
    if account.now:
        unjudged = account.now.clean and not (then and then.duplicate)
        yield "now", _ended(account.now.report) + (", unless a worker finds that it is a duplicate" if unjudged else "")
    if then:
        same = "the same" if then.pipeline.fingerprint == account.fingerprint else "different"
        yield "rules then", f"{then.pipeline.fingerprint}, version {then.pipeline.version} ({same})"
    yield "rules now", account.fingerprint
    yield from _metadata(account)


def _metadata(account: Account) -> Iterator[tuple[str, str]]:
    """What is published beside the text: with the current rules, or then, if the message is gone."""
    if account.now:
        metadata = account.now.explanation.metadata
        yield from told(asdict(metadata), metadata.sent, with_missing=account.now.clean is not None) if metadata else ()
    elif account.clean:
        yield from told(account.clean)


def _message(account: Account, report: Report | None) -> str:
    record = account.record
    written = record.source.described()["timestamp"] if record else rfc3339(report.source.timestamp) if report else None
    size = record.size_bytes if record else report.value_bytes if report else None
    words = [str(account.key)]
    if written:
        words.append(f"written {written}")
    if size is not None:
        words.append(f"{size:,} bytes")
    if record is None:
        words.append("no longer available")
    return ", ".join(words)


def _outcome(sighting: Sighting) -> str:
    report = sighting.report
    attempt = f", in attempt {report.attempt}" if report.attempt > 1 else ""
    return f"{_ended(sighting.whole)}, on {processed(sighting)}{attempt}"


def _ended(report: Mapping[str, Any]) -> str:
    detail = f": {report['detail']}" if report.get("detail") else ""
    where = "in" if report["outcome"] == "dead" else "by"
    at = f" {where} {report['stage']}" if report.get("stage") else ""
    return f"{report['outcome']}{at} ({report['reason']}{detail})"


def processed(sighting: Sighting) -> str:
    """When the worker processed the message. Old reports do not say it; they were written at about that time."""
    return sighting.report.processed_at or rfc3339(moment(sighting.written_ms)) or "an unknown date"


def other(sighting: Sighting) -> tuple[str, ...]:
    """A row of `OTHERS`."""
    report = sighting.report
    return (
        str(sighting.key), rfc3339(report.source.timestamp) or _NONE, processed(sighting), report.outcome, report.reason
    )  # fmt: skip


def difference(found: Difference) -> tuple[str, ...]:
    """A row of `DIFFERENCES`."""
    return found.field, _value(found.then), _value(found.now)


def _value(value: Any) -> str:
    text = _NONE if value in (None, "") else value if isinstance(value, str) else json_text(value)
    line = " ".join(text[: 2 * _MOST_CHARS].split())
    return line if len(line) <= _MOST_CHARS else f"{line[: _MOST_CHARS - 1]}…"


def candidate(found: Candidate) -> tuple[str, ...]:
    """A row of `CANDIDATES`."""
    place = f"\n{found.place}" if found.place else ""
    name = f"{found.title or '(no title)'}\n{found.url or ''}" if found.place else "(its report was not found)"
    then = _compared(found.then) if found.then else found.role or _NONE
    now = _compared(found.now) if found.now else _NONE
    evidence = (found.now and found.now.evidence) or (found.then and found.then.evidence) or {}
    shares = ", ".join(f"{key} {share:.2f}" for key, share in evidence.items())
    return f"{found.article_id}{place}", name, then, now, shares


def described(columns: Iterable[str], cells: Iterable[str]) -> Iterator[str]:
    """The cells of a row with their names, without empty ones."""
    return (f"{column}: {cell}" for column, cell in zip(columns, cells, strict=True) if cell not in ("", _NONE))


def _compared(found: Comparison) -> str:
    share = "" if found.similarity is None else f" {found.similarity:.2f}"
    return f"{found.kind or 'no copy'}{share}"


def report(account: Account) -> str | None:
    """The whole report, as lines of JSON."""
    return json_text(account.sighting.whole, option=orjson.OPT_INDENT_2) if account.sighting else None


def published_text(account: Account) -> str | None:
    """The text as published, if there is no current one to show."""
    return account.clean["text"] if account.clean and not account.now else None


def has_changes(runs: Iterable[Run]) -> bool:
    """Whether two texts differ."""
    return any(run.kind != "same" for run in runs)


def sameness(account: Account) -> str:
    """What is the same then and now, and how much of the text is not."""
    if account.text is not None and has_changes(account.text):
        deleted, inserted = changed_words(account.text)
        return f"the text differs: {deleted:,} words deleted, {inserted:,} inserted"
    if account.text is not None:
        return "the text is the same" if account.differences else "everything is the same"
    then = account.sighting.report.outcome if account.sighting else None
    why = "" if then == Outcome.PUBLISHED else ": it was not published then"
    return f"there are no two texts to compare{why}" if account.differences else f"the report is the same{why}"


def document(account: Account) -> dict[str, Any]:
    """The account as JSON."""
    now = account.now
    return {
        "source": account.key._asdict(),
        "fingerprint": account.fingerprint,
        "report": account.sighting.whole if account.sighting else None,
        "clean": account.clean,
        "other_messages": [dict(zip(OTHERS, other(each), strict=True)) for each in account.others],
        "older_messages": account.older,
        "explanation": asdict(now.explanation) if now else None,
        "now": {"report": now.report, "clean": now.clean} if now else None,
        "differences": [each._asdict() for each in account.differences],
        "text_diff": None if account.text is None else [run._asdict() for run in account.text],
        "similar": [_similar(each) for each in account.candidates],
        "notes": account.notes,
    }


def _similar(found: Candidate) -> dict[str, Any]:
    return asdict(found) | {"place": str(found.place) if found.place else None}
