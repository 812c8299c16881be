"""Drawing and storing the demo's pictures, on all cores, before anything is written down."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from marketplace.demo import drawings
from marketplace.foundation import files, pictures

Key = tuple[str, str, int]  # what ("product" or "place"), its kind, which of several


def draw_all(wanted: Iterable[Key], *, files_url: str) -> dict[Key, dict[str, Any]]:
    """What rows keep of each picture, in all sizes."""
    keys = sorted(set(wanted))
    # Spawned, not forked: the caller holds database connections and threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=context, initializer=files.use, initargs=(files_url,)) as workers:
        return dict(zip(keys, workers.map(_draw, keys), strict=True))


def _draw(key: Key) -> dict[str, Any]:
    what, kind, variant = key
    draw = drawings.draw_product if what == "product" else drawings.draw_place
    return pictures.keep_complete(files.store(), draw(kind, variant)).to_json()
