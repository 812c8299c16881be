"""Catalogues of translations: one PO file per feature and language, merged and compiled at start when one changed."""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCES = Path(__file__).resolve().parents[2] / "translations"
COMPILED = SOURCES / "compiled"


def read_catalogue(language: str) -> Catalog:
    """All features' translations into one language; two features may say the same, never two things of one msgid."""
    merged = Catalog(locale=language)
    for path in sorted((SOURCES / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id == "":
                    continue
                known = merged.get(message.id)
                if known is not None and known.string != message.string:
                    raise ValueError(f"{path.name}: {message.id!r} is translated differently in another file")
                if known is None:
                    merged.add(message.id, message.string)
    return merged


def compile_changed() -> None:
    """Write the compiled catalogue when a source is newer; safe when several workers start at once."""
    target = COMPILED / "vi" / "LC_MESSAGES" / "messages.mo"
    newest = max((path.stat().st_mtime for path in (SOURCES / "vi").glob("*.po")), default=0.0)
    if target.exists() and target.stat().st_mtime >= newest:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}")
    with draft.open("wb") as file:
        write_mo(file, read_catalogue("vi"))
    draft.replace(target)
