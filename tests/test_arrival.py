"""The benchmarks of arrivals and recrawls count what they say they count."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.arrival import PARTS, measure_drift, measure_furniture, measure_parts, second_kinds
from benchmarks.bodies import Body, bodies
from benchmarks.recrawls import CHANGES, measure_recrawls
from tests.dedup.test_index import FURNITURE, paragraphs

BODIES = [Body(paragraphs(f"body {number}", 8), [f"{line} {number}" for line in FURNITURE * 2]) for number in range(6)]


def test_no_whole_text_is_lost_behind_one_of_its_parts() -> None:
    lines = list(measure_parts(BODIES))
    assert [line.split(" lost ")[0].strip() for line in lines] == list(PARTS)
    assert [line.split(" lost ")[1].split(" of ")[0].strip() for line in lines] == ["0"] * len(PARTS)


def test_a_text_that_is_left_out_is_counted_as_such() -> None:
    story = BODIES[0].text
    assert second_kinds([(story, story), (story, BODIES[1].text)]) == {("exact", True): 1, ("new", False): 1}


def test_copies_among_the_furniture_of_another_site_are_duplicates() -> None:
    assert [line.split("duplicates ")[1].split(" (")[0] for line in measure_furniture(BODIES)] == ["6 of 6"] * 3


def test_no_copy_in_a_drifting_chain_is_far_from_the_article_that_it_names() -> None:
    lines = list(measure_drift(BODIES[:2]))
    assert all(" 0 below 0.7" in line for line in lines)


def test_each_change_is_measured_where_a_body_allows_it() -> None:
    words = [f"{line} and the mayor spoke with Anna quietly about everything" for line in BODIES[0].lines]
    lines = list(measure_recrawls([Body(words, []), *BODIES[1:3]]))
    assert [line.split("wanted")[0].strip() for line in lines] == list(CHANGES)
    rotating, stamp, *_ = lines
    assert stamp.endswith("3 of 3")
    assert rotating.split(" of ")[1] == "3"


def test_bodies_of_suitable_length_are_read_with_the_other_lines_of_their_page(tmp_path: Path) -> None:
    lines = BODIES[0].lines
    html = "".join(f"<p>{line}</p>" for line in [*lines, "Read our newsletter"])
    pages = [
        {"gold": "\n".join(lines), "html": f"<html><script>no</script><body>{html}</body></html>"},
        {"gold": "\n".join(lines), "kind": "other"},
        {"gold": "too short"},
        {"gold": None},
        {"gold": "\n".join([*lines, *lines])},
    ]
    path = tmp_path / "pages.jsonl"
    path.write_text("\n".join(map(json.dumps, pages)))
    assert list(bodies([path])) == [Body(lines, ["Read our newsletter"])]
