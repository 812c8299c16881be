"""Papers of reports as they are sent: a PDF opens in the browser, a workbook is kept."""

from __future__ import annotations

from flask import make_response
from werkzeug.wrappers import Response

from marketplace.bookkeeping.papers.workbooks import XLSX

TYPES = {"pdf": "application/pdf", "xlsx": XLSX}


def send(data: bytes, *, file_type: str, name: str) -> Response:
    answer = make_response(data)
    answer.mimetype = TYPES[file_type]
    answer.headers.set(
        "Content-Disposition", "inline" if file_type == "pdf" else "attachment", filename=f"{name}.{file_type}"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
