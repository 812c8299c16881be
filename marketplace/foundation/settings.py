"""The settings of one running market, read once from the environment and refused by name when they are wrong."""

from __future__ import annotations

import binascii
import os
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from marketplace.foundation import web_push

T = TypeVar("T")

EXAMPLE_SECRETS = {"", "secret", "changeme", "change-me", "dev", "development", "example", "password"}
SHORTEST_SECRET = 32
LOG_KEY_BYTES = 32


class BadSettings(Exception):
    """One or more environment variables cannot be used; the message names each of them."""


@dataclass(frozen=True)
class CollectingAccount:
    """The bank account that buyers transfer to."""

    bank_bin: str
    number: str
    name: str


@dataclass(frozen=True)
class Settings:
    """Everything that differs from one installation to the next."""

    mode: str
    secret_key: str
    database_url: str
    public_url: str
    var: Path
    redis_url: str | None
    files_url: str
    trusted_hosts: tuple[str, ...]
    trusted_proxies: int
    smtp_url: str | None
    mail_from: str
    collecting_account: CollectingAccount | None
    hotline: str
    workers: int
    host: str
    port: int
    count_queries: bool
    clock_offset_seconds: int
    log_key: bytes = field(repr=False)  # seed of the Ed25519 key that signs the log of origins
    log_name: str  # the log's own name in what it signs; must outlive a change of the address
    stripe_secret_key: str = field(default="", repr=False)  # cards are offered only when it is set
    stripe_webhook_secrets: tuple[str, ...] = field(default=(), repr=False)  # two while one is being changed
    stripe_base_url: str | None = None  # another server than Stripe's own, for the demo and for tests
    stripe_page_url: str = "https://checkout.stripe.com"  # where buyers are sent to
    # Of those who tell us what moves on the bank account, by name; nobody without a secret is believed.
    bank_secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    card_min_dong: int = 20_000  # payments.md 1.4: Stripe's least is about 13,000 to 14,000 đồng
    card_max_dong: int = 99_999_999  # and eight digits its most
    # Where text messages and Zalo's go (file:///path or a gateway's address), and what opens the gateway.
    sms_url: str | None = None
    sms_secret: str = field(default="", repr=False)
    zalo_url: str | None = None
    zalo_secret: str = field(default="", repr=False)
    zalo_templates: Mapping[str, str] = field(default_factory=dict)  # Zalo's numbers by the names of our letters
    push_key: bytes = field(default=b"", repr=False)  # web push is offered only when it is set
    push_service: str = ""  # a push service outside the open internet, for tests
    log_old_keys: tuple[str, ...] = ()  # verifier keys of before, for proofs that were signed with them
    province_header: str = ""  # in which a proxy of our own names the province of an address, by its code
    max_body_bytes: int = 40 * 1024 * 1024
    stream_port: int = 8001
    # Where pages find the stream of rooms: "" behind the same address (a proxy leads /luong/ to the stream process),
    # ":8001" on the same host under another port, else a whole address.
    stream_url: str = ""
    nchan_url: str | None = None  # where nginx takes what happened in rooms, and holds their viewers
    hls_hosts: tuple[str, ...] = ()  # whose videos (HLS) rooms of fairs may play
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_demo(self) -> bool:
        return self.mode == "demo"

    @property
    def is_production(self) -> bool:
        return self.mode == "production"

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")


