"""A number for every request, one log line at its end, and, for measuring, how many statements it took."""

from __future__ import annotations

import json
import logging
import secrets
import sys
import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, has_request_context, request
from sqlalchemy import Engine, event

log = logging.getLogger("marketplace.request")

PLAIN = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One JSON object a line. Names, phones, addresses and paths with codes in them are never put into it."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            line["request"] = g.get("request_id", "")
        line.update({key: value for key, value in record.__dict__.items() if key not in PLAIN})
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def install(app: Flask, *, count_queries: bool) -> None:
    @app.before_request
    def begin() -> None:
        g.request_id = secrets.token_hex(6).upper()
        g.started = time.perf_counter()
        g.queries = 0

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if count_queries:
            response.headers["X-Queries"] = str(g.get("queries", 0))
        if request.endpoint != "static":
            # The endpoint, not the path: paths hold order codes and invitation tokens.
            log.info(
                "request",
                extra={
                    "method": request.method,
                    "endpoint": request.endpoint,
                    "status": response.status_code,
                    "ms": round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
                },
            )
        return response

    if count_queries:
        event.listen(Engine, "before_cursor_execute", _count)


def _count(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
    if has_request_context() and not statement.startswith("BEGIN"):
        g.queries = g.get("queries", 0) + 1
