from __future__ import annotations

from pydantic import ByteSize

from worker.config.settings import Settings
from worker.messages import Article, RawRecord, Source
from worker.stages.order import build_stages
from worker.stages.residue import residue


def test_the_stages_have_one_order() -> None:
    """Quality reports and metrics use these names. A change to them changes what readers see."""
    stages = build_stages(Settings())
    assert [stage.name for stage in stages] == [
        *("extract", "residue", "repeats", "glue"),
        *("filter", "quality"),
    ]
    assert stages["residue"] is residue


def test_markdown_is_made_from_the_text_that_all_other_stages_have_left() -> None:
    names = [stage.name for stage in build_stages(Settings(markdown=True))]
    assert names[-3:] == ["filter", "markdown", "quality"]


def test_quality_is_the_last_stage_so_it_measures_the_text_that_is_published() -> None:
    *_, last = build_stages(Settings())
    assert last.name == "quality"


def test_the_settings_reach_the_stages() -> None:
    stages = build_stages(Settings(shape="native", min_words=3, max_html_bytes=ByteSize(1024)))
    assert isinstance(
        stages.decode(RawRecord(Source("t", 0, 0), b'{"url": "https://a.example", "text": "x"}')), Article
    )
    assert not isinstance(stages["filter"](Article(text="Two words.")), Article)
    assert isinstance(stages["filter"](Article(text="Two words, no: four.")), Article)
    assert not isinstance(stages["extract"](Article(html="<p>" + "x" * 1024)), Article)
