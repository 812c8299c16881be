"""A cooperative lists its products: what it may do, what an officer did, what stays when something is wrong."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from marketplace.catalogue import actions, queries, rules
from marketplace.catalogue.errors import PublicationRefused
from marketplace.catalogue.models import Listing, Product, ProductClaim
from marketplace.catalogue.states import Publication, VatCode
from marketplace.certificates.states import Review
from marketplace.cooperatives.states import Admission
from marketplace.foundation import clock, files
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session, transaction
from marketplace.foundation.quantities import BaseUnit
from tests.client import Browser
from tests.factories.accounts import make_officer, make_person
from tests.factories.catalogue import make_product
from tests.factories.certificates import make_certificate
from tests.factories.cooperatives import make_cooperative


class Desk:
    """A browser at the desk of a cooperative in Hưng Yên."""

    def __init__(self, browser: Browser, **cooperative: Any) -> None:
        self.owner = make_person()
        self.cooperative = make_cooperative(owner=self.owner, **cooperative)
        self.browser = browser
        browser.sign_in(self.owner.contacts[0])
        self.base = f"/htx-cua-toi/{self.cooperative.slug}/san-pham"

    def press(self, product: Product, button: str) -> Any:
        """Press a button of the product's page, whether the page shows it or not."""
        self.browser.get(f"{self.base}/{product.id}")
        token = self.browser.forms()[0]["fields"]["csrf_token"]
        return self.browser.post(f"{self.base}/{product.id}/{button}", {"csrf_token": token})


@pytest.fixture
def desk(browser: Browser) -> Desk:
    return Desk(browser)


def fresh(product: Product) -> Product:
    session.rollback()
    return session.get_one(Product, product.id)


def is_listed(product: Product) -> bool:
    session.rollback()
    return session.get(Listing, product.id) is not None


def take_down(product: Product) -> int:
    officer = make_officer("33")
    with transaction():
        actions.take_down(session.get_one(Product, product.id), by=officer.id, reason="Nhãn ghi sai nơi trồng")
    return officer.id


def test_a_product_is_taken_off_put_away_and_shown_again(desk: Desk) -> None:
    product = make_product(desk.cooperative)
    for button, state in [
        ("ngung-ban", Publication.DRAFT),
        ("cat-di", Publication.ARCHIVED),
        ("ngung-ban", Publication.DRAFT),
        ("dang-ban", Publication.PUBLISHED),
    ]:
        assert desk.press(product, button).status_code == 200
        assert fresh(product).publication == state
        assert is_listed(product) == (state == Publication.PUBLISHED)


@pytest.mark.parametrize("button", ["ngung-ban", "dang-ban", "cat-di"])
def test_what_an_officer_took_down_stays_down(desk: Desk, button: str) -> None:
    product = make_product(desk.cooperative)
    take_down(product)
    desk.press(product, button)
    assert "Chưa thay đổi gì" in desk.browser.text
    assert "Nhãn ghi sai nơi trồng" in desk.browser.text
    assert fresh(product).publication == Publication.WITHDRAWN
    assert not is_listed(product)


def test_only_what_was_taken_down_is_let_back(desk: Desk) -> None:
    product = make_product(desk.cooperative)
    officer = make_officer("33")
    with pytest.raises(PublicationRefused), transaction():
        actions.let_back(session.get_one(Product, product.id), by=officer.id, reason="nhầm")
    assert is_listed(product)
    by = take_down(product)
    with transaction():
        actions.let_back(session.get_one(Product, product.id), by=by, reason="Đã sửa nhãn")
    assert fresh(product).publication == Publication.DRAFT
    reasons = session.scalars(
        select(AuditEntry.reason)
        .where(AuditEntry.subject == "product", AuditEntry.person_id == by)
        .order_by(AuditEntry.id)
    ).all()
    assert reasons == ["Nhãn ghi sai nơi trồng", "Đã sửa nhãn"]
    desk.press(product, "dang-ban")
    assert is_listed(product)


# -- the form

PRODUCT = {
    "name": "Nhãn lồng",
    "subgroup": "food_fresh_produce",
    "packs-0-content": "1 kg",
    "packs-0-price": "55.000",
    "shelf_life_days": "12",
    "storage": "ambient",
}


def newest() -> Product:
    session.rollback()
    return session.scalars(select(Product).order_by(Product.id.desc())).first() or pytest.fail("nothing was listed")


