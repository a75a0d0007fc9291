from __future__ import annotations

import pytest

from worker.embedded.markdown import without_markdown


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("## A heading\n\nA line.", "A heading\n\nA line."),
        ('A [link](https://a.example/b) and [another](/c "title").', "A link and another."),
        ("![An image](/a.jpg)\n\nA **bold** word, *one* and _another_.", "\n\nA bold word, one and another."),
        (
            "# A\n\nOne line that is\nbroken in two.\n\n- a\n- b\n\n> c",
            "A\n\nOne line that is broken in two.\n\na\nb\n\nc",
        ),
        ("# A\n\n```js\nx\n```\n\nb", "A\n\n\nx\n\n\nb"),
    ],
)
def test_the_marks_are_taken_off(text: str, plain: str) -> None:
    assert without_markdown(text) == plain


@pytest.mark.parametrize(
    "text", ["One line.\nAnother line.", "#tag 2 * 3 * 4 = 24 [1] (see below)", "- a\n- b", "snake_case_names", "f**k"]
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert without_markdown(text) == text
