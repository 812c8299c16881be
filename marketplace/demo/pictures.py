"""Drawing and storing the demo's pictures, on all cores, before anything is written down."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from marketplace.demo import drawings
from marketplace.foundation import files, pictures

Key = tuple[str, str, int]  # what ("product", "place" or "paper"), its kind, which of several


def draw_all(wanted: Iterable[Key], *, files_url: str) -> dict[Key, dict[str, Any]]:
    """What rows keep of each picture, in all sizes."""
    keys = sorted(set(wanted))
    # Spawned, not forked: the caller holds database connections and threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=context, initializer=files.use, initargs=(files_url,)) as workers:
        return dict(zip(keys, workers.map(_draw, keys), strict=True))


def draw_paper() -> bytes:
    """What a laboratory wrote of the vegetables."""
    return drawings.draw_certificate(
        scheme="test_report",
        number="MAU-KN-0001",
        holder="Phòng thử nghiệm (mẫu)",
        scope="Dư lượng thuốc bảo vệ thực vật: đạt, không phát hiện",
        valid_to="",
    )


_DRAW = {"product": drawings.draw_product, "place": drawings.draw_place}


def _draw(key: Key) -> dict[str, Any]:
    what, kind, variant = key
    drawn = draw_paper() if what == "paper" else _DRAW[what](kind, variant)
    return pictures.keep_complete(files.store(), drawn).to_json()
