"""Vietnamese first, English complete: which of the two a visitor reads, and how he switches."""

from __future__ import annotations

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask_babel import Babel, get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from marketplace.foundation.web import access, addresses, translations

LANGUAGES = ("vi", "en")
COOKIE = "lang"
YEAR_SECONDS = 365 * 24 * 3600


def install(app: Flask) -> None:
    translations.compile_changed()
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(translations.COMPILED)
    Babel(app, default_locale="vi", default_timezone="Asia/Ho_Chi_Minh", locale_selector=choose)
    app.add_url_rule("/ngon-ngu/<any(vi,en):language>", "switch_language", switch_language)
    app.jinja_env.globals.update(current_language=current_language, language_url=language_url, gettext=say, _=say)


def choose() -> str:
    """The visitor's own choice, else Vietnamese; on origin pages a foreign reader's browser may say English."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    if g.get("language_by_browser"):
        return request.accept_languages.best_match(LANGUAGES, "vi") or "vi"
    return "vi"


class Messages(dict[str, str]):
    """What one language says, each message looked up once: Flask-Babel finds its catalogue anew for every word, which
    took a tenth of a page."""

    def __missing__(self, text: str) -> str:
        self[text] = said = str(get_translations().ugettext(text))
        return said


_said = {language: Messages() for language in LANGUAGES}


@pass_eval_context
def say(context: EvalContext, text: str, **variables: object) -> str:
    """`_()` of templates: the message in the visitor's language, what is put into it escaped where the template is."""
    said = _said[current_language()][text]
    if context.autoescape:
        said = Markup(said)  # noqa: S704 (messages are ours)
    return said % variables if "%" in said else said


def current_language() -> str:
    locale = get_locale()
    return locale.language if locale else "vi"


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
