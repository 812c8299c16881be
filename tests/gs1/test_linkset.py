"""Linksets: whole by construction, and what a reader gets by language and media type."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from marketplace.gs1 import linkset
from marketplace.gs1.linkset import VOCABULARY, Link

PAGE = Link("traceability", "https://cho.vn/q/A", "Nguồn gốc", languages=("vi", "en"))
EPCIS = Link("epcis", "https://cho.vn/q/A/epcis.json", "EPCIS", "application/ld+json", ())
WHOLE = linkset.document(anchor="https://cho.vn/01/1", description="Nhãn lồng", links=[PAGE, EPCIS])
CONTEXT = WHOLE["linkset"][0]


def test_a_linkset_holds_every_required_member_once() -> None:
    assert {
        "linkset": [
            {
                "anchor": "https://cho.vn/01/1",
                "itemDescription": "Nhãn lồng",
                VOCABULARY + "defaultLink": [PAGE.member()],
                VOCABULARY + "traceability": [PAGE.member()],
                VOCABULARY + "epcis": [EPCIS.member()],
            }
        ]
    } == WHOLE
    assert PAGE.member() == {
        "href": "https://cho.vn/q/A", "title": "Nguồn gốc", "type": "text/html", "hreflang": ["vi", "en"],
        "public": True, "fwqs": True,
    }  # fmt: skip
    assert linkset.faults(WHOLE) == []


def _broken(**changes: Any) -> dict[str, Any]:
    context = {**deepcopy(CONTEXT), **changes}
    return {"linkset": [{name: value for name, value in context.items() if value is not None}]}


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({}, "linkset"),
        ({"linkset": []}, "linkset"),
        (_broken(anchor=None), "anchor"),
        (_broken(anchor="/01/1"), "anchor"),
        (_broken(itemDescription=""), "itemDescription"),
        (_broken(**{VOCABULARY + "defaultLink": None}), "exactly one"),
        (_broken(**{VOCABULARY + "defaultLink": [PAGE.member(), EPCIS.member()]}), "exactly one"),
        (_broken(**{VOCABULARY + "defaultLinkMulti": [PAGE.member()]}), "at least two"),
        (_broken(**{VOCABULARY + "epcis": [{"title": "x"}]}), "href"),
        (_broken(**{VOCABULARY + "epcis": [{"href": "https://a"}]}), "title"),
        (_broken(**{VOCABULARY + "epcis": [{"href": "/q", "title": "x"}]}), "absolute"),
        (_broken(**{VOCABULARY + "epcis": [{"href": "https://a", "title": "x", "hreflang": "vi"}]}), "hreflang"),
        (_broken(**{VOCABULARY + "epcis": []}), "no links"),
        (_broken(**{"gs1:epcis": [EPCIS.member()]}), "no address"),
    ],
)
def test_each_fault_of_a_linkset_is_named(given: dict[str, Any], fault: str) -> None:
    assert any(fault in one for one in linkset.faults(given))


@pytest.mark.parametrize(
    ("asked", "relation"),
    [
        ("gs1:pip", "pip"),
        (VOCABULARY + "pip", "pip"),
        ("https://gs1.org/voc/traceability", "traceability"),
        ("pip", ""),
        ("gs1:", ""),
        ("gs1:a/b", ""),
        ("https://example.org/voc/pip", ""),
    ],
)
def test_a_link_type_is_understood_short_and_long(asked: str, relation: str) -> None:
    assert linkset.relation_of(asked) == relation


VI, EN, EN_GB = (
    Link("pip", "vi", "x"),
    Link("pip", "en", "x", languages=("en",)),
    Link("pip", "gb", "x", languages=("en-GB",)),
)
UND, JSON = Link("pip", "und", "x", languages=("und",)), Link("pip", "json", "x", "application/json", ("vi",))


@pytest.mark.parametrize(
    ("links", "languages", "types", "left"),
    [
        ([VI, EN], ["en"], [], [EN]),
        ([VI, EN], ["fr", "en-US", "vi"], [], [EN]),
        ([EN, EN_GB], ["en-gb"], [], [EN_GB]),
        ([VI, EN, UND], ["fr"], [], [UND]),
        ([VI, EN], ["fr"], [], [VI, EN]),
        ([VI, EN], [], [], [VI, EN]),
        ([VI, EN, UND], [], [], [UND]),
        ([VI, JSON], ["vi"], ["application/json"], [JSON]),
        ([VI, JSON], ["vi"], ["text/*"], [VI]),
        ([VI, JSON], ["vi"], ["*/*"], [VI, JSON]),
        ([VI, JSON], ["vi"], ["image/png"], [VI, JSON]),
        ([EN, JSON], ["en"], ["application/json"], [EN]),
        ([], ["vi"], ["text/html"], []),
    ],
)  # fmt: skip
def test_language_decides_first_then_the_media_type(
    links: list[Link], languages: list[str], types: list[str], left: list[Link]
) -> None:
    assert linkset.chosen(links, languages=languages, media_types=types) == left
