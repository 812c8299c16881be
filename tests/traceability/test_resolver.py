"""The resolver of GS1 Digital Links, row by row of its behaviour table, and what machines get behind /q/<code>."""

from __future__ import annotations

from contextvars import Context
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from marketplace.catalogue.models import Product, ProductClaim, Variant
from marketplace.catalogue.states import Publication
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.gs1 import linkset
from marketplace.gs1.linkset import VOCABULARY
from marketplace.traceability import actions
from marketplace.traceability.models import LabelRun, Lot, Unit
from marketplace.traceability.states import LabelKind, LotState, UnitState
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_product
from tests.factories.certificates import make_certificate
from tests.factories.cooperatives import make_cooperative
from tests.factories.traceability import make_lot

GTIN, OTHER = "09520000100018", "09520000100025"
ROOT = "http://127.0.0.1:8000"
PEOPLE = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
MACHINE = {"Accept": "application/linkset+json"}
LINKED_DATA = {"Accept": "application/ld+json"}
SERIAL = "7K3PQ9XWM0ABC"


class Client:
    """Asks without following; each time in a context of its own, as a server does."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def open(self, path: str, method: str = "GET", **kwargs: Any) -> TestResponse:
        return Context().run(self.client.open, path, method=method, **kwargs)

    get = open

    def options(self, path: str, **kwargs: Any) -> TestResponse:
        return self.open(path, "OPTIONS", **kwargs)


@pytest.fixture
def client(app: Flask) -> Client:
    return Client(app)


@pytest.fixture
def product(app: Flask) -> Product:
    """Longans with a number from GS1's demonstration range."""
    made = make_product(make_cooperative())
    with transaction():
        session.get_one(Variant, made.variants[0].id).gtin = GTIN
    return made


@pytest.fixture
def lot(product: Product) -> Lot:
    return make_lot(product, batch="NL-07")


@pytest.fixture
def unit(lot: Lot) -> int:
    with transaction():
        variant = session.get_one(Product, lot.product_id).variants[0]
        run = LabelRun(
            lot_id=lot.id, variant_id=variant.id, kind=LabelKind.UNIT, gtin=GTIN, content=1000, count=1,
            layout="21",
            printed_at=clock.now(),
        )  # fmt: skip
        session.add(run)
        session.flush()
        made = Unit(serial=SERIAL, lot_id=lot.id, run_id=run.id, content=1000, state_at=clock.now())
        session.add(made)
        session.flush()
        return made.id


def links(answer: TestResponse) -> dict[str, list[dict[str, Any]]]:
    """The one link context of a linkset, its relations by their short names."""
    assert answer.mimetype == linkset.MEDIA_TYPE, answer.get_data(as_text=True)
    told = answer.get_json()
    assert linkset.faults(told) == []
    assert len(told["linkset"]) == 1
    context = told["linkset"][0]
    return {name.removeprefix(VOCABULARY): value for name, value in context.items() if name.startswith(VOCABULARY)}


def anchor(answer: TestResponse) -> str:
    return str(answer.get_json()["linkset"][0]["anchor"])


def header(path: str) -> str:
    return f'<{ROOT}{path}?linkType=linkset>; rel="linkset"; type="application/linkset+json"'


# -- the default page


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("headers", [PEOPLE, {}, {"Accept": "*/*"}, {"Accept": "application/json"}])
def test_a_lot_leads_to_its_origin_page(client: Client, lot: Lot, method: str, headers: dict[str, str]) -> None:
    answer = client.open(f"/01/{GTIN}/10/NL-07", method=method, headers=headers)
    assert answer.status_code == 307
    assert answer.headers["Location"] == f"/q/{lot.code}"
    # One link and no other: the redirect must not name gs1 links itself.
    assert answer.headers.getlist("Link") == [header(f"/01/{GTIN}/10/NL-07")]


def test_the_page_behind_a_label_is_the_origin_page(browser: Browser, lot: Lot) -> None:
    page = browser.get(f"/01/{GTIN}/10/NL-07", headers=PEOPLE)
    assert page.status_code == 200
    assert page.request.path == f"/q/{lot.code}"
    assert "Lô hàng trên tay" in browser.text
    assert page.headers["Link"] == header(f"/q/{lot.code}")


