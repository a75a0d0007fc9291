from __future__ import annotations

import pytest

from worker.page.shadow import with_shadow_roots


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<a><template shadowrootmode=open><p>w</template></a>", "<a><div><p>w</div></a>"),
        ('<template\nshadowroot="open">w</TEMPLATE >x', "<div>w</div>x"),
        ("<template>a<template shadowrootmode=open>b</template>c</template>", "<template>a<div>b</div>c</template>"),
        ("<template shadowrootmode=open>a<template>b</template>c</template>", "<div>a<template>b</template>c</div>"),
        ("</template><template shadowrootmode=open>w", "</template><div>w"),
        ("<templates shadowrootmode=open>w</templates>", "<templates shadowrootmode=open>w</templates>"),
        ("<template>shadowroot</template>", "<template>shadowroot</template>"),
    ],
)
def test_only_shadow_roots_become_a_part_of_the_page(html: str, shown: str) -> None:
    assert with_shadow_roots(html) == shown


def test_a_page_without_shadow_roots_is_not_copied() -> None:
    html = "<template>w</template>"
    assert with_shadow_roots(html) is html
