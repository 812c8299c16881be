"""The resolver of GS1 Digital Links (GS1-Conformant Resolver 1.2), and what machines get behind a lot's own address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote, unquote_plus, urlsplit

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from marketplace.certificates.queries import Badge
from marketplace.certificates.schemes import SCHEMES
from marketplace.foundation import clock
from marketplace.foundation.settings import Settings
from marketplace.foundation.text import clean_line
from marketplace.foundation.web import access, errors
from marketplace.foundation.web.access import Access, Audience
from marketplace.foundation.web.filters import shown
from marketplace.gs1 import digital_link, linkset
from marketplace.gs1.digital_link import BadLink, DigitalLink
from marketplace.gs1.linkset import Link
from marketplace.traceability import queries, resolving, rules
from marketplace.traceability.models import Lot
from marketplace.traceability.resolving import Found, LotCard
from marketplace.traceability.routes import scanning
from marketplace.traceability.states import OriginStatus
from marketplace.traceability.words import STATUS

pages = Blueprint("traceability_resolver", __name__)

HTML, JSON, LINKED_DATA = "text/html", "application/json", "application/ld+json"
STATUS_SECONDS = 60  # how long a machine may rely on what recall.json said
# What may stand in a query as it is; anything else that a browser sent is escaped before the strict reader sees it.
QUERY_SIGNS = "-._~:/?[]@!$&'()*+,;=%"
SHOWN_LENGTH = 40
BOTH = ("vi", "en")


@pages.after_request
def open_to_all(response: AnyResponse) -> AnyResponse:
    """Any web page may ask; nothing here depends on who asks."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "Link, Location"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language"
        response.headers["Access-Control-Max-Age"] = "86400"
    response.vary.update(("Accept", "Accept-Language"))
    return response


@pages.get("/.well-known/gs1resolver")
@access.public
def description() -> Response:
    """What this resolver can do, for machines that come upon it."""
    settings = _settings()
    told = linkset.description_of_resolver(
        root=settings.public_url, name="Chợ HTX", telephone=settings.hotline.replace(" ", ""), email=""
    )
    answer = jsonify(told)
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


@pages.get("/01/<path:rest>", merge_slashes=False)
@pages.get("/00/<path:rest>", merge_slashes=False)
@pages.get("/414/<path:rest>", merge_slashes=False)
@pages.get("/417/<path:rest>", merge_slashes=False)
@access.public
def resolve(rest: str) -> AnyResponse | str:
    """The behaviour table of traceability.md 1, row by row."""
    g.language_by_browser = True
    try:
        link = digital_link.parse(_asked())
    except BadLink as error:
        return _malformed(error)
    found = resolving.find(link)
    if found is None or not found.has_place:
        return _unknown(link)
    return _answer(
        _links(found),
        anchor=_settings().public_url + found.link.path,
        description=found.goods.product.name,
        found=found,
    )


def own_link(scanned: str) -> str:
    """The path of a Digital Link of this market in what was scanned or typed; empty when it is nothing of that kind."""
    try:
        link = digital_link.parse(scanned.rstrip("/"))
    except BadLink:
        return ""
    is_ours = link.host.lower() in (urlsplit(_settings().public_url).netloc, request.host) and not link.stem
    return link.url("") if is_ours else ""


def _asked() -> str:
    """The address as it was sent, under our own root, without the slash that people add at its end.

    The server gives the path with its escapes undone where it does not also give it raw; a slash inside a lot number
    cannot be told from one between two parts then. Numbers that we issue hold none.
    """
    raw = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or "")
    path = urlsplit(raw).path if raw.startswith(("/", "http")) else quote(request.path)
    query = quote(request.query_string, safe=QUERY_SIGNS)
    return f"{_settings().public_url}{path.rstrip('/')}" + (f"?{query}" if query else "")


