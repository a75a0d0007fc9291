"""Pages whose article is only in the data of their scripts, in the shape that each framework or editor writes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from html import escape
from typing import Any, Final
from urllib.parse import quote

from tests.stages.news_page import Story

URL: Final = "https://news.example/2026/03/old-mill-reopens-after-forty-years"
SLUG: Final = "old-mill-reopens-after-forty-years"
OTHERS: Final = [
    {
        "title": f"Another story with the number {number}",
        "slug": f"another-story-{number}",
        "summary": "It is about something else entirely, and it has a sentence or two that say so. " * 3,
    }
    for number in range(3)
]
INTERFACE: Final[dict[str, Any]] = {
    "cookies": {"notice": "We and our partners use cookies to store and read data on your device. " * 30},
    "terms": "These terms govern the use of the service, and by using it you agree to be bound by them. " * 30,
}

Shape = Callable[[Story], Any]


def page(story: Story, *scripts: str, body: str = '<div id="root"></div>', head: str = "") -> str:
    """A page with the story's title in its head, this body and these scripts."""
    begin = f'<!DOCTYPE html><html lang="{story.language}"><head><title>{escape(story.title)}</title>{head}</head>'
    return f"{begin}<body>{body}{''.join(scripts)}</body></html>"


def script(text: str, attributes: str = "") -> str:
    text = text.replace("</", "<\\/")
    return f"<script{attributes}>{text}</script>"


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def next_data(state: Any) -> str:
    return script(as_json(state), ' id="__NEXT_DATA__" type="application/json"')


# -- The bodies, as editors store them ---------------------------------------------------------------------------------


def html(story: Story) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in story.paragraphs)


def lines(story: Story) -> str:
    return "\n\n".join(story.paragraphs)


def _split(paragraph: str) -> tuple[str, str, str]:
    """A paragraph with a bold part."""
    third = len(paragraph) // 3
    return paragraph[:third], paragraph[third : 2 * third], paragraph[2 * third :]


def _spans(paragraph: str, **bold: Any) -> list[dict[str, Any]]:
    first, second, third = _split(paragraph)
    return [{"text": first}, {"text": second, **bold}, {"text": third}]


def contentful(story: Story) -> Any:
    def node(kind: str, content: Sequence[Any]) -> dict[str, Any]:
        return {"nodeType": kind, "data": {}, "content": content}

    def text(part: dict[str, Any]) -> dict[str, Any]:
        return {"nodeType": "text", "value": part["text"], "marks": [{"type": "bold"}], "data": {}}

    return node("document", [node("paragraph", [*map(text, _spans(each))]) for each in story.paragraphs])


def slate(story: Story) -> Any:
    return [{"type": "paragraph", "children": _spans(each, bold=True)} for each in story.paragraphs]


def portable_text(story: Story) -> Any:
    return [
        {
            "_type": "block", "_key": f"k{number}", "style": "normal", "markDefs": [],
            "children": [{"_type": "span", "marks": [], **part} for part in _spans(each)],
        }
        for number, each in enumerate(story.paragraphs)
    ]  # fmt: skip


def draft_js(story: Story) -> Any:
    blocks = [
        {"key": f"k{number}", "text": each, "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": []}
        for number, each in enumerate(story.paragraphs)
    ]
    return {"blocks": blocks, "entityMap": {}}


def lexical(story: Story) -> Any:
    children = [
        {
            "type": "paragraph", "version": 1, "direction": "ltr", "format": "",
            "children": [{"type": "text", "version": 1, "format": 0, "mode": "normal", **part} for part in _spans(each)],
        }
        for each in story.paragraphs
    ]  # fmt: skip
    return {"root": {"type": "root", "version": 1, "children": children}}


def prosemirror(story: Story) -> Any:
    """Storyblok and Tiptap write this, too."""
    content = [
        {"type": "paragraph", "content": [{"type": "text", **part} for part in _spans(each, marks=[{"type": "bold"}])]}
        for each in story.paragraphs
    ]
    return {"type": "doc", "content": content}


def editor_js(story: Story) -> Any:
    return {
        "time": 1,
        "version": "2.3",
        "blocks": [{"type": "paragraph", "data": {"text": each}} for each in story.paragraphs],
    }


def hast(story: Story) -> Any:
    def paragraph(each: str) -> dict[str, Any]:
        first, second, third = _split(each)
        bold = {
            "type": "element",
            "tagName": "strong",
            "properties": {},
            "children": [{"type": "text", "value": second}],
        }
        children = [{"type": "text", "value": first}, bold, {"type": "text", "value": third}]
        return {"type": "element", "tagName": "p", "properties": {}, "children": children}

    return {"type": "root", "children": [*map(paragraph, story.paragraphs)]}