def test_goods_alone_lead_to_their_product_page(client: Client, product: Product) -> None:
    answer = client.get(f"/01/{GTIN}", headers=PEOPLE)
    assert (answer.status_code, answer.headers["Location"]) == (307, f"/san-pham/{product.slug}")


@pytest.mark.parametrize("level", ["21/{serial}", "10/NL-07/21/{serial}", "22/A/21/{serial}"])
def test_a_pack_leads_to_its_own_page(client: Client, lot: Lot, unit: int, level: str) -> None:
    answer = client.get(f"/01/{GTIN}/" + level.format(serial=SERIAL), headers=PEOPLE)
    assert (answer.status_code, answer.headers["Location"]) == (307, f"/q/{SERIAL}")
    assert answer.headers["Link"] == header(f"/01/{GTIN}/21/{SERIAL}")


def test_a_variant_is_not_told_apart(client: Client, lot: Lot) -> None:
    assert client.get(f"/01/{GTIN}/22/2A/10/NL-07").headers["Location"] == f"/q/{lot.code}"


@pytest.mark.parametrize("path", [f"/01/{GTIN}", f"/01/{GTIN}/10/NL-07"])
@pytest.mark.parametrize("query", ["", "?17=261230", "?linkType=gs1:pip", "?linkType=linkset"])
def test_a_slash_at_the_end_changes_nothing(client: Client, lot: Lot, path: str, query: str) -> None:
    plain, slashed = client.get(path + query), client.get(f"{path}/{query}")
    assert (plain.status_code, plain.data, plain.headers.get("Location"), plain.headers.getlist("Link")) == (
        slashed.status_code, slashed.data, slashed.headers.get("Location"), slashed.headers.getlist("Link"),
    )  # fmt: skip
    assert plain.status_code < 400


def test_what_stands_in_the_query_is_passed_on_but_for_the_link_type(client: Client, lot: Lot) -> None:
    asked = f"/01/{GTIN}/10/NL-07?17=261230&utm_source=tem%20giấy&x&linkType=gs1:traceability&3103=000500"
    answer = client.get(asked)
    assert answer.headers["Location"] == f"/q/{lot.code}?17=261230&utm_source=tem%20gi%E1%BA%A5y&x&3103=000500"
    answer = client.get(f"/01/{GTIN}?utm=1")
    assert answer.headers["Location"].endswith("?utm=1")


# -- link types


@pytest.mark.parametrize("prefix", ["gs1:", VOCABULARY])
def test_each_link_type_leads_to_its_page(client: Client, product: Product, lot: Lot, prefix: str) -> None:
    pages = {
        "pip": f"/san-pham/{product.slug}",
        "traceability": f"/q/{lot.code}",
        "recallStatus": f"/q/{lot.code}/recall.json",
        "defaultLink": f"/q/{lot.code}",
    }
    for name, page in pages.items():
        answer = client.get(f"/01/{GTIN}/10/NL-07", query_string={"linkType": prefix + name})
        assert (answer.status_code, answer.headers["Location"]) == (307, page)
        assert answer.headers.getlist("Link") == [header(f"/01/{GTIN}/10/NL-07")]


@pytest.mark.parametrize(
    "asked", ["gs1:instructions", "gs1:traceability", "pip", "https://example.org/voc/pip", "x" * 300]
)
def test_a_link_type_that_is_not_there_is_not_found(client: Client, product: Product, asked: str) -> None:
    answer = client.get(f"/01/{GTIN}", query_string={"linkType": asked})
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["status"] == 404


def test_one_certificate_is_opened_and_several_are_offered(client: Client, product: Product, lot: Lot) -> None:
    claim(product)
    answer = client.get(f"/01/{GTIN}/10/NL-07?linkType=gs1:certificationInfo")
    assert answer.status_code == 307
    assert answer.headers["Location"].startswith("/chung-nhan/")
    claim(product, number="VG-2")
    answer = client.get(f"/01/{GTIN}/10/NL-07?linkType=gs1:certificationInfo")
    assert answer.status_code == 300
    assert answer.mimetype == linkset.MEDIA_TYPE
    offered = answer.get_json()["linkset"][0][VOCABULARY + "certificationInfo"]
    assert len({one["href"] for one in offered}) == 2
    page = client.get(f"/01/{GTIN}/10/NL-07?linkType=gs1:certificationInfo", headers=PEOPLE)
    assert page.status_code == 300
    assert all(one["href"] in page.get_data(as_text=True) for one in offered)


