"""Payments need nobody but this machine: a test of each way to pay passes where there is no network at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.load.server import ROOT

pytestmark = pytest.mark.xdist_group("load")

ALONE = ["unshare", "--net", "--map-root-user", "sh", "-c"]
TESTS = (
    "tests/payments/test_card.py::test_a_notice_alone_pays_the_order_though_the_buyer_never_comes_back",
    "tests/payments/test_notices_over_http.py::test_too_much_is_owed_back_and_leaves_the_account_once",
)


def test_cards_and_transfers_are_paid_with_the_network_cut_off(tmp_path: Path) -> None:
    if shutil.which("unshare") is None or subprocess.run([*ALONE, "ip link set lo up"], check=False).returncode:
        pytest.skip("this system lets nobody cut a process off from the network")
    inside = {name: value for name, value in os.environ.items() if name != "TEST_DATABASE_URL"}
    # Nothing leads out of there: an address that answers nobody is refused at once.
    # A folder of its own: two suites that clear away old folders in one place trip over each other.
    suite = f"{sys.executable} -m pytest -q --basetemp {tmp_path / 'alone'}"
    command = f"ip link set lo up && ! ip route get 192.0.2.1 2>/dev/null && {suite}"
    done = subprocess.run(
        [*ALONE, f"{command} {' '.join(TESTS)}"], cwd=ROOT, env=inside, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "2 passed" in done.stdout) == (0, True), done.stdout[-3000:] + done.stderr[-1000:]
