"""The section "Labels": sheets of unit labels beside their QR matrices alone, and the memory of small and large runs."""

from __future__ import annotations

import json
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from qrcode import constants
from qrcode.main import QRCode

from marketplace.foundation import codes
from marketplace.traceability.labels import LAYOUTS, Fact, SheetLayout, UnitLabel, unit_label_sheets

COUNT, LARGE_COUNT = 1_000, 10_000
ROUNDS = 5
MOST_OF_MATRIX = 1.5
MEGABYTE_OF_KILOBYTES = 1024

_LABEL = UnitLabel(
    title="Nhãn lồng Hưng Yên",
    short_address="chohtx.vn/q/",
    product_name="Nhãn lồng Hưng Yên",
    cooperative_name="HTX Nông nghiệp Hồng Nam",
    facts=(
        Fact("Số lô", "NL-0712"),
        Fact("NSX", "12/07/2026"),
        Fact("HSD", "22/07/2026"),
        Fact("Khối lượng tịnh", "1 kg"),
    ),
    badges=("VietGAP", "OCOP 4 sao"),
    hint="Quét mã để xem nguồn gốc",
)


def bench() -> bool:
    """Measure and print; False when a sheet costs more than it may."""
    print(f"\n## Labels: {COUNT:,} units, each with a code and a serial of its own\n")
    print("| layout | CPU s | × matrices alone (qrcode, fixed mask) |\n|---|---:|---:|", flush=True)
    is_within = True
    for layout in LAYOUTS.values():
        cpu, ratio = _cost(layout)
        over = f" **> {MOST_OF_MATRIX}**" if ratio > MOST_OF_MATRIX else ""
        is_within &= not over
        print(f"| {layout.name} | {cpu:.2f} | {ratio:.2f}{over} |", flush=True)
    for layout in ("40", "50x30"):
        small, large = _grown(layout, COUNT), _grown(layout, LARGE_COUNT)
        print(
            f"\nPeak memory of a run on {layout}: {small:.0f} MB more for {COUNT:,} labels, {large:.0f} MB for {LARGE_COUNT:,}"
        )
    return is_within


def _cost(layout: SheetLayout) -> tuple[float, float]:
    serials = _serials(COUNT)
    sheets, ratios = [], []
    for _ in range(ROUNDS):
        matrices = _cpu(lambda: _matrices(serials))
        sheets.append(_cpu(lambda: _draw(layout, serials)))
        ratios.append(sheets[-1] / matrices)
    return statistics.median(sheets), statistics.median(ratios)


def _cpu(work: Callable[[], None]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _matrices(serials: list[str]) -> None:
    for serial in serials:
        code = QRCode(error_correction=constants.ERROR_CORRECT_Q, mask_pattern=5, border=0)
        code.add_data(_url(serial))
        code.make(fit=True)


def _draw(layout: SheetLayout, serials: list[str]) -> None:
    for _file in unit_label_sheets(_LABEL, serials=serials, url_of=_url, count=len(serials), layout=layout):
        pass


def _url(serial: str) -> str:
    return f"https://chohtx.vn/01/09528888123457/21/{serial}"


def _serials(count: int) -> list[str]:
    chosen = random.Random(count)
    return ["".join(chosen.choices(codes.ALPHABET, k=13)) for _ in range(count)]


def _grown(layout: str, count: int) -> float:
    """Megabytes, in a process of its own: a peak never falls."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.labels", layout, str(count)], check=True, capture_output=True, text=True
    )
    return float(json.loads(done.stdout))


def _grow(layout: str, count: int) -> float:
    serials = _serials(count)
    _draw(LAYOUTS[layout], serials[:1])
    before = _peak()
    _draw(LAYOUTS[layout], serials)
    return (_peak() - before) / MEGABYTE_OF_KILOBYTES


def _peak() -> int:
    """In KiB. Not from getrusage, whose peak a process takes over from the one that started it."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found is not None
    return int(found[1])


if __name__ == "__main__":
    print(json.dumps(_grow(sys.argv[1], int(sys.argv[2]))))
