"""GS1 Digital Link: our own vectors, each rule with what it accepts and what it refuses, and by which name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.gs1 import application_identifiers as known
from marketplace.gs1 import digital_link, identifiers
from marketplace.gs1.digital_link import (
    BadEscape,
    BadLink,
    BadValue,
    BelongsInPath,
    ConvenienceName,
    DigitalLink,
    DoesNotApply,
    EmptyValue,
    ExcludedTogether,
    KeyNotServed,
    NoPrimaryKey,
    NotAnAddress,
    NotAQualifier,
    Repeated,
    TrailingSlash,
    UnknownIdentifier,
    WrongHost,
    WrongOrder,
    WrongScheme,
    parse,
)

GTIN = "09520000100018"
GOODS = f"https://example.vn/01/{GTIN}"
CRATE = "https://example.vn/00/006141411234567890"
PLACE = "https://example.vn/414/9520000199999"
PARTY = "https://example.vn/417/9520000199999"

ACCEPTED = {
    # scheme
    "http": f"http://a/01/{GTIN}",
    "capital http": f"HTTP://a/01/{GTIN}",
    "capital https": f"HTTPS://a/01/{GTIN}",
    # host
    "port": f"https://a:65535/01/{GTIN}",
    "four numbers": f"https://192.0.2.1/01/{GTIN}",
    "six": f"https://[2001:db8::1]:8443/01/{GTIN}",
    "punycode": f"https://xn--fsq.xn--0zwm56d/01/{GTIN}",
    "full stop": f"https://a./01/{GTIN}",
    # keys
    "goods": GOODS,
    "crate": CRATE,
    "place": PLACE,
    "party": PARTY,
    # qualifiers
    "variant, lot and serial": f"{GOODS}/22/2A/10/AB-1/21/S1",
    "lot and serial": f"{GOODS}/10/AB-1/21/S1",
    "variant and serial": f"{GOODS}/22/2A/21/S1",
    "serial": f"{GOODS}/21/S1",
    "third-party serial": f"{GOODS}/235/{'T' * 28}",
    "extension of a place": f"{PLACE}/254/KHO-1",
    "import at a place": f"{PLACE}/7040/1ABC",
    "import of a party": f"{PARTY}/7040/1A_-",
    "twenty characters": f"{GOODS}/10/{'9' * 20}",
    "all signs": f"{GOODS}/10/" + "%21%22%25%26%27%28%29%2A%2B%2C-.%2F%3A%3B%3C%3D%3E%3F_",
    # stems
    "stem": f"https://a/b/c/01/{GTIN}",
    "key in the stem": f"https://a/01/123/01/{GTIN}",
    "another key in the stem": f"https://a/8003/01/{GTIN}",
    "word in the stem": f"https://a/gtin/01/{GTIN}",
    "value like a key": f"{GOODS}/10/01",
    "serial like a key": f"{GOODS}/10/21/21/00",
    # query
    "dates": f"{GOODS}?11=261101&13=261102&15=261200&16=261201&17=261230",
    "expiry with time": f"{GOODS}?7003=2612302359",
    "harvest": f"{GOODS}?7007=261101",
    "harvest over days": f"{GOODS}?7007=261101261105",
    "weight": f"{GOODS}?3103=000500",
    "origin": f"{GOODS}?422=704",
    "count": f"{GOODS}?30=12",
    "price with a weight": f"{GOODS}?3103=000500&3922=4500",
    "contents of a crate": f"{CRATE}?02={GTIN}&37=24",
    "weight of a crate": f"{CRATE}?3302=001500",
    "foreign words": f"{GOODS}?linkType=gs1:pip&utm_source=tem",
    "foreign word without value": f"{GOODS}?debug&17=261230",
    "number without value is no pair": f"{GOODS}?99",
    "empty parts": f"{GOODS}?&&17=261230&",
    "empty query": f"{GOODS}?",
    "internal": f"{GOODS}?99=x",
    # escapes
    "plus in the path": f"{GOODS}/10/A+B",
    "escaped plus in the query": f"{GOODS}?240=A%2BB",
    "small hexadecimals": f"{GOODS}/10/A%2fB",
    "escaped letter": f"{GOODS}/10/%41",
    # the rest
    "fragment": f"{GOODS}#top",
    "fragment with a link": f"{GOODS}#/01/123",
}

REFUSED = {
    # scheme
    "mixed scheme": (f"HtTp://a/01/{GTIN}", WrongScheme),
    "another scheme": (f"ftp://a/01/{GTIN}", WrongScheme),
    "no scheme": (f"//a/01/{GTIN}", WrongScheme),
    # address
    "empty": ("", NotAnAddress),
    "blank": (f"https://a/01/{GTIN} ", NotAnAddress),
    "letters": (f"{GOODS}/10/Lô", NotAnAddress),
    "quotation mark": (f'{GOODS}/10/A"B', NotAnAddress),
    "too long": (GOODS + "?a=" + "b" * 3000, NotAnAddress),
    # host
    "no host": (f"https:///01/{GTIN}", WrongHost),
    "zone": (f"https://[fe80::1%25eth0]/01/{GTIN}", WrongHost),
    "user": (f"https://example.vn@evil.example/01/{GTIN}", WrongHost),
    "escaped host": (f"https://ex%61mple.vn/01/{GTIN}", WrongHost),
    # keys
    "no path": ("https://a", NoPrimaryKey),
    "bare root": ("https://a/", NoPrimaryKey),
    "no key": ("https://a/b", NoPrimaryKey),
    "no key but a qualifier": ("https://a/10/ABC", NoPrimaryKey),
    "host taken for a key": (f"https://01/{GTIN}", NoPrimaryKey),
    "key without value": ("https://a/b/01", EmptyValue),
    "asset": ("https://a/8004/9520000ABC", KeyNotServed),
    "word": (f"https://a/gtin/{GTIN}", ConvenienceName),
    "word for the lot": (f"{GOODS}/lot/AB-1", ConvenienceName),
    "words": (f"https://a/gtin/{GTIN}/ser/1", ConvenienceName),
    "13 digits": ("https://a/01/9520000100018", BadValue),
    "8 digits": ("https://a/01/95200002", BadValue),
    "15 digits": (f"https://a/01/0{GTIN}", BadValue),
    "letter in a number": ("https://a/01/0952000010001X", BadValue),
    "check digit": ("https://a/01/09520000100019", BadValue),
    "check digit of a crate": ("https://a/00/006141411234567891", BadValue),
    "check digit of a place": ("https://a/414/9520000199998", BadValue),
    "check digit of a party": ("https://a/417/9520000199998", BadValue),
    # qualifiers
    "lot after serial": (f"{GOODS}/21/S1/10/AB-1", WrongOrder),
    "lot before variant": (f"{GOODS}/10/AB-1/22/2A", WrongOrder),
    "serial before variant": (f"{GOODS}/21/S1/22/2A", WrongOrder),
    "third-party serial and serial": (f"{GOODS}/21/S1/235/T1", ExcludedTogether),
    "third-party serial and lot": (f"{GOODS}/10/AB-1/235/T1", ExcludedTogether),
    "third-party serial and variant": (f"{GOODS}/22/2A/235/T1", ExcludedTogether),
    "extension and import": (f"{PLACE}/254/K1/7040/1ABC", ExcludedTogether),
    "two lots": (f"{GOODS}/10/A/10/B", Repeated),
    "qualified crate": (f"{CRATE}/10/AB-1", NotAQualifier),
    "extension of goods": (f"{GOODS}/254/K1", NotAQualifier),
    "extension of a party": (f"{PARTY}/254/K1", NotAQualifier),
    "attribute in the path": (f"{GOODS}/17/261230", NotAQualifier),
    "foreign words in the path": (f"{GOODS}/more/words", NotAQualifier),
    "half a pair": (f"{GOODS}/10", NotAQualifier),
    "21 characters": (f"{GOODS}/10/{'9' * 21}", BadValue),
    "29 characters": (f"{GOODS}/235/{'9' * 29}", BadValue),
    "strange sign": (f"{GOODS}/10/A%23B", BadValue),
    "escaped blank": (f"{GOODS}/10/A%20B", BadValue),
    "escaped letters": (f"{GOODS}/10/L%C3%B4", BadValue),
    "importer without number": (f"{PARTY}/7040/ABCD", BadValue),
    "empty lot": (f"{GOODS}/10//21/S1", EmptyValue),
    "empty goods": ("https://a/01//10/AB-1", EmptyValue),
    "trailing slash": (f"{GOODS}/", TrailingSlash),
    "trailing slash after a lot": (f"{GOODS}/10/AB-1/", TrailingSlash),
    "trailing slash before a query": (f"{GOODS}/?17=261230", TrailingSlash),
    # query
    "empty attribute": (f"{GOODS}?17=", EmptyValue),
    "empty number": (f"{GOODS}?99=", EmptyValue),
    "unknown number": (f"{GOODS}?9999=x", UnknownIdentifier),
    "unknown short number": (f"{GOODS}?3=x", UnknownIdentifier),
    "lot in the query": (f"{GOODS}?10=AB-1", BelongsInPath),
    "serial in the query": (f"{GOODS}?21=S1", BelongsInPath),
    "variant in the query": (f"{GOODS}?22=2A", BelongsInPath),
    "third-party serial in the query": (f"{GOODS}/21/S1?235=T1", BelongsInPath),
    "extension in the query": (f"{PLACE}?254=K1", BelongsInPath),
    "import in the query": (f"{PARTY}?7040=1ABC", BelongsInPath),
    "second key in the query": (f"{GOODS}?00=006141411234567890", BelongsInPath),
    "same key in the query": (f"{GOODS}?01={GTIN}", Repeated),
    "same lot in the query": (f"{GOODS}/10/A?10=A", Repeated),
    "two dates": (f"{GOODS}?17=261230&17=261230", Repeated),
    "extension of no place": (f"{GOODS}?254=K1", DoesNotApply),
    "count of a crate's contents beside goods": (f"{GOODS}?37=12", ExcludedTogether),
    "contents beside goods": (f"{GOODS}?02={GTIN}&37=2", ExcludedTogether),
    "coupon beside goods": (f"{GOODS}?255=9520000199999", ExcludedTogether),
    "contents without count": (f"{CRATE}?02={GTIN}", DoesNotApply),
    "count without contents": (f"{CRATE}?37=12", DoesNotApply),
    "date of a place": (f"{PLACE}?17=261230", DoesNotApply),
    "lot of a crate": (f"{CRATE}?10=AB-1", DoesNotApply),
    "price of an unweighed pack": (f"{GOODS}?3922=4500", DoesNotApply),
    "two weights": (f"{GOODS}?3103=000500&3102=000050", ExcludedTogether),
    "two origins": (f"{GOODS}?422=704&426=704", ExcludedTogether),
    "month 13": (f"{GOODS}?17=261330", BadValue),
    "30 February": (f"{GOODS}?11=260230", BadValue),
    "harvest on day 00": (f"{GOODS}?7007=261100", BadValue),
    "hour 24": (f"{GOODS}?7003=2612302400", BadValue),
    "short weight": (f"{GOODS}?3103=500", BadValue),
    "wrong contents": (f"{CRATE}?02=09520000100019&37=1", BadValue),
    # escapes
    "plus in the query is a blank": (f"{GOODS}?240=A+B", BadValue),
    "escaped NUL": (f"{GOODS}/10/A%00B", BadEscape),
    "escaped NUL in the query": (f"{GOODS}?240=A%00B", BadEscape),
    "escaped NUL in foreign words": (f"{GOODS}?utm=%00", BadEscape),
    "escaped NUL in the stem": (f"https://a/%00/01/{GTIN}", BadEscape),
    "half an escape": (f"{GOODS}/10/A%2", BadEscape),
    "no escape": (f"{GOODS}/10/A%ZZ", BadEscape),
}


@pytest.mark.parametrize("rule", ACCEPTED)
def test_a_good_link_is_read_and_written_again(rule: str) -> None:
    link = parse(ACCEPTED[rule])
    assert parse(link.url()) == link


@pytest.mark.parametrize("rule", REFUSED)
def test_a_bad_link_is_refused_by_the_name_of_its_rule(rule: str) -> None:
    url, error = REFUSED[rule]
    with pytest.raises(BadLink) as caught:
        parse(url)
    assert type(caught.value) is error, caught.value
    assert str(caught.value)


def test_every_rule_is_tried() -> None:
    assert {error for _, error in REFUSED.values()} == set(BadLink.__subclasses__())


def test_a_link_is_taken_apart() -> None:
    url = f"https://a:8/b/c/01/{GTIN}/22/2A/10/A%2FB+1/21/S1?17=261200&linkType=gs1:pip&240=x%2By&utm=%c3%b4#top"
    assert parse(url) == DigitalLink(
        key="01",
        value=GTIN,
        qualifiers=(("22", "2A"), ("10", "A/B+1"), ("21", "S1")),
        attributes=(("17", "261200"), ("240", "x+y")),
        other=("linkType=gs1:pip", "utm=%c3%b4"),
        scheme="https",
        host="a:8",
        stem="/b/c",
    )


def test_writing_escapes_all_but_the_unreserved_in_capitals() -> None:
    everything = "".join(sorted(identifiers.CHARACTERS_82))
    written = [parse(f"{GOODS}/10/A").path]
    for place in range(0, 82, 20):
        value = everything[place : place + 20]
        link = DigitalLink("01", GTIN, (("10", value),))
        assert parse(link.url()).qualifier("10") == value
        written.append(link.path)
    assert "%21%22%25%26%27%28%29%2A%2B%2C-.%2F0123" in "".join(written)
    assert set("".join(written)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%/")
    assert DigitalLink("01", GTIN, attributes=(("240", "A+B/C"),)).url().endswith("?240=A%2BB%2FC")


def test_a_link_keeps_what_is_foreign_under_another_root() -> None:
    link = parse(f"https://a/b/01/{GTIN}/10/X?utm=1&17=261230&linkType=all")
    assert link.url("https://cho.vn") == f"https://cho.vn/01/{GTIN}/10/X?17=261230&utm=1&linkType=all"


def test_the_canonical_form_is_under_gs1_s_own_host_without_anything_foreign() -> None:
    link = parse(f"http://a:80/b/01/{GTIN}/10/a%2fb/21/S1?utm=1&3103=000500&17=261230#top")
    assert link.canonical() == f"https://id.gs1.org/01/{GTIN}/10/a%2Fb/21/S1?17=261230&3103=000500"


@pytest.mark.parametrize(
    ("url", "path"),
    [
        (f"{GOODS}?17=261230", f"/01/{GTIN}"),
        (f"{GOODS}/10/L1?17=261230", f"/01/{GTIN}/10/L1"),
        (f"{GOODS}/22/V/10/L1", f"/01/{GTIN}/10/L1"),
        (f"{GOODS}/10/L1/21/S1", f"/01/{GTIN}/21/S1"),
        (f"{GOODS}/235/T1", f"/01/{GTIN}/235/T1"),
        (f"{PLACE}/254/K1", "/414/9520000199999/254/K1"),
        (f"{PLACE}/7040/1ABC", "/414/9520000199999"),
        (CRATE, "/00/006141411234567890"),
    ],
)
def test_the_constrained_form_is_the_finest_level_alone(url: str, path: str) -> None:
    assert parse(url).constrained_canonical() == f"https://id.gs1.org{path}"


def test_labels_of_ours() -> None:
    link = digital_link.goods_link("https://cho.vn", "9520000100018", lot="NL-07")
    assert link.url() == f"https://cho.vn/01/{GTIN}/10/NL-07"
    assert (
        digital_link.goods_link("http://a:8000/x/", GTIN, serial="0" * 13).url()
        == f"http://a:8000/x/01/{GTIN}/21/" + "0" * 13
    )
    with pytest.raises(identifiers.RestrictedNumber):
        digital_link.goods_link("https://cho.vn", "2012345000001")
    with pytest.raises(identifiers.BadLot):
        digital_link.goods_link("https://cho.vn", GTIN, lot="nl 07")


def test_a_link_cannot_be_made_of_what_cannot_be_read() -> None:
    with pytest.raises(WrongOrder):
        DigitalLink("01", GTIN, (("21", "S"), ("10", "L")))
    with pytest.raises(NotAnAddress):
        DigitalLink("01", GTIN, other=("a&17=261230",))
    with pytest.raises(UnknownIdentifier):
        DigitalLink("01", GTIN, other=("17=261230",))
    with pytest.raises(WrongHost):
        DigitalLink("01", GTIN, host="a/b")
    with pytest.raises(NotAnAddress):
        DigitalLink("01", GTIN, stem="/a?b")


# -- whatever can be made can be read

_bodies = st.text("0123456789", min_size=13, max_size=13)
_texts = st.text(sorted(identifiers.CHARACTERS_82), min_size=1, max_size=20)


@st.composite
def links(draw: st.DrawFn) -> DigitalLink:
    body = draw(_bodies)
    goods = body + identifiers.check_digit(body)
    chain = draw(st.lists(st.sampled_from(("22", "10", "21")), unique=True))
    given_ones = tuple((one, draw(_texts)) for one in ("22", "10", "21") if one in chain)
    texts = {one: form for one, form in known.FORMS.items() if form.pattern.fullmatch("x") and not form.keys - {"01"}}
    free = sorted(set(texts) - {"10", "21", "22", "235", "254", "250", "427", "420", "421", "7020", "7022"})
    attributes = tuple(
        (one, draw(st.text(sorted(identifiers.CHARACTERS_82), min_size=1, max_size=2)))
        for one in draw(st.lists(st.sampled_from(free), unique=True, max_size=4))
    )
    other = tuple(draw(st.lists(st.sampled_from(("linkType=all", "utm=%C3%B4", "a", "b=c=d", "x=1+2")), max_size=2)))
    stem = draw(st.sampled_from(("", "/a", "/01/x", "/a/b%20c", "/10")))
    host = draw(st.sampled_from(("a", "cho.vn:8000", "[::1]")))
    return DigitalLink(
        "01", goods, given_ones, attributes, other, draw(st.sampled_from(digital_link.SCHEMES)), host, stem
    )


@given(links())
def test_what_is_written_reads_back_the_same(link: DigitalLink) -> None:
    assert parse(link.url()) == link
    assert parse(link.canonical()).canonical() == link.canonical()
    assert parse(link.constrained_canonical()).constrained_canonical() == link.constrained_canonical()


@given(st.text(max_size=60), st.sampled_from((GOODS, f"{GOODS}/10/", f"{GOODS}?", "https://")))
def test_nothing_but_a_named_error_comes_of_any_text(text: str, before: str) -> None:
    try:
        link = parse(before + text)
    except BadLink:
        return
    assert parse(link.url()) == link
