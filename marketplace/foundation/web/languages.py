"""Vietnamese first, English complete: which of the two a visitor reads, and how he switches."""

from __future__ import annotations

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask_babel import Babel, get_locale

from marketplace.foundation.web import access, addresses, translations

LANGUAGES = ("vi", "en")
COOKIE = "lang"
YEAR_SECONDS = 365 * 24 * 3600


def install(app: Flask) -> None:
    translations.compile_changed()
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(translations.COMPILED)
    Babel(app, default_locale="vi", default_timezone="Asia/Ho_Chi_Minh", locale_selector=choose)
    app.add_url_rule("/ngon-ngu/<any(vi,en):language>", "switch_language", switch_language)
    app.jinja_env.globals.update(current_language=current_language, language_url=language_url)


def choose() -> str:
    """The visitor's own choice, else Vietnamese; on origin pages a foreign reader's browser may say English."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    if g.get("language_by_browser"):
        return request.accept_languages.best_match(LANGUAGES, "vi") or "vi"
    return "vi"


def current_language() -> str:
    return str(get_locale() or "vi")


def language_url(language: str) -> str:
    """The link that shows this same page in the other language."""
    return url_for("switch_language", language=language, next=request.full_path.rstrip("?"))


@access.public
def switch_language(language: str) -> Response:
    response = redirect(addresses.own(request.args.get("next")))
    response.set_cookie(
        COOKIE,
        language,
        max_age=YEAR_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )
    return current_app.make_response(response)
