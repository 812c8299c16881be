"""Photos and papers people send in: what is accepted, and the upright, stripped, small files that are shown instead."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from PIL import ExifTags, Image, ImageCms, ImageFilter, ImageOps

from marketplace.foundation.avif_size import coded_pixels
from marketplace.foundation.codes import random_code
from marketplace.foundation.files import FileNotStored, FileStore, content_type_of

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 16_000
SMALL = 400  # pixels wide, the cards of a list
WIDTHS = (240, 400, 640, 960, 1280)
SHARE_SIZE = (1200, 630)
SHARE_BYTES = 300_000

_QUICK_WIDTH = 960
_FALLBACK_WIDTH = 640
_PAPER_SIZE = (2400, 2400)  # an A4 page at 200 dpi: small print on a certificate stays legible
_SHARE_RATIO = 1.2
_MIMES = {"avif": "image/avif", "jpg": "image/jpeg"}
_SRGB = ImageCms.createProfile("sRGB")
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = {5, 6, 7, 8}

# Whatever Pillow's readers raise on bytes that are not what they seem; each was met while feeding them broken files.
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    LookupError,
    EOFError,
    OverflowError,
    AttributeError,
    RuntimeError,
    struct.error,
    zlib.error,
    ImageCms.PyCMSError,
)


class Refusal(StrEnum):
    """Why bytes are no picture or paper for us; doors say it in the reader's language, with the way out."""

    EMPTY = "empty"
    HEIC = "heic"  # iPhone: Settings > Camera > Formats > Most Compatible
    SVG = "svg"
    HTML = "html"
    GIF = "gif"
    PDF = "pdf"
    ANIMATED = "animated"
    TOO_LONG = "too_long"  # a side above MAX_SIDE
    DAMAGED = "damaged"
    UNKNOWN = "unknown"


class BadUpload(Exception):
    """Something sent in is refused; nothing of it was kept."""


class NotAPicture(BadUpload):
    def __init__(self, reason: Refusal) -> None:
        super().__init__(f"The file is no JPEG, PNG, WebP or AVIF picture ({reason}); send a photo.")
        self.reason = reason


class NotADocument(BadUpload):
    def __init__(self, reason: Refusal) -> None:
        super().__init__(f"The file is neither a PDF nor a picture ({reason}); send one of these.")
        self.reason = reason


class PictureTooLarge(BadUpload):
    """Too many bytes, for a photo or a paper."""

    def __init__(self, size: int, limit: int = MAX_BYTES) -> None:
        super().__init__(f"The file has {size} bytes, {limit} are allowed; send a smaller one.")
        self.size = size
        self.limit = limit


class PictureTooManyPixels(BadUpload):
    def __init__(self, pixels: int, limit: int = MAX_PIXELS) -> None:
        super().__init__(f"The picture has {pixels} pixels, {limit} are allowed; send a smaller one.")
        self.pixels = pixels
        self.limit = limit


@dataclass(frozen=True)
class Upload:
    """Bytes that open as a picture within the limits. Nothing has been decoded yet; width and height are as stored."""

    data: bytes
    format: str
    width: int
    height: int


class PictureState(StrEnum):
    QUICK = "quick"
    READY = "ready"