MODES = ("demo", "development", "test", "production")


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from `HTX_…` variables (and DATABASE_URL, REDIS_URL, PORT); raises BadSettings naming every wrong one.

    The mode has no default beyond production: a demo market with known passwords never starts by accident.
    """
    reader = _Reader(environment)
    mode = reader.choice("HTX_MODE", MODES, default="production")
    var = Path(environment.get("HTX_VAR", "var")).resolve()
    port = reader.value("PORT", _port, default="8000")
    settings = Settings(
        mode=mode,
        secret_key=reader.secret_key(mode, var),
        database_url=reader.value("DATABASE_URL", _database_url, default=f"sqlite:///{var / 'market.sqlite'}"),
        public_url=reader.value(
            "HTX_PUBLIC_URL", _public_url, default=None if mode == "production" else f"http://127.0.0.1:{port}"
        ),
        var=var,
        redis_url=reader.optional("REDIS_URL", _redis_url),
        files_url=environment.get("HTX_FILES", str(var / "files")),
        trusted_hosts=tuple(name.strip() for name in environment.get("HTX_HOSTS", "").split(",") if name.strip()),
        trusted_proxies=reader.value("HTX_PROXIES", _count, default="0"),
        smtp_url=reader.optional("HTX_SMTP", _smtp_url),
        mail_from=environment.get("HTX_MAIL_FROM", "no-reply@localhost"),
        collecting_account=reader.optional("HTX_COLLECTING_ACCOUNT", _collecting_account)
        or (None if mode == "production" else CollectingAccount("970446", "9990000012345", "CHO HTX DU LIEU MAU")),
        hotline=environment.get("HTX_HOTLINE", "" if mode == "production" else "1900 0000"),
        workers=reader.value("HTX_WORKERS", _positive, default="2"),
        host=environment.get("HTX_HOST", "127.0.0.1"),
        port=port,
        count_queries=environment.get("BENCH_COUNT_QUERIES") == "1",
        clock_offset_seconds=reader.value("HTX_CLOCK_OFFSET", int, default="0"),
        log_key=reader.log_key(mode, var),
        log_name=reader.value(
            "HTX_LOG_NAME",
            _log_name,
            default=re.sub(r"^https?://", "", environment.get("HTX_PUBLIC_URL", "").strip() or "127.0.0.1:8000")
            + "/log",
        ),
        log_old_keys=reader.value("HTX_LOG_OLD_KEYS", _verifier_keys, default="") or (),
        stripe_secret_key=environment.get("HTX_STRIPE_KEY", "").strip(),
        stripe_webhook_secrets=tuple(environment.get("HTX_STRIPE_WEBHOOK_SECRETS", "").split()),
        stripe_base_url=reader.optional("HTX_STRIPE_BASE", _public_url),
        stripe_page_url=reader.value("HTX_STRIPE_PAGE", _public_url, default="https://checkout.stripe.com"),
        bank_secrets=reader.bank_secrets(mode, var),
        sms_url=reader.optional("HTX_SMS", _gateway_url),
        sms_secret=environment.get("HTX_SMS_SECRET", "").strip(),
        zalo_url=reader.optional("HTX_ZALO", _gateway_url),
        zalo_secret=environment.get("HTX_ZALO_SECRET", "").strip(),
        zalo_templates=reader.value("HTX_ZALO_TEMPLATES", _zalo_templates, default="") or {},
        push_key=reader.push_key(mode, var),
        push_service=reader.optional("HTX_PUSH_SERVICE", _public_url) or "",
        province_header=environment.get("HTX_PROVINCE_HEADER", "").strip(),
        stream_port=(stream_port := reader.value("HTX_STREAM_PORT", _port, default=str((port or 0) + 1))),
        nchan_url=reader.optional("HTX_NCHAN", _public_url),
        hls_hosts=reader.value("HTX_HLS_HOSTS", _host_names, default="") or (),
        stream_url=reader.value(
            "HTX_STREAM_URL",
            _stream_url,
            # Set and empty is an answer too: behind the same address.
            default="" if mode == "production" or "HTX_STREAM_URL" in environment else f":{stream_port}",
        ),
    )
    if settings.is_production and settings.clock_offset_seconds:
        reader.wrong("HTX_CLOCK_OFFSET", "moves the clock and is refused in production")
    if settings.is_production and settings.count_queries:
        reader.wrong("BENCH_COUNT_QUERIES", "is for measuring and is refused in production")
    _check_stripe(settings, reader)
    _check_gateways(settings, reader)
    reader.finish()
    return settings


def _check_stripe(settings: Settings, reader: _Reader) -> None:
    """Refuse what would lose money or take it where nobody looks (payments.md 6); a secret is never repeated."""
    key, is_live = settings.stripe_secret_key, settings.stripe_secret_key.startswith(("sk_live_", "rk_live_"))
    if not key:
        return
    if not re.fullmatch(r"[sr]k_(live|test)_\w+", key, re.ASCII):
        reader.wrong("HTX_STRIPE_KEY", "is no secret or restricted key of Stripe (sk_… or rk_…)")
    if not settings.stripe_webhook_secrets:
        reader.wrong("HTX_STRIPE_WEBHOOK_SECRETS", "must be set beside HTX_STRIPE_KEY: notices are checked with it")
    if is_live and not settings.is_https:
        reader.wrong("HTX_STRIPE_KEY", "is a live key, and HTX_PUBLIC_URL is not https")
    if settings.is_production and not is_live:
        reader.wrong("HTX_STRIPE_KEY", "is a test key, which takes no real money, and is refused in production")
    if settings.stripe_base_url and (is_live or settings.is_production):
        reader.wrong("HTX_STRIPE_BASE", "leads away from Stripe and is refused with a live key and in production")


def _check_gateways(settings: Settings, reader: _Reader) -> None:
    """A gateway without a secret would send for anybody, and one without TLS would show codes on the way."""
    gateways = (
        ("HTX_SMS", settings.sms_url, settings.sms_secret),
        ("HTX_ZALO", settings.zalo_url, settings.zalo_secret),
    )
    for name, url, secret in gateways:
        if not url or url.startswith("file:"):
            continue
        if not secret:
            reader.wrong(f"{name}_SECRET", f"must be set beside {name}: the gateway knows us by it")
        if settings.is_production and not url.startswith("https://"):
            reader.wrong(name, "is not https and is refused in production")
    if settings.is_production and settings.push_service:
        reader.wrong("HTX_PUSH_SERVICE", "lets messages go into the own network and is refused in production")


class _Reader:
    """Collects every mistake before it refuses, so that an operator mends them in one go."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.mistakes: list[str] = []

    def wrong(self, name: str, what: str) -> None:
        self.mistakes.append(f"{name} {what}")

    def value(self, name: str, parse: Callable[[str], T], default: str | None) -> T:
        text = self.environment.get(name, "").strip() or default
        if text is None:
            self.wrong(name, "must be set")
            return parse_nothing()
        try:
            return parse(text)
        except ValueError as mistake:
            self.wrong(name, f"is {text!r}: {mistake}")
            return parse_nothing()

    def optional(self, name: str, parse: Callable[[str], T]) -> T | None:
        text = self.environment.get(name, "").strip()
        return self.value(name, parse, default=text) if text else None

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        text = self.environment.get(name, "").strip() or default
        if text not in allowed:
            self.wrong(name, f"is {text!r}: choose one of {', '.join(allowed)}")
        return text

    def secret_key(self, mode: str, var: Path) -> str:
        given = self.environment.get("HTX_SECRET_KEY", "").strip()
        if mode == "production":
            if given.lower() in EXAMPLE_SECRETS or len(given) < SHORTEST_SECRET:
                self.wrong(
                    "HTX_SECRET_KEY",
                    f"must be a random secret of at least {SHORTEST_SECRET} characters in production "
                    "(python -c 'import secrets; print(secrets.token_urlsafe(48))')",
                )
            return given
        return given or _kept_secret(var / "secret_key")

    def bank_secrets(self, mode: str, var: Path) -> dict[str, str]:
        """`HTX_SEPAY_SECRET`, `HTX_CASSO_SECRET`; a demo signs its simulated transfers with a secret of its own."""
        given = {name: self.environment.get(f"HTX_{name.upper()}_SECRET", "").strip() for name in ("sepay", "casso")}
        if mode == "demo" and not given["sepay"]:
            given["sepay"] = _kept_secret(var / "bank_secret")
        return {name: secret for name, secret in given.items() if secret}

    def push_key(self, mode: str, var: Path) -> bytes:
        """The key that web push is signed with; a demo makes its own. The value is never repeated in a message."""
        given = self.environment.get("HTX_PUSH_KEY", "").strip()
        if not given:
            return _kept_key(var / "push_key") if mode == "demo" else b""
        try:
            return web_push.private_key(given)
        except ValueError:
            self.wrong(
                "HTX_PUSH_KEY",
                "must be 32 random bytes in base64url "
                "(python -c 'import base64, secrets; print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())')",
            )
            return b""

    def log_key(self, mode: str, var: Path) -> bytes:
        given = self.environment.get("HTX_LOG_KEY", "").strip()
        if not given and mode != "production":
            return _kept_key(var / "log_key")
        try:
            seed = b64decode(given, validate=True)
        except (ValueError, binascii.Error):
            seed = b""
        # The value itself is never repeated in the message: it is the secret that all proofs rest on.
        if len(seed) != LOG_KEY_BYTES or len(set(seed)) < 8:
            self.wrong(
                "HTX_LOG_KEY",
                f"must be {LOG_KEY_BYTES} random bytes in base64; it signs the log of origins "
                "(python -c 'import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())')",
            )
        return seed

    def finish(self) -> None:
        if self.mistakes:
            raise BadSettings("The market cannot start:\n" + "\n".join(f"  - {line}" for line in self.mistakes))


