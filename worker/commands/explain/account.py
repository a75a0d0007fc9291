"""Puts together everything that is known about one message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from worker.commands.explain.asked import Page, Place
from worker.commands.explain.candidates import Candidate, candidates
from worker.commands.explain.differences import Difference, differences
from worker.commands.explain.finding import Finder, Message
from worker.commands.explain.known import Known, opened
from worker.commands.explain.present import Present, present, verdict_of
from worker.commands.explain.reports import Key, Sighting
from worker.commands.interrupt import interruptible
from worker.commands.word_diff import Run, word_diff
from worker.config.settings import Settings
from worker.errors import InterruptedCommand, SettingsError
from worker.messages import Outcome, RawRecord
from worker.transport.kafka.lookup import Missing
from worker.transport.kafka.published import Fetched

_TAGGED = (Outcome.PUBLISHED, Outcome.DUPLICATE)


@dataclass(slots=True)
class Account:
    """What is known about a message: then, as published, and now, with the current rules.

    `others` are messages of the same page, newest first; `older` counts those beyond them. Without `record`, the
    message is gone. `text` is the word diff from the published text to the current one; None if one of them is
    missing, or if they are too long. `notes` say what could not be shown, and why.
    """

    key: Key
    fingerprint: str
    sighting: Sighting | None = None
    others: Sequence[Sighting] = ()
    older: int = 0
    record: RawRecord | None = None
    clean: dict[str, Any] | None = None
    now: Present | None = None
    differences: Sequence[Difference] = ()
    text: Sequence[Run] | None = None
    candidates: Sequence[Candidate] = ()
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Teller:
    """Finds a message, and collects what is known about it.

    Raises:
        TransportError: a topic cannot be read.
        SettingsError: there is no such message.
        IndexStoreError: the index was damaged after it was opened.
    """

    finder: Finder
    settings: Settings
    fingerprint: str
    since: datetime | None = None

    def about_page(self, page: Page) -> Account:
        """The newest message of a page."""
        history = self.finder.history(page, self.since)
        if not history.newest_first:
            raise SettingsError(
                f"no report in {self.settings.quality_topic} is about {page.url or page.article_id}: it has not been "
                "processed yet, its report has expired, or --since leaves it out"
            )
        newest, *others = history.newest_first
        account = Account(newest.key, self.fingerprint, newest, others, history.left_out)
        return self._told(account, self.finder.message(newest.key, newest))

    def about_place(self, place: Place) -> Account:
        """The message at a place in a raw topic. For a place in an output topic, the message it was made from."""
        key = Key(place.topic or self.settings.raw_topic, place.partition, place.offset)
        found = self.finder.topics.at(*key)
        if key.topic in (self.settings.clean_topic, self.settings.quality_topic, self.settings.dead_topic):
            key = _source_of(key, found)
            found = self.finder.topics.at(*key)
        written_ms = found.written_ms if isinstance(found, Fetched) else None
        sighting = self.finder.report_on(key, written_ms, self.since)
        message = self.finder.message(key, sighting)
        if sighting is None and message.record is None:
            raise SettingsError(f"{message.note}, and no report in {self.settings.quality_topic} is about it")
        account = Account(key, self.fingerprint, sighting)
        if sighting is None:
            account.notes.append(f"no report in {self.settings.quality_topic} is about this message: no worker has "
                                 "processed it yet, or its report has expired")  # fmt: skip
        return self._told(account, message)

    def _told(self, account: Account, message: Message) -> Account:
        account.record = message.record
        self._add_clean(account)
        with opened(self.settings) as known:
            account.notes += [*known.notes, *filter(None, [message.note])]
            if message.record:
                version = account.clean.get("version", 1) if account.clean else 1
                verdict = verdict_of(account.sighting.report.duplicate if account.sighting else None, version)
                account.now = present(message.record, verdict, known.recall, self.settings)
            self._add_candidates(account, known)
        self._compare(account)
        if account.candidates:
            self._name(account, {each.article_id: each for each in account.candidates})
        return account

    def _add_clean(self, account: Account) -> None:
        sighting = account.sighting
        if sighting is None or sighting.report.outcome not in _TAGGED:
            return
        account.clean = self.finder.clean_article(sighting)
        if account.clean is None and sighting.report.outcome == Outcome.PUBLISHED:
            account.notes.append(
                f"{self.settings.clean_topic} no longer has the article as published: a newer version has replaced it, "
                "or it has expired"
            )

    def _compare(self, account: Account) -> None:
        then, now = account.sighting, account.now
        if then and now:
            account.differences = differences(then.whole, account.clean, now.report, now.clean)
        if account.clean and now and now.clean:
            account.text = word_diff(account.clean["text"], now.clean["text"])
            if account.text is None:
                account.notes.append("the texts are too long to compare word by word")

    def _add_candidates(self, account: Account, known: Known) -> None:
        report = account.sighting.report if account.sighting else None
        clean = (account.now.clean if account.now else None) or account.clean
        own_id = report.article_id if report else account.now.report["article_id"] if account.now else None
        account.candidates = candidates(own_id, report.duplicate if report else None, clean, known.index)

    def _name(self, account: Account, found: dict[str, Candidate]) -> None:
        """Find the URL and the title of each candidate. Ctrl-C ends only this."""
        near_ms = account.sighting.written_ms if account.sighting else None
        try:
            with interruptible("") as check:
                finder = Finder(self.finder.topics, self.settings, self.finder.console, check)
                for sighting in finder.reports_of(list(found), near_ms, self.since):
                    found[sighting.report.article_id].name(sighting)
        except InterruptedCommand:
            account.notes.append("the search for the titles of similar articles was stopped")


def _source_of(key: Key, found: Fetched | Missing) -> Key:
    """The place of the message from which an output was made."""
    headers = (
        {name: value.decode(errors="replace") for name, value in found.headers} if isinstance(found, Fetched) else {}
    )
    try:
        return Key(headers["source-topic"], int(headers["source-partition"]), int(headers["source-offset"]))
    except (KeyError, ValueError) as error:
        raise SettingsError(f"there is no output of the worker at {key}") from error
