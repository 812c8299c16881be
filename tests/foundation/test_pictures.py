"""Photos: refused before they unfold, turned upright, stripped of what they tell, and never half stored."""

from __future__ import annotations

import contextlib
import io
import json
import random
import resource
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from marketplace.foundation.files import FileNotStored, FolderStore
from marketplace.foundation.pictures import (
    MAX_BYTES,
    SHARE_BYTES,
    BadUpload,
    DocumentKind,
    NotADocument,
    NotAPicture,
    PictureSet,
    PictureState,
    PictureTooLarge,
    PictureTooManyPixels,
    Refusal,
    complete,
    discard,
    keep,
    process,
    quick,
    read_document,
    read_upload,
)

FORMATS = ["JPEG", "PNG", "WEBP", "AVIF"]
# What Pillow itself notes down about any JPEG or AVIF.
HARMLESS = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression", "duration", "timestamp"}


def scene(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Sky above a field, and a red sign in the upper left corner to tell which side is up."""
    image = Image.new("RGB", (width, height), (120, 170, 230))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, height // 2, width, height), (70, 140, 50))
    draw.rectangle((0, 0, width // 4, height // 4), (220, 20, 20))
    return image.convert(mode)


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def exif_with_gps(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SpyPhone"
    exif.get_ifd(0x8825).update({1: "N", 2: (20.0, 26.0, 12.5), 3: "E", 4: (106.0, 3.0, 44.1)})
    return exif


def png_header(width: int, height: int, pixels: bytes = b"") -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def is_near(pixel: Any, colour: tuple[int, int, int], tolerance: int = 24) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(pixel, colour, strict=True))


def assert_upright(image: Image.Image) -> None:
    width, height = image.size
    assert is_near(image.getpixel((width // 12, height // 12)), (220, 20, 20))
    assert is_near(image.getpixel((width - width // 12, height // 12)), (120, 170, 230))
    assert is_near(image.getpixel((width // 12, height - height // 12)), (70, 140, 50))


# What is let in


@pytest.mark.parametrize("kind", FORMATS)
def test_upload_is_known_by_content(kind: str) -> None:
    upload = read_upload(encoded(scene(300, 200), kind))
    assert (upload.format, upload.width, upload.height) == (kind, 300, 200)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Refusal.EMPTY),
        (b"hello", Refusal.UNKNOWN),
        (b"\xff\xd8\xff", Refusal.DAMAGED),
        (b"RIFF\x00\x00\x00\x00WEBP", Refusal.DAMAGED),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", Refusal.HEIC),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", Refusal.HEIC),
        (b"\x00\x00\x00\x18ftypavis\x00\x00\x00\x00msf1avis", Refusal.ANIMATED),
        (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf", Refusal.DAMAGED),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', Refusal.SVG),
        (b"<!DOCTYPE HTML><title>photo.jpg</title>", Refusal.HTML),
        (b"\n  <script>alert(1)</script>", Refusal.HTML),
        (b"%PDF-1.7\n", Refusal.PDF),
        (encoded(scene(30, 20), "GIF"), Refusal.GIF),
        (encoded(scene(30, 20), "BMP"), Refusal.UNKNOWN),
        (encoded(scene(30, 20), "TIFF"), Refusal.UNKNOWN),
    ],
)
def test_what_is_no_photo_is_refused_with_its_reason(data: bytes, reason: Refusal) -> None:
    with pytest.raises(NotAPicture) as refused:
        read_upload(data)
    assert refused.value.reason is reason


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_film_is_refused(kind: str) -> None:
    frames = [scene(60, 40), Image.new("RGB", (60, 40), "black")]
    with pytest.raises(NotAPicture) as refused:
        read_upload(encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100))
    assert refused.value.reason is Refusal.ANIMATED


def test_jpeg_with_a_second_picture_inside_is_a_photo() -> None:
    """Portrait and HDR modes of many phones keep a depth or gain map behind the photo (MPO)."""
    second = Image.new("RGB", (600, 400), "black")
    data = encoded(scene(600, 400), "MPO", save_all=True, append_images=[second])
    assert read_upload(data).format == "JPEG"
    assert_upright(opened(quick(data).files["quick.jpg"]))


def test_too_many_bytes_are_refused_unread() -> None:
    for reader in (read_upload, read_document):
        with pytest.raises(PictureTooLarge) as refused:
            reader(b"\xff\xd8\xff" + bytes(MAX_BYTES))
        assert (refused.value.size, refused.value.limit) == (MAX_BYTES + 3, MAX_BYTES)


def lying_webp() -> bytes:
    data = bytearray(encoded(scene(60, 40), "WEBP", exif=exif_with_gps()))
    assert data[12:16] == b"VP8X"
    data[24:30] = (16382).to_bytes(3, "little") * 2
    return bytes(data)


def lying_avif() -> bytes:
    """A small cover (`ispe`) on a coded picture of 49 megapixels."""
    data = encoded(Image.new("RGB", (7000, 7000), "green"), "AVIF", quality=10, speed=10)
    size = data.index(b"ispe") + 8
    return data[:size] + struct.pack(">II", 100, 100) + data[size + 8 :]


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: png_header(30_000, 30_000, zlib.compress(bytes(3751 * 30_000))), id="30000x30000 png"),
        pytest.param(lambda: png_header(9_000, 9_000), id="81 Mpx png, below Pillow's own limits"),
        pytest.param(lambda: png_header(2**31 - 1, 2**31 - 1), id="largest png header"),
        pytest.param(lambda: encoded(Image.new("L", (9_000, 9_000))), id="81 Mpx jpeg"),
        pytest.param(lying_webp, id="webp canvas"),
        pytest.param(lying_avif, id="avif cover that lies"),
    ],
)
def test_picture_that_would_unfold_too_far_is_refused_unfolded(make: Any, tmp_path: Path) -> None:
    data = make()
    assert len(data) < MAX_BYTES
    file = tmp_path / "bomb"
    file.write_bytes(data)
    script = """
import resource, sys
from pathlib import Path
from marketplace.foundation.pictures import PictureTooManyPixels, read_upload
data = Path(sys.argv[1]).read_bytes()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_upload(data)
except PictureTooManyPixels as error:
    print(error.pixels > error.limit, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, str(file)], capture_output=True, text=True, check=True
    )
    too_many, grown_kilobytes = done.stdout.split()
    assert too_many == "True"
    assert int(grown_kilobytes) < 8_000
    with pytest.raises(PictureTooManyPixels):
        read_upload(data)


