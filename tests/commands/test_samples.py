"""The samples are what their labels say, and the stages do to each what the demo promises."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources

import pytest

from worker.commands.samples import load
from worker.commands.samples.load import Sample
from worker.config.settings import Settings
from worker.messages import Article, Dead, Dropped, RawRecord, Reason, Source
from worker.stages.order import build_stages

Ended = Article | Dropped | Dead

ENDINGS: Mapping[str, Dropped | Dead] = {
    "HTTP 404 error page": Dropped(Reason.HTTP_ERROR),
    "empty page, only scripts": Dropped(Reason.NO_ARTICLE),
    "notice of ten words": Dropped(Reason.TOO_SHORT),
    "json failed to parse": Dead(Reason.BAD_JSON),
    "JSON cut off in the middle": Dead(Reason.BAD_JSON),
    "NaN in the JSON": Dead(Reason.BAD_JSON),
    "bytes that are not UTF-8": Dead(Reason.NOT_UTF8),
    "null": Dead(Reason.UNKNOWN_SHAPE),
    "no page, no text": Dead(Reason.NO_CONTENT),
    "a number as URL": Dead(Reason.SCHEMA_VIOLATION),
    "JSON of another program": Dead(Reason.NO_CONTENT),
    "12,000 nested tags": Dead(Reason.TOO_DEEP),
}

# For each story: its language, the beginnings of the paragraphs that must come out, and texts that must not.
STORIES: Mapping[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "English page": (
        "en",
        (
            "The harbour ferry between Wexcombe and Sandle Point",
            "The harbour board voted seven to one",
            "“People on the Point have been cut off",
            "About 640 people live at Sandle Point",
            "Under the new timetable the first boat",
            "The single vote against came from",
            "Passenger numbers fell by almost half",
            "For Tamsin Oakey, who runs the bakery",
            "The refit was not without trouble.",
            "Skipper Wilf Dunnaway, who has worked",
            "The first winter sailing is at 6.40am",
        ),
        ("214 partners", "Advertisement", "Read more", "morning newsletter", "About time", "All rights reserved"),
    ),
    "German page, base64 cp1252": (
        "de",
        (
            "Die Stadt Oberlauingen lässt die Lauerbrücke",
            "Bei der letzten Prüfung im Herbst",
            "Der Durchgangsverkehr soll weiträumig",
            "In Niederlau stößt das auf wenig",
            "Die Einzelhändler der Hauptstraße",
            "Die Stadt will den Geschäften",
            "Gearbeitet wird nach Angaben",
            "Verzögern könnte sich der Zeitplan",
            "Eine Bürgerversammlung findet",
        ),
        ("Cookies", "Anzeige", "Lesen Sie auch", "Newsletter", "lauerfreund", "Impressum"),
    ),
    "French page": (
        "fr",
        (
            "Quarante mille livres ont changé",
            "Le bâtiment de brique, au bord",
            "« Nous avons voulu un lieu",
            "Le chantier a duré vingt-six mois",
            "La facture s’élève à 7,9 millions",
            "Pour déménager les rayonnages",
            "Parmi elles, Firmin Guéhenneuc",
            "Les horaires ont été élargis",
            "Le premier concert dans la nouvelle",
        ),
        ("cookies", "Publicité", "À lire aussi", "newsletter", "Connectez-vous", "Mentions légales"),
    ),
    "Swedish text, no page": (
        "sv",
        (
            "Isen på Vrenasjön bär igen.",
            "”Vi mätte tjugotvå centimeter",
            "Banan är elva kilometer lång",
            "Kiosken vid Kyrkudden, som drivs",
            "Tre personer gick igenom isen",
            "För den som saknar skridskor",
            "Prognosen lovar minus tolv grader",
        ),
        ("Annons", "Läs också", "Prenumerera", "Alla rättigheter"),
    ),
    "Spanish page": (
        "es",
        (
            "El grifo de la plaza de Peñalmora",
            "“Nos cansamos de hacer cola",
            "Cada familia ha aportado mil euros",
            "El principal problema son las fugas.",
            "La primera obra empezará en febrero",
            "La empresa saliente, Aguas del Tormiel",
            "No todos están convencidos.",
            "El recibo medio, de 23 euros",
            "Otros seis municipios de la sierra",
        ),
        ("Publicidad", "Te puede interesar", "Boletín", "Inicia sesión", "Aviso legal"),
    ),
    "Portuguese page": (
        "pt",
        (
            "Os doze primeiros ônibus elétricos",
            "Cada ônibus tem piso baixo",
            "“Passei vinte e dois anos brigando",
            "A compra custou R$ 31 milhões",
            "O sindicato dos rodoviários apoia",
            "As ladeiras eram a principal dúvida.",
            "Moradores do bairro Pedra Lisa",
            "Os veículos antigos não vão",
            "Na primeira semana, até domingo",
        ),
        ("usa cookies", "Continua após a publicidade", "Leia também", "Receba nossa newsletter"),
    ),
    "Italian page": (
        "it",
        (
            "La fila cominciava prima dell’alba",
            "Il terremoto del 2016 aveva aperto",
            "«Non abbiamo rifatto il teatro",
            "Il cantiere è costato 5,2 milioni",
            "Sotto la platea gli operai",
            "Restano fuori dal progetto",
            "La sindaca Nives Cardellucci",
            "Per la prima serata la banda",
        ),
        ("utilizza cookie", "Leggi anche", "Riproduzione riservata", "Iscriviti alla newsletter"),
    ),
    "Dutch page": (
        "nl",
        (
            "De zeedijk van de Zwaluwerpolder",
            "Over een lengte van 4,6 kilometer",
            "Gisteren ging de eerste schep",
            "Voor de aanleg is anderhalf miljoen",
            "Niet iedereen is blij",
            "Het waterschap wijst erop",
            "Onderzoekers volgen het slik",
            "Wandelaars kunnen tot en met mei",
        ),
        ("gebruikt cookies", "Advertentie", "Lees ook", "nieuwsbrief", "Alle rechten"),
    ),
    "English page, table layout": (
        "en",
        (
            "HALLIN -- The people of Hallin",
            "The seller is a cement company",
            '"They thought we would argue',
            "The pies, along with a rummage sale",
            "Some of those who voted no",
            "Under the plan the upper 340 acres",
            "Engineers who inspected the pit",
            "The closing is set for March 31.",
        ),
        ("ADVERTISEMENT", "All rights reserved"),
    ),
    "English blog, [ad_1] tags": (
        "en",
        (
            "Two years ago the town council",
            "Now the Cactus Court is booked",
            "“You can see your own shadow",
            "In October the town went further.",
            "Sales tax receipts rose by 31 percent",
            "The change has its critics.",
            "A university 140 miles away",
            "Whatever it decides, the lamps",
        ),
        ("[ad_1]", "[ad_2]", "Also read", "appeared first on", "Share this", "Leave a Reply"),
    ),
    "Polish page": (
        "pl",
        (
            "Na dachach ratusza, biblioteki",
            "Ostatnie miejskie pasieki zniknęły",
            "– W mieście jest im lepiej",
            "Ule kupiono za 96 tysięcy",
            "Nie obyło się bez sprzeciwu.",
            "Każdy ul ma wagę i czujnik",
            "Miasto liczy na około sześćset",
            "Od marca w każdą pierwszą sobotę",
        ),
        ("REKLAMA", "Czytaj też", "Newsletter", "Wszelkie prawa"),
    ),
}

COPIES = {
    "English page, recrawled": "English page",
    "French page, another site": "French page",
}


@pytest.fixture(scope="module")
def sent() -> dict[str, Sample]:
    return {sample.label: sample for sample in load.samples()}


@pytest.fixture(scope="module")
def ended(sent: Mapping[str, Sample]) -> dict[str, Ended]:
    """How each sample leaves the stages before the index."""
    stages = build_stages(Settings())
    found: dict[str, Ended] = {}
    for number, (label, sample) in enumerate(sent.items()):
        step: Ended = stages.decode(RawRecord(Source("articles.raw.jsonl", 0, number), sample.value))
        for _, run in stages:
            if isinstance(step, Article):
                step = run(step)
        found[label] = step
    return found


def text_of(ended: Mapping[str, Ended], label: str) -> str:
    article = ended[label]
    assert isinstance(article, Article), article
    assert article.text
    return article.text


def test_the_samples_are_the_same_bytes_on_every_call() -> None:
    assert load.lines() == load.lines()
    assert [sample.value for sample in load.samples()] == load.lines()


def test_every_sample_fits_on_a_line_of_a_file_and_no_line_is_blank() -> None:
    assert all(b"\n" not in line and b"\r" not in line and line.strip() for line in load.lines())


def test_there_are_about_thirty_samples_in_all_crawlers_shapes(sent: Mapping[str, Sample]) -> None:
    assert 25 <= len(load.samples()) == len(sent) <= 30, "labels tell the samples apart"
    assert {sample.crawler for sample in sent.values()} == {
        "native", "scrapy", "scrapy-cluster", "news-please", "story-indexer", "stormcrawler", "nutch", "fundus",
        "trafilatura", "warc fields", "-",
    }  # fmt: skip


def test_every_sample_has_an_expectation_in_this_file(sent: Mapping[str, Sample]) -> None:
    rest = {
        "seed article, text repeated",
        "table page, updated",
        "seed article, cut short",
        "English page, cut off",
    }
    assert set(sent) == {*ENDINGS, *STORIES, *COPIES, *rest}


def test_all_hosts_are_reserved_for_examples() -> None:
    text = b"\n".join(load.lines()).decode("utf-8", "replace")
    hosts = {host for host in re.findall(r"https?://([\w.-]+)", text) if "schema.org" not in host}
    assert len(hosts) > 10
    assert all(re.search(r"(^|\.)example\.(com|org|net)$", host) for host in hosts), hosts


@pytest.mark.parametrize("label", ENDINGS)
def test_a_sample_without_an_article_ends_with_the_reason_in_its_label(label: str, ended: Mapping[str, Ended]) -> None:
    step, expected = ended[label], ENDINGS[label]
    assert isinstance(step, Dropped | Dead), step
    assert (type(step), step.reason) == (type(expected), expected.reason)


@pytest.mark.parametrize("label", STORIES)
def test_all_paragraphs_of_a_story_come_out_in_order(label: str, ended: Mapping[str, Ended]) -> None:
    beginnings = STORIES[label][1]
    paragraphs = text_of(ended, label).split("\n")
    found = [next((at for at, p in enumerate(paragraphs) if p.startswith(begin)), -1) for begin in beginnings]
    assert [begin for begin, at in zip(beginnings, found, strict=True) if at < 0] == []
    assert found == sorted(found)


@pytest.mark.parametrize("label", STORIES)
def test_the_language_of_a_story_is_recognised(label: str, ended: Mapping[str, Ended]) -> None:
    article = ended[label]
    assert isinstance(article, Article)
    assert article.language == STORIES[label][0]


@pytest.mark.parametrize(
    ("label", "title", "authors", "day"),
    [
        ("English page", "Wexcombe ferry to run", ("Maud Tellery", "Piers Okonwe"), "2026-01-14"),
        ("German page, base64 cp1252", "Lauerbrücke wird saniert", ("Henrike Vossmann",), "2026-01-13"),
        ("French page", "À Valbrenne, la médiathèque", ("Solène Marchadour",), "2026-01-12"),
        ("Swedish text, no page", "Isbanan på Vrenasjön", ("Ebba Lindhagen",), "2026-01-12"),
        ("Spanish page", "Los vecinos de Peñalmora", ("Leocadia Buendarena",), "2026-01-11"),
        ("Portuguese page", "Ônibus elétricos chegam", ("Jandira Quaresma",), "2026-01-13"),
        ("Italian page", "Montelupigno riapre il teatro", ("Ermete Spadoncini",), "2026-01-10"),
        ("Dutch page", "Zwaluwerpolder krijgt een dijk", ("Jelmer Witteveldt",), "2026-01-13"),
        ("English blog, [ad_1] tags", "Desert town turns off", ("Rosalind Iturbe",), "2026-01-12"),
        ("Polish page", "Pszczoły wróciły na dachy", ("Bogna Świerczek",), "2026-01-12"),
    ],
)
def test_title_authors_and_date_come_from_the_message_or_the_page(
    label: str, title: str, authors: tuple[str, ...], day: str, ended: Mapping[str, Ended]
) -> None:
    article = ended[label]
    assert isinstance(article, Article)
    assert (article.title or "").startswith(title)
    assert article.authors == authors
    assert article.published_at
    assert article.published_at.date().isoformat() == day


@pytest.mark.parametrize("label", STORIES)
def test_a_story_comes_out_without_the_boilerplate_of_its_page(label: str, ended: Mapping[str, Ended]) -> None:
    text = text_of(ended, label)
    assert [phrase for phrase in STORIES[label][2] if phrase in text] == []


@pytest.mark.parametrize("label", STORIES)
def test_the_boilerplate_that_must_go_is_in_the_raw_message(label: str) -> None:
    pages = [load.read(f"pages/{name}") for name in _page_names()]
    begin = STORIES[label][1][-1]
    raw = next(page for page in pages if begin in page)
    assert [phrase for phrase in STORIES[label][2] if phrase not in raw] == []


def _page_names() -> list[str]:
    return [entry.name for entry in resources.files("worker.commands.samples").joinpath("pages").iterdir()]


def test_the_thirty_paragraphs_of_the_seed_article_come_out_once_each(ended: Mapping[str, Ended]) -> None:
    raw = load.read("seed_article.txt").splitlines()
    paragraphs = text_of(ended, "seed article, text repeated").split("\n")
    assert paragraphs == raw[1:31]
    assert len(set(paragraphs)) == 30


@pytest.mark.parametrize(("copy", "original"), COPIES.items())
def test_a_copy_comes_out_word_for_word_like_its_original(copy: str, original: str, ended: Mapping[str, Ended]) -> None:
    assert text_of(ended, copy) == text_of(ended, original)


def test_the_updated_page_has_one_more_paragraph(ended: Mapping[str, Ended]) -> None:
    first = text_of(ended, "English page, table layout").split("\n")
    second = text_of(ended, "table page, updated").split("\n")
    assert [p for p in second if p not in first] == [p for p in second if p.startswith("In a letter that reached")]
    assert len(second) == len(first) + 1


@pytest.mark.parametrize(
    ("cut", "whole"),
    [("seed article, cut short", "seed article, text repeated"), ("English page, cut off", "English page")],
)
def test_a_cut_copy_is_the_beginning_of_its_original(cut: str, whole: str, ended: Mapping[str, Ended]) -> None:
    beginning, full = text_of(ended, cut), text_of(ended, whole)
    assert full.startswith(beginning)
    assert len(beginning) < 0.8 * len(full)


def test_the_page_sent_as_bytes_keeps_its_letters(ended: Mapping[str, Ended], sent: Mapping[str, Sample]) -> None:
    label = "German page, base64 cp1252"
    assert "Lauerbrücke".encode() not in sent[label].value
    assert "„Die Brücke ist nicht einsturzgefährdet" in text_of(ended, label)