def claim(product: Product, **changes: Any) -> None:
    certificate = make_certificate(session.get_one(Cooperative, product.cooperative_id), "Nhãn lồng", **changes)
    with transaction():
        session.add(ProductClaim(product_id=product.id, certificate_id=certificate.id, counts=True))


def test_two_lots_of_one_number_are_offered_and_none_is_chosen(client: Client, product: Product, lot: Lot) -> None:
    twin = make_lot(product, batch="NL-07")
    answer = client.get(f"/01/{GTIN}/10/NL-07")
    assert answer.status_code == 300
    offered = answer.get_json()["linkset"][0][VOCABULARY + "traceability"]
    assert {one["href"] for one in offered} == {f"{ROOT}/q/{lot.code}", f"{ROOT}/q/{twin.code}"}
    page = client.get(f"/01/{GTIN}/10/NL-07", headers=PEOPLE)
    assert page.status_code == 300
    assert "Bạn đang cầm lô nào?" in page.get_data(as_text=True)


# -- linksets


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("linkset", {}),
        ("linkset", PEOPLE),
        ("all", {}),
        ("", MACHINE),
        ("", {"Accept": "text/html;q=0.5, application/linkset+json"}),
    ],
)
def test_the_linkset_of_a_lot_is_whole(
    client: Client, product: Product, lot: Lot, query: str, headers: dict[str, str]
) -> None:
    code, name, slug = lot.code, product.name, product.slug
    claim(product)
    answer = client.get(f"/01/{GTIN}/10/NL-07", query_string={"linkType": query} if query else {}, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["Link"].startswith("<https://ref.gs1.org/standards/resolver/linkset-context>")
    assert 'rel="http://www.w3.org/ns/json-ld#context"' in answer.headers["Link"]
    assert anchor(answer) == f"{ROOT}/01/{GTIN}/10/NL-07"
    assert answer.get_json()["linkset"][0]["itemDescription"] == name
    told = links(answer)
    assert told["defaultLink"] == told["traceability"]
    assert told["traceability"][0]["href"] == f"{ROOT}/q/{code}"
    assert told["traceability"][0]["hreflang"] == ["vi", "en"]
    assert told["pip"][0]["href"] == f"{ROOT}/san-pham/{slug}"
    assert told["recallStatus"][0]["type"] == "application/json"
    assert told["certificationInfo"][0]["href"].startswith(f"{ROOT}/chung-nhan/")
    assert set(told) - {"epcis", "verificationService"} == {
        "defaultLink", "traceability", "pip", "recallStatus", "certificationInfo",
    }  # fmt: skip


def test_every_published_link_is_answered(client: Client, product: Product, lot: Lot) -> None:
    claim(product)
    for path in (f"/01/{GTIN}", f"/01/{GTIN}/10/NL-07", f"/q/{lot.code}"):
        for targets in links(client.get(path, headers=MACHINE)).values():
            for target in targets:
                answer = client.get(target["href"].removeprefix(ROOT), headers={"Accept": target["type"]})
                assert answer.status_code == 200, target
                assert answer.mimetype == target["type"]


def test_the_linkset_of_goods_has_no_lot_in_it(client: Client, product: Product, lot: Lot) -> None:
    answer = client.get(f"/01/{GTIN}", headers=MACHINE)
    assert set(links(answer)) == {"defaultLink", "pip"}
    assert anchor(answer) == f"{ROOT}/01/{GTIN}"
    assert lot.code not in answer.get_data(as_text=True)


def test_no_linkset_holds_a_serial_but_the_one_that_was_asked_for(client: Client, lot: Lot, unit: int) -> None:
    for path in (f"/01/{GTIN}", f"/01/{GTIN}/10/NL-07", f"/q/{lot.code}"):
        assert SERIAL not in client.get(path, headers=MACHINE).get_data(as_text=True)
        assert SERIAL not in client.get(path, headers=LINKED_DATA).get_data(as_text=True)
    assert anchor(client.get(f"/01/{GTIN}/21/{SERIAL}", headers=MACHINE)) == f"{ROOT}/01/{GTIN}/21/{SERIAL}"


# -- what is not known


@pytest.mark.parametrize("level", ["10/NL-08", "21/0000000000000", "235/X", "10/nl-07", "10/NL-07%2F1"])
def test_an_unknown_lot_walks_up_to_the_goods(client: Client, product: Product, lot: Lot, level: str) -> None:
    answer = client.get(f"/01/{GTIN}/{level}", headers=MACHINE)
    assert set(links(answer)) == {"defaultLink", "pip"}
    assert anchor(answer) == f"{ROOT}/01/{GTIN}"
    answer = client.get(f"/01/{GTIN}/{level}")
    assert (answer.status_code, answer.headers["Location"]) == (307, f"/san-pham/{product.slug}")
    page = client.get(f"/01/{GTIN}/{level}", headers=PEOPLE)
    assert page.status_code == 200
    said = page.get_data(as_text=True)
    assert "Chưa rõ số này" in said
    assert "đừng tin tem" in said
    assert "noindex" in said
    assert f"/san-pham/{product.slug}" in said


def test_an_unknown_serial_of_a_known_lot_walks_up_to_the_lot(client: Client, lot: Lot) -> None:
    path = f"/01/{GTIN}/10/NL-07/21/0000000000000"
    assert anchor(client.get(path, headers=MACHINE)) == f"{ROOT}/01/{GTIN}/10/NL-07"
    said = client.get(path, headers=PEOPLE).get_data(as_text=True)
    assert "Chưa rõ số này" in said
    assert f"/q/{lot.code}" in said


def test_a_serial_behind_another_lot_is_not_known(client: Client, product: Product, unit: int) -> None:
    other = make_lot(product, batch="NL-09")
    said = client.get(f"/01/{GTIN}/10/NL-09/21/{SERIAL}", headers=PEOPLE).get_data(as_text=True)
    assert "Chưa rõ số này" in said
    assert f"/q/{other.code}" in said


def test_a_serial_of_other_goods_is_not_known(client: Client, product: Product, unit: int) -> None:
    other = make_product(session.get_one(Cooperative, product.cooperative_id), name="Vải thiều")
    with transaction():
        session.get_one(Variant, other.variants[0].id).gtin = OTHER
    assert "Chưa rõ" in client.get(f"/01/{OTHER}/21/{SERIAL}", headers=PEOPLE).get_data(as_text=True)


def test_a_void_label_leads_to_a_page_that_warns(client: Client, unit: int) -> None:
    with transaction():
        session.get_one(Unit, unit).state = UnitState.VOID
    assert client.get(f"/01/{GTIN}/21/{SERIAL}", headers=PEOPLE).headers["Location"] == f"/q/{SERIAL}"
    assert "Tem này đã bị hủy" in client.get(f"/q/{SERIAL}", headers=PEOPLE).get_data(as_text=True)


def test_labels_keep_leading_somewhere_when_the_pack_gets_another_number(
    client: Client, product: Product, lot: Lot, unit: int
) -> None:
    with transaction():
        session.get_one(Product, product.id).variants[0].gtin = OTHER
    assert client.get(f"/01/{GTIN}/21/{SERIAL}", headers=PEOPLE).headers["Location"] == f"/q/{SERIAL}"
    assert client.get(f"/01/{GTIN}/10/NL-07", headers=PEOPLE).headers["Location"] == f"/q/{lot.code}"


def test_a_draft_is_not_known(client: Client, product: Product) -> None:
    make_lot(product, batch="NL-10", state=LotState.DRAFT)
    assert anchor(client.get(f"/01/{GTIN}/10/NL-10", headers=MACHINE)) == f"{ROOT}/01/{GTIN}"


@pytest.mark.parametrize(
    "path",
    [f"/01/{OTHER}", f"/01/{OTHER}/10/NL-07", "/00/006141411234567890", "/414/9520000199999", "/417/9520000199999"],
)
def test_goods_of_nobody_are_not_found(client: Client, lot: Lot, path: str) -> None:
    for query in ("", "?linkType=linkset", "?linkType=gs1:pip"):
        answer = client.get(path + query)
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    page = client.get(path, headers=PEOPLE)
    assert page.status_code == 404
    assert "Mã này không phải của chợ" in page.get_data(as_text=True)


def test_a_lot_outlives_the_sale_of_its_product(client: Client, product: Product, lot: Lot) -> None:
    with transaction():
        session.get_one(Product, product.id).publication = Publication.ARCHIVED
    told = links(client.get(f"/01/{GTIN}/10/NL-07", headers=MACHINE))
    assert "pip" not in told
    assert told["defaultLink"][0]["href"] == f"{ROOT}/q/{lot.code}"
    assert client.get(f"/01/{GTIN}", headers=PEOPLE).status_code == 404
    assert client.get(f"/01/{GTIN}/10/NL-08", headers=MACHINE).status_code == 404


# -- what is malformed


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("/01/09520000100019", "BadValue"),
        ("/01/9520000100018", "BadValue"),
        ("/00/006141411234567891", "BadValue"),
        ("/414/9520000199998", "BadValue"),
        (f"/01/{GTIN}/21/S1/10/NL-07", "WrongOrder"),
        (f"/01/{GTIN}/10/NL-07/235/X", "ExcludedTogether"),
        (f"/01/{GTIN}/lot/NL-07", "ConvenienceName"),
        (f"/01/{GTIN}/10", "NotAQualifier"),
        (f"/01/{GTIN}/17/261230", "NotAQualifier"),
        (f"/01/{GTIN}/10//21/S1", "EmptyValue"),
        (f"/01/{GTIN}?10=NL-07", "BelongsInPath"),
        (f"/01/{GTIN}?17=261330", "BadValue"),
        (f"/01/{GTIN}?9999=1", "UnknownIdentifier"),
        (f"/01/{GTIN}?17=", "EmptyValue"),
        (f"/01/{GTIN}?17=261230&17=261230", "Repeated"),
        (f"/01/{GTIN}/10/A%00B", "BadEscape"),
        (f"/01/{GTIN}/10/%C3%B4", "BadValue"),
    ],
)
@pytest.mark.parametrize("query", ["", "linkType=linkset"])
def test_what_breaks_the_syntax_is_refused_by_its_rule(
    client: Client, lot: Lot, path: str, rule: str, query: str
) -> None:
    address = path + ("&" if "?" in path else "?") + query if query else path
    answer = client.get(address, headers=MACHINE)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    told = answer.get_json()
    assert told["rule"] == rule
    assert {"type", "title", "status", "detail"} <= set(told)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    page = client.get(address, headers=PEOPLE)
    assert (page.status_code, page.mimetype) == (400, "text/html")
    assert "Không đọc được mã này" in page.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/gtin/09520000100018", "/8004/9520000ABC", "/01", "/01/"])
