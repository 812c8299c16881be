"""A cooperative applies to a fair: story, speaker, goods from named lots, papers, rules; then confirms time and stock."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.fairs import actions as fairs_actions
from marketplace.fairs import queries
from marketplace.fairs.actions import NewPaper
from marketplace.fairs.errors import BoothClosed, MoveRefused, NotReady
from marketplace.fairs.forms.calling import BoothForm, HandInForm, ItemForm, PapersForm
from marketplace.fairs.models import Booth, BoothItem, Fair
from marketplace.fairs.queries import GoodsChoice
from marketplace.fairs.states import BOOTH_MOVES, BOOTH_OPEN, OVER, BoothState, FairState
from marketplace.fairs.words import (
    BOOTH_STATES,
    BOOTH_TONES,
    FAIR_STATES,
    FAIR_TONES,
    SLOT_STATES,
    SLOT_TONES,
    say_check,
)
from marketplace.foundation.database import transaction
from marketplace.foundation.pictures import BadUpload
from marketplace.foundation.web import access, uploads

pages = Blueprint("fairs_desk", __name__)

MOST_PAPERS = 20
WORDS = {
    "states": FAIR_STATES,
    "tones": FAIR_TONES,
    "booth_states": BOOTH_STATES,
    "booth_tones": BOOTH_TONES,
    "slot_states": SLOT_STATES,
    "slot_tones": SLOT_TONES,
    "say_check": say_check,
}


@pages.get("/phien-cho")
@access.staff
def fairs(person: Person, cooperative: Cooperative) -> str:
    """Fairs that take applications, and those we are at."""
    return render_template("fairs/desk/fairs.html", calls=queries.calls_for(cooperative.id), over=OVER, **WORDS)


@dataclass
class Forms:
    """The forms of the page; the one that was sent stands there as typed."""

    booth: BoothForm
    papers: PapersForm
    hand_in: HandInForm


def _fresh(booth: Booth | None) -> Forms:
    names = ("profile", "speaker_name", "speaker_phone", "wishes")
    values = {name: getattr(booth, name) for name in names} if booth else {}
    return Forms(BoothForm(formdata=None, data=values), PapersForm(formdata=None), HandInForm(formdata=None))


@pages.get("/phien-cho/<slug>")
@access.staff
def fair(person: Person, cooperative: Cooperative, slug: str) -> str:
    """The call; and our application, from the first word to the confirmed stock."""
    found = _find(slug)
    booth = queries.find_booth_of(found.id, cooperative.id)
    return _show(found, booth, _fresh(booth))


def _show(found: Fair, booth: Booth | None, forms: Forms) -> str:
    if booth is None or booth.state == BoothState.WITHDRAWN:
        return render_template(
            "fairs/desk/call.html",
            fair=found,
            booth=booth,
            may_apply=found.state == FairState.REGISTRATION_OPEN,
            **WORDS,
        )
    (row,) = queries.applications_of([booth], found)
    return render_template(
        "fairs/desk/booth.html",
        fair=found,
        booth=booth,
        row=row,
        forms=forms,
        is_open=booth.state in BOOTH_OPEN,
        may_withdraw=BoothState.WITHDRAWN in BOOTH_MOVES[booth.state] and found.state not in OVER | {FairState.LIVE},
        slots=queries.slots_of_booth(booth.id) if found.state == FairState.SCHEDULED else [],
        **WORDS,
    )


def _find(slug: str) -> Fair:
    return queries.find_fair(slug) or abort(404)


def _own(cooperative: Cooperative, slug: str) -> tuple[Fair, Booth]:
    found = _find(slug)
    booth = queries.find_booth_of(found.id, cooperative.id) or abort(404)
    return found, booth


def _back(cooperative: Cooperative, slug: str, anchor: str | None = None) -> Response:
    return redirect(url_for("fairs_desk.fair", cooperative_slug=cooperative.slug, slug=slug, _anchor=anchor), 303)


def _tell_closed() -> None:
    flash(_("The application is with the officers now, or the time to apply is over. Nothing was changed."), "info")


@pages.post("/phien-cho/<slug>/bat-dau")
@access.staff
def begin(person: Person, cooperative: Cooperative, slug: str) -> Response:
    found = _find(slug)
    try:
        with transaction():
            fairs_actions.begin_booth(found, cooperative_id=cooperative.id)
    except BoothClosed:
        flash(_("This fair takes no applications now."), "info")
    return _back(cooperative, slug)


@pages.post("/phien-cho/<slug>/gioi-thieu")
@access.staff
def describe(person: Person, cooperative: Cooperative, slug: str) -> Response | tuple[str, int]:
    found, booth = _own(cooperative, slug)
    forms = _fresh(booth)
    forms.booth = BoothForm()
    if not forms.booth.validate():
        return _show(found, booth, forms), 422
    try:
        with transaction():
            fairs_actions.describe_booth(
                booth, **forms.booth.fill(), streams_itself=booth.streams_itself, video_url=booth.video_url
            )
    except BoothClosed:
        _tell_closed()
    else:
        flash(_("Saved."), "success")
    return _back(cooperative, slug, "goods")


@pages.get("/phien-cho/<slug>/hang")
@access.staff
def goods(person: Person, cooperative: Cooperative, slug: str) -> str:
    """Choose what to bring: product, then pack and lot."""
    found, booth = _own(cooperative, slug)
    chosen = {(item.variant_id, item.lot_id) for item in booth.items}
    products: dict[int, list[GoodsChoice]] = {}
    for choice in queries.goods_for(found, cooperative.id):
        if (choice.variant_id, choice.lot_id) not in chosen:
            products.setdefault(choice.product_id, []).append(choice)
    return render_template("fairs/desk/goods.html", fair=found, products=list(products.values()))


@pages.route("/phien-cho/<slug>/hang/them", methods=["GET", "POST"])
@access.staff
def add_item(person: Person, cooperative: Cooperative, slug: str) -> str | Response | tuple[str, int]:
    """Price, number and sentence for packs of one lot."""
    found, booth = _own(cooperative, slug)
    pair = (request.args.get("goi", 0, type=int), request.args.get("lo", 0, type=int))
    choice = _choice(found, cooperative, *pair)
    if choice is None:
        return redirect(url_for("fairs_desk.goods", cooperative_slug=cooperative.slug, slug=slug), 303)
    form = ItemForm(data={"per_buyer": min(found.per_buyer, 5)})
    return _keep_item(cooperative, found, booth, choice, form, None)


@pages.route("/phien-cho/<slug>/hang/<int:item_id>", methods=["GET", "POST"])
@access.staff
def change_item(person: Person, cooperative: Cooperative, slug: str, item_id: int) -> str | Response | tuple[str, int]:
    found, booth = _own(cooperative, slug)
    item = _item(booth, item_id)
    choice = _choice(found, cooperative, item.variant_id, item.lot_id)
    if choice is None:
        flash(_("This lot has nothing left for the fair. Take it out and choose another."), "error")
        return _back(cooperative, slug, "goods")
    form = ItemForm(
        data={"price": item.price_dong, "packs": item.packs, "per_buyer": item.per_buyer, "pitch": item.pitch}
    )
    return _keep_item(cooperative, found, booth, choice, form, item)


def _item(booth: Booth, item_id: int) -> BoothItem:
    return next((item for item in booth.items if item.id == item_id), None) or abort(404)


def _choice(found: Fair, cooperative: Cooperative, variant_id: int, lot_id: int) -> GoodsChoice | None:
    return next(
        (
            one
            for one in queries.goods_for(found, cooperative.id)
            if (one.variant_id, one.lot_id) == (variant_id, lot_id)
        ),
        None,
    )


def _keep_item(
    cooperative: Cooperative, found: Fair, booth: Booth, choice: GoodsChoice, form: ItemForm, item: BoothItem | None
) -> str | Response | tuple[str, int]:
    if request.method == "POST" and form.check(
        regular_dong=choice.regular_dong,
        least_dong=choice.least_dong,
        packs=choice.packs,
        per_buyer=found.per_buyer,
    ):
        new = form.item(variant_id=choice.variant_id, lot_id=choice.lot_id)
        try:
            with transaction():
                if item is None:
                    fairs_actions.add_item(booth, new)
                else:
                    fairs_actions.change_item(booth, item, new)
        except BoothClosed:
            _tell_closed()
        else:
            flash(_("Kept."), "success")
        return _back(cooperative, found.slug, "goods")
    page = render_template("fairs/desk/item.html", fair=found, choice=choice, form=form, item=item)
    return (page, 422) if request.method == "POST" else page


@pages.post("/phien-cho/<slug>/hang/<int:item_id>/bo")
@access.staff
def remove_item(person: Person, cooperative: Cooperative, slug: str, item_id: int) -> Response:
    booth = _own(cooperative, slug)[1]
    item = _item(booth, item_id)
    try:
        with transaction():
            fairs_actions.remove_item(booth, item)
    except BoothClosed:
        _tell_closed()
    return _back(cooperative, slug, "goods")


@pages.post("/phien-cho/<slug>/giay-to")
@access.staff
def add_papers(person: Person, cooperative: Cooperative, slug: str) -> Response | tuple[str, int]:
    found, booth = _own(cooperative, slug)
    forms = _fresh(booth)
    forms.papers = PapersForm()
    papers = _papers(forms.papers) if forms.papers.validate() else None
    if not papers:
        if not forms.papers.errors:
            forms.papers.files.errors = [_("Choose a photo or PDF first.")]
        return _show(found, booth, forms), 422
    try:
        with transaction():
            fairs_actions.add_papers(booth, papers)
    except BoothClosed:
        _tell_closed()
    return _back(cooperative, slug, "papers")


def _papers(form: PapersForm) -> list[NewPaper] | None:
    kept: list[NewPaper] = []
    for upload in uploads.sent(form.files.data):
        try:
            paper = uploads.keep_paper(upload)
        except BadUpload as problem:
            form.files.errors = [uploads.why_refused(problem, upload.filename or "")]
            return None
        kept.append(NewPaper(paper.file_key, paper.file_name, paper.content_type))
    return kept


@pages.get("/phien-cho/<slug>/giay-to/<int:booth_paper_id>")
@access.staff
def paper(person: Person, cooperative: Cooperative, slug: str, booth_paper_id: int) -> Response:
    booth = _own(cooperative, slug)[1]
    found = queries.find_paper(booth.id, booth_paper_id) or abort(404)
    return uploads.show_paper(found.file_key, found.file_name)


@pages.post("/phien-cho/<slug>/giay-to/<int:booth_paper_id>/bo")
@access.staff
def remove_paper(person: Person, cooperative: Cooperative, slug: str, booth_paper_id: int) -> Response:
    booth = _own(cooperative, slug)[1]
    found = queries.find_paper(booth.id, booth_paper_id) or abort(404)
    try:
        with transaction():
            fairs_actions.remove_paper(booth, found)
    except BoothClosed:
        _tell_closed()
    return _back(cooperative, slug, "papers")


@pages.post("/phien-cho/<slug>/nop")
@access.staff
def hand_in(person: Person, cooperative: Cooperative, slug: str) -> Response | tuple[str, int]:
    """Accept the rules as they stand now, and hand the application to the officers."""
    found, booth = _own(cooperative, slug)
    forms = _fresh(booth)
    forms.hand_in = HandInForm()
    if not forms.hand_in.accept.data and booth.accepted_rules_version != found.rules_version:
        forms.hand_in.accept.errors = [_("Read the rules and tick that you keep them.")]
        return _show(found, booth, forms), 422
    if request.form.get("rules_version", type=int) != found.rules_version:
        flash(_("The rules changed just now. Read them again, then hand in."), "error")
        return _back(cooperative, slug, "hand-in")
    try:
        with transaction():
            if booth.state in BOOTH_OPEN:
                fairs_actions.accept_rules(booth, found, by=person.id)
            fairs_actions.submit(booth, found, by=person.id)
    except NotReady:
        flash(_("Not yet: see below what is still missing."), "error")
    except (BoothClosed, MoveRefused):
        _tell_closed()
    else:
        flash(_("Handed in. An officer looks at it and answers; we will tell you."), "success")
    return _back(cooperative, slug)


@pages.post("/phien-cho/<slug>/rut")
@access.staff
def withdraw(person: Person, cooperative: Cooperative, slug: str) -> Response:
    found, booth = _own(cooperative, slug)
    try:
        with transaction():
            fairs_actions.withdraw(booth, found, by=person.id)
    except MoveRefused:
        flash(_("This can no longer be taken back. Call the officers."), "info")
    else:
        flash(_("Withdrawn. Your packs are on sale in the shop again."), "success")
    return _back(cooperative, slug)


@pages.post("/phien-cho/<slug>/xac-nhan-gio/<int:slot_id>")
@access.staff
def confirm_slot(person: Person, cooperative: Cooperative, slug: str, slot_id: int) -> Response:
    found, booth = _own(cooperative, slug)
    slot = queries.find_slot(found.id, slot_id)
    if slot is None or slot.booth_id != booth.id:
        abort(404)
    try:
        with transaction():
            fairs_actions.confirm_slot(slot)
    except MoveRefused:
        flash(_("This was confirmed already."), "info")
    else:
        flash(_("Confirmed. The crew counts on you."), "success")
    return _back(cooperative, slug)


@pages.post("/phien-cho/<slug>/xac-nhan-hang")
@access.staff
def confirm_stock(person: Person, cooperative: Cooperative, slug: str) -> Response:
    """The goods lie ready."""
    booth = _own(cooperative, slug)[1]
    if booth.state != BoothState.APPROVED:
        flash(_("First an officer gives you a place."), "info")
    elif booth.stock_confirmed_at is None:
        with transaction():
            fairs_actions.confirm_stock(booth)
        flash(_("Noted: your goods lie ready."), "success")
    return _back(cooperative, slug)
