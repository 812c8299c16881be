"""A cooperative lists its products."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.catalogue import actions as catalogue
from marketplace.catalogue import queries
from marketplace.catalogue.errors import GtinTaken, MeasureIsFixed, PublicationRefused
from marketplace.catalogue.forms import PhotoForm, ProductForm, values_of
from marketplace.catalogue.models import Product
from marketplace.catalogue.states import Publication
from marketplace.catalogue.words import CLAIM_REASONS, CLAIM_TAGS, PUBLICATION
from marketplace.certificates.schemes import SCHEMES
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.foundation.pictures import BadUpload
from marketplace.foundation.text import clean_line
from marketplace.foundation.web import access, uploads

pages = Blueprint("catalogue_desk", __name__)

TONES = {"draft": "plain", "published": "good", "archived": "plain", "withdrawn": "bad"}
CLAIM_TONES = {"shown": "good", "other_product": "plain", "suspended": "bad", "refused": "bad", "ended": "bad"}
WORDS = {
    "publication_words": PUBLICATION,
    "tones": TONES,
    "schemes": SCHEMES,
    "claim_tags": CLAIM_TAGS,
    "claim_reasons": CLAIM_REASONS,
    "claim_tones": CLAIM_TONES,
}
MOST_PHOTOS = 8
FEW = 8  # products that need no search


@pages.get("/san-pham", endpoint="products")
@access.staff
def own_products(person: Person, cooperative: Cooperative) -> str:
    page = min(max(request.args.get("trang", 1, type=int), 1), 10_000)
    words, state = clean_line(request.args.get("q", ""), 80), request.args.get("trang-thai", "")
    publication = Publication(state) if state in list(Publication) else None
    asked: dict[str, Any] = {"q": words or None, "trang-thai": publication}
    found = queries.products_of(cooperative.id, on=clock.today(), publication=publication, words=words, page=page)
    return render_template(
        "catalogue/desk/products.html",
        products=found.rows,
        has_any=bool(found.by_state),
        states=_state_tabs(found.by_state, publication),
        publication=publication,
        words=words,
        page=page,
        pages=max(1, -(-found.count // queries.DESK_PAGE)),
        page_url=lambda number: url_for("catalogue_desk.products", trang=number, **asked),
        has_many=sum(found.by_state.values()) > FEW,
        **WORDS,
    )


def _state_tabs(counts: dict[Publication, int], current: Publication | None) -> list[dict[str, Any]]:
    """All, and each state that some product is in."""
    return [
        {
            "label": words,
            "url": url_for("catalogue_desk.products") + (f"?trang-thai={state}" if state else ""),
            "is_current": state == current,
            "count": size,
        }
        for state, words, size in [
            (None, _("All"), sum(counts.values())),
            *((state, words, counts.get(state, 0)) for state, words in PUBLICATION.items()),
        ]
        if size or state == current
    ]


@pages.route("/san-pham/moi", methods=["GET", "POST"])
@access.staff
def new_product(person: Person, cooperative: Cooperative) -> str | Response | tuple[str, int]:
    """List a product; what was typed and the photos that were sent stay when something is wrong."""
    form = ProductForm()
    form.offer(is_new=True)
    if request.method == "GET":
        return render_template("catalogue/desk/new_product.html", form=form, kept=[])
    kept, refused = _keep_photos(form)
    if "more_packs" in request.form:
        form.offer_one_more_pack()
        form.photos.errors = refused
        return render_template("catalogue/desk/new_product.html", form=form, kept=kept)
    is_valid = form.validate()
    form.photos.errors = refused  # after the check, which begins with a clean sheet
    if not is_valid or refused:
        return render_template("catalogue/desk/new_product.html", form=form, kept=kept), 422
    try:
        with transaction():
            product = catalogue.list_product(cooperative, form.details(), form.pack_values(), pictures=kept)
            if "publish" in request.form:
                catalogue.publish(product, by=person.id)
    except GtinTaken:
        form.refuse_gtin()
        return render_template("catalogue/desk/new_product.html", form=form, kept=kept), 422
    flash(_("Saved. Now write down a lot: only what lies in a lot can be sold."), "success")
    return redirect(url_for("catalogue_desk.product", product_id=product.id), 303)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="photos")


def _keep_photos(form: ProductForm) -> tuple[list[dict[str, Any]], list[str]]:
    """(photos of this page so far, why others were refused).

    Stored at once and remembered in a signed field, so that a typing error loses none.
    """
    kept: list[dict[str, Any]] = []
    try:
        kept = _signer().loads(form.kept_photos.data or "") if form.kept_photos.data else []
    except BadSignature:
        kept = []
    more, refused = _store_photos(form.photos.data, room=MOST_PHOTOS - len(kept))
    kept += more
    form.kept_photos.data = str(_signer().dumps(kept)) if kept else ""
    return kept, refused


def _store_photos(given: Any, *, room: int) -> tuple[list[dict[str, Any]], list[str]]:
    """(photos that were stored, why others were not)."""
    stored: list[dict[str, Any]] = []
    refused: list[str] = []
    for upload in uploads.sent(given):
        if len(stored) >= room:
            refused.append(_("A product has at most %(most)s photos. The others were left out.", most=MOST_PHOTOS))
            break
        try:
            stored.append(uploads.keep_photo(upload))
        except BadUpload as problem:
            refused.append(uploads.why_refused(problem, upload.filename or ""))
    return stored, refused


def _find(cooperative: Cooperative, product_id: int) -> Product:
    return queries.find_of(cooperative.id, product_id) or abort(404)


@pages.route("/san-pham/<int:product_id>", methods=["GET", "POST"])
@access.staff
def product(person: Person, cooperative: Cooperative, product_id: int) -> str | Response | tuple[str, int]:
    found = _find(cooperative, product_id)
    form = ProductForm(data=values_of(found))
    form.offer(is_new=False)
    if request.method == "GET":
        return _show(found, form, PhotoForm(formdata=None))
    if "more_packs" in request.form:
        form.offer_one_more_pack()
        return _show(found, form, PhotoForm(formdata=None))
    if not form.validate():
        return _show(found, form, PhotoForm(formdata=None)), 422
    try:
        with transaction():
            fresh = _find(cooperative, product_id)
            if form.version.data != str(fresh.version):
                raise StaleDataError("the product was changed on another phone meanwhile")
            catalogue.change_product(fresh, form.details(), form.pack_values())
    except GtinTaken:
        form.refuse_gtin()
        return _show(_find(cooperative, product_id), form, PhotoForm(formdata=None)), 422
    except MeasureIsFixed as refused:
        form.refuse_measure(refused.base_unit)
        return _show(found, form, PhotoForm(formdata=None)), 422
    flash(_("Saved."), "success")
    return redirect(url_for("catalogue_desk.product", product_id=product_id), 303)


def _show(found: Product, form: ProductForm, photo_form: PhotoForm) -> str:
    return render_template(
        "catalogue/desk/product.html",
        product=found,
        form=form,
        photo_form=photo_form,
        claims=queries.claims_of(found, on=clock.today()),
        **WORDS,
    )


@pages.post("/san-pham/<int:product_id>/anh")
@access.staff
def add_photos(person: Person, cooperative: Cooperative, product_id: int) -> Response | tuple[str, int]:
    found = _find(cooperative, product_id)
    form = PhotoForm()
    stored, refused = _store_photos(form.photos.data, room=MOST_PHOTOS - len(found.pictures))
    if stored:
        with transaction():
            fresh = _find(cooperative, product_id)
            for picture in stored:
                catalogue.add_picture(fresh, picture)
    elif not refused:
        refused = [_("Choose a photo first.")]
    if refused:
        form.photos.errors = refused
        edit = ProductForm(formdata=None, data=values_of(found))
        edit.offer(is_new=False)
        return _show(found, edit, form), 422
    return redirect(url_for("catalogue_desk.product", product_id=product_id) + "#photos", 303)


@pages.post("/san-pham/<int:product_id>/anh/<int:picture_id>/bo")
@access.staff
def remove_photo(person: Person, cooperative: Cooperative, product_id: int, picture_id: int) -> Response:
    with transaction():
        catalogue.remove_picture(_find(cooperative, product_id), picture_id)
    return redirect(url_for("catalogue_desk.product", product_id=product_id) + "#photos", 303)


@pages.post("/san-pham/<int:product_id>/anh/<int:picture_id>/len-dau")
@access.staff
def put_photo_first(person: Person, cooperative: Cooperative, product_id: int, picture_id: int) -> Response:
    with transaction():
        catalogue.put_picture_first(_find(cooperative, product_id), picture_id)
    return redirect(url_for("catalogue_desk.product", product_id=product_id) + "#photos", 303)


@pages.post("/san-pham/<int:product_id>/dang-ban")
@access.staff
def publish(person: Person, cooperative: Cooperative, product_id: int) -> Response:
    said = _("It is on the market now.") if cooperative.is_open else _("It is ready for the market.")
    return _move(cooperative, product_id, lambda found: catalogue.publish(found, by=person.id), said)


@pages.post("/san-pham/<int:product_id>/ngung-ban")
@access.staff
def unpublish(person: Person, cooperative: Cooperative, product_id: int) -> Response:
    was_away = _find(cooperative, product_id).publication == Publication.ARCHIVED
    said = _("It is out again, as a draft.") if was_away else _("It is off the market.")
    return _move(cooperative, product_id, lambda found: catalogue.unpublish(found, by=person.id), said)


@pages.post("/san-pham/<int:product_id>/cat-di")
@access.staff
def archive(person: Person, cooperative: Cooperative, product_id: int) -> Response:
    return _move(cooperative, product_id, lambda found: catalogue.archive(found, by=person.id), _("It is put away."))


def _move(cooperative: Cooperative, product_id: int, deed: Callable[[Product], None], said: str) -> Response:
    _find(cooperative, product_id)
    try:
        with transaction():
            deed(_find(cooperative, product_id))
    except PublicationRefused as refused:
        flash(_("Nothing was changed: the product is “%(state)s”.", state=_state(refused.from_state)), "error")
    else:
        flash(said, "success")
    return redirect(url_for("catalogue_desk.product", product_id=product_id), 303)


def _state(state: str) -> str:
    return str({key.value: words for key, words in PUBLICATION.items()}.get(state, state))
