"""The import rules of setup.cfg hold, and they bite: a planted violation is found."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--config", "setup.cfg", "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "NO_COLOR": "1", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(
        ROOT / "marketplace", folder / "marketplace", ignore=shutil.ignore_patterns("__pycache__", "*.avif", "*.csv")
    )
    shutil.copy(ROOT / "setup.cfg", folder)
    return folder


def test_imports_follow_the_ladder(copy: Path) -> None:
    result = lint(copy)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("catalogue/rules.py", "from marketplace.orders import states", "ladder"),
        ("geography/rules.py", "from marketplace.accounts import states", "ladder"),
        ("orders/rules.py", "from marketplace.orders import actions", "words"),
        ("inventory/rules.py", "import flask", "No Flask"),
    ],
)
def test_a_planted_violation_is_found(copy: Path, file: str, line: str, contract: str) -> None:
    planted = copy / "marketplace" / file
    before = planted.read_text()
    try:
        planted.write_text(
            before.replace("from __future__ import annotations\n", f"from __future__ import annotations\n{line}\n", 1)
        )
        result = lint(copy)
    finally:
        planted.write_text(before)
    assert result.returncode != 0
    assert contract.lower() in result.stdout.lower()
