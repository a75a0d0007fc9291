from __future__ import annotations

import pytest

from worker.identity.trackers import classify


@pytest.mark.parametrize(
    "name",
    [
        *("gclid", "GCLID", "fbclid", "yclid", "msclkid", "wbraid", "gclid[]", "gclid_2", "igshid"),
        *("utm_source", "UTM_Campaign", "utm_", "mtm_kwd", "pk_campaign", "mc_cid", "ga_source", "ad_id", "mkt_tok"),
        *("xtor", "aff", "aff-2", "campaign", "my_campaign", "my-campaign", "campaign_id"),
        *("_hsenc", "wt.mc_id", "referer", "referrer", "jsessionid", "affiliateid", "ocid"),
    ],
)
def test_a_parameter_of_campaigns_clicks_or_visitors_is_a_tracker(name: str) -> None:
    assert classify(name) == "tracker"


@pytest.mark.parametrize("name", ["cid", "ref", "Source", "news_source", "session-id", "ga", "gl", "x.uid", "clid_1"])
def test_a_word_that_pages_use_too_is_loose(name: str) -> None:
    assert classify(name) == "loose"


@pytest.mark.parametrize(
    "name",
    [
        *("", "id", "p", "page", "article", "q", "v"),
        *("gallery", "glossary", "refinance", "sources", "campaigns", "affiliate", "uid2", "gclids"),  # no right border
        *("resource", "mygclid", "my_gclid", "utm", "autm_x", "wtxmc_id", "cmps"),  # no left border
        "gallery_ref",  # the first word that looks like one decides
    ],
)
def test_any_other_name_is_of_the_page(name: str) -> None:
    assert classify(name) == "content"
