"""Browsers' sessions: strangers carry a small signed cookie, people who signed in have a row that can be ended.

A stranger's visit writes nothing, and sets no cookie until something must be remembered.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, Request, Response, request
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import CallbackDict

from marketplace.accounts import actions, queries
from marketplace.accounts.models import Person
from marketplace.foundation import clock, codes
from marketplace.foundation.database import session as database
from marketplace.foundation.database import transaction

STRANGER, KNOWN = "g.", "s."
STRANGER_LIFE = timedelta(days=30)
TOUCH_EVERY = timedelta(minutes=10)
PERSON_KEY = "_user_id"  # where Flask-Login keeps the person's id


class BrowserSession(CallbackDict[str, Any], SessionMixin):
    """What Flask calls the session; `row_id` when it lives in the database."""

    def __init__(self, data: dict[str, Any] | None = None, *, row_id: int | None = None) -> None:
        def changed(_: Any) -> None:
            self.modified = True

        super().__init__(data or {}, changed)
        self.modified = False
        self.row_id = row_id
        self.is_stale = False
        self.ended_row_id: int | None = None

    def clear(self) -> None:
        """Start over: the row ends, and whoever signs in next gets a new one with a new token (ASVS 5.0 7.2.4)."""
        super().clear()
        self.ended_row_id, self.row_id = self.row_id or self.ended_row_id, None
        self.modified = True


class Sessions(SessionInterface):
    def __init__(self, secret_key: str) -> None:
        self.signer = URLSafeTimedSerializer(secret_key, salt="stranger")

    def get_cookie_name(self, app: Flask) -> str:
        return "__Host-htx" if app.config["SESSION_COOKIE_SECURE"] else "htx"

    def open_session(self, app: Flask, request: Request) -> BrowserSession:
        cookie = request.cookies.get(self.get_cookie_name(app), "")
        if cookie.startswith(KNOWN):
            row = queries.find_session(codes.token_digest(cookie[len(KNOWN) :]))
            if row is not None:
                opened = BrowserSession(dict(row.data), row_id=row.id)
                opened.is_stale = clock.now() - row.seen_at > TOUCH_EVERY
                return opened
        elif cookie.startswith(STRANGER):
            try:
                data = self.signer.loads(cookie[len(STRANGER) :], max_age=int(STRANGER_LIFE.total_seconds()))
                data.pop(PERSON_KEY, None)  # a stranger's cookie signs nobody in, whatever it says
                return BrowserSession(data)
            except BadSignature:
                pass
        return BrowserSession()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, BrowserSession)
        if not session.modified and not session.is_stale:
            return
        database.rollback()
        if session.ended_row_id is not None:
            with transaction():
                actions.end_session(session.ended_row_id)
        if PERSON_KEY in session:
            self._save_known(app, session, response)
        else:
            self._save_stranger(app, session, response)

    def _save_known(self, app: Flask, session: BrowserSession, response: Response) -> None:
        person_id, data = int(session[PERSON_KEY]), dict(session)
        with transaction():
            person = database.get_one(Person, person_id)
            if session.row_id is not None:
                is_officer = person.alliance_role is not None
                actions.touch_session(session.row_id, data=data, is_officer=is_officer, now=clock.now())
                return
            _, token = actions.open_session(person, data=data, user_agent=request.user_agent.string)
        self._set_cookie(app, response, KNOWN + token, timedelta(days=90))

    def _save_stranger(self, app: Flask, session: BrowserSession, response: Response) -> None:
        if session.row_id is not None:
            with transaction():
                actions.end_session(session.row_id)
        if session:
            self._set_cookie(app, response, STRANGER + str(self.signer.dumps(dict(session))), STRANGER_LIFE)
        else:
            response.delete_cookie(self.get_cookie_name(app), path="/")

    def _set_cookie(self, app: Flask, response: Response, value: str, life: timedelta) -> None:
        response.set_cookie(
            self.get_cookie_name(app),
            value,
            max_age=life,
            path="/",
            secure=bool(app.config["SESSION_COOKIE_SECURE"]),
            httponly=True,
            samesite="Lax",
        )
