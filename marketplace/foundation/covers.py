"""Covers of whatever has one: shown at once in the first size, their other sizes made by a job."""

from __future__ import annotations

from typing import Any, Protocol

from marketplace.foundation import files, pictures, public_version
from marketplace.foundation.database import session, transaction
from marketplace.foundation.pictures import PictureSet, PictureState


class Covered(Protocol):
    cover: Any


def is_unfinished(cover: dict[str, Any] | None) -> bool:
    """Whether sizes of it are still to be made."""
    return cover is not None and cover["state"] != PictureState.READY


def complete(model: type[Covered], row_id: int) -> None:
    """Make all sizes of the row's cover; one that was replaced or taken away meanwhile needs none."""
    kept = session.get_one(model, row_id).cover
    if not is_unfinished(kept):
        return
    picture = PictureSet.from_json(kept)
    ready = pictures.complete(files.store(), picture)
    with transaction():
        row = session.get_one(model, row_id, with_for_update=True, populate_existing=True)
        if row.cover is not None and row.cover["key"] == picture.key:
            row.cover = ready.to_json()
            public_version.changed()
