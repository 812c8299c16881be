"""Jobs of cooperatives."""

from __future__ import annotations

from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import covers


def complete_cooperative_cover(*, job_id: int, cooperative: int) -> None:
    covers.complete(Cooperative, cooperative)
