"""Outlines as lists of points: ellipses, smooth closed curves, ribbons, rounded boxes, and colours between colours."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache

Point = tuple[float, float]
Outline = list[Point]


@lru_cache(maxsize=4096)
def rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@lru_cache(maxsize=4096)
def mix(first: str, second: str, share: float) -> str:
    """The colour `share` of the way from the first to the second."""
    parts = [round(a + (b - a) * share) for a, b in zip(rgb(first), rgb(second), strict=True)]
    return "#" + "".join(f"{max(0, min(255, part)):02x}" for part in parts)


def lighter(colour: str, share: float) -> str:
    return mix(colour, "#fffaf0", share)


def darker(colour: str, share: float) -> str:
    return mix(colour, "#2a1508", share)


def turned(points: Iterable[Point], angle: float, centre: Point = (0.0, 0.0)) -> Outline:
    """Points turned clockwise by degrees around a centre."""
    sine, cosine = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    across, down = centre
    return [
        (across + (x - across) * cosine - (y - down) * sine, down + (x - across) * sine + (y - down) * cosine)
        for x, y in points
    ]


def moved(points: Iterable[Point], x: float, y: float, size: float = 1.0) -> Outline:
    return [(x + a * size, y + b * size) for a, b in points]


def mirrored(points: Iterable[Point], axis: float) -> Outline:
    return [(2 * axis - x, y) for x, y in points]


def ellipse(x: float, y: float, rx: float, ry: float, angle: float = 0, count: int = 60) -> Outline:
    around = [
        (x + rx * math.cos(2 * math.pi * i / count), y + ry * math.sin(2 * math.pi * i / count)) for i in range(count)
    ]
    return turned(around, angle, (x, y)) if angle else around


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float, count: int = 40) -> Outline:
    """Part of an ellipse; degrees run clockwise from the right."""
    turns = [math.radians(start + (end - start) * i / count) for i in range(count + 1)]
    return [(x + rx * math.cos(turn), y + ry * math.sin(turn)) for turn in turns]


def box(left: float, top: float, right: float, bottom: float) -> Outline:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def rounded(left: float, top: float, right: float, bottom: float, radius: float) -> Outline:
    corners = [
        (right - radius, top + radius, -90),
        (right - radius, bottom - radius, 0),
        (left + radius, bottom - radius, 90),
        (left + radius, top + radius, 180),
    ]
    return [point for x, y, start in corners for point in arc(x, y, radius, radius, start, start + 90, 8)]


def smooth(points: Sequence[Point], closed: bool = True, steps: int = 10) -> Outline:
    """A Catmull-Rom curve through the points."""
    count = len(points)
    drawn: Outline = []
    for i in range(count if closed else count - 1):
        if closed:
            a, b, c, d = (points[(i + k) % count] for k in (-1, 0, 1, 2))
        else:
            a, b, c, d = (points[max(0, min(count - 1, i + k))] for k in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            drawn.append((_curve(a[0], b[0], c[0], d[0], t), _curve(a[1], b[1], c[1], d[1], t)))
    if not closed:
        drawn.append(points[-1])
    return drawn


def _curve(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


def ribbon(points: Sequence[Point], width: float, end_width: float | None = None) -> Outline:
    """The outline of a band along the points, growing or thinning to the width at its end."""
    last = len(points) - 1
    final = width if end_width is None else end_width
    left: Outline = []
    right: Outline = []
    for i, (x, y) in enumerate(points):
        before, after = points[max(0, i - 1)], points[min(last, i + 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = math.hypot(dx, dy) or 1.0
        half = (width + (final - width) * i / max(1, last)) / 2
        left.append((x - dy / length * half, y + dx / length * half))
        right.append((x + dy / length * half, y - dx / length * half))
    return left + right[::-1]


def vessel(x: float, profile: Sequence[Point], steps: int = 8) -> Outline:
    """A turned pot seen from the side: (half width, y) from the top down, mirrored on the axis x."""
    side = smooth(profile, closed=False, steps=steps)
    return [(x + half, y) for half, y in side] + [(x - half, y) for half, y in reversed(side)]


def star(x: float, y: float, outer: float, inner: float, count: int = 5) -> Outline:
    points: Outline = []
    for i in range(count * 2):
        turn = math.radians(-90 + 180 * i / count)
        radius = inner if i % 2 else outer
        points.append((x + radius * math.cos(turn), y + radius * math.sin(turn)))
    return points
