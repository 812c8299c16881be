"""Page workers do without what only seldom work needs: libraries that take tens of megabytes in every process."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("library", ["fpdf", "fontTools", "openpyxl", "alembic"])
def test_a_page_worker_starts_without_it(library: str) -> None:
    code = f"import sys, marketplace.app.factory; sys.exit({library!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
