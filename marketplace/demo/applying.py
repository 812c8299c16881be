"""What all fairs of the demo have in common: their sheet, and how a cooperative applies for a booth."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import force_locale

from marketplace.cooperatives.models import Cooperative
from marketplace.fairs import actions as fairs
from marketplace.fairs import queries
from marketplace.fairs.actions import FairDetails, NewItem
from marketplace.fairs.models import Booth, Fair
from marketplace.fairs.queries import GoodsChoice
from marketplace.fairs.words import RULES

PROVINCE = "33"
SPEAKER = "+84900000077"  # of nobody
PITCHES = ("Hái sáng nay, đóng gói ngay tại vườn.", "Làm theo mẻ nhỏ, có ngày trên từng gói.")


def fair_details(
    name: str,
    theme: str,
    *,
    starts_at: datetime,
    called_at: datetime,
    closes_at: datetime,
    quota: int,
    slot_minutes: int = 12,
    gap_minutes: int = 2,
) -> FairDetails:
    """Three hours of selling, for which cooperatives may apply between two moments."""
    with force_locale("vi"):
        rules_text = "\n".join(str(rule) for rule in RULES)
    return FairDetails(
        name=name,
        theme=theme,
        description="Nhiều HTX, một buổi. Xem trên điện thoại, hỏi thẳng người trồng, mua giá trong phiên.",
        provinces=[],
        registration_opens_at=called_at,
        registration_closes_at=closes_at,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        booth_quota=quota,
        slot_minutes=slot_minutes,
        gap_minutes=gap_minutes,
        max_discount_percent=50,
        per_buyer=5,
        least_stars=0,
        required_schemes=[],
        rules_text=rules_text,
    )


def fill_in(
    fair: Fair, cooperative: Cooperative, *, profile: str, speaker: str, by: int, most_packs: int = 20
) -> Booth | None:
    """An application that could be handed in; None when the cooperative has no goods that keep through the fair."""
    choices = _two_to_show(queries.goods_for(fair, cooperative.id))
    if not choices:
        return None
    booth = fairs.begin_booth(fair, cooperative_id=cooperative.id)
    fairs.describe_booth(
        booth, profile=profile, wishes="", speaker_name=speaker, speaker_phone=SPEAKER if speaker else "",
        streams_itself=False, video_url="",
    )  # fmt: skip
    for choice, pitch in zip(choices, PITCHES, strict=False):
        price_dong = max(choice.least_dong, choice.regular_dong * 4 // 5 // 1000 * 1000)
        packs = max(1, min(most_packs, choice.packs // 5))
        fairs.add_item(booth, NewItem(choice.variant_id, choice.lot_id, price_dong, packs, min(3, packs), pitch))
    fairs.accept_rules(booth, fair, by=by)
    return booth


def _two_to_show(goods: list[GoodsChoice]) -> list[GoodsChoice]:
    """Two products, or two packs of the only one."""
    packs: dict[int, GoodsChoice] = {}
    for choice in goods:
        packs.setdefault(choice.variant_id, choice)
    products: dict[int, list[GoodsChoice]] = {}
    for choice in sorted(packs.values(), key=lambda one: (one.product_id, one.variant_id)):
        products.setdefault(choice.product_id, []).append(choice)
    firsts = [several[0] for several in products.values()]
    seconds = [choice for several in products.values() for choice in several[1:]]
    return (firsts + seconds)[:2]