def content_elements(story: Story) -> Any:
    """Blocks of HTML between other things, as Arc Publishing has them."""
    texts = [{"type": "text", "_id": f"id{n}", "content": escape(each)} for n, each in enumerate(story.paragraphs)]
    image = {
        "type": "image",
        "caption": "A caption that is long enough to look like a sentence of the story.",
        "url": "/a.jpg",
    }
    related = {
        "type": "interstitial_link",
        "content": "Read this other story that we have about something else, too",
        "url": "/b",
    }
    return [texts[0], image, *texts[1:3], related, *texts[3:]]


def nested_blocks(story: Story) -> Any:
    """Each text stands twice: whole, and in fragments."""

    def block(each: str) -> dict[str, Any]:
        parts = [{"type": "fragment", "model": {"attributes": [], **part}} for part in _spans(each)]
        paragraph = {"type": "paragraph", "model": {"text": each, "blocks": parts}}
        return {"type": "text", "model": {"blocks": [paragraph]}}

    return [block(each) for each in story.paragraphs]


def strings(story: Story) -> Any:
    return list(story.paragraphs)


def unknown_names(story: Story) -> Any:
    """Names that no editor has."""
    return [{"sort": n, "absatz": each, "stil": "fliesstext"} for n, each in enumerate(story.paragraphs)]


BODIES: Final[dict[str, Shape]] = {
    shape.__name__: shape
    for shape in (
        html, lines, contentful, slate, portable_text, draft_js, lexical, prosemirror, editor_js, hast, content_elements,
        nested_blocks, strings, unknown_names,
    )
}  # fmt: skip


# -- The states, as frameworks write them ------------------------------------------------------------------------------


def state(story: Story, body: Any) -> dict[str, Any]:
    """The state of an application: the article among other articles, and the texts of the interface."""
    article = {"id": 7, "title": story.title, "slug": SLUG, "body": body, "author": {"name": "Ada Brandt"}}
    return {"props": {"pageProps": {"article": article, "latest": OTHERS, "interface": INTERFACE}}, "page": "/[slug]"}


def next_js(story: Story) -> str:
    return page(story, next_data(state(story, html(story))))


def assignment(story: Story) -> str:
    return page(story, script(f"window.__INITIAL_STATE__ = {as_json(state(story, html(story)))};\nwindow.x = 1;"))


def parsed_string(story: Story) -> str:
    return page(story, script(f"window.__STATE__ = JSON.parse({as_json(as_json(state(story, html(story))))});"))


def parsed_template(story: Story) -> str:
    text = as_json(state(story, html(story))).replace("\\", "\\\\").replace("`", "\\`")
    return page(story, script(f"window.__DATA__=JSON.parse(`{text}`)"))


def percent_encoded(story: Story) -> str:
    return page(
        story, script(f'window.__STATE__ = decodeURIComponent("{quote(as_json(state(story, lines(story))))}");')
    )


def javascript(story: Story) -> str:
    """An object with bare keys, single quotes, comments and a spare comma."""
    body = html(story).replace("'", "\\'").replace("</", "<\\/")
    return page(
        story,
        f"<script>/* it's */ var app = {{ // the app's data\n  title: '{story.title}', n: 0x1F, f: undefined,"
        f" 'body': '{body}', done: !0, }};\n app.start();</script>",
    )


def nuxt_2(story: Story) -> str:
    """A value that occurs twice is passed to the function."""
    body = as_json(html(story)).replace("</", "<\\u002F")
    return page(
        story,
        f'<script>window.__NUXT__=(function(a,b,c){{return {{layout:"default",data:[{{post:{{title:a,content:b,'
        f'slug:"{SLUG}"}},seen:c}}],state:{{title:a,text:b}},serverRendered:c}}}}({as_json(story.title)},{body},true));</script>',
    )


def nuxt_3(story: Story) -> str:
    flat: list[Any] = [["ShallowReactive", 1], {"data": 2}, ["ShallowReactive", 3], {"post": 4}]
    flat.append({"title": 5, "blocks": 6})
    flat += [story.title, list(range(7, 7 + 2 * len(story.paragraphs), 2))]
    for number, paragraph in enumerate(story.paragraphs):
        flat += [{"kind": 7 + 2 * len(story.paragraphs), "text": 8 + 2 * number}, paragraph]
    return page(story, script(as_json([*flat, "text"]), ' type="application/json" id="__NUXT_DATA__"'))


