"""The application factory."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_compress import Compress
from flask_login import LoginManager
from werkzeug.middleware.proxy_fix import ProxyFix

from marketplace import wiring
from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Person
from marketplace.app import commands
from marketplace.audiences import guard, layout
from marketplace.audiences.sessions import Sessions
from marketplace.foundation import clock, database, files, public_address
from marketplace.foundation.settings import Settings
from marketplace.foundation.web import (
    assets,
    browser_token,
    errors,
    filters,
    forgery,
    headers,
    languages,
    limits,
    requests,
    shared_pages,
)

ROOT = Path(__file__).resolve().parents[2]


def create_app(settings: Settings) -> Flask:
    """The whole market as one WSGI application. Opens the database; migrates nothing."""
    app = Flask("marketplace", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SETTINGS=settings,
        MAX_CONTENT_LENGTH=settings.max_body_bytes,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=2_000,
        SESSION_COOKIE_SECURE=settings.is_https,
        PREFERRED_URL_SCHEME="https" if settings.is_https else "http",
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        TESTING=settings.mode == "test",
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=6,
        COMPRESS_MIN_SIZE=600,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.globals["demo_mode"] = settings.is_demo
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    clock.set_offset(settings.clock_offset_seconds)
    database.connect(settings.database_url)
    files.use(settings.files_url)
    public_address.use(settings.public_url)
    app.session_interface = Sessions(settings.secret_key)

    requests.install(app, count_queries=settings.count_queries)
    headers.install(
        app, is_https=settings.is_https, pay_page=settings.stripe_page_url if settings.stripe_secret_key else None
    )
    errors.install(app)
    languages.install(app)
    filters.install(app)
    limits.install(app, settings.redis_url)
    assets.install(app, folder=ROOT / "static", watches=settings.mode == "development")
    _sign_in_with(app)
    forgery.install(app)
    Compress(app)
    wiring.install(app, settings)
    guard.install(app, settings)
    layout.install(app, settings)
    commands.install(app)
    shared_pages.install(app, session_cookie="htx", cart_cookie=browser_token.COOKIE)

    @app.teardown_appcontext
    def put_session_away(_: BaseException | None) -> None:
        database.session.remove()

    return app


def _sign_in_with(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None  # sessions are rows bound to a random token; a changed address is no theft

    @manager.user_loader
    def load(person_id: str) -> Person | None:
        person = accounts.find_person(int(person_id))
        return person if person is not None and person.is_active else None