@dataclass(frozen=True)
class PictureSet:
    """Where one picture's files lie, as a row keeps it (JSON). They never change under their key: cache for ever."""

    key: str
    width: int
    height: int
    mean_colour: str
    widths: tuple[int, ...]
    formats: tuple[str, ...]
    state: PictureState

    @property
    def source_key(self) -> str:
        """The upright, stripped picture of full width from which all others are made, at once or again later."""
        return f"{self.key}/source.jpg"

    @property
    def files(self) -> list[str]:
        names = ["source.jpg", "quick.jpg"]
        if self.state is PictureState.READY:
            names += ["share.jpg", *(f"{width}.{kind}" for kind in self.formats for width in self.widths)]
        return [f"{self.key}/{name}" for name in names]

    def shown(self, url: Callable[[str], str]) -> ShownPicture:
        """What a template needs, with addresses from `url(key)`."""
        quick = self.state is PictureState.QUICK
        sizes = [width for width in self.widths if width >= _FALLBACK_WIDTH] or [self.widths[-1]]
        width = self.widths[-1] if quick else sizes[0]

        def address(name: str) -> str:
            return url(f"{self.key}/{name}")

        return ShownPicture(
            sources=[]
            if quick
            else [
                (_MIMES[kind], ", ".join(f"{address(f'{width}.{kind}')} {width}w" for width in self.widths))
                for kind in self.formats
            ],
            fallback=(
                address("quick.jpg" if quick else f"{width}.jpg"),
                width,
                scaled_height(width, self.width, self.height),
            ),
            largest=address("quick.jpg" if quick else f"{self.widths[-1]}.jpg"),
            share=address("quick.jpg" if quick else "share.jpg"),
            width=self.width,
            height=self.height,
            mean_colour=self.mean_colour,
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "width": self.width,
            "height": self.height,
            "mean_colour": self.mean_colour,
            "widths": list(self.widths),
            "formats": list(self.formats),
            "state": self.state.value,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> PictureSet:
        return cls(
            key=value["key"],
            width=value["width"],
            height=value["height"],
            mean_colour=value["mean_colour"],
            widths=tuple(value["widths"]),
            formats=tuple(value["formats"]),
            state=PictureState(value["state"]),
        )


@dataclass(frozen=True)
class ShownPicture:
    """A `<source>` for each of `sources` (MIME type, srcset), `<img>` of `fallback` (url, width, height)."""

    sources: list[tuple[str, str]]
    fallback: tuple[str, int, int]
    largest: str
    share: str
    width: int
    height: int
    mean_colour: str


@dataclass(frozen=True)
class ProcessedPicture:
    """Files by name (`640.avif`, `share.jpg` ...), not yet stored."""

    width: int
    height: int
    mean_colour: str
    widths: tuple[int, ...]
    formats: tuple[str, ...]
    state: PictureState
    files: dict[str, bytes]


class DocumentKind(StrEnum):
    PDF = "pdf"
    PICTURE = "picture"


@dataclass(frozen=True)
class Document:
    """A paper as it may be kept: a PDF as it came, a picture written anew."""

    kind: DocumentKind
    data: bytes
    extension: str

    @property
    def content_type(self) -> str:
        return content_type_of(f"a.{self.extension}")


def read_upload(data: bytes) -> Upload:
    """Refuses by size and content before any pixel is unfolded. Raises a BadUpload."""
    if len(data) > MAX_BYTES:
        raise PictureTooLarge(len(data))
    kind = _sniffed(data)
    if kind == "WEBP":
        width, height = _webp_size(data)
        _check_pixels(width * height)  # Pillow allocates the whole canvas when it opens one
    try:
        if kind == "AVIF":
            _check_pixels(coded_pixels(data))
        with _opened(data, kind) as image:
            width, height = image.size
            # An MPO is a JPEG in which a phone keeps a second, auxiliary picture: no film.
            moves = image.format != "MPO" and getattr(image, "is_animated", False)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureTooManyPixels(_claimed_pixels(data, kind)) from error
    except _BROKEN as error:
        raise NotAPicture(Refusal.DAMAGED) from error
    _check_pixels(width * height)
    if max(width, height) > MAX_SIDE:
        raise NotAPicture(Refusal.TOO_LONG)
    if moves:
        raise NotAPicture(Refusal.ANIMATED)
    return Upload(data=data, format=kind, width=width, height=height)


def quick(data: bytes) -> ProcessedPicture:
    """One upright, stripped JPEG to show at once, and the source from which a job makes the rest."""
    base = _upright(read_upload(data), (WIDTHS[-1], 1), (WIDTHS[-1], MAX_SIDE))
    shown = _narrowed(base, min(_QUICK_WIDTH, base.width))
    return ProcessedPicture(
        width=base.width,
        height=base.height,
        mean_colour=_mean_colour(base),
        widths=(shown.width,),
        formats=("jpg",),
        state=PictureState.QUICK,
        files={"quick.jpg": _jpeg(shown, 78), "source.jpg": _jpeg(base, 92)},
    )


def process(data: bytes) -> ProcessedPicture:
    """All sizes in AVIF and JPEG, never larger than the picture is, and the card that chats show for a link."""
    base = _upright(read_upload(data), (WIDTHS[-1], SHARE_SIZE[1]), (WIDTHS[-1], MAX_SIDE))
    widths = (*(width for width in WIDTHS if width < base.width), base.width)
    files: dict[str, bytes] = {}
    image = base
    for width in reversed(widths):  # each from the next larger one: half the work, no loss one could see
        image = _narrowed(image, width, scaled_height(width, base.width, base.height))
        files[f"{width}.avif"] = _avif(image)
        files[f"{width}.jpg"] = _jpeg(image, 78)
    files["share.jpg"] = _share(base)
    return ProcessedPicture(
        width=base.width,
        height=base.height,
        mean_colour=_mean_colour(base),
        widths=widths,
        formats=("avif", "jpg"),
        state=PictureState.READY,
        files=files,
    )


def keep(store: FileStore, data: bytes) -> PictureSet:
    """Checks a photo and stores it for showing at once (state quick); let a job call `complete` after the commit.

    Raises a BadUpload, or FileNotStored with nothing left behind.
    """
    return _stored(store, f"pictures/{random_code(26).lower()}", quick(data))


def complete(store: FileStore, picture: PictureSet) -> PictureSet:
    """Makes all sizes (state ready) from what `keep` stored. Doing it twice does no harm."""
    return _stored(store, picture.key, process(store.read(picture.source_key)))


def keep_complete(store: FileStore, data: bytes) -> PictureSet:
    """Both in one go, for imports and demo data that nobody waits for."""
    return complete(store, keep(store, data))


def discard(store: FileStore, picture: PictureSet) -> None:
    for key in picture.files:
        store.delete(key)


def read_document(data: bytes) -> Document:
    """A paper of evidence by its content. Raises a BadUpload.

    A PDF is kept as it came, so doors must send it as an attachment with nosniff; a picture is turned upright and
    written anew, which leaves neither GPS nor anything hidden behind the pixels.
    """
    if len(data) > MAX_BYTES:
        raise PictureTooLarge(len(data))
    if data.startswith(b"%PDF-"):
        if b"%%EOF" not in data[-2048:]:
            raise NotADocument(Refusal.DAMAGED)
        if _looks_like_html(data[:2048]):
            raise NotADocument(Refusal.HTML)
        return Document(kind=DocumentKind.PDF, data=data, extension="pdf")
    try:
        image = _upright(read_upload(data), _PAPER_SIZE, _PAPER_SIZE)
    except NotAPicture as error:
        raise NotADocument(error.reason) from error
    return Document(kind=DocumentKind.PICTURE, data=_jpeg(image, 85), extension="jpg")


def scaled_height(width: int, full_width: int, full_height: int) -> int:
    return max(1, round(full_height * width / full_width))


def _stored(store: FileStore, key: str, made: ProcessedPicture) -> PictureSet:
    put: list[str] = []
    try:
        for name, content in made.files.items():
            store.put(f"{key}/{name}", content, content_type_of(name))
            put.append(f"{key}/{name}")
    except FileNotStored:
        for stored in put:
            with contextlib.suppress(FileNotStored):  # the store is gone: the first error says so
                store.delete(stored)
        raise
    return PictureSet(
        key=key,
        width=made.width,
        height=made.height,
        mean_colour=made.mean_colour,
        widths=made.widths,
        formats=made.formats,
        state=made.state,
    )


def _sniffed(data: bytes) -> str:
    if not data:
        raise NotAPicture(Refusal.EMPTY)
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        brands = {data[8:12], *(data[at : at + 4] for at in range(16, min(len(data), _box_size(data)), 4))}
        if b"avis" in brands:
            raise NotAPicture(Refusal.ANIMATED)
        if b"avif" in brands:
            return "AVIF"
        if brands & {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}:
            raise NotAPicture(Refusal.HEIC)
    if data.startswith((b"GIF87a", b"GIF89a")):
        raise NotAPicture(Refusal.GIF)
    if data.startswith(b"%PDF-"):
        raise NotAPicture(Refusal.PDF)
    if b"<svg" in data[:2048].lower():
        raise NotAPicture(Refusal.SVG)
    raise NotAPicture(Refusal.HTML if _looks_like_html(data[:2048]) else Refusal.UNKNOWN)


def _box_size(data: bytes) -> int:
    return min(int.from_bytes(data[:4], "big"), 256)


def _looks_like_html(start: bytes) -> bool:
    start = start.lower()
    return any(word in start for word in (b"<!doctype html", b"<html", b"<script", b"<body", b"<iframe"))


def _webp_size(data: bytes) -> tuple[int, int]:
    kind = data[12:16]
    if kind == b"VP8X" and len(data) >= 30:
        if data[20] & 2:
            raise NotAPicture(Refusal.ANIMATED)
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if kind == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and len(data) >= 30:
        return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
    raise NotAPicture(Refusal.DAMAGED)


def _claimed_pixels(data: bytes, kind: str) -> int:
    if kind == "PNG":
        return int.from_bytes(data[16:20], "big") * int.from_bytes(data[20:24], "big")
    return MAX_PIXELS + 1


def _check_pixels(pixels: int) -> None:
    if pixels > MAX_PIXELS:
        raise PictureTooManyPixels(pixels)


@contextlib.contextmanager
def _opened(data: bytes, kind: str) -> Iterator[Image.Image]:
    with Image.open(io.BytesIO(data), formats=[kind]) as image:
        yield image


def _upright(upload: Upload, smallest: tuple[int, int], limits: tuple[int, int]) -> Image.Image:
    """The picture as its taker saw it: in sRGB on white, shrunk into the limits, nothing else attached."""
    try:
        with _opened(upload.data, upload.format) as image:
            turn = _orientation(image)
            if turn in _SIDEWAYS:
                smallest, limits = smallest[::-1], limits[::-1]
            # JPEG unfolds straight to a half, quarter or eighth: most of the time of a 12-megapixel photo is saved.
            image.draft("RGB", smallest)
            picture = _in_srgb(_shrunk(_plain(image), limits), image.info.get("icc_profile"))
    except _BROKEN as error:
        raise NotAPicture(Refusal.DAMAGED) from error
    if turn in _TURNS:
        picture = picture.transpose(_TURNS[turn])
    # A new picture takes only pixels along: no EXIF with its GPS, comment, XMP, thumbnail or profile.
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    return bare


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except _BROKEN:  # a scrambled remark about the picture does not spoil the picture
        return 1


def _plain(image: Image.Image) -> Image.Image:
    """Grey, RGB or CMYK of eight bits, whatever is transparent laid on white."""
    if image.mode.startswith(("I", "F")):
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in {"L", "RGB", "CMYK"} and "transparency" not in image.info:
        return image
    if image.mode == "1":
        return image.convert("L")
    if "A" in image.getbands() or "transparency" in image.info:
        seen = image.convert("RGBA")
        on_white = Image.new("RGB", image.size, "white")
        on_white.paste(seen, mask=seen.getchannel("A"))
        return on_white
    return image.convert("RGB")


def _shrunk(image: Image.Image, limits: tuple[int, int]) -> Image.Image:
    share = min(1.0, limits[0] / image.width, limits[1] / image.height)
    size = max(1, round(image.width * share)), max(1, round(image.height * share))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        # A profile that does not fit its picture is common; such pictures are shown everywhere as if they were sRGB.
        with contextlib.suppress(*_BROKEN):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
            if converted is not None:
                return converted
    return image.convert("RGB")


def _narrowed(image: Image.Image, width: int, height: int | None = None) -> Image.Image:
    size = width, height or scaled_height(width, image.width, image.height)
    return image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)


