"""The room on second screens: the talk alone, the stage for a projector, and the prices in large figures."""

from __future__ import annotations

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from marketplace.fairs import queries
from marketplace.fairs.routes import rooms
from marketplace.foundation.web import access

pages = Blueprint("fairs_screens", __name__)

ROOM = "/phien-cho/<slug>/truc-tiep"


@pages.get(f"{ROOM}/tro-chuyen")
@access.public
def talk(slug: str) -> Response:
    """Beside the camera, or for whoever watches the video elsewhere."""
    return _show(slug, "fairs/shop/talk.html")


@pages.get(f"{ROOM}/san-khau")
@access.public
def stage(slug: str) -> Response:
    """For a projector in the hall: what is on, what it costs, and the code that leads a phone to the fair."""
    return _show(slug, "fairs/shop/stage.html")


@pages.get(f"{ROOM}/bang-gia")
@access.public
def board(slug: str) -> Response:
    """What the stall on air sells, readable from the last row."""
    return _show(slug, "fairs/shop/board.html")


def _show(slug: str, template: str) -> Response:
    return rooms.show(queries.find_fair(slug) or abort(404), template=template)
