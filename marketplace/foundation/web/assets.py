"""Addresses of static files that change with their content, so that browsers may keep them for a year."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request

YEAR = "public, max-age=31536000, immutable"


def install(app: Flask, *, folder: Path, watches: bool) -> None:
    @cache
    def digest(path: str, changed_at: float) -> str:
        return hashlib.sha256((folder / path).read_bytes()).hexdigest()[:10]

    def address(path: str, mark: str) -> str:
        return f"{app.static_url_path}/{path}?v={mark}"

    @cache
    def kept(path: str) -> str:
        # Made once: a list of products names the same icons a hundred times.
        return address(path, digest(path, 0.0))

    def asset(path: str) -> str:
        return address(path, digest(path, (folder / path).stat().st_mtime)) if watches else kept(path)

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and "v" in request.args and response.status_code < 400:
            response.headers["Cache-Control"] = YEAR
        return response

    app.jinja_env.globals["asset"] = asset
