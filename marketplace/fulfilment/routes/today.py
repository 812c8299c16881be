"""What of its orders waits for a cooperative."""

from __future__ import annotations

from flask import url_for
from flask_babel import ngettext

from marketplace.foundation.web.waiting import Waiting
from marketplace.fulfilment.states import HEAPS, Heap
from marketplace.orders import queries as orders


def waiting(cooperative_id: int) -> list[Waiting]:
    counts = orders.count_parts(cooperative_id)

    def of(heap: Heap) -> int:
        return sum(counts.get(state, 0) for state in HEAPS[heap])

    def at(heap: Heap) -> str:
        return url_for("fulfilment_desk.orders", muc=heap.value)

    new, to_pack, packed = of(Heap.TO_CONFIRM), of(Heap.TO_PACK), of(Heap.PACKED)
    return [
        Waiting(
            ngettext("new order to confirm", "new orders to confirm", new), new, at(Heap.TO_CONFIRM), "inbox", True
        ),
        Waiting(ngettext("order to pack", "orders to pack", to_pack), to_pack, at(Heap.TO_PACK), "box"),
        Waiting(ngettext("parcel to hand over", "parcels to hand over", packed), packed, at(Heap.PACKED), "truck"),
    ]
