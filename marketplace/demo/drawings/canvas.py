"""The sheet and its brushes: gradients, balls, leaves, strokes, soft shadows and lights; drawn at twice the size."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from marketplace.demo.drawings.shapes import (
    Outline,
    Point,
    darker,
    ellipse,
    lighter,
    mix,
    moved,
    rgb,
    ribbon,
    smooth,
    turned,
)

Way = Literal["down", "across", "slant", "round", "ball", "drum"]
SCALE = 2
SOFT = 8  # shadows are blurred on a sheet this many times smaller
FONTS = Path(__file__).parents[2] / "traceability" / "fonts"


@lru_cache(maxsize=8)
def _slope(way: Way) -> Image.Image:
    down = Image.linear_gradient("L").resize((64, 64))
    across = down.transpose(Image.Transpose.ROTATE_90)
    if way == "down":
        return down
    if way == "across":
        return across
    if way == "slant":
        return Image.blend(down, across, 0.5)
    if way == "round":
        return Image.radial_gradient("L").resize((64, 64))
    if way == "drum":  # a cylinder lit from the left: the light lies at a third
        return across.point([min(255, round(abs(i / 255 - 0.3) / 0.7 * 255)) for i in range(256)])
    return Image.radial_gradient("L").crop((70, 77, 230, 237)).resize((64, 64))


@lru_cache(maxsize=512)
def _gradient(stops: tuple[str, ...], way: Way) -> Image.Image:
    colours = [rgb(stop) for stop in stops]
    slope = _slope(way)
    bands = []
    for band in range(3):
        table = []
        for value in range(256):
            place = value / 255 * (len(colours) - 1)
            index = min(int(place), len(colours) - 2)
            low, high = colours[index][band], colours[index + 1][band]
            table.append(round(low + (high - low) * (place - index)))
        bands.append(slope.point(table))
    return Image.merge("RGB", bands)


def _spread(gradient: Image.Image, way: Way, size: tuple[int, int]) -> Image.Image:
    """The gradient over a box; what changes in one direction only is stretched the cheap way in the other."""
    if way == "down":
        line = gradient.crop((0, 0, 1, 64)).resize((1, size[1]), Image.Resampling.BILINEAR)
        return line.resize(size, Image.Resampling.NEAREST)
    if way in ("across", "drum"):
        line = gradient.crop((0, 0, 64, 1)).resize((size[0], 1), Image.Resampling.BILINEAR)
        return line.resize(size, Image.Resampling.NEAREST)
    return gradient.resize(size, Image.Resampling.BILINEAR)


@lru_cache(maxsize=64)
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"BeVietnamPro-{'Bold' if bold else 'Medium'}.ttf"), size)


class Canvas:
    """Coordinates are pixels of the finished picture; light falls from the upper left."""

    def __init__(self, width: int, height: int, seed: str) -> None:
        self.width, self.height = width, height
        self.random = random.Random(seed)
        self.image = Image.new("RGB", (width * SCALE, height * SCALE))
        self.pen = ImageDraw.Draw(self.image, "RGBA")

    def jpeg(self, quality: int = 88) -> bytes:
        finished = self.image.reduce(SCALE)
        kept = BytesIO()
        finished.save(kept, "JPEG", quality=quality, subsampling=0)
        return kept.getvalue()

    def begin_with(self, drawn: Image.Image) -> None:
        """Draw upon what another canvas of the same size has drawn."""
        self.image.paste(drawn)

    def wander(self, value: float, share: float = 0.1) -> float:
        """About this much."""
        return value * (1 + self.random.uniform(-share, share))

    def spot(self, left: float, top: float, right: float, bottom: float) -> Point:
        """Some point in this box."""
        return self.random.uniform(left, right), self.random.uniform(top, bottom)

    def background(self, *stops: str, way: Way = "down") -> None:
        self.paint([(0, 0), (self.width, 0), (self.width, self.height), (0, self.height)], *stops, way=way)

    def fill(self, points: Sequence[Point], colour: str, alpha: float = 1.0) -> None:
        self.pen.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=(*rgb(colour), round(255 * alpha)))

    def paint(self, points: Sequence[Point], *stops: str, way: Way = "down", alpha: float = 1.0) -> None:
        """Fill an outline with a gradient of colours."""
        if len(stops) == 1:
            self.fill(points, stops[0], alpha)
            return
        left, top, mask = _mask(points, alpha)
        self.image.paste(_spread(_gradient(stops, way), way, mask.size), (left, top), mask)

    def ball(
        self, x: float, y: float, rx: float, ry: float, colour: str, angle: float = 0, gloss: float = 0.55
    ) -> None:
        """A round body: light above left, its own shade below right, a thin returning light and a spark."""
        outline = ellipse(x, y, rx, ry, angle, 44)
        self.paint(outline, lighter(colour, 0.42), colour, darker(colour, 0.16), darker(colour, 0.42), way="ball")
        if gloss:
            spark = ellipse(x - rx * 0.36, y - ry * 0.42, rx * 0.2, ry * 0.12, -35, 20)
            self.fill(spark, "#ffffff", gloss)

    def stroke(
        self,
        points: Sequence[Point],
        width: float,
        colour: str,
        end: float | None = None,
        alpha: float = 1.0,
        curved: bool = True,
    ) -> None:
        """A brush stroke, round at both ends, thinning to `end`."""
        path = smooth(points, closed=False, steps=8) if curved and len(points) > 2 else list(points)
        self.fill(ribbon(path, width, end), colour, alpha)
        if alpha == 1.0:
            for (x, y), size in ((path[0], width), (path[-1], width if end is None else end)):
                if size > 2:
                    self.fill(ellipse(x, y, size / 2, size / 2, count=16), colour)

    def leaf(self, x: float, y: float, length: float, width: float, angle: float, colour: str, veins: int = 4) -> None:
        """A leaf growing from its stalk at (x, y): one half in light, one in shade, veins between."""
        upper = [(0, 0), (length * 0.22, -width * 0.4), (length * 0.55, -width * 0.48), (length, 0)]
        curve = smooth(upper, closed=False, steps=8)
        spine = [(length * i / 10, width * 0.05 * (i / 10)) for i in range(11)]
        light = turned(curve + spine[::-1], angle)
        shade = turned([(a, -b) for a, b in curve] + spine[::-1], angle)
        self.paint(moved(shade, x, y), darker(colour, 0.12), darker(colour, 0.3), way="slant")
        self.paint(moved(light, x, y), lighter(colour, 0.22), colour, way="slant")
        vein = lighter(colour, 0.38)
        middle = turned([(0, 0), (length * 0.5, width * 0.02), (length * 0.95, 0)], angle)
        self.stroke(moved(middle, x, y), width * 0.05, vein, 1)
        for i in range(1, veins + 1):
            start = length * (0.1 + 0.7 * i / (veins + 1))
            reach = width * 0.34 * (1 - abs(start / length - 0.45))
            for side in (-1, 1):
                rib = turned([(start, 0), (start + length * 0.13, side * reach)], angle)
                self.fill(ribbon(moved(rib, x, y), max(1.0, width * 0.022), 0.6), vein, 0.55)

    def shadow(
        self, points: Sequence[Point], blur: float = 18, alpha: float = 0.3, colour: str = "#3a2412", down: float = 0
    ) -> None:
        """A soft shade of this outline (or, with a light colour, a glow)."""
        margin = blur * 2.5
        left, top = min(x for x, _ in points) - margin, min(y for _, y in points) - margin + down
        right, bottom = max(x for x, _ in points) + margin, max(y for _, y in points) + margin + down
        size = (max(2, round((right - left) * SCALE / SOFT)), max(2, round((bottom - top) * SCALE / SOFT)))
        mask = Image.new("L", size)
        small = [((x - left) * SCALE / SOFT, (y + down - top) * SCALE / SOFT) for x, y in points]
        ImageDraw.Draw(mask).polygon(small, fill=round(255 * alpha))
        mask = mask.filter(ImageFilter.GaussianBlur(blur * SCALE / SOFT))
        mask = mask.resize((size[0] * SOFT, size[1] * SOFT), Image.Resampling.BILINEAR)
        self.image.paste(rgb(colour), (round(left * SCALE), round(top * SCALE)), mask)

    def ground_shadow(self, x: float, y: float, rx: float, ry: float, alpha: float = 0.38) -> None:
        """The shade a thing throws on the table: dark and narrow at its foot, wide and faint to the right."""
        self.shadow(ellipse(x + rx * 0.18, y + ry * 0.1, rx * 1.12, ry, count=32), ry * 0.7, alpha * 0.7)
        self.shadow(ellipse(x, y, rx * 0.92, ry * 0.5, count=32), ry * 0.28, alpha)

    def glow(self, x: float, y: float, radius: float, colour: str, alpha: float = 0.6) -> None:
        self.shadow(ellipse(x, y, radius * 0.6, radius * 0.6, count=32), radius * 0.35, alpha, colour)

    def speckle(
        self, points: Outline, count: int, colours: Sequence[str], size: tuple[float, float], alpha: float = 1
    ) -> None:
        """Small seeds or pores strewn over the box of an outline (use inside `inside`)."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        for _ in range(count):
            x, y = self.random.uniform(min(xs), max(xs)), self.random.uniform(min(ys), max(ys))
            radius = self.random.uniform(*size)
            spot = ellipse(x, y, radius, radius * 0.75, self.random.uniform(0, 180), 10)
            self.fill(spot, self.random.choice(colours), alpha)

    @contextmanager
    def inside(self, points: Sequence[Point]) -> Iterator[None]:
        """Whatever is drawn meanwhile shows only within the outline."""
        before = self.image.copy()
        yield
        left, top, mask = _mask(points, 1.0)
        drawn = self.image.crop((left, top, left + mask.width, top + mask.height))
        before.paste(drawn, (left, top), mask)
        self.image = before
        self.pen = ImageDraw.Draw(self.image, "RGBA")

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        colour: str,
        bold: bool = True,
        anchor: str = "mm",
        alpha: float = 1,
    ) -> None:
        font = _font(round(size * SCALE), bold)
        self.pen.text((x * SCALE, y * SCALE), words, font=font, fill=(*rgb(colour), round(255 * alpha)), anchor=anchor)

    def text_width(self, words: str, size: float, bold: bool = True) -> float:
        return _font(round(size * SCALE), bold).getlength(words) / SCALE


def _mask(points: Sequence[Point], alpha: float) -> tuple[int, int, Image.Image]:
    xs, ys = [x * SCALE for x, _ in points], [y * SCALE for _, y in points]
    left, top = int(min(xs)), int(min(ys))
    mask = Image.new("L", (max(1, int(max(xs)) - left + 2), max(1, int(max(ys)) - top + 2)))
    shifted = [(x - left, y - top) for x, y in zip(xs, ys, strict=True)]
    ImageDraw.Draw(mask).polygon(shifted, fill=round(255 * alpha))
    return left, top, mask


__all__ = ["Canvas", "darker", "lighter", "mix"]
