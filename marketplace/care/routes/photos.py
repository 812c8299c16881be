"""Photos sent with a complaint or a review: kept at once and remembered in a signed field, so that a typing error loses
none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import FileStorage

from marketplace.foundation.pictures import BadUpload
from marketplace.foundation.web import uploads


def keep(form: Any, store: Callable[[FileStorage], Any], *, most: int, about: str) -> tuple[list[Any], list[str]]:
    """(photos of this page so far, why others were refused). `about` names whose photos they are."""
    kept = read(form.kept_photos.data, about=about)
    refused: list[str] = []
    for upload in uploads.sent(form.photos.data):
        if len(kept) >= most:
            refused.append(_("At most %(most)s photos. The others were left out.", most=most))
            break
        try:
            kept.append(store(upload))
        except BadUpload as problem:
            refused.append(uploads.why_refused(problem, upload.filename or ""))
    form.kept_photos.data = sign(kept, about=about)
    return kept, refused


def sign(kept: list[Any], *, about: str) -> str:
    return str(_signer(about).dumps(kept)) if kept else ""


def read(signed: str | None, *, about: str) -> list[Any]:
    try:
        return list(_signer(about).loads(signed)) if signed else []
    except BadSignature:
        return []


def _signer(about: str) -> URLSafeSerializer:
    # Signed for this one thing: nobody shows another's evidence as his own.
    return URLSafeSerializer(str(current_app.secret_key), salt=f"care-photos:{about}")
