"""Decisions about fairs on plain values: dates, the running order, channels."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import SplitResult, parse_qs, quote, urlsplit

REPORT_DUE = timedelta(days=7)  # domain.md 10.2
RECAP_FOR = timedelta(days=14)  # after the report; later nobody wants to hear of it
REMIND_OF_REPORT = timedelta(days=5)  # after the end: two days are left
# Who buys at the last moment can still type his address (E-commerce rooms close the till like a shop does).
CLOSING_NOTICE = timedelta(minutes=1)
PRICE_MINUTES = 12
KEPT_FOR = timedelta(days=3 * 365)  # recordings and messages, domain.md 11.16
LEADS_KEPT_FOR = timedelta(days=365)  # as the visitor was told when he left his number
FOLLOWERS_KEPT_FOR = timedelta(days=30)  # after the end: the report and its letters are out by then
REMIND_BEFORE = timedelta(hours=4)  # long enough to plan the evening, short enough not to be forgotten
POLLER_IS_GONE = timedelta(seconds=20)


def channel(fair_id: int) -> str:
    """The name of a fair's room in live events."""
    return f"fair:{fair_id}"


def report_reminder_due(ended_at: datetime, reminded_at: datetime | None, now: datetime) -> bool:
    """Two days before a report is due, and once more on the day."""
    if reminded_at is None:
        return now >= ended_at + REMIND_OF_REPORT
    return reminded_at < ended_at + REPORT_DUE <= now


@dataclass(frozen=True)
class Stretch:
    """A slot as the running order sees it."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime


def overlapping(wanted: Stretch, others: Sequence[Stretch]) -> Stretch | None:
    """The first of the others that would be on air at the same time; one that only touches is none."""
    return next(
        (
            other
            for other in sorted(others, key=lambda slot: slot.starts_at)
            if other.id != wanted.id and other.starts_at < wanted.ends_at and wanted.starts_at < other.ends_at
        ),
        None,
    )


def free_stretches(
    taken: Sequence[Stretch], *, starts_at: datetime, ends_at: datetime, minutes: int, gap_minutes: int
) -> list[tuple[datetime, datetime]]:
    """Where slots of so many minutes still fit between those that stand, with a gap on either side."""
    gap, length = timedelta(minutes=gap_minutes), timedelta(minutes=minutes)
    found: list[tuple[datetime, datetime]] = []
    at = starts_at
    for slot in sorted(taken, key=lambda slot: slot.starts_at):
        while at + length + gap <= slot.starts_at:
            found.append((at, at + length))
            at += length + gap
        at = max(at, slot.ends_at + gap)
    while at + length <= ends_at:
        found.append((at, at + length))
        at += length + gap
    return found


def moved_by(moment: datetime, now: datetime) -> timedelta:
    """The least number of whole weeks after which a moment lies in the future: the same day of the week, the same hour."""
    return timedelta(weeks=max(0, -((moment - now) // timedelta(weeks=1))))


def slots_exchanged(first: Stretch, second: Stretch) -> tuple[tuple[datetime, datetime], tuple[datetime, datetime]]:
    """The times of two neighbours that change places: each keeps its length, and the gap between them stays."""
    gap = second.starts_at - first.ends_at
    middle = first.starts_at + (second.ends_at - second.starts_at)
    return (middle + gap, second.ends_at), (first.starts_at, middle)


def calendar_file(
    *,
    uid: str,
    title: str,
    details: str,
    url: str,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    is_cancelled: bool,
) -> str:
    """One event with an alarm an hour before, as RFC 5545 writes it: times in UTC, commas escaped, long lines folded."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Cho HTX//Fairs//VI", "BEGIN:VEVENT",
        f"UID:{uid}", f"DTSTAMP:{_utc(now)}", f"DTSTART:{_utc(starts_at)}", f"DTEND:{_utc(ends_at)}",
        f"SUMMARY:{_escaped(title)}", f"DESCRIPTION:{_escaped(details)}", f"URL:{url}",
        f"STATUS:{'CANCELLED' if is_cancelled else 'CONFIRMED'}",
        "BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_escaped(title)}", "TRIGGER:-PT1H", "END:VALARM",
        "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> str:
    """At most 75 bytes a line, none cut inside a letter."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > 74:
            pieces.append(piece)
            piece = ""
        piece += letter
    return "\r\n ".join([*pieces, piece])


LONGEST_LEAD_SECONDS = 6 * 3600
LONGEST_MESSAGE = 500
MESSAGES_IN_TEN_MINUTES = 60  # of one person; whoever writes more holds a speech
HIDDEN_WORDS = "•••"
_LINK = re.compile(
    r"(?i)(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|vn|info|biz|top|xyz|shop|club|link|me|io|ly|app)\b(?:/\S*)?"
)
_PHONE = re.compile(r"(?<![\d.])(?:\+?84|0)(?:[\s.()\-]{0,3}\d){8,10}(?!\d)")
# Wants a look before all see it: insults, gambling, loans, fraud. Whole words with their tone marks, since without them
# half the market would be rude ("lớn", "cắc").
_WANTS_A_LOOK = re.compile(
    r"\b(?:địt|đụ|đéo|lồn|cặc|buồi|đm|đmm|vcl|clm|óc chó|lừa đảo|đồ lừa|cá độ|cá cược|lô đề|đánh bạc|casino|vay nóng|vay tiền)\b"
)


def tidy_message(text: str) -> str:
    """What is shown of what somebody wrote: links and phone numbers are hidden, so that nobody is led away from the
    market. Digits of other scripts count as digits."""
    plain = "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in text)
    return _PHONE.sub(HIDDEN_WORDS, _LINK.sub(HIDDEN_WORDS, plain))


def name_in_room(full_name: str) -> str:
    """The last two words of a name: what neighbours call each other by, and not enough to be looked up."""
    return tidy_message(" ".join(full_name.split()[-2:]))


def wants_a_look(text: str) -> bool:
    return _WANTS_A_LOOK.search(unicodedata.normalize("NFC", text).casefold()) is not None


def seconds_to_wait(last_at: datetime | None, now: datetime, slow_seconds: int) -> int:
    """How long somebody waits before he may write again; rounded up."""
    if last_at is None:
        return 0
    left = slow_seconds - (now - last_at).total_seconds()
    return max(0, -int(-left // 1))


@dataclass(frozen=True)
class Video:
    """A picture that moves: what is framed or played, and the one host that the page's policy is opened for."""

    address: str
    origin: str
    is_framed: bool
    page: str  # where it is seen without us


