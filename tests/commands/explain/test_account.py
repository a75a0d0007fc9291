from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.explain.world import DAY_MS, NOW_MS, STORY, World, message
from worker.commands.explain import candidates as candidates_module
from worker.commands.explain.facts import document, summary
from worker.commands.explain.finding import Finder
from worker.errors import InterruptedCommand, SettingsError
from worker.memories import open_sites
from worker.messages import Article, RawRecord, Source
from worker.store.damage import Damage

PLACE = "articles.raw:0:0"
CALL = "Join the conversation with our readers on the town square."


def test_a_message_is_shown_as_published_and_with_the_current_rules(world: World) -> None:
    world.send(message())
    world.process(0)
    account = world.explain(PLACE)
    assert account.sighting
    assert account.now
    assert account.clean
    assert account.sighting.report.pipeline.fingerprint == account.fingerprint
    assert [*account.differences, *account.notes, *account.others] == []
    assert account.text is not None
    assert [run.kind for run in account.text] == ["same"]
    assert account.now.clean
    assert account.now.clean["text"] == account.clean["text"] == STORY


FIELDS = ("title", "status", "url", "description", "tags", "section", "published_at", "published_at_precision")


def test_other_rules_show_what_they_change(world: World) -> None:
    world.send(message(text=f"{STORY}\nAn old line.", odd=f"{STORY}\nA new line.", headline="Bridge open again"))
    world.process(0)
    account = world.explain(PLACE, map=("text=odd", "title=headline", "status=gone"))
    assert account.now
    assert {each.field: (each.then, each.now) for each in account.differences if each.field in FIELDS} == {
        "title": ("Bridge reopened", "Bridge open again")
    }
    assert account.text is not None
    assert [(run.kind, run.text) for run in account.text][1:3] == [("deleted", "An old "), ("inserted", "A new ")]
    assert account.now.explanation.unmatched_map == ("status=gone",)
    assert account.sighting
    assert account.sighting.report.pipeline.fingerprint != account.fingerprint


def test_an_article_that_the_current_rules_drop_has_another_outcome(world: World) -> None:
    world.send(message())
    world.process(0)
    account = world.explain(PLACE, min_words=1000)
    assert [each for each in account.differences if each.field in {"outcome", "reason"}] == [
        ("outcome", "published", "dropped"),
        ("reason", "new", "too_short"),
    ]
    assert account.text is None
    world.send(message(2, text="Too short."))
    world.process(1)
    account = world.explain("0:1", min_words=1)
    assert [each[:] for each in account.differences][:2] == [
        ("outcome", "dropped", "published"),
        ("reason", "too_short", "new"),
    ]


def test_the_newest_message_of_a_page_is_explained_and_the_others_are_listed(world: World) -> None:
    world.send(message(), NOW_MS)
    world.send(message(text=f"{STORY}\nThe ferry ends its service on Friday, the council said."), NOW_MS + 1000)
    world.send(message(text=f"{STORY}\nThe ferry ends its service on Friday, the council said."), NOW_MS + 2000)
    world.process(0, 1, 2)
    account = world.explain("https://paper.example/1")
    assert account.sighting
    assert (account.key.offset, account.sighting.report.reason) == (2, "recrawl")
    assert [(each.key.offset, each.report.reason) for each in account.others] == [(1, "update"), (0, "new")]
    assert account.clean is None  # a recrawl is not published
    assert account.now
    assert account.now.report["reason"] == "recrawl"


def test_similar_articles_have_their_url_their_title_and_both_comparisons(world: World) -> None:
    world.send(message(1, title="The bridge"), NOW_MS - 2 * DAY_MS)
    world.send(
        message(2, title="Copied", text=f"{STORY}\nMore on this in our ferry dossier, says the copy desk here."), NOW_MS
    )
    world.process(0, 1)
    (found,) = world.explain("https://paper.example/2").candidates
    assert (found.url, found.title, found.outcome) == ("https://paper.example/1", "The bridge", "published")
    assert found.place is not None
    assert found.place.offset == 0
    assert found.then
    assert found.now
    assert found.then.kind == found.now.kind
    assert found.now.evidence["order"] > 0.9
    assert world.explain("https://paper.example/1").candidates == []


def test_without_an_index_the_candidate_of_the_report_is_left_and_a_note_says_what_is_missing(
    world: World, tmp_path: Path
) -> None:
    world.send(message(1), NOW_MS)
    world.send(message(2), NOW_MS)
    world.process(0, 1)
    account = world.explain("0:1", state_dir=tmp_path / "nowhere")
    (found,) = account.candidates
    assert (found.url, found.now) == ("https://paper.example/1", None)
    assert account.notes[0].startswith(
        "similar articles and lines that recur on a site are not shown: there is no index"
    )
    assert not (tmp_path / "nowhere").exists()