def _answer(links: list[Link], *, anchor: str, description: str, found: Found) -> AnyResponse | str:
    asked = request.args.get("linkType", "")
    wanted = request.accept_mimetypes.best_match((HTML, linkset.MEDIA_TYPE, LINKED_DATA), HTML)
    if linkset.asks_for_linkset(asked) or (not asked and wanted == linkset.MEDIA_TYPE):
        return _linkset(links, anchor=anchor, description=description)
    if asked:
        return _one_of(links, asked, anchor=anchor, description=description)
    if wanted == LINKED_DATA and len(found.lots) == 1:
        return _linked_data(found.lots[0].code)
    if len(found.lots) > 1:
        return _choice([one for one in links if one.relation == linkset.TRACEABILITY], anchor, description)
    if found.unknown and _is_person():
        # Walking up is the resolver's rule, but a person must read that this very label is none of ours.
        if (wait := scanning.ask_to_wait()) is not None:
            return wait
        page = render_template(
            "traceability/shop/unknown_lot.html",
            goods=found.goods,
            lots=found.lots,
            number=clean_line(found.unknown, SHOWN_LENGTH),
            code=found.unknown if rules.could_be_serial(found.unknown) else "",
            gtin=found.link.value,
        )
        return _with_link(make_response(page), anchor)
    return _redirect(links[0], anchor)


def _one_of(links: list[Link], asked: str, *, anchor: str, description: str) -> AnyResponse:
    """The link of one type; when there is none that is told, and the default link is not sent instead."""
    relation = linkset.relation_of(asked)
    of_type = links[:1] if relation == linkset.DEFAULT else [one for one in links if one.relation == relation]
    fitting = linkset.chosen(
        of_type,
        languages=[tag for tag, _quality in request.accept_languages],
        media_types=[kind for kind, _quality in request.accept_mimetypes],
    )
    if not fitting:
        asked = clean_line(asked, 80)
        return _problem(404, "No such link", f"no link of type {asked}", asked=asked)
    return _redirect(fitting[0], anchor) if len(fitting) == 1 else _choice(fitting, anchor, description)


def _redirect(link: Link, anchor: str) -> AnyResponse:
    """On to a page, with all of the query but what was meant for us: linkType would be answered again there."""
    target = link.href.removeprefix(_settings().public_url)
    parts = quote(request.query_string, safe=QUERY_SIGNS).split("&")
    kept = "&".join(part for part in parts if part and not _is_link_type(part))
    if kept:
        target += ("&" if "?" in target else "?") + kept
    return _with_link(redirect(target, 307), anchor)


def _is_link_type(part: str) -> bool:
    return unquote_plus(part.partition("=")[0]) == "linkType"


def _choice(links: Sequence[Link], anchor: str, description: str) -> AnyResponse:
    """Several links fit equally well; whoever asked chooses."""
    if _is_person():
        answer = make_response(render_template("traceability/shop/choose.html", links=links, name=description))
    else:
        context: dict[str, Any] = {"anchor": anchor, "itemDescription": description}
        for link in links:
            context.setdefault(linkset.VOCABULARY + link.relation, []).append(link.member())
        answer = jsonify({"linkset": [context]})
        answer.mimetype = linkset.MEDIA_TYPE
        answer.headers.add("Link", linkset.CONTEXT_LINK)
    answer.status_code = 300
    return _with_link(answer, anchor)


def _linkset(links: Sequence[Link], *, anchor: str, description: str) -> Response:
    answer = jsonify(linkset.document(anchor=anchor, description=description, links=links))
    answer.mimetype = linkset.MEDIA_TYPE
    answer.headers.add("Link", linkset.CONTEXT_LINK)
    return answer


def _with_link(answer: AnyResponse, anchor: str) -> AnyResponse:
    answer.headers.add("Link", f'<{anchor}?linkType=linkset>; rel="linkset"; type="{linkset.MEDIA_TYPE}"')
    return answer


# -- the links that there are


def _links(found: Found) -> list[Link]:
    """Of the level that was found and those above it; the first one is the default."""
    links = [link for lot in found.lots for link in _links_of_lot(lot, serial=found.serial)]
    links += [_certificate(badge) for badge in resolving.certificates_of(found, on=clock.today())]
    if found.goods.is_shown:
        page = url_for("storefront_shop.product", slug=found.goods.product.slug)
        links.append(Link(linkset.PRODUCT_PAGE, _absolute(page), found.goods.product.name))
    # Goods without a lot have no origin page: the product's own page is what people are sent to.
    return sorted(links, key=lambda link: link.relation not in (linkset.TRACEABILITY, linkset.PRODUCT_PAGE))


