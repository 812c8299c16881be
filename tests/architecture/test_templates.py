"""Templates keep the content policy: no inline script or style, no unescaped output, every POST form carries a token."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "templates").rglob("*.html"))
# Forms on pages shared by all strangers hold no token; the origin check covers them (foundation/web/forgery.py).
SHARED_FORMS = ("checkout_cart.add", "traceability_scans.tell_place")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_template_keeps_the_content_policy(path: Path) -> None:
    source = path.read_text()
    if "email" in path.parts:
        return  # mail readers know no policy, and their HTML needs its styles inline
    assert not re.search(r"\son[a-z]+\s*=", source), "inline handler"
    assert not re.search(r"\sstyle\s*=", source), "inline style"
    assert not re.search(r"javascript:", source)
    assert "|safe" not in source.replace(" ", "")
    for script in re.findall(r"<script\b[^>]*>", source):
        assert "src=" in script or "application/ld+json" in script, script


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_post_forms_carry_a_token(path: Path) -> None:
    source = path.read_text()
    for form in re.findall(r"(?s)<form\b.*?</form>", source):
        head = form[: form.index(">")]
        if re.search(r'method="?post', head, re.I) and not any(endpoint in head for endpoint in SHARED_FORMS):
            assert re.search(r"csrf_token|hidden_tag|csrf\(", form), head


def test_no_script_is_loaded_twice() -> None:
    """A page names its scripts with a version in the address; imported without it by another, one would run a second
    time and, say, take each press for a second press."""
    sources = "".join(path.read_text() for path in PAGES)
    of_pages = set(re.findall(r"asset\(['\"]js/([\w/]+\.js)['\"]\)", sources))
    of_pages |= {f"fairs/{name}.js" for name in ("room", "buying", "talk")}  # named one by one in a loop
    scripts = ROOT / "static" / "js"
    twice = {
        (str(path.relative_to(scripts)), name)
        for path in scripts.rglob("*.js")
        for name in re.findall(r"import\b[^;]*?[\"'](\.[^\"']+)[\"']", path.read_text())
        if str((path.parent / name).resolve().relative_to(scripts)) in of_pages
    }
    assert twice == set()