def parse_nothing() -> T:  # type: ignore[type-var]
    """Stands in for a value whose mistake is already noted; the reader refuses before anyone sees it."""
    return None  # type: ignore[return-value]


def _kept_secret(path: Path) -> str:
    """A secret made once per installation, so that sign-ins outlive a restart of the demo."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        secret = secrets.token_urlsafe(48)
        path.write_text(secret)
        path.chmod(0o600)
        return secret


def _kept_key(path: Path) -> bytes:
    """A signing key made once per installation. Linked into place whole: two workers that start together get one key."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(b64encode(secrets.token_bytes(LOG_KEY_BYTES)).decode())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return b64decode(path.read_text())


def _log_name(text: str) -> str:
    if not re.fullmatch(r"[^\s+]{3,200}", text):
        raise ValueError("use a name without blanks or plus signs, such as chohtx.example/log (C2SP signed-note)")
    return text


def _verifier_keys(text: str) -> tuple[str, ...]:
    keys = tuple(text.split())
    for key in keys:
        if not re.fullmatch(r"[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}", key):
            raise ValueError("use verifier keys as /log/key shows them, separated by blanks")
    return keys


def _host_names(text: str) -> tuple[str, ...]:
    names = tuple(text.split())
    for name in names:
        if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", name):
            raise ValueError("use bare host names such as video.example.vn, separated by blanks")
    return names