def _mean_colour(image: Image.Image) -> str:
    red, green, blue = image.resize((1, 1), Image.Resampling.BOX).tobytes()
    return f"#{red:02x}{green:02x}{blue:02x}"


def _jpeg(image: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality, progressive=True, optimize=True)
    return file.getvalue()


def _avif(image: Image.Image) -> bytes:
    file = io.BytesIO()
    # Small sizes are sent most and cost least to press: twenty of them stand on one page.
    image.save(file, "AVIF", quality=48, speed=6 if image.width <= SMALL else 8)
    return file.getvalue()


def _share(base: Image.Image) -> bytes:
    """A card of fixed size. Upright and small pictures stand whole on a blur of themselves, not cut or enlarged."""
    width, height = SHARE_SIZE
    if base.width >= width and base.height >= height and base.width / base.height >= _SHARE_RATIO:
        card = ImageOps.fit(base, SHARE_SIZE, Image.Resampling.LANCZOS)
    else:
        blur = ImageOps.fit(base, (width // 20, height // 20)).filter(ImageFilter.GaussianBlur(2))
        card = blur.resize(SHARE_SIZE, Image.Resampling.BICUBIC)
        front = _shrunk(base, SHARE_SIZE)
        card.paste(front, ((width - front.width) // 2, (height - front.height) // 2))
    for quality in range(82, 0, -12):
        data = _jpeg(card, quality)
        if len(data) < SHARE_BYTES:
            break
    return data