def test_what_is_no_link_at_all_is_never_answered_with_200(client: Client, path: str) -> None:
    assert client.get(path).status_code in (400, 404)


def test_strange_signs_in_foreign_words_do_not_hinder_anybody(client: Client, lot: Lot) -> None:
    for query in ("utm=a|b", "fbclid={x}", "q=ô tô", 'a="b"', "a=\\", "x=<y>"):
        assert client.get(f"/01/{GTIN}/10/NL-07?{query}", headers=PEOPLE).status_code == 307


# -- other origins, other methods, other languages


@pytest.mark.parametrize("path", [f"/01/{GTIN}", f"/01/{GTIN}/10/NL-07", "/.well-known/gs1resolver"])
def test_any_web_page_may_ask(client: Client, lot: Lot, path: str) -> None:
    asked = client.options(path, headers={"Origin": "https://example.org"})
    assert asked.status_code == 200
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert {"GET", "HEAD", "OPTIONS"} <= set(asked.headers["Access-Control-Allow-Methods"].split(", "))
    assert client.get(path).headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in client.get(path).headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_resolver_takes_nothing(client: Client, lot: Lot, method: str) -> None:
    assert client.open(f"/01/{GTIN}", method=method).status_code in (400, 405)


def test_the_language_of_the_reader_is_spoken(client: Client, product: Product, lot: Lot) -> None:
    english = {**PEOPLE, "Accept-Language": "en-GB,en;q=0.9"}
    assert "This number is not known" in client.get(f"/01/{GTIN}/10/NL-08", headers=english).get_data(as_text=True)
    told = links(client.get(f"/01/{GTIN}/10/NL-07", headers={**MACHINE, "Accept-Language": "en"}))
    assert told["traceability"][0]["title"].startswith("Lot NL-07")
    told = links(client.get(f"/01/{GTIN}/10/NL-07", headers={**MACHINE, "Accept-Language": "fr"}))
    assert told["traceability"][0]["title"].startswith("Lô NL-07")
    assert {"Accept", "Accept-Language"} <= set(client.get(f"/01/{GTIN}").headers["Vary"].split(", "))