def test_the_index_stays_as_it_is(world: World) -> None:
    world.send(message(1))
    world.send(message(2))
    world.process(0, 1)
    before = {path: path.read_bytes() for path in world.state_dir.rglob("data.mdb")}
    world.explain(PLACE)
    world.explain("https://paper.example/2")
    assert {path: path.read_bytes() for path in world.state_dir.rglob("data.mdb")} == before


def test_lines_that_recur_on_the_site_are_shown_as_removed(world: World) -> None:
    sites = open_sites(world.settings, world.state_dir, lambda: None, Damage())
    assert sites
    for number in range(30):
        text = "\n".join(f"Story {number} has a paragraph {part} that no other story has." for part in range(6))
        article = Article(url=f"https://paper.example/{number}", text=f"{text}\n{CALL}")
        record = RawRecord(Source("t", 0, number), b"%d" % number)
        page = sites.sketch(article, record)
        assert page
        sites.decide([(record.message_id, page)])
    sites.close()
    world.send(message(99, text=f"{STORY}\n{CALL}"))
    world.process(0)
    account = world.explain(PLACE)
    assert account.now
    assert [(line.rule, line.text) for line in account.now.explanation.lines if not line.kept] == [("site_line", CALL)]
    assert account.now.clean
    assert account.now.clean["text"] == STORY
    assert ("removed.site_line", None, 1) in account.differences


def test_a_message_that_no_worker_has_processed_is_shown_with_the_current_rules(world: World) -> None:
    world.send(message())
    account = world.explain(PLACE)
    assert account.now
    assert (account.sighting, account.now.report["outcome"]) == (None, "published")
    assert any("no worker has processed it yet" in note for note in account.notes)
    assert dict(summary(account))["now"] == "published (new), unless a worker finds that it is a duplicate"


def test_the_place_of_an_output_leads_to_its_message(world: World) -> None:
    world.send(message())
    world.send(b"{odd")
    world.process(0, 1)
    for topic, offset in (("articles.clean", 0), ("articles.quality", 0), ("articles.dead", 1)):
        assert world.explain(f"{topic}:0:0").key == ("articles.raw", 0, offset)
    with pytest.raises(SettingsError, match=r"there is no output of the worker at articles\.clean:0:7"):
        world.explain("articles.clean:0:7")


def test_a_value_that_is_no_message_is_read_as_the_worker_reads_it(world: World) -> None:
    for value in (STORY.encode(), None, b"", b'{"url": "https://a.example"}\n{"url": "https://b.example"}'):
        world.send(value)
    world.process(*range(4))
    reasons = [account.now.report["reason"] for n in range(4) if (account := world.explain(f"0:{n}")).now]
    assert reasons == ["bad_json", "null_value", "bad_json", "bad_json"]


def test_what_was_published_is_shown_although_the_message_is_gone(world: World) -> None:
    world.send(message())
    world.process(0)
    world.expired = 1
    account = world.explain(PLACE)
    assert (account.record, account.now) == (None, None)
    assert account.clean
    assert "has expired from its partition" in account.notes[0]
    world.topics["articles.clean"].clear()
    assert world.explain(PLACE).notes[0].startswith("articles.clean no longer has the article as published")


@pytest.mark.parametrize("what", ["https://paper.example/404", "f" * 32])
def test_a_page_that_no_report_is_about_is_an_error(world: World, what: str) -> None:
    with pytest.raises(SettingsError, match=r"no report in articles\.quality is about"):
        world.explain(what)


def test_a_place_without_a_message_and_a_report_is_an_error(world: World) -> None:
    with pytest.raises(
        SettingsError, match=r"there is no message articles\.raw:0:0 yet: .* no report in articles\.quality"
    ):
        world.explain(PLACE)


def test_ctrl_c_during_the_search_for_titles_shows_everything_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise InterruptedCommand("stopped")

    world.send(message(1))
    world.send(message(2))
    world.process(0, 1)
    monkeypatch.setattr(Finder, "reports_of", stopped)
    account = world.explain("0:1")
    assert account.notes == ["the search for the titles of similar articles was stopped"]
    assert account.candidates[0].url is None


def test_at_most_ten_similar_articles_are_shown(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates_module, "MOST", 2)
    for number in range(6):
        extra = f"In {number} other towns the {['ferry', 'bus', 'train', 'tram', 'boat', 'car'][number]} was praised by people."
        world.send(message(number, text=f"{STORY}\n{extra * 4}"))
    world.process(*range(6))
    assert len(world.explain("0:0").candidates) <= 3


def test_the_account_is_json(world: World) -> None:
    world.send(message(1))
    world.send(message(2))
    world.process(0, 1)
    told = document(world.explain("0:1"))
    assert told["source"] == {"topic": "articles.raw", "partition": 0, "offset": 1}
    assert told["similar"][0]["place"] == "articles.raw:0:0"
    assert told["text_diff"] is None
    assert told["explanation"]["outcome"] == "published"
