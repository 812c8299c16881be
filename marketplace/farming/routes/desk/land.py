"""Plots and seasons of a cooperative, and one season with its diary."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.catalogue import queries as catalogue
from marketplace.certificates import queries as certificates
from marketplace.certificates.schemes import SCHEMES
from marketplace.cooperatives.models import Cooperative
from marketplace.farming import actions, queries, rules
from marketplace.farming.actions import PlotFacts
from marketplace.farming.errors import PlotsOverCertificate
from marketplace.farming.forms import EndSeasonForm, PlotForm, SeasonForm
from marketplace.farming.models import Plot
from marketplace.farming.routes.desk.blueprint import own_plot, own_season, pages
from marketplace.farming.words import BASES, CHOICES, FIELDS, KIND_ICONS, KINDS
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.foundation.web import access
from marketplace.geography import queries as geography


@pages.get("/thua-dat")
@access.staff
def plots(person: Person, cooperative: Cooperative) -> str:
    return render_template("farming/desk/plots.html", plots=queries.plots_of(cooperative.id))


@pages.route("/thua-dat/moi", methods=["GET", "POST"])
@access.staff
def new_plot(person: Person, cooperative: Cooperative) -> str | Response | tuple[str, int]:
    form = PlotForm(cooperative, commune=_commune_name(cooperative.commune_code))
    if form.validate_on_submit():
        with transaction():
            plot = actions.add_plot(cooperative.id, _facts(form), by=person.id)
        flash(_("The plot is written down. Now begin a season on it."), "success")
        return redirect(url_for("farming_desk.new_season", thua=plot.id), 303)
    page = render_template("farming/desk/new_plot.html", form=form)
    return (page, 422) if request.method == "POST" else page


@pages.route("/thua-dat/<int:plot_id>", methods=["GET", "POST"])
@access.staff
def plot(person: Person, cooperative: Cooperative, plot_id: int) -> str | Response | tuple[str, int]:
    """What is known of a plot, to put right."""
    found = own_plot(cooperative, plot_id)
    form = PlotForm(
        cooperative,
        name=found.name,
        area_m2=found.area_m2,
        crop=found.crop,
        farmer=found.farmer,
        commune=_commune_name(found.commune_code),
        growing_area_code=found.growing_area_code,
        place=", ".join(found.place) if found.place and not found.polygon else "",
        outline=_outline(found),
    )
    if form.validate_on_submit():
        with transaction():
            actions.change_plot(own_plot(cooperative, plot_id), _facts(form), by=person.id)
        flash(_("Saved."), "success")
        return redirect(url_for("farming_desk.plots"), 303)
    page = render_template("farming/desk/plot.html", form=form, plot=found)
    return (page, 422) if request.method == "POST" else page


def _commune_name(code: str) -> str:
    commune = geography.find_commune(code)
    return commune.name if commune else ""


def _outline(plot: Plot) -> str:
    return "\n".join(f"{latitude}, {longitude}" for latitude, longitude in plot.polygon or ())


def _facts(form: PlotForm) -> PlotFacts:
    latitude, longitude = form.point or (None, None)
    return PlotFacts(
        name=form.name.data,
        area_m2=form.area_m2.data or 0,
        commune_code=form.commune_code,
        crop=form.crop.data,
        farmer=form.farmer.data,
        growing_area_code=form.growing_area_code.data,
        latitude_hundredths=latitude,
        longitude_hundredths=longitude,
        polygon=form.polygon,
    )


@pages.get("/vu-mua")
@access.staff
def seasons(person: Person, cooperative: Cooperative) -> str:
    """Running seasons first, each with how much it has given."""
    return render_template(
        "farming/desk/seasons.html",
        seasons=queries.seasons_of(cooperative.id),
        has_plots=bool(queries.plots_of(cooperative.id)),
    )


@pages.route("/vu-mua/moi", methods=["GET", "POST"])
@access.staff
def new_season(person: Person, cooperative: Cooperative) -> str | Response | tuple[str, int]:
    plots = queries.plots_of(cooperative.id)
    products = queries.products_of(cooperative.id)
    papers = queries.certificates_for(cooperative.id, clock.today())
    named = [(one, str(SCHEMES[one.scheme].short_label) if one.scheme in SCHEMES else one.scheme) for one in papers]
    form = SeasonForm(
        plots,
        products,
        named,
        plot=request.args.get("thua", type=int),
        certificate=0,
        started_on=clock.today(),
    )
    if form.validate_on_submit():
        try:
            with transaction():
                certificate = certificates.find_of(cooperative.id, form.certificate.data)
                season = actions.start_season(
                    own_plot(cooperative, form.plot.data),
                    catalogue.find_of(cooperative.id, form.product.data) or abort(404),
                    name=form.name.data,
                    started_on=form.started_on.data or clock.today(),
                    by=person.id,
                    certificate=certificate,
                    ceiling=form.ceiling.data,
                    ceiling_note=form.ceiling_note.data,
                )
        except PlotsOverCertificate as over:
            form.certificate.errors = [
                _(
                    "This certificate is for %(certified)s m² of land, and with this plot you would grow %(area)s m² under"
                    " it. Choose none, or end a season on another plot first.",
                    certified=f"{over.certified_m2:,}".replace(",", "."),
                    area=f"{over.area_m2:,}".replace(",", "."),
                )
            ]
        else:
            flash(_("The season has begun. Write into its diary whatever is done."), "success")
            return redirect(url_for("farming_desk.season", season_id=season.id), 303)
    page = render_template("farming/desk/new_season.html", form=form, plots=plots, products=products)
    return (page, 422) if request.method == "POST" else page


@pages.get("/vu-mua/<int:season_id>")
@access.staff
def season(person: Person, cooperative: Cooperative, season_id: int) -> str:
    """What it has given beside what it can give, whether one must wait, and its diary."""
    found = own_season(cooperative, season_id)
    waiting = queries.last_waiting_until(found.id)
    return render_template(
        "farming/desk/season.html",
        season=found,
        facts=queries.season_facts(found),
        waiting=waiting if waiting and waiting[1] > clock.today() else None,
        diary=queries.diary_of(found.id),
        form=EndSeasonForm(),
        bases=BASES,
        **DIARY_WORDS,
    )


# What a template needs to show diary entries.
DIARY_WORDS = {
    "kind_words": KINDS,
    "kind_icons": KIND_ICONS,
    "kind_rules": rules.KINDS,
    "field_words": FIELDS,
    "choice_words": CHOICES,
}


@pages.post("/vu-mua/<int:season_id>/ket-thuc")
@access.staff
def end_season(person: Person, cooperative: Cooperative, season_id: int) -> Response:
    own_season(cooperative, season_id)
    if EndSeasonForm().validate_on_submit():
        with transaction():
            ending = own_season(cooperative, season_id)
            if ending.ended_on is None:
                actions.end_season(ending, on=clock.today(), by=person.id)
        session.rollback()
        flash(_("The season is closed. What was forgotten can still be added to its diary."), "success")
    return redirect(url_for("farming_desk.season", season_id=season_id), 303)