def test_the_resolver_describes_itself(client: Client) -> None:
    answer = client.get("/.well-known/gs1resolver")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    told = answer.get_json()
    assert told["resolverRoot"] == ROOT
    assert told["supportedPrimaryKeys"] == ["01"]
    assert told["supportedLinkType"] == [{"namespace": VOCABULARY, "prefix": "gs1:"}]
    assert told["name"] and told["contact"]["fn"]  # noqa: PT018


# -- the same behind a lot's own address


def test_a_lot_without_a_gtin_has_a_linkset_at_its_own_address(client: Client, app: Flask) -> None:
    lot = make_lot(make_product(make_cooperative()))
    for query, headers in ((f"?linkType={name}", {}) for name in ("linkset", "all")):
        answer = client.get(f"/q/{lot.code}{query}", headers=headers)
        assert anchor(answer) == f"{ROOT}/q/{lot.code}"
        assert {"defaultLink", "traceability", "recallStatus", "pip"} <= set(links(answer))
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert links(client.get(f"/q/{lot.code}", headers=MACHINE))
    answer = client.get(f"/q/{lot.code}?linkType=gs1:recallStatus&a=b")
    assert (answer.status_code, answer.headers["Location"]) == (307, f"/q/{lot.code}/recall.json?a=b")
    assert client.get(f"/q/{lot.code}?linkType=gs1:instructions").status_code == 404


