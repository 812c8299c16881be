"""What packages above this one show on a fair's page. They make it; wiring says who does.

The page is kept for all strangers (access.shared): what stands there is the same for everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from marketplace.fairs.models import Fair

# the fair -> a section of its page, empty when there is nothing to show
Panel = Callable[[Fair], Markup]

_panels: list[Panel] = []


def use(panels: Sequence[Panel]) -> None:
    """Set what is shown; called once, by wiring."""
    _panels[:] = panels


def of_fair(fair: Fair) -> list[Markup]:
    return [panel(fair) for panel in _panels]
