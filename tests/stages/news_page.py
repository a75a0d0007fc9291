"""A typical news page: the article is surrounded by everything that is not the article."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import Any

MARK = "SITE-CHROME"  # occurs in everything that is not the article


@dataclass(frozen=True)
class Story:
    language: str
    title: str
    paragraphs: tuple[str, ...]
    share: str
    related: str
    newsletter: str


ENGLISH = Story(
    "en",
    "Old mill reopens after forty years",
    (
        (
            "The water mill at Harrow Bridge ground its first sack of flour in forty years on Saturday, before a crowd "
            "that filled both banks of the stream and most of the bridge as well."
        ),
        (
            "Volunteers had rebuilt the wheel from oak that was felled in the same valley. “We could have bought steel and "
            "been done in a month,” said Ellen Marsh, who led the work. “Nobody wanted steel.”"
        ),
        (
            "The council paid for the new weir, which also lets trout pass upstream for the first time since 1884, and a "
            "trust that was founded by the miller’s granddaughter paid for nearly everything else."
        ),
        (
            "Flour will be sold from the door on the first Sunday of each month until October. The mill will then close "
            "for the winter, because the stream freezes in most years, and the wheel with it."
        ),
        (
            "Asked whether the bread tasted better, the baker from across the road thought for a while. “It tastes of "
            "work,” he said, and went back to his oven before anybody could ask him what he meant by that."
        ),
    ),
    "Share this on Facebook",
    "Read more",
    "Sign up for our newsletter",
)
GERMAN = Story(
    "de",
    "Die Fähre nach Sankt Goar fährt wieder",
    (
        (
            "Nach drei Jahren Pause hat die Fähre nach Sankt Goar am Montag wieder den Betrieb aufgenommen, zunächst nur "
            "werktags und nur, solange der Pegel es erlaubt."
        ),
        (
            "Der neue Betreiber, eine Genossenschaft aus beiden Gemeinden, hat das Schiff von Grund auf überholen lassen. "
            "„Der Motor ist jünger als unser Lehrling“, sagte Fährmann Jürgen Kowalski bei der ersten Überfahrt."
        ),
        (
            "Für die Winzer auf der rechten Rheinseite bedeutet das vierzig Minuten weniger Weg zur Kelter; im Herbst, wenn "
            "jede Stunde zählt, hatten sie zuletzt eigene Boote gemietet."
        ),
        (
            "Finanziert wurde die Überholung durch Anteile zu je hundert Euro, von denen mehr als zweitausend gezeichnet "
            "wurden, manche davon aus Übersee, wo die Enkel der Ausgewanderten leben."
        ),
    ),
    "Auf Facebook teilen",
    "Lesen Sie auch",
    "Newsletter abonnieren",
)
FRENCH = Story(
    "fr",
    "La librairie du port sauvée par ses lecteurs",
    (
        (
            "La dernière librairie du port ne fermera pas : en six semaines, ses lecteurs ont réuni les soixante mille euros "
            "qui manquaient pour racheter les murs, a annoncé mardi sa gérante."
        ),
        (
            "« Des gens qui n’étaient pas entrés depuis dix ans sont venus poser un billet sur le comptoir », raconte Maëlle "
            "Le Goff, encore étonnée. « Certains repartaient même avec un livre. »"
        ),
        (
            "La mairie, qui avait d’abord refusé toute aide, prêtera finalement la salle des fêtes pendant les travaux, "
            "prévus pour durer jusqu’à la fin de l’été si la charpente tient bon."
        ),
        (
            "Les donateurs recevront une carte à leur nom, valable à vie, et une chaise dans le salon de lecture que la "
            "librairie ouvrira au premier étage, face aux bateaux."
        ),
    ),
    "Partager sur Facebook",
    "À lire aussi",
    "Recevez notre lettre d’information",
)
SPANISH = Story(
    "es",
    "El pueblo que aprendió a escuchar su volcán",
    (
        (
            "En la ladera sur del volcán, los vecinos de San Jacinto llevan veinte años midiendo temblores con aparatos que "
            "ellos mismos construyeron, y esta semana la universidad les dio la razón."
        ),
        (
            "«Nos decían que era el viento», recuerda Rosa Quispe, maestra jubilada y encargada del registro. «Pero el viento "
            "no sacude las tazas a las tres de la madrugada»."
        ),
        (
            "Los cuadernos del pueblo, digitalizados durante el invierno, contienen más de once mil anotaciones y permitieron "
            "anticipar con nueve días la erupción de febrero."
        ),
        (
            "La red se extenderá ahora a cuatro comunidades vecinas, con sensores nuevos y con los mismos cuadernos, porque "
            "los aparatos fallan y la maestra no."
        ),
    ),
    "Compartir en Facebook",
    "Le puede interesar",
    "Suscríbase a nuestro boletín",
)
JAPANESE = Story(
    "ja",
    "山あいの駅に三十年ぶりの駅員",
    (
        (
            "山あいの小さな駅に、三十年ぶりに駅員が戻ってきた。切符を売るのは、この春に都会から移り住んだ元教師の男性で、"
            "朝と夕方の列車に合わせて改札に立ち、乗客一人ひとりに声をかけている。"
        ),
        (
            "「最初の一週間は、誰も切符を買いに来ませんでした」と男性は笑う。無人駅に慣れた住民は、窓口の前を素通りして"
            "いったという。いまでは列車を待つあいだに、畑で採れた野菜を置いていく人もいる。"
        ),
        (
            "町は駅舎を図書室としても使う計画で、古い待合室の壁には住民が持ち寄った本が並び始めた。冬には薪ストーブを"
            "入れ、雪で列車が遅れても温かく待てる場所にしたいと、町の担当者は話している。"
        ),
        (
            "鉄道会社によると、この路線の利用者は十年前の半分に減ったが、駅員が戻ってからの三か月は前の年を上回った。"
            "会社は隣の二つの駅でも、同じ試みを来年から始めることを検討している。"
        ),
    ),
    "フェイスブックで共有",
    "関連記事",
    "メールマガジン登録",
)
STORIES = (ENGLISH, GERMAN, FRENCH, SPANISH, JAPANESE)


def json_ld(story: Story, **changes: Any) -> str:
    """The script element that describes the story, inside a graph, as content management systems write it."""
    article = {
        "@type": "NewsArticle",
        "@id": "https://news.example/story#article",
        "headline": story.title,
        "datePublished": "2026-03-02T07:15:30+01:00",
        "inLanguage": story.language,
        "author": [{"@type": "Person", "name": "Ada Brandt"}, {"@id": "#tom"}],
        "publisher": {"@type": "Organization", "name": "The Example Herald"},
    }
    graph = [
        {"@type": "WebSite", "name": "The Example Herald"},
        article | changes,
        {"@type": "Person", "@id": "#tom", "name": "Tom Okafor"},
    ]
    return (
        f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", "@graph": graph})}</script>'
    )


def news_page(story: Story, head: str | None = None, *, lang: str | None = None) -> str:
    """The page. `head` replaces the JSON-LD and the meta tags; `lang` replaces the declared language."""
    if head is None:
        head = (
            f"{json_ld(story)}<meta property='og:site_name' content='The Example Herald'>"
            f"<meta property='og:title' content='{escape(story.title)} | The Example Herald'>"
            "<link rel='canonical' href='/2026/03/story'>"
        )
    links = "".join(f"<li><a href='/{n}'>{MARK} section {n}</a></li>" for n in range(9))
    teasers = "".join(
        f"<li class='teaser'><a href='/t{n}'>{MARK}: {story.related} {n}, another headline of the day</a></li>"
        for n in range(5)
    )
    body = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in story.paragraphs)
    return f"""<!DOCTYPE html>
<html lang="{lang or story.language}"><head><meta charset="utf-8">
<title>{escape(story.title)} | The Example Herald</title>
{head}
<style>.a {{ color: red }}</style><script>var tracker = "<p>{MARK}</p>";</script></head>
<body class="post">
<header><nav><ul>{links}</ul></nav></header>
<main><article class="article">
<h1>{escape(story.title)}</h1>
<div class="share-bar"><a href="#">{story.share} {MARK}</a><a href="#">WhatsApp {MARK}</a></div>
<div class="article-body">
{body}
</div>
<aside class="related"><h3>{story.related} {MARK}</h3><ul>{teasers}</ul></aside>
</article>
<form class="newsletter"><label>{story.newsletter} {MARK}</label><input name="mail"><button>OK</button></form>
<section id="comments"><h3>{MARK} comments</h3>
<div class="comment"><p>{MARK}: I have been there, and it is all true, every word of it, believe me.</p></div></section>
</main>
<footer><p>© 2026 The Example Herald {MARK}</p></footer>
</body></html>"""
