"""Photos that everybody may see; papers and sheets lie in the same store and are never served from here."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response

from marketplace.foundation import files
from marketplace.foundation.web import access

pages = Blueprint("catalogue_pictures", __name__)

PUBLIC = "pictures/"
YEAR = "public, max-age=31536000, immutable"


@pages.get("/anh/<path:key>")
@access.public
def picture(key: str) -> Response:
    """One size of one photo. Its key is random and its content never changes, so it may be kept for a year."""
    if not key.startswith(PUBLIC):
        abort(404)
    try:
        answer = make_response(files.store().read(key))
    except (files.FileMissing, files.BadKey):
        abort(404)
    answer.mimetype = files.content_type_of(key)
    answer.headers["Cache-Control"] = YEAR
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
