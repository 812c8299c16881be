"""Takes the README's screenshots of a fresh demo market: `make screenshots`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from marketplace.demo.accounts import PASSWORD  # noqa: E402  (the path above makes it importable)
from tests import servers  # noqa: E402
from tests.conftest import FLAGS  # noqa: E402
from tests.load.server import running  # noqa: E402

HERE = Path(__file__).parent
PHONE, LAPTOP = {"width": 360, "height": 800}, {"width": 1280, "height": 800}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        environment = {"HTX_MODE": "demo", "DATABASE_URL": f"sqlite:///{folder}/market.sqlite", "HTX_VAR": folder}
        subprocess.run(
            [sys.executable, "-m", "marketplace.app.prepare"], env={**os.environ, **environment}, cwd=ROOT, check=True
        )
        browser = playwright.chromium.launch(executable_path=servers.chromium(), args=FLAGS)
        with running("marketplace.app.wsgi", environment) as port:
            take(browser, f"http://127.0.0.1:{port}")
        browser.close()


def take(browser: Browser, base: str) -> None:
    laptop, phone, desk = (_page(browser, base, size) for size in (LAPTOP, PHONE, PHONE))
    _shoot(laptop, "/", "home")
    laptop.goto("/san-pham?q=oi+le")
    product = laptop.locator(".product-card a").first.get_attribute("href") or "/"
    _shoot(phone, product, "product")
    origin = re.search(r"/q/[0-9A-Z]{10}", phone.content())
    assert origin
    _shoot(phone, origin[0], "origin")
    desk.goto("/dang-nhap")
    desk.fill("[name=contact]", "0900000024")
    desk.fill("[name=password]", PASSWORD)
    desk.locator("main form .form-actions button").first.click()
    desk.wait_for_load_state()
    desk.goto("/htx-cua-toi")
    _shoot(desk, desk.url.removeprefix(base).rstrip("/") + "/don-hang", "desk")
    _beside([HERE / f"{name}.png" for name in ("product", "origin", "desk")], HERE / "phones.png")


def _page(browser: Browser, base: str, size: dict[str, int]) -> Page:
    return browser.new_context(viewport=size, locale="vi-VN", base_url=base).new_page()  # type: ignore[arg-type]


def _shoot(page: Page, path: str, name: str) -> None:
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=HERE / f"{name}.png")


def _beside(parts: list[Path], target: Path) -> None:
    """Three phones in one picture, so that the README shows them in a row."""
    pictures = [Image.open(part).convert("RGB") for part in parts]
    gap = 24
    whole = Image.new(
        "RGB", (sum(one.width for one in pictures) + gap * (len(pictures) - 1), pictures[0].height), "white"
    )
    left = 0
    for one in pictures:
        whole.paste(one, (left, 0))
        left += one.width + gap
    whole.quantize(128).save(target, optimize=True)
    for part in parts:
        part.unlink()
    home = HERE / "home.png"
    Image.open(home).convert("RGB").quantize(128).save(home, optimize=True)


if __name__ == "__main__":
    main()