def _links_of_lot(lot: Lot, *, serial: str = "") -> list[Link]:
    """What stands behind one lot's code. A page that is not built yet is not promised."""
    origin = url_for("traceability_shop.origin", code=lot.code)
    page = url_for("traceability_shop.origin", code=serial) if serial else origin
    number = _("Lot %(batch)s, harvested on %(day)s", batch=lot.batch, day=f"{lot.harvested_on:%d/%m/%Y}")
    # With its code, since two lots with one number may also share their day.
    links = [Link(linkset.TRACEABILITY, _absolute(page), f"{number} · {lot.code}", languages=BOTH)]
    status = url_for("traceability_resolver.recall", code=lot.code)
    links.append(Link(linkset.RECALL, _absolute(status), _("Is the lot recalled?"), JSON, ()))
    for path, link in (
        (f"{origin}/epcis.json", Link(linkset.EPCIS, "", _("Events of the lot (EPCIS 2.0)"), LINKED_DATA, ())),
        ("/xac-minh", Link(linkset.VERIFICATION, f"?lo={lot.code}", _("Check the record of the lot"), languages=BOTH)),
    ):
        if _is_served(path):
            links.append(Link(link.relation, _absolute(path + link.href), link.title, link.media_type, link.languages))
    return links


def _certificate(badge: Badge) -> Link:
    name = SCHEMES[badge.scheme].name if badge.scheme in SCHEMES else badge.scheme
    return Link(linkset.CERTIFICATION, _absolute(badge.url), f"{name} {badge.number}", languages=BOTH)


def _is_served(path: str) -> bool:
    return current_app.url_map.bind("").test(path, "GET")


def _absolute(path: str) -> str:
    return _settings().public_url + path


# -- the same for a lot's own address


def negotiated(code: str) -> AnyResponse | str | None:
    """The answer to a machine that opened /q/<code>, or None when whoever asks wants the page.

    Links by ?linkType=, a linkset or schema.org data by the Accept header; problem JSON when no lot has the code.
    """
    asked = request.args.get("linkType", "")
    wanted = request.accept_mimetypes.best_match((HTML, linkset.MEDIA_TYPE, LINKED_DATA), HTML)
    if not asked and wanted == HTML:
        return None
    # Kept pages are told apart by the beginning of the Accept header only: what machines get must not be kept.
    g.access = Access(Audience.PUBLIC)
    card = resolving.find_card_behind(code)
    if card is None:
        return open_to_all(_problem(404, "Not known", "no published lot has this code"))
    if not asked and wanted == LINKED_DATA:
        return open_to_all(_linked_data_of(card))
    links = [*_links_of_lot(card.lot), *map(_certificate, _badges(card))]
    if card.product.publication == "published" and card.cooperative.is_open:
        page = url_for("storefront_shop.product", slug=card.product.slug)
        links.append(Link(linkset.PRODUCT_PAGE, _absolute(page), card.product.name))
    # Of a single pack's code machines get what there is of its lot; a serial is repeated to nobody.
    anchor = _absolute(url_for("traceability_shop.origin", code=card.lot.code))
    if linkset.asks_for_linkset(asked) or not asked:
        return open_to_all(_linkset(links, anchor=anchor, description=card.product.name))
    return open_to_all(_one_of(links, asked, anchor=anchor, description=card.product.name))


def with_linkset(page: str, code: str) -> AnyResponse:
    """The origin page with the header that leads machines to its linkset."""
    answer = make_response(page)
    answer.vary.update(("Accept", "Accept-Language"))
    return _with_link(answer, _absolute(url_for("traceability_shop.origin", code=code)))


def _badges(card: LotCard) -> list[Badge]:
    return queries.badges_at_harvest(card.lot)


def _linked_data(code: str) -> AnyResponse:
    card = resolving.find_card(code)
    assert card is not None, "the lot was found a moment ago and no published lot ever goes away"
    return _linked_data_of(card)


