"""Settings name what is wrong and refuse to start; production accepts no example and no demo."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path

import pytest

from marketplace.foundation.settings import BadSettings, read_settings


def production(tmp_path: Path, **changes: str) -> dict[str, str]:
    return {
        "HTX_SECRET_KEY": secrets.token_urlsafe(48),
        "HTX_PUBLIC_URL": "https://cho.example",
        "HTX_LOG_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "HTX_VAR": str(tmp_path),
        **changes,
    }


def test_production_starts_with_what_it_needs(tmp_path: Path) -> None:
    settings = read_settings(production(tmp_path))
    assert (settings.mode, settings.is_demo, settings.is_https) == ("production", False, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTX_SECRET_KEY", ""),
        ("HTX_SECRET_KEY", "changeme"),
        ("HTX_SECRET_KEY", "short"),
        ("HTX_PUBLIC_URL", ""),
        ("HTX_PUBLIC_URL", "cho.example"),
        ("HTX_MODE", "prod"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("REDIS_URL", "127.0.0.1:6379"),
        ("HTX_SMTP", "mail.example"),
        ("HTX_COLLECTING_ACCOUNT", "12345:1:X"),
        ("HTX_WORKERS", "0"),
        ("HTX_WORKERS", "two"),
        ("PORT", "99999"),
        ("HTX_CLOCK_OFFSET", "60"),
        ("HTX_LOG_KEY", ""),
        ("HTX_LOG_KEY", "not base64!"),
        ("HTX_LOG_KEY", base64.b64encode(b"short").decode()),
        ("HTX_LOG_KEY", base64.b64encode(bytes(32)).decode()),
        ("HTX_LOG_NAME", "two words"),
        ("HTX_LOG_OLD_KEYS", "no-key"),
        ("BENCH_COUNT_QUERIES", "1"),
    ],
)
def test_a_wrong_value_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSettings, match=name):
        read_settings(production(tmp_path, **{name: value}))


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as refusal:
        read_settings(production(tmp_path, PORT="x", HTX_WORKERS="0"))
    assert "PORT" in str(refusal.value)
    assert "HTX_WORKERS" in str(refusal.value)


def test_a_demo_must_be_asked_for(tmp_path: Path) -> None:
    assert not read_settings(production(tmp_path)).is_demo
    assert read_settings({"HTX_MODE": "demo", "HTX_VAR": str(tmp_path)}).is_demo


def test_a_demo_keeps_its_secret_over_a_restart(tmp_path: Path) -> None:
    first, second = (read_settings({"HTX_MODE": "demo", "HTX_VAR": str(tmp_path)}) for _ in range(2))
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32


def test_a_log_key_is_never_repeated_in_a_message(tmp_path: Path) -> None:
    nearly = base64.b64encode(secrets.token_bytes(31)).decode()
    with pytest.raises(BadSettings) as refusal:
        read_settings(production(tmp_path, HTX_LOG_KEY=nearly))
    assert nearly not in str(refusal.value)


def test_a_demo_keeps_its_log_key_over_a_restart(tmp_path: Path) -> None:
    first, second = (read_settings({"HTX_MODE": "demo", "HTX_VAR": str(tmp_path)}) for _ in range(2))
    assert first.log_key == second.log_key
    assert len(first.log_key) == 32
    assert (tmp_path / "log_key").stat().st_mode & 0o077 == 0


def test_labels_of_a_demo_lead_to_the_port_it_is_opened_on(tmp_path: Path) -> None:
    given = {"HTX_MODE": "demo", "HTX_VAR": str(tmp_path)}
    assert read_settings(given).public_url == "http://127.0.0.1:8000"
    assert read_settings({**given, "PORT": "8080"}).public_url == "http://127.0.0.1:8080"


TEST_KEY, LIVE_KEY = "sk_test_" + "a1" * 12, "sk_live_" + "a1" * 12


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("HTX_STRIPE_KEY", {"HTX_STRIPE_KEY": TEST_KEY, "HTX_STRIPE_WEBHOOK_SECRETS": "whsec_x"}),
        ("HTX_STRIPE_KEY", {"HTX_STRIPE_KEY": "pk_live_x", "HTX_STRIPE_WEBHOOK_SECRETS": "whsec_x"}),
        ("HTX_STRIPE_WEBHOOK_SECRETS", {"HTX_STRIPE_KEY": LIVE_KEY}),
        (
            "HTX_STRIPE_KEY",
            {
                "HTX_STRIPE_KEY": LIVE_KEY,
                "HTX_STRIPE_WEBHOOK_SECRETS": "whsec_x",
                "HTX_PUBLIC_URL": "http://cho.example",
            },
        ),
        (
            "HTX_STRIPE_BASE",
            {
                "HTX_STRIPE_KEY": LIVE_KEY,
                "HTX_STRIPE_WEBHOOK_SECRETS": "whsec_x",
                "HTX_STRIPE_BASE": "http://127.0.0.1:1",
            },
        ),
    ],
)
def test_card_keys_that_would_lose_money_stop_the_start_and_are_not_repeated(
    tmp_path: Path, name: str, changes: dict[str, str]
) -> None:
    with pytest.raises(BadSettings, match=name) as refused:
        read_settings(production(tmp_path, **changes))
    for secret in changes.values():
        assert secret not in str(refused.value)


def test_settings_show_no_secret_when_they_are_printed(tmp_path: Path) -> None:
    settings = read_settings(
        production(
            tmp_path,
            HTX_STRIPE_KEY=LIVE_KEY,
            HTX_STRIPE_WEBHOOK_SECRETS="whsec_old whsec_new",
            HTX_SEPAY_SECRET="sepay!",
        )
    )
    assert settings.stripe_webhook_secrets == ("whsec_old", "whsec_new")
    for secret in (LIVE_KEY, "whsec_old", "sepay!"):
        assert secret not in repr(settings)
