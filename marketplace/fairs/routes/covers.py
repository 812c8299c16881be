"""The cover that is sent with a fair's form: stored at once and remembered in a signed field, so that a typing error
elsewhere does not lose it."""

from __future__ import annotations

from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from marketplace.fairs.forms.calling import FairForm
from marketplace.foundation.pictures import BadUpload
from marketplace.foundation.web import uploads


def keep(form: FairForm) -> tuple[dict[str, Any] | None, list[str]]:
    """(the picture of this page so far, why the one just sent was refused)."""
    kept, refused = _kept_before(form), []
    for upload in uploads.sent(form.cover.data):
        try:
            kept = uploads.keep_photo(upload)
        except BadUpload as problem:
            refused.append(uploads.why_refused(problem, upload.filename or ""))
    form.kept_cover.data = str(_signer().dumps(kept)) if kept else ""
    return kept, refused


def _kept_before(form: FairForm) -> dict[str, Any] | None:
    try:
        kept: dict[str, Any] | None = _signer().loads(form.kept_cover.data) if form.kept_cover.data else None
    except BadSignature:
        return None
    return kept


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="fair cover")
