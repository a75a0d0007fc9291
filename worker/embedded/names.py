"""Which parts of a state are no part of an article, by their kinds and names: comments, captions, other articles."""

from __future__ import annotations

import re
from typing import Any, Final

# What an object is, or what stands under a name, that is no part of the story.
NO_STORY: Final = re.compile(
    r"image|photo|picture|figure|video|audio|gallery|carousel|embed|advert|related|recommend|newsletter|caption|credit|"
    r"author|byline|contributor|promo|quiz|poll|comment|social|tweet|javascript|^scripts?$|styles?$|iframe|interstitial|button|"
    r"form$|cookie|consent|privacy|terms|translation|i18n|locale|breadcrumb|sidebar|widget|trending|popular|paywall|"
    r"question|answer|faq|keyword|categor|share|config|footer|navigation|menu|disclaimer|subscri|footnote|"
    r"slide|transcript|ssml|\bads?\b|\bad[-_]?(?:block|slot|unit|break)|read[-_]?(?:more|also|next)|upsell|offer|^cta$|call[-_]?to[-_]?action|teaser[-_]?(?:list|grid|card)|"
    r"(?:article|post|story|entry)[-_]?(?:ref|card|list|link)",
    re.IGNORECASE,
)
_NO_STORY_NAMES: Final = re.compile(
    r"^(?:next|prev|more|most[-_]?read|similar|sibling|see[-_]?also|also[-_]?read|recirc)|"
    r"^(?:repl(?:y|ies)|responses|discussions?|threads?|articles|posts|stories|section|channel|marks|mark_?defs|entity_?map)$|"
    r"(?:^|_)(?:tags?|topics?|media|alt|url|href|src|slug|id|latest|seo|meta|metadata|messages|data-.*|css|legal|"
    r"products?|reviews?|versions|revisions|languages|alternates|localizations)$",
    re.IGNORECASE,
)
_TEASER_NAMES: Final = re.compile(r"description|summary|excerpt|abstract|standfirst|teaser|^dek$", re.IGNORECASE)
LONGEST_TEASER: Final = 1500  # characters; a longer description is the story


def is_story_name(name: str) -> bool:
    """Whether the story may stand under this name."""
    return not (NO_STORY.search(name) or _NO_STORY_NAMES.search(name))


def may_hold_story(name: Any, value: Any) -> bool:
    """Whether the story may be this value under this name."""
    name = str(name)
    is_long = isinstance(value, str) and len(value) > LONGEST_TEASER
    return is_story_name(name) and (is_long or not _TEASER_NAMES.search(name))