def test_asking_for_the_page_itself_does_not_go_round_in_circles(browser: Browser, lot: Lot) -> None:
    page = browser.get(f"/01/{GTIN}/10/NL-07?linkType=gs1:traceability", headers=PEOPLE)
    assert (page.status_code, page.request.path) == (200, f"/q/{lot.code}")
    page = browser.get(f"/q/{lot.code}?linkType=gs1:traceability", headers=PEOPLE)
    assert (page.status_code, page.request.path) == (200, f"/q/{lot.code}")


def test_a_code_typed_in_small_letters_keeps_its_question(client: Client, lot: Lot) -> None:
    answer = client.get(f"/q/{lot.code.lower()}?linkType=linkset")
    assert answer.headers["Location"] == f"/q/{lot.code}?linkType=linkset"


def test_what_a_machine_got_is_never_shown_to_people(browser: Browser, lot: Lot) -> None:
    """Kept pages are told apart by the first 80 characters of the Accept header."""
    start = "text/html;q=0.1,application/xhtml+xml;q=0.1,application/xml;q=0.1,image/webp;q=0.1,"
    assert len(start) >= 80
    machine = browser.get(f"/q/{lot.code}", headers={"Accept": start + "application/linkset+json"})
    assert machine.mimetype == linkset.MEDIA_TYPE
    assert browser.get(f"/q/{lot.code}", headers={"Accept": start + "*/*;q=0.1"}).mimetype == "text/html"


