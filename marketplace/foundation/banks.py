"""The banks of Vietnam that can receive a transfer by VietQR."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Bank:
    bin: str
    code: str
    name: str


def _read_banks() -> dict[str, Bank]:
    with (Path(__file__).parent / "data" / "banks.csv").open(encoding="utf-8", newline="") as file:
        return {line["bin"]: Bank(**line) for line in csv.DictReader(file)}


# By BIN, in the order in which to offer them: the two that cooperatives use most come first.
BANKS = _read_banks()
