"""Only videos of exact hosts are shown, and the room's policy is opened for these alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from marketplace.fairs import actions, rules
from marketplace.fairs.models import Fair, Slot
from marketplace.foundation.database import session, transaction
from marketplace.foundation.settings import BadSettings, read_settings
from tests.client import Browser
from tests.factories.fairs import make_live_fair

HLS = ("video.example.vn",)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://www.youtube.com/watch?v=abcdefghi-1&t=5", "https://www.youtube-nocookie.com/embed/abcdefghi-1"),
        ("https://youtu.be/abcdefghi_1", "https://www.youtube-nocookie.com/embed/abcdefghi_1"),
        ("https://m.youtube.com/live/abcdefghi11", "https://www.youtube-nocookie.com/embed/abcdefghi11"),
        ("https://www.facebook.com/htx.hungyen/videos/123456789/", "https://www.facebook.com/plugins/video.php?href="),
        ("https://www.facebook.com/watch/?v=123456789", "https://www.facebook.com/plugins/video.php?href="),
        ("https://video.example.vn/phien/1.m3u8", "https://video.example.vn/phien/1.m3u8"),
    ],
)
def test_known_hosts_are_shown(typed: str, address: str) -> None:
    video = rules.video_of(typed, HLS)
    assert video is not None
    assert video.address.startswith(address)


ATTACKS = [
    "",
    "http://www.youtube.com/watch?v=abcdefghi11",
    "https://www.youtube.com.evil.example/watch?v=abcdefghi11",
    "https://evil.example/www.youtube.com/watch?v=abcdefghi11",
    "https://www.youtube.com@evil.example/watch?v=abcdefghi11",
    "https://user@www.youtube.com/watch?v=abcdefghi11",
    "https://www.youtube.com:8443/watch?v=abcdefghi11",
    "https://www.youtube.com:x/watch?v=abcdefghi11",
    "https://www.youtube.com/watch?v=abc%22%3E%3Cscript",
    "https://www.youtube.com/embed/../../redirect",
    "https://youtu.be/abcdefghi11/x",
    "https://www.facebook.com/l.php?u=https://evil.example",
    "https://www.facebook.com/htx/videos/x",
    "javascript:alert(1)//www.youtube.com/watch?v=abcdefghi11",
    "https://other.example.vn/phien/1.m3u8",
    "https://video.example.vn/phien/1.mp4",
    "https://video.example.vn/phien/1.m3u8?x=1",
    "https://[video.example.vn/phien/1.m3u8",
    "https://www.youtube.com./watch?v=abcdefghi11",
    "https://www.youtube.com../watch?v=abcdefghi11",
    "https://youtube.com%2eevil.example/watch?v=abcdefghi11",
    "https://www.youtube.com%00.evil.example/watch?v=abcdefghi11",
    "https://www.youtube.com\\@evil.example/watch?v=abcdefghi11",
    "https://evil.example\\.www.youtube.com/watch?v=abcdefghi11",
    "https://evil.example#@www.youtube.com/watch?v=abcdefghi11",
    "https://evil.example?@www.youtube.com/watch?v=abcdefghi11",
    "https://www.youtube.com:443@evil.example/watch?v=abcdefghi11",
    "https://:pass@www.youtube.com/watch?v=abcdefghi11",
    "https://www.youtube.com:80/watch?v=abcdefghi11",
    "https://www.youtube.com:0443x/watch?v=abcdefghi11",
    "https://www.youtube.com:99999/watch?v=abcdefghi11",
    "https://www.youtubе.com/watch?v=abcdefghi11",
    "https://xn--www-7cd.youtube.com/watch?v=abcdefghi11",
    "https://www.xn--youtub-5ya.com/watch?v=abcdefghi11",
    "https://ｗｗｗ.youtube.com/watch?v=abcdefghi11",
    "https://www。youtube。com/watch?v=abcdefghi11",
    "https://music.youtube.com/watch?v=abcdefghi11",
    "https://youtube-nocookie.com.evil.example/embed/abcdefghi11",
    "//www.youtube.com/watch?v=abcdefghi11",
    "/watch?v=abcdefghi11",
    "data:text/html,<script>alert(1)</script>",
    "blob:https://www.youtube.com/abcdefghi11",
    "view-source:https://www.youtube.com/watch?v=abcdefghi11",
    "https:www.youtube.com/watch?v=abcdefghi11",
    "https:///www.youtube.com/watch?v=abcdefghi11",
    "https://www.youtube.com/watch/../redirect?q=https://evil.example&v=abcdefghi11",
    "https://www.youtube.com/embed/..%2f..%2fredirect",
    "https://www.youtube.com/embed/abcdefghi11%2f..",
    "https://www.youtube.com/redirect?q=https://evil.example&v=abcdefghi11",
    "https://www.youtube.com/watch?v=abcdefghi1１",
    "https://www.facebook.com/htx/videos/１２３４５６",
    "https://www.facebook.com/htx/../../l.php/videos/123456",
    "https://www.facebook.com@evil.example/htx/videos/123456",
    "https://video.example.vn./phien/1.m3u8",
    "https://video.example.vn:8443/phien/1.m3u8",
    "https://video.example.vn@evil.example/phien/1.m3u8",
    "https://video.example.vn/phien/1.m3u8%00.mp4",
    "https://video.example.vn/phien/'; script-src *; x.m3u8",
    "https://video.example.vn/phien/1.m3u8\n; script-src *",
]


@pytest.mark.parametrize("typed", ATTACKS)
def test_everything_else_is_not(typed: str) -> None:
    assert rules.video_of(typed, HLS) is None


def directives(browser: Browser, slug: str) -> dict[str, str]:
    policy = browser.get(f"/phien-cho/{slug}/truc-tiep").headers["Content-Security-Policy"]
    return {part.split()[0]: part for part in policy.split("; ")}


def test_the_rooms_policy_opens_what_it_shows_and_nothing_else(app: Flask, browser: Browser) -> None:
    fair, (slot,) = make_live_fair()
    usual = directives(browser, fair.slug)
    assert "frame-src" not in usual
    assert usual["default-src"] == "default-src 'none'"
    with transaction():
        session.get_one(Fair, fair.id).video_url = "https://youtu.be/abcdefghi11"
        actions.put_on_air(session.get_one(Fair, fair.id), session.get_one(Slot, slot.id), by=1)
    opened = directives(browser, fair.slug)
    page = browser.page.get_data(as_text=True)  # type: ignore[union-attr]
    assert opened.pop("frame-src") == "frame-src https://www.youtube-nocookie.com"
    assert opened == usual
    assert "<iframe" not in page
    assert 'data-play="https://www.youtube-nocookie.com/embed/abcdefghi11' in page
    with transaction():
        session.get_one(Fair, fair.id).video_url = "https://evil.example/watch"
    assert directives(browser, fair.slug) == usual
    assert "evil.example" not in browser.page.get_data(as_text=True)  # type: ignore[union-attr]


def test_a_cut_takes_the_picture_away(app: Flask, browser: Browser) -> None:
    fair, (slot,) = make_live_fair()
    with transaction():
        session.get_one(Fair, fair.id).video_url = "https://youtu.be/abcdefghi11"
        actions.put_on_air(session.get_one(Fair, fair.id), session.get_one(Slot, slot.id), by=1)
    scene = f"/phien-cho/{fair.slug}/truc-tiep/canh"
    assert "abcdefghi11" in browser.get(scene).get_data(as_text=True)
    with transaction():
        actions.cut_off(session.get_one(Fair, fair.id), session.get_one(Slot, slot.id), by=1, reason="Sai hàng")
    assert "abcdefghi11" not in browser.get(f"{scene}?v=2").get_data(as_text=True)


def test_hosts_of_videos_are_bare_names() -> None:
    with pytest.raises(BadSettings, match="HTX_HLS_HOSTS"):
        read_settings({"HTX_MODE": "test", "HTX_VAR": "/tmp", "HTX_HLS_HOSTS": "https://video.example.vn"})


def test_whatever_is_stored_the_page_frames_only_known_players(app: Flask, browsers: Callable[[], Browser]) -> None:
    fair, (slot,) = make_live_fair()
    with transaction():
        actions.put_on_air(session.get_one(Fair, fair.id), session.get_one(Slot, slot.id), by=1)
    usual = directives(browsers(), fair.slug)
    assert usual["frame-ancestors"] == "frame-ancestors 'none'"
    assert usual["script-src"] == "script-src 'self'"
    for attack in ATTACKS:
        with transaction():
            session.get_one(Fair, fair.id).video_url = attack
        browser = browsers()
        assert directives(browser, fair.slug) == usual, attack
        page = browser.page.get_data(as_text=True)  # type: ignore[union-attr]
        assert "data-play" not in page, attack
        assert "evil.example" not in page, attack