@pytest.mark.parametrize(
    ("subgroup", "day", "vat"),
    [
        ("food_fresh_produce", date(2026, 11, 1), VatCode.NOT_SUBJECT),
        ("food_proc_instant", date(2026, 12, 31), VatCode.EIGHT),
        ("food_proc_instant", date(2027, 1, 1), VatCode.TEN),
        ("bev_spirit", date(2026, 11, 1), VatCode.TEN),
    ],
)
def test_the_usual_vat_follows_from_the_kind_of_goods(subgroup: str, day: date, vat: VatCode) -> None:
    assert rules.usual_vat(subgroup, day) == vat


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("500 g", (500, BaseUnit.GRAM)),
        ("1,5 kg", (1500, BaseUnit.GRAM)),
        ("5 lít", (5000, BaseUnit.MILLILITRE)),
        ("1 cái", (1, BaseUnit.PIECE)),
        ("5", None),
        ("0 kg", None),
        ("50 tấn", None),
        ("nửa bao", None),
    ],
)
def test_what_is_in_a_pack_is_read_with_its_unit(typed: str, meant: tuple[int, BaseUnit] | None) -> None:
    assert rules.content_of(typed) == meant


def test_a_product_of_which_only_the_kind_is_known_gets_its_usual_vat(desk: Desk) -> None:
    desk.browser.submit(f"{desk.base}/moi", {**PRODUCT, "subgroup": "bev_spirit", "packs-0-content": "500 ml"})
    assert newest().vat_code == VatCode.TEN
    assert newest().publication == Publication.DRAFT
    desk.browser.submit(f"{desk.base}/moi", {**PRODUCT, "vat_code": "5%"})
    assert newest().vat_code == VatCode.FIVE


def test_no_kind_of_goods_is_taken_by_oversight(desk: Desk) -> None:
    page = desk.browser.submit(f"{desk.base}/moi", {**PRODUCT, "subgroup": None})
    assert page.status_code == 422
    assert "Hãy chọn một mục" in desk.browser.text
    assert session.scalar(select(Product.id)) is None


def test_more_packs_can_be_asked_for_up_to_twelve_and_what_was_typed_stays(desk: Desk) -> None:
    desk.browser.get(f"{desk.base}/moi")
    page = desk.browser.send({**PRODUCT, "more_packs": "1"})
    assert page.status_code == 200
    assert "Nhãn lồng" in page.get_data(as_text=True)
    assert "packs-3-content" in desk.browser.forms()[-1]["fields"]
    twelve = {f"packs-{number}-content": f"{number + 1} kg" for number in range(14)}
    twelve |= {f"packs-{number}-price": f"{number + 1}0.000" for number in range(14)}
    page = desk.browser.send({**PRODUCT, **twelve, "more_packs": "1"}, at=f"{desk.base}/moi")
    assert page.status_code == 200
    assert "packs-12-content" not in page.get_data(as_text=True)
    desk.browser.send(at=f"{desk.base}/moi")
    product = newest()
    assert len(product.variants) == 12
    assert desk.browser.get(f"{desk.base}/{product.id}").status_code == 200


def test_a_forged_number_of_a_pack_or_page_is_no_accident(desk: Desk) -> None:
    other = make_product(make_cooperative())
    for forged in ("9" * 5000, "9" * 19, str(other.variants[0].id), "x"):
        assert desk.browser.submit(f"{desk.base}/moi", {**PRODUCT, "packs-0-id": forged}).status_code == 200
        assert newest().variants[0].id != other.variants[0].id
    assert fresh(other).variants[0].is_active
    for page in ("9" * 5000, "000001" + "9" * 20, "-1", "x"):
        assert desk.browser.get(f"{desk.base}?trang={page}").status_code == 200


def change(desk: Desk, product: Product, values: dict[str, Any]) -> Any:
    path = f"{desk.base}/{product.id}"
    return desk.browser.submit(path, values, action=path)


def test_a_changed_price_is_seen_at_once_and_a_dropped_pack_is_only_switched_off(desk: Desk) -> None:
    product = make_product(desk.cooperative, packs=(("Túi 1 kg", 1000, 50_000), ("Túi 2 kg", 2000, 95_000)))
    first, second = (variant.id for variant in product.variants)
    change(desk, product, {"packs-0-price": "52k", "packs-1-content": "", "packs-1-price": "", "packs-1-name": ""})
    assert [(one.id, one.price_dong, one.is_active) for one in fresh(product).variants] == [
        (first, 52_000, True),
        (second, 95_000, False),
    ]
    assert session.get_one(Listing, product.id).price_dong == 52_000


