"""Photos and papers that people send in: stored safely, refused in words they understand, and shown to the right ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, make_response
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from marketplace.foundation import codes, electronic_papers, files, pictures
from marketplace.foundation.pictures import BadUpload, PictureTooLarge, PictureTooManyPixels
from marketplace.foundation.text import clean_line

MOST_FILES = 10


@dataclass(frozen=True)
class Paper:
    """A stored scan, not public."""

    file_key: str
    file_name: str
    content_type: str


def sent(given: Iterable[FileStorage | str] | FileStorage | None) -> list[FileStorage]:
    """The files that were really chosen; browsers send an empty one for an empty field."""
    several = [given] if isinstance(given, FileStorage) else list(given or [])
    return [one for one in several if isinstance(one, FileStorage) and one.filename][:MOST_FILES]


def keep_photo(upload: FileStorage) -> dict[str, Any]:
    """Store a photo; gives what a row keeps of it. Raises a BadUpload."""
    return pictures.keep(files.store(), upload.read()).to_json()


def keep_paper(upload: FileStorage) -> Paper:
    """Store a scan or PDF. Raises a BadUpload."""
    document = pictures.read_document(upload.read())
    key = f"papers/{codes.random_code(26).lower()}.{document.extension}"
    content_type = files.content_type_of(key)
    files.store().put(key, document.data, content_type)
    return Paper(key, clean_line(upload.filename or "", 120), content_type)


def keep_electronic_paper(upload: FileStorage) -> Paper:
    """Store a PDF or XML that a program made, as it came. Raises a BadUpload."""
    data = upload.read(electronic_papers.MOST_BYTES + 1)
    key = f"papers/{codes.random_code(26).lower()}.{electronic_papers.kind_of(data)}"
    content_type = files.content_type_of(key)
    files.store().put(key, data, content_type)
    return Paper(key, clean_line(upload.filename or "", 120), content_type)


def why_electronic_paper_refused(problem: BadUpload, name: str) -> str:
    """What to tell the sender."""
    name = clean_line(name, 60)
    if isinstance(problem, electronic_papers.TooManyBytes):
        return str(_("“%(name)s” is too large: at most 5 MB.", name=name))
    return str(
        _("“%(name)s” is neither a PDF nor an XML that we can read. Send the file as your provider gave it.", name=name)
    )


def keep_private_photo(upload: FileStorage) -> Paper:
    """Store a photo as a phone shows it, upright and without GPS, for few to see. Raises a BadUpload."""
    made = pictures.quick(upload.read())
    key = f"papers/{codes.random_code(26).lower()}.jpg"
    content_type = files.content_type_of(key)
    files.store().put(key, made.files["quick.jpg"], content_type)
    return Paper(key, clean_line(upload.filename or "", 120), content_type)


def why_refused(problem: BadUpload, name: str) -> str:
    """What to tell the sender."""
    name = clean_line(name, 60)
    if isinstance(problem, PictureTooLarge):
        return str(_("“%(name)s” is too large: at most 15 MB. Send a smaller photo.", name=name))
    if isinstance(problem, PictureTooManyPixels):
        return str(_("“%(name)s” has too many pixels. Send a photo as the phone takes it.", name=name))
    return str(
        _(
            "“%(name)s” is no photo that we can read. Send a JPEG or PNG photo, or a PDF where papers are asked for.",
            name=name,
        )
    )


def show_paper(file_key: str, file_name: str) -> Response:
    """A private paper for whoever the door has let in: pictures in the page, anything else as a download."""
    try:
        answer = make_response(files.store().read(file_key))
    except files.FileMissing:
        abort(404)
    content_type = files.content_type_of(file_key)
    answer.mimetype = content_type
    shown_in_page = content_type.startswith("image/")
    answer.headers.set("Content-Disposition", "inline" if shown_in_page else "attachment", filename=file_name or "file")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer
