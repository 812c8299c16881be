"""The demo market, built once for all tests of this folder, behind a real server."""

from __future__ import annotations

import os
import re
import sqlite3
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.filled_demo import copy_filled
from tests.load.server import running


@dataclass(frozen=True)
class Market:
    """Where the demo stands, and one address of each kind of public page."""

    base: str
    database: Path
    product: str
    cooperative: str
    origin: str
    certificate: str
    pack: str
    copied_pack: str
    labelled_lot: str  # of the copied pack; its cooperative is the one that signs in here
    label_run: int
    reviewed: str
    fair: str  # the one on air
    stall: str  # the cooperative's own part of it
    booth_on_air: int

    @property
    def public_pages(self) -> dict[str, str]:
        return {
            "home": "/",
            "listing": "/san-pham",
            "search without result": "/san-pham?q=khong+co+gi+ca",
            "product": self.product,
            "product with reviews": self.reviewed,
            "reviews": f"{self.reviewed}/danh-gia",
            "cooperatives": "/htx",
            "cooperative": self.cooperative,
            "origin": self.origin,
            "pack": self.pack,
            "pack with a copied label": self.copied_pack,
            "unknown code": "/q/AAAAAAAAAA",
            "report a label": f"{self.origin}/bao-loi",
            "certificate": self.certificate,
            "fairs": "/phien-cho",
            "fair": self.fair,
            "live room": f"{self.fair}/truc-tiep",
            "talk of the room": f"{self.fair}/truc-tiep/tro-chuyen",
            "stage of the room": f"{self.fair}/truc-tiep/san-khau",
            "prices of the room": f"{self.fair}/truc-tiep/bang-gia",
            "number for a stall": f"{self.fair}/gian-hang/{self.booth_on_air}/lien-he",
            "invitation": f"{self.fair}/chia-se",
            "scan": "/quet",
            "empty cart": "/gio-hang",
            "find an order": "/don-hang",
            "sign in": "/dang-nhap",
            "register": "/dang-ky",
            "forgotten password": "/quen-mat-khau",
            "help": "/huong-dan",
            "policies": "/dieu-khoan",
            "about": "/gioi-thieu",
            "verify": "/xac-minh",
            "supply and demand": "/cung-cau",
            "supply and demand without result": "/cung-cau?tinh=96",
            "styleguide": "/mau-giao-dien",
            "no such page": "/khong-co",
        }


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    if os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("pages look the same on either database; measured on SQLite")
    folder = copy_filled(tmp_path_factory, "demo")
    database = folder / "market.sqlite"
    environment = {"HTX_MODE": "demo", "DATABASE_URL": f"sqlite:///{database}", "HTX_VAR": str(folder)}
    with running("marketplace.app.wsgi", environment) as port:
        base = f"http://127.0.0.1:{port}"
        product = _first(base, "/san-pham?q=oi+le", r'href="(/san-pham/[a-z0-9-]+)"')
        labelled_lot, label_run, copied = _copied_pack(database)
        stall, booth_on_air = _stall_on_air(database)
        yield Market(
            base=base,
            database=database,
            product=product,
            cooperative=_first(base, product, r'href="(/htx/[a-z0-9-]+)"'),
            origin=_first(base, product, r'href="(/q/[0-9A-Z]{10})"'),
            certificate=_first(base, product, r'href="(/chung-nhan/\d+)"'),
            pack=_delivered_pack(database),
            copied_pack=f"/q/{copied}",
            labelled_lot=labelled_lot,
            label_run=label_run,
            fair=_first(base, "/phien-cho", r'href="(/phien-cho/[a-z0-9-]+)/truc-tiep"'),
            stall=stall,
            booth_on_air=booth_on_air,
            reviewed=_first(base, "/san-pham?q=mat+ong+hoa+nhan", r'href="(/san-pham/[a-z0-9-]+)"'),
        )


def _delivered_pack(database: Path) -> str:
    """The page of a pack that reached the buyer of an order."""
    with sqlite3.connect(database) as connection:
        query = "SELECT serial FROM unit WHERE state = 'sold' AND order_line_id IS NOT NULL ORDER BY id"
        (serial,) = connection.execute(query).fetchone()
    return f"/q/{serial}"


def _stall_on_air(database: Path) -> tuple[str, int]:
    with sqlite3.connect(database) as connection:
        fair, cooperative, booth = connection.execute(
            "SELECT fair.slug, cooperative.slug, booth.id FROM fair JOIN booth ON booth.fair_id = fair.id"
            " JOIN cooperative ON cooperative.id = booth.cooperative_id"
            " JOIN membership ON membership.cooperative_id = cooperative.id"
            " JOIN person ON person.id = membership.person_id"
            " WHERE fair.state = 'live' AND person.phone = '+84900000024'"
        ).fetchone()
    return f"/htx-cua-toi/{cooperative}/phien-cho/{fair}/len-song", booth


def _copied_pack(database: Path) -> tuple[str, int, str]:
    """Its lot, its run of labels and its serial."""
    with sqlite3.connect(database) as connection:
        found: tuple[str, int, str] = connection.execute(
            "SELECT lot.code, unit.run_id, unit.serial FROM scan_alarm JOIN unit ON unit.id = scan_alarm.unit_id"
            " JOIN lot ON lot.id = unit.lot_id WHERE scan_alarm.reason = 'too_fast'"
        ).fetchone()
    return found


def _first(base: str, path: str, pattern: str) -> str:
    with urllib.request.urlopen(base + path) as answer:
        found = re.search(pattern, answer.read().decode())
    assert found, f"{path} has no link like {pattern}"
    return found[1]