def test_another_content_is_another_pack(desk: Desk) -> None:
    product = make_product(desk.cooperative)
    old = product.variants[0].id
    change(desk, product, {"packs-0-content": "2 kg"})
    kept = {one.id: (one.content, one.is_active) for one in fresh(product).variants}
    assert kept.pop(old) == (1000, False)
    assert list(kept.values()) == [(2000, True)]


def test_what_is_weighed_cannot_become_counted(desk: Desk) -> None:
    product = make_product(desk.cooperative)
    page = change(desk, product, {"name": "Nhãn đếm quả", "packs-0-content": "1000 cái"})
    assert page.status_code == 422
    assert "bán theo cân" in desk.browser.text
    assert "Nhãn đếm quả" in page.get_data(as_text=True)
    now = fresh(product)
    assert (now.base_unit, now.name) == (BaseUnit.GRAM, "Nhãn lồng Hưng Yên")


def test_two_people_do_not_overwrite_each_other(desk: Desk) -> None:
    product = make_product(desk.cooperative)
    desk.browser.get(f"{desk.base}/{product.id}")
    with transaction():
        session.get_one(Product, product.id).summary = "Ngọt"
    page = desk.browser.send({"name": "Nhãn khác"}, action=f"{desk.base}/{product.id}")
    assert page.status_code == 409
    now = fresh(product)
    assert (now.name, now.summary) == ("Nhãn lồng Hưng Yên", "Ngọt")


def test_products_of_others_do_not_exist(desk: Desk) -> None:
    other = make_product(make_cooperative())
    assert desk.browser.get(f"{desk.base}/{other.id}").status_code == 404
    own = make_product(desk.cooperative)
    desk.browser.get(f"{desk.base}/{own.id}")
    token = desk.browser.forms()[0]["fields"]["csrf_token"]
    for path in ("", "/ngung-ban", "/cat-di", "/dang-ban", "/anh", "/anh/1/bo", "/anh/1/len-dau"):
        page = desk.browser.post(f"{desk.base}/{other.id}{path}", {**PRODUCT, "csrf_token": token})
        assert page.status_code == 404, path
    assert fresh(other).publication == Publication.PUBLISHED


# -- the list


def names(desk: Desk, query: str = "") -> list[str]:
    desk.browser.get(f"{desk.base}{query}")
    known = ("Gạo tám xoan", "Nhãn lồng", "Mật ong")
    return [name for name in known if name in desk.browser.text]


def test_the_list_shows_own_products_by_state_and_name(desk: Desk) -> None:
    assert names(desk) == []
    assert "Chưa có sản phẩm" in desk.browser.text
    make_product(desk.cooperative, name="Gạo tám xoan")
    make_product(desk.cooperative, name="Mật ong", publication=Publication.ARCHIVED)
    make_product(make_cooperative(), name="Nhãn lồng")
    assert names(desk) == ["Gạo tám xoan", "Mật ong"]
    assert names(desk, "?trang-thai=archived") == ["Mật ong"]
    assert names(desk, "?trang-thai=draft") == []
    assert "Không có sản phẩm nào ở đây" in desk.browser.text
    assert names(desk, "?trang-thai=nonsense") == ["Gạo tám xoan", "Mật ong"]
    assert names(desk, "?q=tam+gao") == ["Gạo tám xoan"]
    assert names(desk, "?q=nhan") == []


def test_thirty_products_stand_on_a_page_each_once(desk: Desk) -> None:
    for number in range(32):
        make_product(desk.cooperative, name=f"Gạo số {number:02d}")
    pages = [queries.products_of(desk.cooperative.id, on=clock.today(), page=page) for page in (1, 2, 3)]
    assert [len(page.rows) for page in pages] == [30, 2, 0]
    assert [row.name for page in pages for row in page.rows] == [f"Gạo số {number:02d}" for number in range(32)]
    assert "/san-pham?trang=2" in desk.browser.get(desk.base).get_data(as_text=True)


# -- certificates


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("nhãn", {}, "đang hiện"),
        ("vải", {}, "Giấy ghi: vải"),
        ("nhãn", {"review": Review.PENDING}, "Cán bộ chưa kiểm tra"),
        ("nhãn", {"review": Review.SUSPENDED}, "tạm ngừng"),
        ("nhãn", {"valid_from": date(2019, 1, 1), "valid_to": date(2020, 1, 1)}, "Đã hết hạn"),
        ("nhãn", {"valid_from": date(2090, 1, 1), "valid_to": date(2091, 1, 1)}, "Chưa đến ngày"),
    ],
)
def test_the_desk_says_which_certificates_count_and_why_not(
    desk: Desk, name: str, changes: dict[str, Any], words: str
) -> None:
    certificate = make_certificate(desk.cooperative, name, **changes)
    desk.browser.submit(f"{desk.base}/moi", PRODUCT)
    desk.browser.get(f"{desk.base}/{newest().id}")
    assert certificate.number in desk.browser.text
    assert words in desk.browser.text