def test_png_that_holds_more_than_its_header_says_does_not_unfold_further() -> None:
    data = png_header(64, 64, zlib.compress(bytes(300_000_000), 9))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert process(data).width == 64
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000


def test_strip_longer_than_any_format_takes_is_refused() -> None:
    with pytest.raises(NotAPicture) as refused:
        read_upload(png_header(16_001, 2))
    assert refused.value.reason is Refusal.TOO_LONG


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow remarks on scrambled EXIF, and skips it
@pytest.mark.parametrize("kind", FORMATS)
def test_broken_files_give_a_refusal_and_nothing_else(kind: str) -> None:
    whole = encoded(scene(160, 120), kind, exif=exif_with_gps(6))
    dice = random.Random(kind)
    for _ in range(150):
        broken = bytearray(whole)
        for _ in range(dice.randint(1, 12)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        data = bytes(broken[: dice.choice([len(broken), dice.randrange(20, len(broken))])])
        with contextlib.suppress(BadUpload):
            quick(data)


# What comes out


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_photo_stands_upright_whatever_way_the_phone_was_held(kind: str, orientation: int) -> None:
    upright = scene(900, 600)
    turned_by_camera = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    stored = upright if turned_by_camera is None else upright.transpose(turned_by_camera)
    made = quick(encoded(stored, kind, exif=exif_with_gps(orientation)))
    assert (made.width, made.height) == (900, 600)
    assert_upright(opened(made.files["quick.jpg"]))


@pytest.mark.parametrize("kind", FORMATS)
def test_nothing_about_place_or_device_is_left(kind: str) -> None:
    extra: dict[str, Any] = {"exif": exif_with_gps(6), "xmp": b"<x:xmpmeta>SpyXmp GPSLatitude</x:xmpmeta>"}
    if kind == "JPEG":
        extra["comment"] = b"SpyComment"
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", "SpyText")
        extra = {"exif": exif_with_gps(6), "pnginfo": text}
    data = encoded(scene(1500, 1000), kind, **extra)
    assert b"Spy" in data

    files = {**quick(data).files, **process(data).files, "paper.jpg": read_document(data).data}
    assert len(files) == 2 + 11 + 1
    for name, content in files.items():
        for trace in (b"Spy", b"GPS", b"Exif\x00\x00", b"xmp", b"ICC_PROFILE"):
            assert trace not in content, name
        image = opened(content)
        assert not image.getexif(), name
        assert set(image.info) <= HARMLESS, name


def test_sizes_of_a_phone_photo() -> None:
    made = process(encoded(scene(4000, 3000), quality=90))
    assert (made.width, made.height, made.widths, made.formats) == (
        1280,
        960,
        (240, 400, 640, 960, 1280),
        ("avif", "jpg"),
    )
    assert {name: opened(content).size for name, content in made.files.items()} == {
        "share.jpg": (1200, 630),
        **{f"{w}.{kind}": (w, w * 3 // 4) for w in (240, 400, 640, 960, 1280) for kind in ("avif", "jpg")},
    }
    for name, content in made.files.items():
        image = opened(content)
        assert (image.format, image.mode) == ("AVIF" if name.endswith("avif") else "JPEG", "RGB")
        assert name.endswith("avif") or image.info["progressive"]
        if name != "share.jpg":
            assert_upright(image)


@pytest.mark.parametrize(
    ("size", "widths"),
    [
        ((500, 300), (240, 400, 500)),
        ((120, 90), (120,)),
        ((1, 1), (1,)),
        ((640, 2000), (240, 400, 640)),
        ((9000, 30), None),
    ],
)
def test_picture_is_never_enlarged(size: tuple[int, int], widths: tuple[int, ...] | None) -> None:
    made = process(encoded(scene(*size), "PNG"))
    assert made.widths == (widths or (240, 400, 640, 960, 1280))
    assert made.width <= size[0]
    assert opened(made.files["share.jpg"]).size == (1200, 630)


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (300, 200), (6000, 700)])
def test_share_card_stays_small_even_of_noise(size: tuple[int, int]) -> None:
    grain = Image.frombytes("RGB", (500, 400), random.Random(1).randbytes(600_000)).resize(size)
    card = process(encoded(grain, quality=80)).files["share.jpg"]
    assert opened(card).size == (1200, 630)
    assert len(card) < SHARE_BYTES


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK", "YCbCr"])
def test_every_way_to_store_colours_comes_out_as_seen(mode: str) -> None:
    if mode == "I;16":
        data = encoded(Image.new("I;16", (50, 40), 0x8000), "PNG")
        expected = (128, 128, 128)
    elif mode in {"LA", "RGBA"}:
        data, expected = encoded(Image.new(mode, (50, 40)), "PNG"), (255, 255, 255)
    else:
        image = Image.new("RGB", (50, 40), (255, 255, 255) if mode == "1" else (60, 60, 60)).convert(mode)
        data = encoded(image, "JPEG" if mode in {"CMYK", "YCbCr"} else "PNG")
        expected = (255, 255, 255) if mode == "1" else (60, 60, 60)
    made = quick(data)
    assert is_near(opened(made.files["quick.jpg"]).getpixel((25, 20)), expected, 3)
    assert is_near(bytes.fromhex(made.mean_colour[1:]), expected, 3)


def test_colours_of_another_profile_are_converted() -> None:
    """In linear light 55 is the middle grey that sRGB writes as 128."""
    made = quick(encoded(Image.new("RGB", (50, 40), (55, 55, 55)), "PNG", icc_profile=linear_profile()))
    assert is_near(opened(made.files["quick.jpg"]).getpixel((25, 20)), (128, 128, 128), 4)


def test_profile_that_fits_nothing_is_ignored() -> None:
    made = quick(encoded(Image.new("RGB", (50, 40), (55, 55, 55)), "PNG", icc_profile=b"no profile at all"))
    assert is_near(opened(made.files["quick.jpg"]).getpixel((25, 20)), (55, 55, 55), 3)


def linear_profile() -> bytes:
    """sRGB's own profile with its three tone curves replaced by straight ones."""
    original = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = bytearray(original)
    for at in range(132, 132 + 12 * int.from_bytes(data[128:132], "big"), 12):
        if original[at : at + 4] in {b"rTRC", b"gTRC", b"bTRC"}:
            start = int.from_bytes(data[at + 4 : at + 8], "big")
            data[start : start + 12] = b"curv" + bytes(8)
    return bytes(data)


# How it is kept and shown


def test_picture_is_shown_at_once_and_in_all_sizes_after_the_job(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    first = keep(store, encoded(scene(4000, 3000), exif=exif_with_gps()))
    assert (first.state, first.width, first.height, first.widths) == (PictureState.QUICK, 1280, 960, (960,))
    assert is_near(bytes.fromhex(first.mean_colour[1:]), (101, 145, 129))
    shown = first.shown(lambda key: f"/files/{key}")
    assert shown.sources == []
    assert shown.fallback == (f"/files/{first.key}/quick.jpg", 960, 720)
    assert shown.share == shown.largest == shown.fallback[0]

    ready = complete(store, PictureSet.from_json(json.loads(json.dumps(first.to_json()))))
    assert (ready.key, ready.state) == (first.key, PictureState.READY)
    shown = ready.shown(lambda key: f"/files/{key}")
    folder = f"/files/{first.key}"
    assert shown.sources == [
        ("image/avif", ", ".join(f"{folder}/{width}.avif {width}w" for width in (240, 400, 640, 960, 1280))),
        ("image/jpeg", ", ".join(f"{folder}/{width}.jpg {width}w" for width in (240, 400, 640, 960, 1280))),
    ]
    assert shown.fallback == (f"{folder}/640.jpg", 640, 480)
    assert (shown.largest, shown.share) == (f"{folder}/1280.jpg", f"{folder}/share.jpg")
    assert opened(store.read(f"{first.key}/640.jpg")).size == shown.fallback[1:]

    assert complete(store, first) == ready
    assert PictureSet.from_json(json.loads(json.dumps(ready.to_json()))) == ready
    kept = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert kept == sorted(ready.files)

    discard(store, ready)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_keys_cannot_be_guessed(tmp_path: Path) -> None:
    data = encoded(scene(40, 30))
    keys = {keep(FolderStore(tmp_path), data).key for _ in range(3)}
    assert len(keys) == 3
    assert all(len(key) == len("pictures/") + 26 for key in keys)


class FullAfter(FolderStore):
    """A folder on which only so many more files fit."""

    room = 0

    def put(self, key: str, data: bytes, content_type: str) -> None:
        if not self.room:
            raise FileNotStored(f"{key} was not stored: No space left on device")
        self.room -= 1
        super().put(key, data, content_type)


def test_disk_that_fills_up_keeps_no_part_of_a_picture(tmp_path: Path) -> None:
    store = FullAfter(tmp_path)
    for store.room in range(2):
        with pytest.raises(FileNotStored):
            keep(store, encoded(scene(1300, 900)))
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

    store.room = 2
    picture = keep(store, encoded(scene(1300, 900)))
    store.room = 5
    with pytest.raises(FileNotStored):
        complete(store, picture)
    kept = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert kept == set(picture.files)

    store.room = 100
    assert complete(store, picture).state is PictureState.READY


# Papers


def test_pdf_is_kept_as_it_came() -> None:
    data = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    paper = read_document(data)
    assert (paper.kind, paper.data, paper.extension, paper.content_type) == (
        DocumentKind.PDF,
        data,
        "pdf",
        "application/pdf",
    )


def test_photographed_paper_stays_legible_and_upright() -> None:
    paper = read_document(encoded(scene(3000, 4000).transpose(Image.Transpose.ROTATE_90), exif=exif_with_gps(6)))
    assert (paper.kind, paper.content_type) == (DocumentKind.PICTURE, "image/jpeg")
    image = opened(paper.data)
    assert image.size == (1800, 2400)
    assert_upright(image)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Refusal.EMPTY),
        (b" %PDF-1.7\n%%EOF", Refusal.UNKNOWN),
        (b"%PDF-1.7\nbroken off", Refusal.DAMAGED),
        (b"%PDF-1.7\n<html><script>alert(1)</script></html>\n%%EOF", Refusal.HTML),
        (b"<html>%PDF-1.7 %%EOF", Refusal.HTML),
        (b"PK\x03\x04 word.docx", Refusal.UNKNOWN),
        (b"MZ\x90\x00", Refusal.UNKNOWN),
    ],
)
def test_what_is_no_paper_is_refused_with_its_reason(data: bytes, reason: Refusal) -> None:
    with pytest.raises(NotADocument) as refused:
        read_document(data)
    assert refused.value.reason is reason
