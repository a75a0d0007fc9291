"""Names in scripts without capitals."""

from __future__ import annotations

import pytest

from worker.page.native_names import bare_names, native_names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("取材・文=山田花子 写真=鈴木一郎", ("山田花子",)),
        ("社会部・佐藤健太", ("佐藤健太",)),
        ("作者：张三", ("张三",)),
        ("2026年3月4日 21時15分 【山田花子、鈴木一郎】", ("山田花子", "鈴木一郎")),
        ("2026年3月4日 【動画】", ()),
        ("[서울=한빛일보] 김민수 기자", ("김민수",)),
        ("김민수 기자 입력 2026. 3. 4. 18:20", ("김민수",)),
        ("글 김민수 · 사진 이영희", ("김민수",)),
        ("김민수 기자는 오늘", ()),
        ("이서준·박하은 기자", ("이서준", "박하은")),
        ("글 김민지 기자 | 사진 박철수 기자", ("김민지",)),
        ("Jane Doe", ()),
    ],
)
def test_a_label_shows_a_name(line: str, names: tuple[str, ...]) -> None:
    assert native_names(line) == names


@pytest.mark.parametrize("line", ["山田花子", "张三", "김민수", "【山田花子、鈴木一郎】"])
def test_a_line_of_an_element_for_the_author_may_be_a_bare_name(line: str) -> None:
    assert bare_names(line)


@pytest.mark.parametrize(
    "line", ["編集部", "新华社", "关于作者", "留言", "편집부", "구독자", "さくら", "ジェーン", "Jane", ""]
)
def test_other_words_are_no_names(line: str) -> None:
    assert bare_names(line) == ()