def test_a_new_name_keeps_only_the_certificates_that_cover_it(desk: Desk) -> None:
    certificate = make_certificate(desk.cooperative, "nhãn")
    desk.browser.submit(f"{desk.base}/moi", PRODUCT)
    product = newest()
    claimed = select(ProductClaim.certificate_id).where(ProductClaim.product_id == product.id)
    assert session.scalars(claimed).all() == [certificate.id]
    change(desk, product, {"name": "Vải thiều"})
    session.rollback()
    assert session.scalars(claimed).all() == []


# -- photos


def photo() -> io.BytesIO:
    data = io.BytesIO()
    Image.new("RGB", (1200, 900), (90, 160, 70)).save(data, "JPEG")
    return io.BytesIO(data.getvalue())


def test_photos_survive_a_typing_error_and_are_served_for_good(desk: Desk) -> None:
    page = desk.browser.submit(
        f"{desk.base}/moi",
        {**PRODUCT, "packs-0-price": "nhiều", "photos": [(photo(), "a.jpg"), (photo(), "b.jpg")]},
        content_type="multipart/form-data",
    )
    assert page.status_code == 422
    assert page.get_data(as_text=True).count("Ảnh 2, đã giữ") == 1
    desk.browser.send({"packs-0-price": "55.000", "publish": "1"}, at=f"{desk.base}/moi")
    product = newest()
    assert len(product.pictures) == 2
    page = desk.browser.get(f"{desk.base}/{product.id}")
    address = re.search(r'src="(/anh/pictures/[^"]+)"', page.get_data(as_text=True))
    assert address
    answer = desk.browser.client.get(address[1])
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("key", ["papers/a.pdf", "pictures/../papers/a.pdf", "pictures/nothing.jpg", "pictures/", "x"])
def test_nothing_but_photos_is_served_as_a_photo(browser: Browser, key: str) -> None:
    files.store().put("papers/a.pdf", b"%PDF-1.4", "application/pdf")
    assert browser.get(f"/anh/{key}").status_code == 404


def test_a_forged_list_of_kept_photos_is_dropped(desk: Desk) -> None:
    desk.browser.submit(f"{desk.base}/moi", {**PRODUCT, "kept_photos": '[{"key": "papers/a"}].forged'})
    assert newest().pictures == []


def test_photos_are_added_put_first_and_removed(desk: Desk) -> None:
    product = make_product(desk.cooperative)
    path = f"{desk.base}/{product.id}"
    sent = {"photos": [(photo(), f"{number}.jpg") for number in range(2)] + [(io.BytesIO(b"<html>"), "c.jpg")]}
    page = desk.browser.submit(path, sent, action=f"{path}/anh", content_type="multipart/form-data")
    assert page.status_code == 422
    assert "c.jpg" in desk.browser.text
    first, second = (picture.id for picture in fresh(product).pictures)
    desk.press(product, f"anh/{second}/len-dau")
    assert [picture.id for picture in fresh(product).pictures] == [second, first]
    assert session.get_one(Listing, product.id).picture == fresh(product).pictures[0].picture
    desk.press(make_product(desk.cooperative), f"anh/{second}/bo")
    assert len(fresh(product).pictures) == 2
    desk.press(product, f"anh/{second}/bo")
    assert [picture.id for picture in fresh(product).pictures] == [first]


def test_the_ninth_photo_is_left_out_and_that_is_said(desk: Desk) -> None:
    product = make_product(desk.cooperative)
    path = f"{desk.base}/{product.id}"
    sent = {"photos": [(photo(), f"{number}.jpg") for number in range(9)]}
    desk.browser.submit(path, sent, action=f"{path}/anh", content_type="multipart/form-data")
    assert "nhiều nhất 8 ảnh" in desk.browser.text
    assert len(fresh(product).pictures) == 8


def test_a_cooperative_that_is_not_admitted_reads_when_buyers_will_see_it(browser: Browser) -> None:
    desk = Desk(browser, admission=Admission.SUBMITTED)
    desk.browser.submit(f"{desk.base}/moi", {**PRODUCT, "publish": "1"})
    assert "tự lên chợ" in desk.browser.text
    assert newest().publication == Publication.PUBLISHED
    assert not is_listed(newest())