def test_schema_org_tells_the_lot_and_its_product(client: Client, product: Product, lot: Lot) -> None:
    claim(product)
    for path in (f"/q/{lot.code}", f"/01/{GTIN}/10/NL-07"):
        answer = client.get(path, headers=LINKED_DATA)
        assert (answer.status_code, answer.mimetype) == (200, "application/ld+json")
        told = answer.get_json()
        assert (told["@context"], told["@type"]) == ("https://schema.org", "Product")
        assert told["@id"] == f"{ROOT}/q/{lot.code}"
        assert (told["gtin14"], told["productID"], told["name"]) == (GTIN, lot.code, product.name)
        assert told["productionDate"] == lot.harvested_on.isoformat()
        assert {"@type": "PropertyValue", "propertyID": "lotNumber", "value": "NL-07"} in told["additionalProperty"]
        assert len(told["hasCertification"]) == 1


def test_machines_are_told_of_unknown_codes_in_their_own_words(client: Client, product: Product) -> None:
    for headers in (MACHINE, LINKED_DATA):
        answer = client.get("/q/7K3PQ9XWMZ", headers=headers)
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    draft = make_lot(product, state=LotState.DRAFT)
    assert client.get(f"/q/{draft.code}", headers=MACHINE).status_code == 404
    assert client.get(f"/q/{draft.code}/recall.json").status_code == 404


# -- may it be used?


def test_the_recall_status_names_its_state_and_how_long_that_holds(client: Client, lot: Lot) -> None:
    answer = client.get(f"/q/{lot.code}/recall.json")
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    told = answer.get_json()
    assert (told["status"], told["isRecalled"], told["isStopped"], told["reason"]) == ("valid", False, False, "")
    assert told["validUntil"] > told["checkedAt"]
    by = make_person().id
    with transaction():
        actions.hold(session.get_one(Lot, lot.id), by=by, reason="Chờ kết quả")
    told = client.get(f"/q/{lot.code}/recall.json").get_json()
    assert (told["status"], told["isRecalled"], told["isStopped"], told["reason"]) == (
        "on_hold", False, True, "Chờ kết quả",
    )  # fmt: skip
    with transaction():
        actions.recall(session.get_one(Lot, lot.id), by=by, reason="Nhiễm khuẩn")
    told = client.get(f"/q/{lot.code}/recall.json").get_json()
    assert (told["status"], told["isRecalled"], told["isStopped"], told["reason"]) == (
        "recalled", True, True, "Nhiễm khuẩn",
    )  # fmt: skip


# -- servers that undo the escapes of a path before anybody can read them


@pytest.mark.parametrize("raw", [{}, {"RAW_URI": "", "REQUEST_URI": ""}])
def test_signs_of_a_lot_survive_either_kind_of_server(client: Client, product: Product, raw: dict[str, str]) -> None:
    lot = make_lot(product, batch="A+B%C&D")
    for written in ("A+B%25C&D", "A%2BB%25C%26D", "%41%2bB%25C%26D"):
        answer = client.get(f"/01/{GTIN}/10/{written}", environ_overrides=raw)
        assert (answer.status_code, answer.headers["Location"]) == (307, f"/q/{lot.code}")
    assert client.get(f"/01/{GTIN}/10/A%00", environ_overrides=raw).status_code == 400


def test_an_escaped_slash_is_read_where_the_server_shows_it_and_refused_elsewhere(
    client: Client, product: Product
) -> None:
    lot = make_lot(product, batch="A/B")
    assert client.get(f"/01/{GTIN}/10/A%2FB").headers["Location"] == f"/q/{lot.code}"
    hidden = client.get(f"/01/{GTIN}/10/A%2FB", environ_overrides={"RAW_URI": "", "REQUEST_URI": ""})
    assert hidden.status_code == 400


# -- the market's own camera


def test_the_camera_page_follows_our_links_and_no_others(client: Client, lot: Lot) -> None:
    for typed in (f"{ROOT}/01/{GTIN}/10/NL-07", f"http://localhost/01/{GTIN}/10/NL-07/"):
        answer = client.get("/quet", query_string={"ma": typed})
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/01/{GTIN}/10/NL-07")
    answer = client.get("/quet", query_string={"ma": f"{ROOT}/01/{GTIN}?17=261230"})
    assert answer.headers["Location"] == f"/01/{GTIN}?17=261230"
    for typed in (f"https://evil.example/01/{GTIN}/10/NL-07", f"{ROOT}@evil.example/01/{GTIN}"):
        assert client.get("/quet", query_string={"ma": typed}).status_code == 422
