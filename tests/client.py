"""A browser for tests without a screen: keeps cookies, reads a page's form with its hidden fields, sends it changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import Context
from html import unescape
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse


class _Forms(HTMLParser):
    """Collects the forms of a page with the values they would send."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self._select: str | None = None
        self._textarea: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        known = dict(attributes)
        if tag == "form":
            self.forms.append(
                {"action": known.get("action") or "", "method": known.get("method") or "get", "fields": {}}
            )
        if not self.forms:
            return
        fields, name = self.forms[-1]["fields"], known.get("name")
        if tag == "input" and name:
            kind = known.get("type", "text")
            if kind in ("checkbox", "radio"):
                if "checked" in known:
                    fields[name] = known.get("value") or "on"
            elif kind not in ("file", "submit", "image"):
                fields[name] = known.get("value") or ""
        elif tag == "select" and name:
            self._select = name
        elif tag == "option" and self._select and ("selected" in known or self._select not in fields):
            fields[self._select] = known.get("value") or ""
        elif tag == "textarea" and name:
            self._textarea = name
            fields[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._textarea and self.forms:
            self.forms[-1]["fields"][self._textarea] += data


class Browser:
    """Wraps Flask's test client. `page` is the last answer."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.page: TestResponse | None = None

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        """Open a page, following redirects."""
        self.page = self._ask(self.client.get, path, **kwargs)
        return self.page

    def post(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """Send exactly this, without a token; for attacks and for forms that need none."""
        self.page = self._ask(self.client.post, path, data=data or {}, **kwargs)
        return self.page

    def _ask(self, method: Callable[..., TestResponse], path: str, **kwargs: Any) -> TestResponse:
        # The test's own application context stays outside: in it, `g` would carry one browser's token and person
        # into the next request.
        return Context().run(method, path, follow_redirects=True, **kwargs)

    def forms(self) -> list[dict[str, Any]]:
        assert self.page is not None
        parser = _Forms()
        parser.feed(self.page.get_data(as_text=True))
        return parser.forms

    def submit(
        self, path: str, data: dict[str, Any] | None = None, *, action: str | None = None, **kwargs: Any
    ) -> TestResponse:
        """Open the page at `path`, fill its form (that posts to `action`, if several) with `data` and send it.

        A value of None leaves the field out, as an unticked box does.
        """
        self.get(path)
        return self.send(data, action=action, at=path, **kwargs)

    def send(
        self, data: dict[str, Any] | None = None, *, action: str | None = None, at: str = "", **kwargs: Any
    ) -> TestResponse:
        """Fill and send a POST form of the page now open."""
        assert self.page is not None
        forms = [form for form in self.forms() if form["method"].lower() == "post"]
        if action is not None:
            forms = [form for form in forms if form["action"].endswith(action)]
        else:
            # The layout's own forms (signing out) are not what a test means.
            forms = [form for form in forms if "dang-xuat" not in form["action"]] or forms
        assert forms, f"no POST form{' to ' + action if action else ''} on the page (status {self.page.status_code})"
        fields = {**forms[0]["fields"], **(data or {})}
        fields = {name: value for name, value in fields.items() if value is not None}
        target = forms[0]["action"] or at or self.page.request.path
        return self.post(unescape(target), fields, **kwargs)

    @property
    def text(self) -> str:
        """The words of the last page, without tags, white space folded."""
        assert self.page is not None
        html = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", self.page.get_data(as_text=True))
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())

    def sign_in(self, contact: str, password: str = "mat khau dai 1") -> None:
        """Sign in through the page, second factor apart."""
        self.submit("/dang-nhap", {"contact": contact, "password": password})
        assert self.page is not None
        assert self.page.status_code == 200
