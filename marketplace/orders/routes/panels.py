"""What packages above this one show on an order's page, below each part. They make it; wiring says who does.

An order's page stands on this rung, and complaints and reviews of it stand higher: they are put in from above, as
reactions are, so that neither knows of the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from marketplace.orders.models import Order

# (the order, the key of its link) -> what stands below a part, by the part's id
Panel = Callable[[Order, str], Mapping[int, Markup]]

_panels: list[Panel] = []


def use(panels: Sequence[Panel]) -> None:
    """Set what is shown; called once, by wiring."""
    _panels[:] = panels


def below_parts(order: Order, key: str) -> dict[int, list[Markup]]:
    shown: defaultdict[int, list[Markup]] = defaultdict(list)
    for panel in _panels:
        for part_id, markup in panel(order, key).items():
            shown[part_id].append(markup)
    return dict(shown)
