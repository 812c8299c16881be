"""Fairs of the demo that are still to come: one that has just been called, and one with applications in every state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from marketplace.cooperatives.models import Cooperative
from marketplace.demo.applying import PROVINCE, fair_details, fill_in
from marketplace.demo.scene import Scene
from marketplace.fairs import actions as fairs
from marketplace.fairs.models import Booth, Fair
from marketplace.foundation import clock, dates
from marketplace.foundation.database import session, transaction


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
    soon = _call(
        scene, "Phiên chợ HTX cuối tuần", "Hàng tươi và đặc sản đồng bằng sông Hồng", place="orchard", days=3, quota=12
    )
    _call(
        scene, "Phiên chợ Tết sớm của HTX", "Gạo mới, mứt lạc, quà quê cho mâm cỗ Tết", place="packing_house", days=24,
        quota=30,
    )  # fmt: skip
    waiting = list(APPLICANTS)
    for cooperative in sorted(scene.cooperatives.values(), key=lambda one: one.id):
        if not waiting:
            break
        if _apply(soon, cooperative, waiting[0], officer=scene.officer.id):
            waiting.pop(0)


def _call(scene: Scene, name: str, theme: str, *, place: str, days: int, quota: int) -> int:
    starts_at = datetime.combine(scene.today + timedelta(days=days), time(19), dates.VIETNAM)
    called_at = clock.now() - timedelta(days=2)
    details = fair_details(
        name, theme, starts_at=starts_at, called_at=called_at, closes_at=starts_at - timedelta(days=1), quota=quota
    )
    with clock.moved_to(called_at), transaction():
        officer = scene.officer.id
        fair = fairs.create_fair(details, province_code=PROVINCE, by=officer, is_demo=True)
        fairs.set_cover(fair, scene.pictures["place", place, 0], by=officer)
        fairs.announce_fair(fair, by=officer)
        fairs.open_registration(fair, by=officer)
        return fair.id


def _apply(fair_id: int, cooperative: Cooperative, applicant: Applicant, *, officer: int) -> bool:
    """Whether this cooperative has goods that keep through the fair, and so could apply."""
    with transaction():
        fair = session.get_one(Fair, fair_id)
        booth = fill_in(fair, cooperative, profile=applicant.profile, speaker=applicant.speaker, by=officer)
        if booth is not None:
            applicant.until(booth, fair, officer)
        return booth is not None
