"""Fairs of the demo that are still to come: one that has just been called, and one with applications in every state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask_babel import force_locale

from marketplace.cooperatives.models import Cooperative
from marketplace.demo.scene import Scene
from marketplace.fairs import actions as fairs
from marketplace.fairs import queries
from marketplace.fairs.actions import FairDetails, NewItem
from marketplace.fairs.models import Booth, Fair
from marketplace.fairs.words import RULES
from marketplace.foundation import clock, dates
from marketplace.foundation.database import session, transaction

PROVINCE = "33"
SPEAKER = "+84900000077"  # of nobody
PITCHES = ("Hái sáng nay, đóng gói ngay tại vườn.", "Làm theo mẻ nhỏ, có ngày trên từng gói.")


@dataclass(frozen=True)
class Applicant:
    """How one cooperative's application stands."""

    profile: str
    speaker: str
    until: Callable[[Booth, Fair, int], None]


def _writing(booth: Booth, fair: Fair, officer: int) -> None:
    """Still being written."""


def _handed_in(booth: Booth, fair: Fair, officer: int) -> None:
    fairs.submit(booth, fair, by=officer)


def _speaker_checked(booth: Booth, fair: Fair, officer: int) -> None:
    _handed_in(booth, fair, officer)
    fairs.check_speaker(booth, fair, by=officer)


def _accepted(booth: Booth, fair: Fair, officer: int) -> None:
    _speaker_checked(booth, fair, officer)
    fairs.approve(booth, fair, by=officer)


def _to_mend(booth: Booth, fair: Fair, officer: int) -> None:
    _handed_in(booth, fair, officer)
    fairs.ask_for_more(booth, fair, by=officer, note="Gửi thêm ảnh phiếu kiểm nghiệm, và ghi rõ ai nói khi lên sóng.")


def _refused(booth: Booth, fair: Fair, officer: int) -> None:
    _handed_in(booth, fair, officer)
    fairs.reject(booth, fair, by=officer, note="Phiên này dành cho hàng tươi đang mùa. Mời HTX tham gia phiên sau.")


def _withdrawn(booth: Booth, fair: Fair, officer: int) -> None:
    _handed_in(booth, fair, officer)
    fairs.withdraw(booth, fair, by=officer)


APPLICANTS = (
    Applicant("Ba mươi hộ cùng trồng một giống, ghi nhật ký từng thửa.", "Nguyễn Thị Lan (mẫu)", _accepted),
    Applicant("Làng nghề trăm năm, nay làm theo mẻ nhỏ.", "Trần Văn Hùng (mẫu)", _accepted),
    Applicant("HTX trẻ, bảy thành viên về quê lập nghiệp.", "Phạm Thị Hoa (mẫu)", _speaker_checked),
    Applicant("Vùng chuyên canh ven sông, đất phù sa.", "Đỗ Quang Minh (mẫu)", _handed_in),
    Applicant("Bà con thu hái buổi sớm, chiều đã có hàng.", "Lê Thị Thu (mẫu)", _handed_in),
    Applicant("Hàng làm thủ công, bền và đẹp.", "Vũ Đức Anh (mẫu)", _to_mend),
    Applicant("Đặc sản vùng cao, đi xe đêm về xuôi.", "Hoàng Thị Mai (mẫu)", _refused),
    Applicant("Nghề biển cha truyền con nối.", "Bùi Văn Nam (mẫu)", _withdrawn),
    Applicant("", "", _writing),
)


def call_fairs(scene: Scene) -> None:
    """Officers called both some days ago; cooperatives have answered one of them."""
    soon = _call(scene, "Phiên chợ HTX cuối tuần", "Hàng tươi và đặc sản đồng bằng sông Hồng", days=3, quota=12)
    _call(scene, "Phiên chợ Tết sớm của HTX", "Gạo mới, mứt lạc, quà quê cho mâm cỗ Tết", days=24, quota=30)
    waiting = list(APPLICANTS)
    for cooperative in sorted(scene.cooperatives.values(), key=lambda one: one.id):
        if not waiting:
            break
        if _apply(soon, cooperative, waiting[0], officer=scene.officer.id):
            waiting.pop(0)


def _call(scene: Scene, name: str, theme: str, *, days: int, quota: int) -> int:
    starts_at = datetime.combine(scene.today + timedelta(days=days), time(19), dates.VIETNAM)
    with force_locale("vi"):
        rules_text = "\n".join(str(rule) for rule in RULES)
    details = FairDetails(
        name=name,
        theme=theme,
        description="Một buổi tối, nhiều HTX. Xem trên điện thoại, hỏi thẳng người trồng, mua giá trong phiên.",
        provinces=[],
        registration_opens_at=clock.now() - timedelta(days=2),
        registration_closes_at=starts_at - timedelta(days=1),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        booth_quota=quota,
        slot_minutes=12,
        gap_minutes=2,
        max_discount_percent=50,
        per_buyer=5,
        least_stars=0,
        required_schemes=[],
        rules_text=rules_text,
    )
    with clock.moved_to(clock.now() - timedelta(days=2)), transaction():
        officer = scene.officer.id
        fair = fairs.create_fair(details, province_code=PROVINCE, by=officer, is_demo=True)
        fairs.announce_fair(fair, by=officer)
        fairs.open_registration(fair, by=officer)
        return fair.id


def _apply(fair_id: int, cooperative: Cooperative, applicant: Applicant, *, officer: int) -> bool:
    """Whether this cooperative has goods that keep through the fair, and so could apply."""
    with transaction():
        fair = session.get_one(Fair, fair_id)
        choices = {choice.product_id: choice for choice in reversed(queries.goods_for(fair, cooperative.id))}
        if not choices:
            return False
        booth = fairs.begin_booth(fair, cooperative_id=cooperative.id)
        fairs.describe_booth(
            booth, profile=applicant.profile, wishes="", speaker_name=applicant.speaker,
            speaker_phone=SPEAKER if applicant.speaker else "", streams_itself=False, video_url="",
        )  # fmt: skip
        for choice, pitch in zip(sorted(choices.values(), key=lambda one: one.product_id), PITCHES, strict=False):
            price_dong = max(choice.least_dong, choice.regular_dong * 4 // 5 // 1000 * 1000)
            packs = max(1, min(20, choice.packs // 5))
            fairs.add_item(booth, NewItem(choice.variant_id, choice.lot_id, price_dong, packs, min(3, packs), pitch))
        fairs.accept_rules(booth, fair, by=officer)
        applicant.until(booth, fair, officer)
        return True