def _database_url(text: str) -> str:
    for scheme in ("postgres://", "postgresql://"):
        if text.startswith(scheme):
            return "postgresql+psycopg://" + text[len(scheme) :]
    if text.startswith(("postgresql+psycopg://", "sqlite:///")):
        return text
    raise ValueError("use postgresql://… or sqlite:///…")


def _redis_url(text: str) -> str:
    if not text.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("use redis://host:port/number")
    return text


def _smtp_url(text: str) -> str:
    if not re.match(r"^smtps?://([^@]+@)?[^:/]+(:\d+)?$", text):
        raise ValueError("use smtp://user:password@host:587 or smtps://user:password@host:465")
    return text


def _gateway_url(text: str) -> str:
    if not re.match(r"^(https?://[^/\s]+(/\S*)?|file:///\S+)$", text):
        raise ValueError("use https://gateway.example/path or file:///path")
    return text


def _zalo_templates(text: str) -> dict[str, str]:
    pairs = [entry.partition("=") for entry in text.split()]
    if not all(name and number.isdigit() for name, _, number in pairs):
        raise ValueError("use letters with Zalo's numbers, separated by blanks, such as orders/placed=281234")
    return {name: number for name, _, number in pairs}


def _public_url(text: str) -> str:
    if not re.match(r"^https?://[^/\s]+$", text):
        raise ValueError("use https://host without a path")
    return text


def _collecting_account(text: str) -> CollectingAccount:
    parts = text.split(":", 2)
    if len(parts) != 3 or not re.fullmatch(r"\d{6}", parts[0]) or not re.fullmatch(r"[0-9A-Za-z]{4,19}", parts[1]):
        raise ValueError("use BIN:ACCOUNT:NAME, such as 970446:9990000012345:LIEN MINH HTX")
    return CollectingAccount(*parts)


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError("must not be negative")
    return number


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError("must be at least 1")
    return number


def _stream_url(text: str) -> str:
    return text if not text or re.fullmatch(r":\d{1,5}", text) else _public_url(text)


def _port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise ValueError("must be between 1 and 65535")
    return number
