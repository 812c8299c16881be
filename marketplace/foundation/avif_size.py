"""How many pixels an AVIF file will really unfold to, read from its coded data and not from what its cover says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_ITEM_CODED = b"av01"
_ITEM_REMARKS = {b"Exif", b"mime"}
_SEQUENCE_HEADER = 1
_LONGEST_LENGTH = 8
_MOST_ITEMS = 16
_MOST_UNITS = 1000


class OddAvif(ValueError):
    """An AVIF that is not the plain single picture whose size we can prove."""


def coded_pixels(data: bytes) -> int:
    """The largest frame the decoder can be made to allocate.

    The size on the cover (`ispe`) is only a claim: libavif decodes whatever the coded stream asks for, up to 268
    megapixels, and scales the result down to it. So every sequence header is read, and whatever builds a picture
    from other pictures (grids, overlays, films) is refused, since a photo from a phone has none.
    """
    try:
        sizes = [size for stream in _coded_streams(data) for size in _frame_sizes(stream)]
    except IndexError as error:
        raise OddAvif("The AVIF file breaks off.") from error
    if not sizes:
        raise OddAvif("The AVIF file holds no coded picture.")
    return max(sizes)


def _number(data: bytes, start: int, length: int) -> int:
    if start < 0 or start + length > len(data):
        raise IndexError(start)
    return int.from_bytes(data[start : start + length], "big")


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 0
    while position < len(data):
        size, kind, header = _number(data, position, 4), data[position + 4 : position + 8], 8
        if size == 1:
            size, header = _number(data, position + 8, 8), 16
        elif size == 0:
            size = len(data) - position
        if size < header or position + size > len(data):
            raise IndexError(position)
        yield kind, data[position + header : position + size]
        position += size


def _coded_streams(data: bytes) -> Iterator[bytes]:
    for kind, content in _boxes(data):
        if kind == b"moov":
            raise OddAvif("The AVIF file is a film.")
        if kind == b"meta":
            boxes = list(_boxes(content[4:]))
            pairs = [pair for box, inside in boxes if box == b"iinf" for pair in _item_kinds(inside)]
            kinds = dict(pairs)
            if len(kinds) != len(pairs):  # or the decoder might believe the one we forgot
                raise OddAvif("The AVIF file names an item twice.")
            if not set(kinds.values()) <= {_ITEM_CODED} | _ITEM_REMARKS:
                raise OddAvif("The AVIF file is put together from several pictures.")
            for box, inside in boxes:
                if box == b"iloc":
                    for item, stream in _item_data(inside, data):
                        if kinds.get(item) not in _ITEM_REMARKS:
                            yield stream


def _item_kinds(content: bytes) -> Iterator[tuple[int, bytes]]:
    for box, inside in _boxes(content[6 if _number(content, 0, 1) == 0 else 8 :]):
        version = _number(inside, 0, 1)
        if box != b"infe" or version not in {2, 3}:
            raise OddAvif("The AVIF file lists its items in an unusual way.")
        width = 2 if version == 2 else 4
        yield _number(inside, 4, width), inside[6 + width : 10 + width]


def _item_data(content: bytes, data: bytes) -> Iterator[tuple[int, bytes]]:
    version = _number(content, 0, 1)
    if version > 2:
        raise OddAvif("The AVIF file places its items in an unusual way.")
    widths = _number(content, 4, 2)
    offset_width, length_width, base_width = widths >> 12, widths >> 8 & 15, widths >> 4 & 15
    index_width = widths & 15 if version else 0
    reader = _Reader(content, 6)
    items = reader.take(4 if version == 2 else 2)
    if items > _MOST_ITEMS:  # each may point at the whole file
        raise OddAvif("The AVIF file holds too many items.")
    for _ in range(items):
        item = reader.take(4 if version == 2 else 2)
        if version and reader.take(2) & 15:
            raise OddAvif("The AVIF file places its items in an unusual way.")
        reader.take(2)
        base, stream = reader.take(base_width), b""
        for _ in range(reader.take(2)):
            reader.take(index_width)
            start, length = base + reader.take(offset_width), reader.take(length_width)
            end = start + length if length else len(data)
            if end > len(data) or len(stream) > len(data):
                raise IndexError(end)
            stream += data[start:end]
        yield item, stream


@dataclass
class _Reader:
    data: bytes
    position: int

    def take(self, length: int) -> int:
        value = _number(self.data, self.position, length)
        self.position += length
        return value


def _frame_sizes(stream: bytes) -> Iterator[int]:
    position = units = 0
    while position < len(stream):
        units += 1
        if units > _MOST_UNITS:
            raise OddAvif("The AVIF file is cut into too many pieces.")
        head = stream[position]
        position += 2 if head & 4 else 1
        length = len(stream) - position
        if head & 2:
            length = 0
            for shift in range(_LONGEST_LENGTH):
                byte = stream[position]
                position += 1
                length |= (byte & 127) << 7 * shift
                if byte < 128:
                    break
        if length > len(stream) - position:
            raise IndexError(position)
        if head >> 3 & 15 == _SEQUENCE_HEADER:
            yield _sequence_pixels(stream[position : position + length])
        position += length


def _sequence_pixels(header: bytes) -> int:
    if not header:
        raise IndexError(0)
    bits = "".join(f"{byte:08b}" for byte in header[:16]).ljust(128, "0")
    if bits[4] == "1":  # the short header of still pictures: its frames have exactly this size
        position, exact = 10, True
    else:  # frames may name another size in as many bits; only the plain form without timing is understood
        if bits[5] == "1" or bits[6] == "1" or int(bits[7:12], 2):
            raise OddAvif("The AVIF file has the header of a film.")
        position, exact = 12 + 12 + 5 + (1 if int(bits[24:29], 2) > 7 else 0), False
    width_bits, height_bits = int(bits[position : position + 4], 2) + 1, int(bits[position + 4 : position + 8], 2) + 1
    position += 8
    if not exact:
        return 1 << width_bits + height_bits
    width = int(bits[position : position + width_bits], 2) + 1
    return width * (int(bits[position + width_bits : position + width_bits + height_bits], 2) + 1)
