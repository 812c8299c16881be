"""Addresses of tiles as in c2sp.org/tlog-tiles: level, index in groups of three digits, width of an unfinished tile."""

from __future__ import annotations

import re

WIDTH = 256
LEVELS = 64


def read_address(path: str) -> tuple[int, int] | None:
    """Index and width of `x001/x234/067` or `x001/234.p/17`; None for anything written otherwise."""
    found = re.fullmatch(r"((?:x[0-9]{3}/){0,5})([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", path, re.ASCII)
    if found is None or found[1].startswith("x000/"):
        return None
    width = int(found[3] or WIDTH)
    if found[3] and width >= WIDTH:
        return None
    return int(re.sub(r"[x/]", "", found[1]) + found[2]), width


def address(index: int) -> str:
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03}")
    return "/".join(reversed(groups))