def _linked_data_of(card: LotCard) -> AnyResponse:
    """The lot as a schema.org Product: what an assistant or a search engine can tell of it."""
    lot, product, cooperative = card.lot, card.product, card.cooperative
    address = _absolute(url_for("traceability_shop.origin", code=lot.code))
    pictures = [picture.largest for one in card.pictures if (picture := shown(one)) is not None]
    facts = {
        "lotNumber": lot.batch,
        "harvestDate": lot.harvested_on.isoformat(),
        "bestBeforeDate": lot.best_before.isoformat(),
        "lotStatus": card.status.value,
        "chainOfCustody": lot.custody.value,
    }
    told = {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": address,
        "url": address,
        "name": product.name,
        "description": product.summary or product.name,
        "productID": lot.code,
        **({"gtin14": card.gtins[0]} if len(card.gtins) == 1 else {}),
        "image": [_absolute(picture) for picture in pictures],
        "brand": {"@type": "Brand", "name": product.brand or cooperative.short_name},
        "manufacturer": {
            "@type": "Organization",
            "name": cooperative.legal_name,
            "taxID": cooperative.tax_code,
        },
        "countryOfOrigin": "VN",
        "productionDate": lot.harvested_on.isoformat(),
        "additionalProperty": [
            {"@type": "PropertyValue", "propertyID": name, "value": value} for name, value in facts.items()
        ],
        "hasCertification": [
            {
                "@type": "Certification",
                "name": SCHEMES[badge.scheme].name if badge.scheme in SCHEMES else badge.scheme,
                "certificationIdentification": badge.number,
                "issuedBy": {"@type": "Organization", "name": badge.issuer_name},
                "validFrom": badge.valid_from.isoformat(),
                "expires": badge.valid_to.isoformat(),
                "url": _absolute(badge.url),
            }
            for badge in _badges(card)
        ],
    }
    answer = jsonify(told)
    answer.mimetype = LINKED_DATA
    return _with_link(answer, address)


@pages.get("/q/<code>/recall.json")
@access.public
def recall(code: str) -> AnyResponse:
    """Whether a lot may be used, in a few fields and with the time until which that may be relied upon."""
    lot = queries.find_lot_behind(code)
    if lot is None:
        return _problem(404, "Not known", "no published lot has this code")
    status, now = resolving.status_of(lot), clock.now()
    answer = jsonify(
        code=lot.code,
        lot=lot.batch,
        status=status.value,
        isRecalled=resolving.is_recalled(lot),
        isStopped=status in (OriginStatus.ON_HOLD, OriginStatus.RECALLED),
        reason=lot.state_reason if status in (OriginStatus.ON_HOLD, OriginStatus.RECALLED) else "",
        bestBefore=lot.best_before.isoformat(),
        checkedAt=now.isoformat(timespec="seconds"),
        validUntil=(now + timedelta(seconds=STATUS_SECONDS)).isoformat(timespec="seconds"),
        page=_absolute(url_for("traceability_shop.origin", code=lot.code)),
    )
    answer.headers["Cache-Control"] = f"public, max-age={STATUS_SECONDS}"
    return answer


# -- what is wrong


def _is_person() -> bool:
    """A browser names HTML; what asks for anything at all, or for data, is a program."""
    accepted = request.accept_mimetypes
    named = {kind for kind, quality in accepted if quality > 0}
    return bool(named & {HTML, "application/xhtml+xml"}) and accepted.best_match(
        (HTML, "application/xhtml+xml", linkset.MEDIA_TYPE, LINKED_DATA, JSON), HTML
    ) in (HTML, "application/xhtml+xml")


def _malformed(error: BadLink) -> AnyResponse:
    if _is_person():
        return errors.answer(
            400,
            _("This code cannot be read"),
            _(
                "The code on the label is not written as GS1 codes are. Scan it again; if it stays, do not trust the label."
            ),
        )
    return _problem(400, "Not a GS1 Digital Link", str(error), rule=type(error).__name__)


def _unknown(link: DigitalLink) -> AnyResponse:
    if _is_person():
        page = render_template(
            "traceability/shop/unknown.html", code=link.value, status=STATUS[OriginStatus.UNKNOWN_CODE]
        )
        return make_response(page, 404)
    return _problem(404, "Not known", f"({link.key}) {link.value} names nothing on this market")


def _problem(code: int, title: str, detail: str, **more: str) -> Response:
    """Problem JSON (RFC 9457)."""
    answer = jsonify(type="about:blank", title=title, status=code, detail=detail, **more)
    answer.mimetype = "application/problem+json"
    answer.status_code = code
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