def moment_of(video: Video, seconds: int) -> str:
    """The page of a recording at a moment of it, where its host can be told; else its beginning."""
    if video.page.startswith("https://www.youtube.com/"):
        return f"{video.page}&t={seconds}s"
    return video.page if video.is_framed else f"{video.page}#t={seconds}"


def clock_words(seconds: int) -> str:
    """As players show it: 7:05, 1:02:09."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def parse_clock(typed: str) -> int | None:
    """Seconds of “1:02:09”, “7:05” or “90”; None when it is none of these."""
    parts = typed.strip().split(":")
    if not 1 <= len(parts) <= 3 or not all(part.isascii() and part.isdecimal() and len(part) <= 4 for part in parts):
        return None
    numbers = [int(part) for part in parts]
    if any(number > 59 for number in numbers[1:]):
        return None
    total = 0
    for number in numbers:
        total = total * 60 + number
    return total if total <= LONGEST_LEAD_SECONDS else None


_YOUTUBE_HOSTS = ("www.youtube.com", "youtube.com", "m.youtube.com", "www.youtube-nocookie.com")
_FACEBOOK_HOSTS = ("www.facebook.com", "facebook.com", "m.facebook.com")
_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_FACEBOOK_PATH = re.compile(r"/[A-Za-z0-9.]+/videos/(?:[A-Za-z0-9._-]+/)?[0-9]+/?")


def video_of(url: str, hls_hosts: Collection[str] = ()) -> Video | None:
    """What may be shown of an address, by its exact host: YouTube, Facebook, or HLS from hosts that the operator named.
    Everything that is shown is put together anew; of what was typed only a number survives."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme != "https" or parts.username or parts.password or port not in (None, 443):
        return None
    host = parts.hostname or ""
    if host in _YOUTUBE_HOSTS or host == "youtu.be":
        return _youtube(parts)
    if host in _FACEBOOK_HOSTS:
        return _facebook(parts)
    if host in hls_hosts and re.fullmatch(r"/[A-Za-z0-9._~/-]+\.m3u8", parts.path) and not parts.query:
        address = f"https://{host}{parts.path}"
        return Video(address, f"https://{host}", is_framed=False, page=address)
    return None


def _youtube(parts: SplitResult) -> Video | None:
    last = parts.path.rsplit("/", 1)
    if parts.hostname == "youtu.be":
        name = parts.path.removeprefix("/")
    elif parts.path == "/watch":
        name = parse_qs(parts.query).get("v", [""])[0]
    elif last[0] in ("/embed", "/live"):
        name = last[1]
    else:
        return None
    if not _YOUTUBE_ID.fullmatch(name):
        return None
    origin = "https://www.youtube-nocookie.com"
    return Video(
        f"{origin}/embed/{name}?autoplay=1&playsinline=1", origin, is_framed=True,
        page=f"https://www.youtube.com/watch?v={name}",
    )  # fmt: skip


def _facebook(parts: SplitResult) -> Video | None:
    number = parse_qs(parts.query).get("v", [""])[0]
    if parts.path in ("/watch", "/watch/") and re.fullmatch(r"[0-9]{5,20}", number):
        page = f"https://www.facebook.com/watch/?v={number}"
    elif _FACEBOOK_PATH.fullmatch(parts.path):
        page = f"https://www.facebook.com{parts.path}"
    else:
        return None
    origin = "https://www.facebook.com"
    return Video(
        f"{origin}/plugins/video.php?href={quote(page, safe='')}&show_text=false", origin, is_framed=True, page=page
    )
