"""Inputs that grow: each family repeats a unit, like hostile pages, texts and values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

Family = Callable[[int], str]
"""An input of about the given number of characters."""


def both(first: Family, second: Family) -> Family:
    """Two inputs of half the size, one after the other. A time that grows with their product is quadratic."""
    return lambda chars: first(chars // 2) + second(chars // 2)


def repeated(unit: str, before: str = "", after: str = "") -> Family:
    """The unit as often as it fits. `{n}` in it is a different number each time."""
    if "{n}" not in unit:
        return lambda chars: before + unit * (chars // len(unit)) + after
    head, tail = unit.split("{n}")
    return lambda chars: before + "".join(f"{head}{n}{tail}" for n in range(chars // (len(unit) + 2))) + after


_WORDS: Final = (
    "word ", "w", " ", "\t", "\n", "A", "aA", "Aa ", "a.", ". ", "... ", "…", "!", ", ", ";", ": ", "- ", "-", "a-", "'",
    "a’", "“", "” ", "“a” ", "(", ")", "[", "]", "[ad_1]", "[a_b]", "[a_b] xyz ", "[a_b", "[a_{", "[ad a=b ", "[ad a=b]", "{", "\\", "/", "| ", " | ", "• ", "·", "© ",
    "→ ", "> ", "<", "<a", "&", "&amp;", "&#", "&#65;", "&amp", "%", "@", "a@b", "a@b.c ", "#a ", "http://e.org/x ",
    "www.", "1", "1 ", "1.", "1,", "2024 ", "12 May 2020 ", "2020-", "02/03/2026 ", "2026年3月2日", "12:30 ",
    "in 2024.The ", "abcd.The ", "abcd”The ", "saidReuters ", "Wang WenbinHe said ", "{n} ", "w{n} ", "Aa{n}B ",
    "a\u0315\u0300", "\u0300", "a\u0300 ", "\ufdfa", "ﬁ", "①", "\u200d", "\u200b", "\u00ad", "\ufeff", "\u202e", "\x85", "\x9b",
    "\u2028", "\x0b", "Ã©", "â€™ ", "é", "É", "ß", "İ", "Σ", "一", "カ", "一 ", "기 ", "ก", "ा", "ا ", "א ", "🌍", "👩\u200d👩 ", "𝒳",
    "cookie ", "subscribe ", "subscribe cookie accept ", "by ", "By Ann Example ",
)  # fmt: skip
_LINES: Final = (
    "{n}\n", "{n} 2\n", "by A{n}\n", "cookie {n}\n", "read also : {n}\n", "クッキー同意{n}\n", "登録購读関連記事分享" * 7 + "{n}\n",
    "by a|" * 22 + "{n}\n", "登録|購读 |関連|分享|" * 4 + "{n}\n", "By Ann | Updated {n} | x | y\n", "\ufdfa\ufdfa\ufdfa\n", "A line of words that has the number {n}.\n", "the same line\n", "a\nb\n", "a\nb\na\nc\n",
    "Share\n", "Advertisement\n", "By Ann {n} | Updated: 14 June 2023\n", "Photo: Ann Example / Reuters\n", "Photo: {n}\n",
    "Read more: a headline of {n} words\n", "Sign up for our newsletter {n}\n", "We use cookies {n}, accept them\n",
    "© {n} Example. All rights reserved.\n", "Source: {n}\n", "(AP) {n}\n", "{n} min read\n", "12 May 2020 {n}:30\n",
    "一 | 二 | {n}\n", "カ" * 79 + "{n}\n", "記者 {n} 摄\n", "사진={n} 기자\n", "[ad_1] {n}\n", "“Said.”The {n}\n", "x" * 90 + "{n}\n",
    "repeated words of a paragraph that is long enough to count as a copy of another one, all of it\n" * 2 + "{n}\n",
)  # fmt: skip
TEXTS: Final[Mapping[str, Family]] = {
    **{repr(unit): repeated(unit) for unit in (*_WORDS, *_LINES)},
    **{f"a letter, {unit!r}": repeated(unit, "a", "z") for unit in ("\u0315\u0300", "\u0300", " ", "\n", "\u200d")},
    **{f"an entity, {before!r}": repeated("1", before, ";") for before in ("&#", "&#x", "&amp;#", "&")},
    "joints behind a long word": lambda chars: "a" * (chars // 2) + " " + ("b" * 70 + "The ") * (chars // 148),
    "joints behind dashes": lambda chars: "—" * (chars // 2) + " " + ("b" * 70 + "The ") * (chars // 148),
    "a wide character, then words": repeated("ab ", "🌍"),
    "a wide character, then lines": repeated("ab\n", "🌍"),
}
"""Texts that are expensive to clean and compare."""

_MARKUP: Final = (
    "<p>w", "<p>w</p>", "<br>", "x<br>", "<div>", "<div>w</div>", "</p>", "</div>", "</x>", "</x a=1>w", "<b>", "<b>w</b>",
    "<p><b>w</p>", "<b a{n}=1><p>w", "<a>w", "<a href=/{n}>w</a>", "<nobr>w", "<i><p>w</i>", "<font><table>w", "<x>", "<x/>",
    "<p a>w", "<p a=1 b=2>w</p>", "<p class=c{n}>w</p>", "<p id=i{n} class='a b c'>w", "<p class='a-b c_d eF'>w",
    "<body a{n}=1>", "<html a{n}=1>", "<body a=1>w", "<td a=1>w", "<p style='display: none'>w", "<p a", "<p a='", '<p a="x>\n',
    "<form><div></form>", "<form><span></form>", "<form><input></form>", "<noscript><div></noscript>", "<noscript>w</noscript>",
    "<div><noembed></div></noembed>", "<div><noframes></div></noframes>", "<div><svg><![CDATA[</svg></div>]]></svg>",
    "<div><!</div>", "<div><?</div>", "<!-- c -->", "<!-->", "<!--", "<!", "<?x>", "<![CDATA[x]]>", "<!doctype html>", "<", "</",
    "<table>", "<table><tr><td>", "<table><tr><td>w</td></tr></table>", "<table>w<!---->w", "<tr><td>w", "<table>w<tr>",
    "<caption>w", "<colgroup><col>", "<tbody>", "<select><option>w", "<select><div>", "<option>", "<optgroup>",
    "<svg><path/></svg>", "<svg>", "<svg><param>", "<svg><title>w</title></svg>", "<svg><p>w", "<math><mi>w", "<math><mtext><p>w",
    "<svg><foreignobject><p>", "<svg><desc><div>", "<template>", "<template><p>w</template>", "<ul><li>w", "<li>w", "<dl><dt>w<dd>w",
    "<ruby>w<rt>w", "<ol><li>w", "<blockquote>w</blockquote>", "<pre>w\n", "<pre>  w\n\n</pre>", "<td>w<td>", "<table><tr><td>w<td><a href=/{n}>w</a></table>",
    "<h2><a href='https://e.org/a(b)&c;'>w</a></h2>", "<a href=/{n}>w<br></a>", "<p>*_[&lt;w", "<rt>", "<h1>", "<h1>w</h1>", "<h2>Words {n}</h2><p>w", "<h1><div>", "<button>", "<label>w", "<nav>w</nav>",
    "<iframe>", "<textarea>", "<title>w</title>", "<style>", "<script>", "<script></script>", "<plaintext>", "<xmp>w</xmp>",
    "<article><p>w</p></article>", "<section>", "<blockquote>w", "<center>", "<marquee>", "<object>", "<frameset>", "<image>", "<hr>",
    "<time datetime=2026-03-02>w</time>", "<time>", "<i itemprop=datePublished content=2026-03-02>", "<i itemprop=datePublished></i>",
    "<a rel=author>Ann {n}</a>", "<div itemprop=comment><i itemprop=author>w", "<meta name=author content='Ann {n}'>",
    "<meta property=og:title content='Words {n}'>", "<link rel=canonical href=/{n}>", "<base href=/{n}>",
    "<script type=application/ld+json>{}</script>", "<input type=password>", "<p>12 May 2020", "<h1>Words of a headline</h1><p>{n} May 2020",
)  # fmt: skip
_WITHIN: Final = ("<div>" * 390, "<table>", "<svg>", "<h1>")
PAGES: Final[Mapping[str, Family]] = {
    **{repr(unit): repeated(unit) for unit in _MARKUP},
    **{
        f"{before[:9]!r}, {unit!r}": repeated(unit, before)
        for before in _WITHIN
        for unit in ("w<br>", "<i itemprop=datePublished></i>", "<title>w</title>", "<p>w</p>", "</x>", "<li>w", "w ")
    },
    **{
        f"{unit!r} and {between}s": repeated(unit + 200 * between)
        for unit in ("<h1><span>", "<object itemprop=author>", "<object itemprop=datePublished>", "<svg><title>")
        for between in " w"
    },
}
"""Pages that are expensive to parse."""

PAGES_OF_TEXT: Final[Mapping[str, Family]] = {
    repr(unit): repeated(unit, "<h1>Words of a headline</h1><p>") for unit in (*_WORDS, "\u0315\u0300")
}
"""Pages with text that is expensive to read."""

JSON: Final[Mapping[str, Family]] = {
    **{repr(unit): repeated(unit) for unit in ("[", "{", '{"a":', '"', "\\", ",", "1", "x-->", "<!--", "//", "]]>", "/*", " ")},
    "a list of lists": repeated("[],", "[", "[]]"),
    "objects": repeated('{"@type":"Article","headline":"h"},', "[", "{}]"),
    "names": repeated('"Ann {n}",', '{"@type":"Article","headline":"h","author":[', '""]}'),
    "authors": repeated('{"name":"Ann {n}"},', '{"@type":"Article","headline":"h","author":[', "{}]}"),
    "one name": repeated("Ann, ", '{"@type":"Article","headline":"h","author":"', '"}'),
    "types": repeated('"type{n}",', '{"headline":"h","@type":[', '"Article"]}'),
    **{
        f"references of {key} to {named}": both(
            repeated('{"@id":"a"},', f'{{"@graph":[{{"@type":"Article","headline":"h","{key}":[', "{}]},"),
            repeated(named, '{"@id":"a","name":[', '""]}]}'),
        )
        for key in ("author", "publisher")
        for named in ('"1",', '"Ann {n}",', "1,", f'"{"w" * 900}",')
    },
    "a graph": repeated('{"@id":"{n}","name":"x"},', '{"@graph":[', "{}]}"),
    "graphs": repeated('{"@graph":[', "", ""),
    "keys": repeated('"k{n}":1,', "{", '"k":1}'),
    "spaces before what ends it": repeated(" ", "x-->", "y"),
    "spare commas": repeated("1, ", "[", "]"),
    "a comma and spaces": repeated(" ", "[1,", "x]"),
    "a headline": repeated("word ", '{"@type":"Article","headline":"', '"}'),
    "escapes": repeated("\\u0041", '{"@type":"Article","headline":"', '"}'),
    "digits": repeated("9", '{"@type":"Article","headline":"h","a":', "}"),
}  # fmt: skip
"""Blocks of JSON, valid and broken."""

_HEADLINE: Final = '{"title":"Words of a headline","body":['
_SENTENCE: Final = "It is a sentence with a word of the headline."
SCRIPTS: Final[Mapping[str, Family]] = {
    **{
        repr(before + unit): repeated(unit, before)
        for before in ("", "x=", "x=[", 'x={"a":"', 'self.__next_f.push([1,"', _HEADLINE)
        for unit in ("[", "{", "(", '{"a":', "{a:", '"', "'", "`", "\\", '\\"', ",", "1,", "a", "a:", "[],", "{},", "/", "//", "/*", "=[", '="{', "={",
                     "return{", "function(a){return {", "function(a,b){return {}}(", "push(", 'push(["', "\\u0041", "\\x41", "%7B",
                     "&q;", '"$1",', '1:["$1"]\\n', "1:T5,aaaaa", "<script>", "</script>", "<script>x=[", '"[1,2]",', '"{\\"a\\":1}",')
    },
    **{
        f"a state with {unit!r}": repeated(unit, _HEADLINE, '"x"]}')
        for unit in ('{"title":"Words of a headline"},', '{"title":"Another headline {n}","url":"/a"},', f'{{"text":"{_SENTENCE}"}},',
                     f'{{"title":"Words of a headline","b":[{{"text":"{_SENTENCE}"}}]}},', f'"{_SENTENCE} {{n}}",', '["$","p",null,{"children":"w"}],',
                     '{"__ref":"A:{n}"},', '{"type":"paragraph","children":[{"text":"w "},{"text":"w"}]},')
    },
    "nested owners": repeated(_HEADLINE, "x="),
    "nested texts": repeated(f'{{"text":"{_SENTENCE}","children":[', _HEADLINE),
}  # fmt: skip
"""Scripts that are expensive to read, and states that are expensive to search."""

SHADOWS: Final[Mapping[str, Family]] = {
    repr(unit): repeated(unit, "<p shadowroot>")
    for unit in (
        "<template>",
        "<template shadowrootmode=open>",
        "</template>",
        "<template",
        "<template a='",
        "<template/",
        "<",
    )
}

URLS: Final[Mapping[str, Family]] = {
    repr(before + unit): repeated(unit, before)
    for before in ("https://", "https://e.org/", "https://e.org/?")
    for unit in ("a", "a.", "www.", "/", "../", "a/", "amp/", "%", "%41", "&", "amp;", "a=1&", "utm_a=1&", ";jsessionid=a", ".amp", ":",
                 "@", "#", "?", " ", "é", "\n", "-", "index.html/", "tag/")
}  # fmt: skip

HEADERS: Final[Mapping[str, Family]] = {
    repr(unit): repeated(unit)
    for unit in ("A: b\r\n", "A{n}: b\r\n", " continued\r\n", "\r\n", ":", "A", "Content-Type: text/html\r\n", "A: ;\r\n")
}  # fmt: skip
"""Heads of HTTP responses, with and without lines."""

CHUNKS: Final[Mapping[str, Family]] = {
    repr(unit): repeated(unit) for unit in ("1\r\nx\r\n", "0\r\n\r\n", "\r\n", "f\r\n", "1;a\r\nx\r\n")
}
"""Bodies in transfer encoding `chunked`, well-formed and malformed."""

MARKDOWN: Final[Mapping[str, Family]] = {
    repr(unit): repeated(unit)
    for unit in (
        "[", "![", "[a](<b", "[a][", "[a]: u{n}\n", "*a ", "**a*", "***", "`", "``a`", "> - ", " - a\n", "<a ", "<!--", "&", "\\",
        "a\n===\n", "~~~\n", "    a\n", "é*",
    )
}  # fmt: skip
"""Markdown that is expensive to parse."""

FIELDS: Final[Mapping[str, Family]] = {
    repr(unit): repeated(unit, before, after)
    for before, unit, after in (
        ('{"url":"https://e.org/","text":"w","authors":[', '"A{n}",', '""]}'),
        ('{"url":"https://e.org/","text":"w","authors":"', "Ann {n};", '"}'),
        ('{"url":"https://e.org/","text":"w","authors":[', '{"name":"A{n}"},', '""]}'),
        ('{"schema":"raw_article.v1","text":"w","authors":[', "1,", '""]}'),
        ('{"url":"https://e.org/","text":"w","title":"', "w ", '"}'),
        ('{"url":"https://e.org/","text":"w","title":"', "Ã© ", '"}'),
        ('{"url":"https://e.org/","text":"w","date":"', " ", '"}'),
        ('{"url":"https://e.org/","text":"w","date":"', "1", '"}'),
        ('{"url":"https://e.org/","text":"w","language":"', "a", '"}'),
        ('{"url":"https://e.org/","text":"w","extra":{', '"k{n}":1,', '"k":1}}'),
        ('{"url":"https://e.org/","text":"w","z":{', '"k{n}":[[1]],', '"k":1}}'),
        ('{"url":"https://e.org/","text":"w",', '"k{n}":[[1]],', '"k":1}'),
        ('{"url":"https://e.org/","text":"w","z":[', "[],", "[]]}"),
        ('{"url":', "[", "}"),
        ('{"url":"https://e.org/","content":"', "QUFB", '"}'),
        ('{"url":"https://e.org/","content":"', "PGI+", '"}'),
        ('{"url":"https://e.org/","html":"', "<p>w", '"}'),
        ('{"url":"https://e.org/","text":"', "w\\n", '"}'),
        ('{"url":"https://e.org/","text":"', "\\u0000", '"}'),
        ('{"body":{"sections":[', '{"paragraphs":["w"]},', '{}]},"url":"https://e.org/"}'),
        ('{"url":"https://e.org/","text":[', '"w",', '""]}'),
        ('{"url":"https://e.org/","paragraphs":[', '"w{n}",', '""]}'),
        ('{"url":"https://e.org/","source":"', "<", '"}'),
        ('{"url":"https://e.org/","z":{', '"k{n}":{"url":"https://e.org/"},', '"k":1}}'),
        ('{"url":"https://e.org/","', "k.", '":"w"}'),
        ('{"url":"https://e.org/","z":[', '"https://e.org/",', '""]}'),
        ('[{"', "k{n}", '":1}]'),
        ('"', "{", '"'),
        ('{"url":"https://e.org/","text":"w","headers":[', '["a","b"],', "[]]}"),
        ('{"url":"https://e.org/","text":"w","headers":{', '"k{n}":"b",', '"k":"b"}}'),
    )
}  # fmt: skip
"""Messages in which one field grows."""
