"""What the code on a label opens, the camera that reads it, and the report of a bad label."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from marketplace.foundation import clock, codes
from marketplace.foundation.database import transaction
from marketplace.foundation.settings import Settings
from marketplace.foundation.text import clean_line
from marketplace.foundation.web import access, limits
from marketplace.foundation.web.access import Access, Audience
from marketplace.traceability import actions, qr, queries, rules
from marketplace.traceability.errors import ForeignAddress
from marketplace.traceability.forms import ReportForm
from marketplace.traceability.queries import OriginStory
from marketplace.traceability.routes import resolver, scanning
from marketplace.traceability.states import OriginStatus
from marketplace.traceability.words import CUSTODY, ORIGINS, PACK_STATES, REASONS, STAGES, STATUS

pages = Blueprint("traceability_shop", __name__)

SCANNED_LENGTH = 300
SHOWN_LENGTH = 40  # of a code that is none of ours


@pages.get("/q/<code>")
@access.shared
def origin(code: str) -> str | AnyResponse | tuple[str, int]:
    """The origin page of Circular 02/2024/TT-BKHCN, in at most four statements; a foreign reader's browser gets English."""
    g.language_by_browser = True
    wanted = codes.normalise_code(code)
    if wanted and wanted != code:
        query = request.query_string.decode("latin-1")
        return redirect(url_for("traceability_shop.origin", code=wanted) + (f"?{query}" if query else ""), 302)
    if rules.could_be_serial(wanted):
        # What it says depends on the pack's own life, and on whether this phone has looked before.
        g.access = Access(Audience.PUBLIC)
    if (for_machine := resolver.negotiated(wanted)) is not None:
        return for_machine
    story = _story(wanted)
    if story is None:
        return _unknown(code)
    page = render_template(
        "traceability/shop/origin.html",
        story=story,
        status=STATUS[story.status],
        stage_words=STAGES,
        custody=CUSTODY[story.custody],
        origin_words=ORIGINS,
        reasons=REASONS,
        pack_states=PACK_STATES,
    )
    answer = resolver.with_linkset(page, story.code)
    return scanning.remember_device(answer) if story.unit else answer


def _unknown(code: str) -> AnyResponse | tuple[str, int]:
    """A network that asks for many such codes is guessing, and has to wait between them."""
    if (wait := scanning.ask_to_wait()) is not None:
        return wait
    page = render_template(
        "traceability/shop/unknown.html", code=_presentable(code), status=STATUS[OriginStatus.UNKNOWN_CODE]
    )
    return page, 404


def _story(code: str) -> OriginStory | None:
    if rules.could_be_serial(code):
        return queries.origin_story_of_unit(code, device=scanning.device(), at=clock.now())
    return queries.origin_story(code, on=clock.today()) if rules.could_be_lot_code(code) else None


def _presentable(code: str) -> str:
    """A code, perhaps none of ours, as it may stand on a page, in an address and in a row: never empty."""
    return clean_line(codes.normalise_code(code) or code, SHOWN_LENGTH) or "-"


@pages.get("/q/<code>/qr.svg")
@access.shared
def qr_svg(code: str) -> Response:
    return _drawn(qr.svg(_matrix(code)), "image/svg+xml")


@pages.get("/q/<code>/qr.png")
@access.shared
def qr_png(code: str) -> Response:
    return _drawn(qr.png(_matrix(code)), "image/png")


def _matrix(code: str) -> qr.QrMatrix:
    if queries.find_public_lot(code) is None:
        abort(404)
    return qr.matrix(_settings().public_url + url_for("traceability_shop.origin", code=code))


def _drawn(body: str | bytes, mimetype: str) -> Response:
    answer = make_response(body)
    answer.mimetype = mimetype
    return answer


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


@pages.get("/quet")
@access.shared
def scan() -> str | AnyResponse | tuple[str, int]:
    """The camera page; without a camera or script the code is typed."""
    typed = clean_line(request.args.get("ma", ""), SCANNED_LENGTH)
    host = urlsplit(_settings().public_url).netloc
    if not typed:
        return render_template("traceability/shop/scan.html", host=host, typed="", foreign="")
    if link := resolver.own_link(typed):
        return redirect(link, 302)
    try:
        code = rules.code_in(typed, hosts=(host, request.host))
    except ForeignAddress as error:
        page = render_template("traceability/shop/scan.html", host=host, typed=typed, foreign=error.place[:60])
        return page, 422
    return redirect(url_for("traceability_shop.origin", code=_presentable(code)), 302)


@pages.route("/q/<code>/bao-loi", methods=["GET", "POST"])
@access.public
@limits.writes_by_strangers
def report(code: str) -> str | AnyResponse | tuple[str, int]:
    """Anyone who finds something wrong with a label tells it here, also of codes that are not ours."""
    code = _presentable(code)
    form = ReportForm()
    if form.validate_on_submit():
        lot = queries.find_lot_behind(code)
        with transaction():
            actions.report_label(
                code=code,
                lot_id=lot.id if lot else None,
                kind=form.kind.data,
                place=form.place.data or "",
                note=form.note.data or "",
                phone=str(form.phone.data or ""),
            )
        return redirect(url_for("traceability_shop.thanks", code=code), 303)
    page = render_template("traceability/shop/report.html", form=form, code=code, lot=queries.find_lot_behind(code))
    return (page, 422) if request.method == "POST" else page


@pages.get("/q/<code>/bao-loi/cam-on")
@access.shared
def thanks(code: str) -> str:
    """Where a reporter lands, so that loading the page again sends nothing twice."""
    lot = queries.find_lot_behind(codes.normalise_code(code))
    return render_template("traceability/shop/thanks.html", lot=lot)
