"""Where a page hears of a room, and the content policy that goes with it."""

from __future__ import annotations

from collections.abc import Iterable

from flask import current_app, request

from marketplace.fairs import rules
from marketplace.fairs.models import Fair
from marketplace.fairs.rules import Video
from marketplace.fairs.states import FairState
from marketplace.foundation import realtime
from marketplace.foundation.settings import Settings
from marketplace.foundation.web.headers import CONTENT_POLICY


def settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def stream_url(fair: Fair) -> str:
    """The address of the room's stream with the key that this page was given; empty when the page shall ask by itself."""
    if fair.state != FairState.LIVE or request.args.get("live") == "poll":
        return ""
    channel = rules.channel(fair.id)
    key = realtime.listening_key(channel, settings().secret_key)
    return f"{_origin()}/luong/{channel}?khoa={key}"


def policy(videos: Iterable[Video] = ()) -> str:
    """The usual policy, with the stream and with exactly the hosts whose videos this room shows."""
    several = list(videos)
    origin = _origin()
    frames = sorted({video.origin for video in several if video.is_framed})
    media = sorted({video.origin for video in several if not video.is_framed})
    # Where a browser does not play HLS by itself, our player fetches its pieces; elsewhere they are media.
    connects = " ".join(filter(None, ["connect-src 'self'", origin, *media]))
    opened = CONTENT_POLICY.replace("connect-src 'self'", connects)
    opened = opened.replace("media-src 'self' blob:", " ".join(["media-src 'self' blob:", *media]))
    return opened + (f"; frame-src {' '.join(frames)}" if frames else "")


def _origin() -> str:
    """Where the stream process answers, when it is not behind the page's own address."""
    url = settings().stream_url
    if url.startswith(":"):
        return f"{request.scheme}://{request.host.rsplit(':', 1)[0]}{url}"
    return url
