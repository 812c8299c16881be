"""No card number can reach us, and the application does not know that its card provider may be a stand-in."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CARD_FIELD = re.compile(r"cc-(number|csc|exp)|card[-_ ]?number|cvc|cvv|js\.stripe\.com", re.IGNORECASE)
STAND_IN = re.compile(r"tests\.fakes|\bfake|stand-in", re.IGNORECASE)


def test_no_page_of_ours_asks_for_a_card() -> None:
    pages = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("static/js/**/*.js")]
    assert len(pages) > 100
    assert [str(page.relative_to(ROOT)) for page in pages if CARD_FIELD.search(page.read_text())] == []


def test_nothing_that_takes_payments_knows_of_a_stand_in() -> None:
    code = [
        *ROOT.glob("marketplace/payments/**/*.py"),
        *ROOT.glob("marketplace/orders/**/*.py"),
        *ROOT.glob("marketplace/checkout/**/*.py"),
        *ROOT.glob("marketplace/wiring/**/*.py"),
    ]
    assert [str(path.relative_to(ROOT)) for path in code if STAND_IN.search(path.read_text())] == []