def sveltekit(story: Story) -> str:
    data = f'{{type:"data",data:{{post:{{title:{as_json(story.title)},content:{as_json(html(story))}}}}},uses:{{}}}}'
    return page(
        story,
        script(
            "{ __sveltekit_1 = { base: '' }; Promise.all([import('./a.js'), import('./b.js')]).then(([kit, app]) => {"
            f" kit.start(app, element, {{ node_ids: [0, 2], data: [null, {data}], form: null }}); }}); }}"
        ),
    )


def fetched(story: Story) -> str:
    """The body of a response, which is JSON in JSON."""
    response = {"status": 200, "headers": {}, "body": as_json({"title": story.title, "content": html(story)})}
    return page(story, script(as_json(response), ' type="application/json" data-sveltekit-fetched data-url="/api"'))


def apollo(story: Story) -> str:
    refs = [{"__ref": f"Paragraph:{n}"} for n in range(len(story.paragraphs))]
    cache: dict[str, Any] = {
        "ROOT_QUERY": {"__typename": "Query", "post": {"__ref": "Post:1"}},
        **{f"Post:{n + 2}": {"__typename": "Post", **other} for n, other in enumerate(OTHERS)},
        "Post:1": {"__typename": "Post", "title": story.title, "content": {"bodyModel": {"paragraphs": refs}}},
    }
    for number, each in reversed(list(enumerate(story.paragraphs))):
        cache[f"Paragraph:{number}"] = {"__typename": "Paragraph", "type": "P", "text": each, "id": str(number)}
    return page(story, script(f"window.__APOLLO_STATE__ = {as_json(cache)}"))


def angular(story: Story) -> str:
    text = as_json(state(story, html(story)))
    for character, code in (("&", "&a;"), ('"', "&q;"), ("'", "&s;"), ("<", "&l;"), (">", "&g;")):
        text = text.replace(character, code)
    return page(story, script(text, ' id="serverApp-state" type="application/json"'))


def react_server(story: Story) -> str:
    """The text stands in a row of its own; rows are cut anywhere into pieces."""
    text = html(story)
    stream = (
        '1:"$Sreact.fragment"\n2:I[123,["a.js"],"default"]\n'
        f'3:["$","$L2",null,{as_json({"article": {"title": story.title, "slug": SLUG, "body": "$4"}, "latest": OTHERS})}]\n'
        f"4:T{len(text.encode()):x},{text}"
        '0:{"b":"build","f":[["",["$","main",null,{"children":"$L3"}]]]}\n'
    )
    size = len(stream) // 5
    pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
    pushes = [script(f"self.__next_f.push([1,{as_json(piece)}])") for piece in pieces]
    return page(story, script("(self.__next_f=self.__next_f||[]).push([0])"), *pushes)


def react_elements(story: Story) -> str:
    """The article's body as elements in the properties of a component."""

    def element(each: str) -> list[Any]:
        first, second, third = _split(each)
        return ["$", "p", None, {"className": "t", "children": [first, ["$", "b", None, {"children": second}], third]}]

    row = ["$", "$L2", None, {"title": story.title, "content": [element(each) for each in story.paragraphs]}]
    return page(story, script(f"self.__next_f.push([1,{as_json('3:' + as_json(row) + chr(10))}])"))


def json_ld(story: Story) -> str:
    article = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": story.title, "url": URL,
        "articleBody": lines(story), "author": {"@type": "Person", "name": "Ada Brandt"},
    }  # fmt: skip
    graph = {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "The Example Herald"}, article]}
    return page(story, script(as_json(graph), ' type="application/ld+json"'))


def json_ld_of_html(story: Story) -> str:
    """The body has tags, written as entities."""
    article = {"@type": "NewsArticle", "headline": story.title, "articleBody": escape(html(story))}
    return page(story, script(as_json(article), ' type="application/ld+json"'))


def broken_json_ld(story: Story) -> str:
    """Line breaks in strings, and a comma too many."""
    body = "\n".join(each.replace('"', "'") for each in story.paragraphs)
    return page(
        story,
        f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{story.title}","articleBody":"{body}",}}</script>',
    )


def shadow_root(story: Story) -> str:
    inner = f"<style>p {{ color: red }}</style><h1>{story.title}</h1>{html(story)}"
    return page(story, body=f'<news-article><template shadowrootmode="open">{inner}</template></news-article>')


FRAMEWORKS: Final[dict[str, Callable[[Story], str]]] = {
    make.__name__: make
    for make in (
        next_js, assignment, parsed_string, parsed_template, percent_encoded, javascript, nuxt_2, nuxt_3, sveltekit,
        fetched, apollo, angular, react_server, react_elements, json_ld, json_ld_of_html, broken_json_ld,
    )
}  # fmt: skip
