"""Composed pages of the shop: home, product, cooperative, help and rules, and what search engines read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from marketplace.care import queries as care
from marketplace.care.words import STARS, average
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.queries import Wanted
from marketplace.catalogue.rules import is_in_season
from marketplace.catalogue.states import UNTAXED, StorageClass
from marketplace.catalogue.words import GROUP_ICONS, GROUPS, STORAGE, VAT, season
from marketplace.certificates import queries as certificates
from marketplace.checkout import queries as checkout
from marketplace.checkout import rules as delivery_rules
from marketplace.checkout.rules import Offer, Parcel
from marketplace.checkout.words import WAYS, days
from marketplace.fairs import queries as fairs
from marketplace.foundation import clock
from marketplace.foundation.settings import Settings
from marketplace.foundation.web import access
from marketplace.foundation.web.filters import shown
from marketplace.geography import queries as geography
from marketplace.geography.rules import is_near, zone
from marketplace.inventory import queries as inventory
from marketplace.storefront import queries, rules
from marketplace.storefront.forms import SampleForm

pages = Blueprint("storefront_shop", __name__)

ROW = 10
SITEMAP_PAGE = 20_000
NEWEST_REVIEWS = 3


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


@dataclass(frozen=True)
class ProvinceCount:
    code: str
    name: str
    count: int


@pages.get("/")
@access.shared
def home() -> str:
    today = clock.today()
    counts = catalogue.count_by_province()
    provinces = [
        ProvinceCount(one.code, one.bare_name, counts[one.code]) for one in geography.provinces() if one.code in counts
    ]
    in_season = catalogue.seasonal_cards(today.month, on=today, limit=ROW)
    known = {card.product_id for card in in_season}
    newest = [card for card in catalogue.newest_cards(on=today, limit=2 * ROW) if card.product_id not in known][:ROW]
    return render_template(
        "storefront/shop/home.html",
        in_season=in_season,
        newest=newest,
        cooperatives=queries.stalls(ROW),
        provinces=sorted(provinces, key=lambda one: -one.count),
        groups=[
            {"label": words, "url": url_for("catalogue_shop.products", nhom=code), "icon": GROUP_ICONS[code]}
            for code, words in GROUPS.items()
        ],
        month=today.month,
        fair=fairs.fair_on_or_next(),
        demo_accounts=current_app.config.get("DEMO_ACCOUNTS", ()),
        demo_password=current_app.config.get("DEMO_PASSWORD", ""),
    )


@dataclass(frozen=True)
class DeliveryLine:
    """One way to get the product, in words."""

    words: str
    fee_dong: int
    note: str


@pages.get("/san-pham/<slug>")
@access.shared
def product(slug: str) -> str:
    """One product with its proofs, the lot on sale and what delivery costs, and its newest reviews; six statements."""
    page = catalogue.product_page(slug) or abort(404)
    today = clock.today()
    lots = inventory.lots_on_sale(page.product_id, on=today)
    badges, related = catalogue.cards_beside(
        page.product_id, subgroup=page.subgroup, group_code=page.group_code, on=today, limit=4
    )
    asked = request.args.get("tinh", "")
    province = asked if geography.find_province(asked) else page.seller.province_code
    pictures = [picture for one in page.pictures if (picture := shown(one)) is not None]
    site = _settings().public_url
    seller_province = geography.find_province(page.seller.province_code)
    return render_template(
        "storefront/shop/product.html",
        product=page,
        packs=page.packs,
        lots=lots,
        proofs=badges,
        related=related,
        season=season(page.season_months),
        in_season=is_in_season(page.season_months, today),
        shelf_life=ngettext("%(num)s day", "%(num)s days", page.shelf_life_days),
        storage=STORAGE[page.storage],
        vat_words=VAT[page.vat_code],
        is_taxed=page.vat_code not in UNTAXED,
        origin_words=geography.full_address("", page.seller.commune_code),
        group_word=GROUPS[page.group_code],
        group_code=page.group_code,
        provinces=geography.provinces(),
        province_name=seller_province.bare_name if seller_province else "",
        delivery_province=province,
        delivery=_delivery(page, province),
        seller=page.seller,
        reviews=care.reviews_of(page.product_id, limit=NEWEST_REVIEWS) if page.review_count else [],
        average=average(page.review_stars, page.review_count),
        star_words=STARS,
        seller_address=geography.full_address(page.seller.address_line, page.seller.commune_code),
        structured=rules.product_data(
            page,
            page.packs,
            url=site + url_for("storefront_shop.product", slug=slug),
            pictures=[site + picture.largest for picture in pictures],
            in_stock=bool(lots),
        ),
    )


def _delivery(page: catalogue.ProductPage, province: str) -> list[DeliveryLine]:
    """What one pack of the first size would cost to deliver."""
    pack = page.packs[0]
    terms = checkout.terms_of([page.seller.cooperative_id])[page.seller.cooperative_id]
    parcel = Parcel(
        chargeable_grams=delivery_rules.chargeable_grams([(pack.gross_grams, pack.volume_cm3, 1)]),
        goods_dong=pack.price,
        shelf_life_days=page.shelf_life_days,
        storages=frozenset({StorageClass(page.storage)}),
    )
    home = page.seller.province_code
    found: list[Offer] = delivery_rules.offers(
        parcel, terms, zone(home, province), is_neighbour=is_near(home, province)
    )
    return [DeliveryLine(str(WAYS[offer.way]), offer.fee_dong, days(offer)) for offer in found]


@pages.get("/htx/<slug>")
@access.shared
def cooperative(slug: str) -> str:
    """One cooperative with its story, papers and products; five statements."""
    stall = queries.find_stall(slug) or abort(404)
    today = clock.today()
    typed = request.args.get("trang", "")
    page = int(typed) if typed.isdecimal() and 0 < int(typed[:6]) <= catalogue.LAST_PAGE else 1
    found = catalogue.search(Wanted(cooperative_id=stall.cooperative_id, page=page), on=today)
    return render_template(
        "storefront/shop/cooperative.html",
        stall=stall,
        badges=certificates.badges_of_cooperatives([stall.cooperative_id], on=today)[stall.cooperative_id],
        found=found,
        page=page,
        page_url=lambda number: url_for("storefront_shop.cooperative", slug=slug, trang=number if number > 1 else None),
    )


@pages.get("/huong-dan")
@access.shared
def help() -> str:
    return render_template("storefront/shop/help.html")


@pages.get("/dieu-khoan")
@access.shared
def policies() -> str:
    return render_template("storefront/shop/policies.html")


@pages.get("/gioi-thieu")
@access.shared
def about() -> str:
    return render_template("storefront/shop/about.html")


@pages.get("/mau-giao-dien")
@access.demo
def styleguide() -> str:
    """Every component once, with a form as it looks after mistakes."""
    form = SampleForm(formdata=MultiDict({"name": "", "price": "nhiều tiền", "phone": "12345"}), meta={"csrf": False})
    form.validate()
    return render_template("storefront/shop/styleguide.html", form=form, now=clock.now(), today=clock.today())


@pages.get("/robots.txt")
@access.shared
def robots() -> Response:
    site = _settings().public_url
    private = ("/gio-hang", "/dat-hang", "/don-hang", "/tai-khoan", "/htx-cua-toi", "/lien-minh", "/dang-nhap")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in private), f"Sitemap: {site}/sitemap.xml"]
    return _plain("\n".join(lines) + "\n", "text/plain")


@pages.get("/sitemap.xml")
@access.shared
def sitemap() -> Response:
    """Which lists of addresses there are."""
    site = _settings().public_url
    count = -(-queries.count_listed() // SITEMAP_PAGE)
    addresses = [f"{site}/sitemap-htx.xml", *(f"{site}/sitemap-{number}.xml" for number in range(1, count + 1))]
    entries = "".join(f"<sitemap><loc>{address}</loc></sitemap>" for address in addresses)
    return _plain(_xml("sitemapindex", entries), "application/xml")


@pages.get("/sitemap-htx.xml")
@access.public
def sitemap_of_cooperatives() -> Response:
    site = _settings().public_url
    fixed = ["/", "/san-pham", "/htx", "/huong-dan", "/gioi-thieu", "/dieu-khoan"]
    addresses = [site + path for path in (*fixed, *(f"/htx/{slug}" for slug in queries.stall_slugs()))]
    return _plain(
        _xml("urlset", "".join(f"<url><loc>{address}</loc></url>" for address in addresses)), "application/xml"
    )


@pages.get("/sitemap-<int:number>.xml")
@access.public
def sitemap_of_products(number: int) -> Response:
    slugs = queries.listed_slugs(limit=SITEMAP_PAGE, offset=(number - 1) * SITEMAP_PAGE) if number else []
    site = _settings().public_url
    entries = "".join(f"<url><loc>{site}/san-pham/{slug}</loc></url>" for slug in slugs)
    return _plain(_xml("urlset", entries), "application/xml") if slugs else abort(404)


def _xml(root: str, entries: str) -> str:
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{root}>'


def _plain(body: str, mimetype: str) -> Response:
    answer: Any = make_response(body)
    answer.mimetype = mimetype
    return answer  # type: ignore[no-any-return]
