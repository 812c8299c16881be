"""Packs of the demo with serials of their own: scanned into parcels, sold from the stall, brought back, copied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from marketplace.demo.scene import Scene, at
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.fulfilment import actions as fulfilment
from marketplace.orders.models import CooperativeOrder
from marketplace.traceability import actions as traceability
from marketplace.traceability.models import LabelRun, Lot, ScanAlarm, Unit
from marketplace.traceability.states import LabelKind, UnitState

GUAVA, DRIED_LONGAN, SQUID = "Ổi lê Thanh Hà", "Long nhãn sấy hơi nước", "Chả mực giã tay Bãi Sóng"
HA_NOI, HAI_PHONG, HUNG_YEN, SAI_GON, DA_NANG = "01", "31", "33", "79", "48"


@dataclass(frozen=True)
class Opening:
    """Somebody opens a code: so many days ago, at an hour, on his device, in his province if he tells it."""

    days_ago: int
    hour: int
    minute: int
    device: str
    province_code: str = ""


# One pack of the stall in five hands between Hải Phòng and Sài Gòn: its label was copied.
COPIED = (
    Opening(1, 9, 10, "buyer", HAI_PHONG),
    Opening(1, 9, 40, "buyer", HAI_PHONG),
    Opening(1, 10, 5, "copy-1", SAI_GON),
    Opening(1, 10, 50, "copy-2", SAI_GON),
    Opening(1, 12, 15, "copy-3", DA_NANG),
    Opening(1, 15, 20, "copy-4", HA_NOI),
)
# A tasting: one opened pack, many hands.
TASTED = tuple(Opening(3, 9 + number, 0, f"guest-{number}", HUNG_YEN) for number in range(5))


def scan_into_parcel(part: CooperativeOrder, *, by: int) -> None:
    """Every pack of the part that carries a serial, as far as its lots have such packs in the house."""
    for line in part.lines:
        for held in list(line.lots):
            packs = held.quantity // line.content
            for serial in _in_house(held.lot_id, content=line.content)[:packs]:
                fulfilment.put_in_parcel(part, serial=serial, by=by)


def sell_and_scan(scene: Scene) -> None:
    """What became of packs without an order, and what readers of their labels told."""
    _at_the_stall(scene)
    _copied(scene)
    _tasted(scene)
    _recalled(scene)
    _lots_are_read_everywhere(scene)


def _at_the_stall(scene: Scene) -> None:
    """Two labels were spoilt; six packs sold, of which one came back in good order."""
    run, lot = _run(scene, GUAVA)
    owner = scene.owners[lot.cooperative_id]
    day = scene.today - timedelta(days=2)
    spoilt = _in_house(lot.id)[-2:]
    with clock.moved_to(at(day, 7)), transaction():
        traceability.void_units(lot, spoilt, reason="Kẹt giấy, tem bị rách (mẫu)", by=owner)
    with clock.moved_to(at(day, 8)), transaction():
        note = "Quầy của HTX ở chợ đầu mối (mẫu)"
        traceability.sell_labelled(lot, run, packs=6, note=note, reference=f"stall:{run.id}:demo", by=owner)
    with clock.moved_to(at(day, 17)), transaction():
        brought_back = _sold(lot.id)[-1]
        traceability.return_unit(lot, brought_back, note="Khách mua nhầm cỡ (mẫu)", by=owner)


def _copied(scene: Scene) -> None:
    _run_of, lot = _run(scene, GUAVA)
    copied, *others = _sold(lot.id)
    _open(copied, COPIED, scene.today)
    for number, serial in enumerate(others[:3]):
        _open(serial, [Opening(1, 18, 5 * number, f"home-{number}", HAI_PHONG)], scene.today)


def _tasted(scene: Scene) -> None:
    """Looks like a copy and is none; the cooperative said so."""
    run, lot = _run(scene, DRIED_LONGAN)
    owner = scene.owners[lot.cooperative_id]
    with clock.moved_to(at(scene.today - timedelta(days=4), 8)), transaction():
        note = "Gian hàng ở hội chợ làng nghề (mẫu)"
        traceability.sell_labelled(lot, run, packs=12, note=note, reference=f"stall:{run.id}:demo", by=owner)
    tasted, *others = _sold(lot.id)
    _open(tasted, TASTED, scene.today)
    for number, serial in enumerate(others[:4]):
        _open(serial, [Opening(2, 10, number, f"guest-{number}", HUNG_YEN)], scene.today)
    with clock.moved_to(at(scene.today - timedelta(days=2), 17)), transaction():
        for alarm in session.scalars(select(ScanAlarm).where(ScanAlarm.lot_id == lot.id)).all():
            traceability.explain_alarm(alarm, note="Gói mở cho khách nếm thử ở hội chợ (mẫu).", by=owner)


def _recalled(scene: Scene) -> None:
    """A buyer opens the code of a pack that was called back meanwhile."""
    for lot, _reason in scene.recalls:
        for serial in session.scalars(
            select(Unit.serial).where(Unit.lot_id == lot.id, Unit.order_line_id.is_not(None)).order_by(Unit.id).limit(1)
        ).all():
            _open(serial, [Opening(2, 19, 30, "recalled", HA_NOI)], scene.today)


def _lots_are_read_everywhere(scene: Scene) -> None:
    provinces = (HA_NOI, HA_NOI, HAI_PHONG, HUNG_YEN, SAI_GON, DA_NANG, "")
    for number, code in enumerate(session.scalars(select(Lot.code).where(Lot.published_at.is_not(None))).all()):
        for reader in range(number % 4):
            province = provinces[(number + reader) % len(provinces)]
            _open(code, [Opening(1 + reader, 11, number, f"lot-{number}-{reader}", province)], scene.today)


def _open(code: str, openings: Sequence[Opening], today: date) -> None:
    for one in openings:
        with clock.moved_to(at(today - timedelta(days=one.days_ago), one.hour, one.minute)), transaction():
            traceability.note_scan(
                code=code,
                device=f"demo-{one.device}",
                network=f"demo-{one.province_code}-{one.device}",
                province_code=one.province_code,
            )


def _run(scene: Scene, product_name: str) -> tuple[LabelRun, Lot]:
    """The newest run of serials whose packs were there two days ago."""
    found = session.execute(
        select(LabelRun, Lot)
        .join(Lot, Lot.id == LabelRun.lot_id)
        .where(Lot.product_id == scene.products[product_name].id, LabelRun.kind == LabelKind.UNIT)
        .where(LabelRun.printed_at < at(scene.today - timedelta(days=2), 7))
        .order_by(LabelRun.id.desc())
        .limit(1)
    ).one()
    return found[0], found[1]


def _in_house(lot_id: int, *, content: int = 0) -> list[str]:
    """Serials in the order of the sheets; packs that came back lie apart."""
    wanted = select(Unit.serial).where(
        Unit.lot_id == lot_id, Unit.state == UnitState.PRINTED, Unit.order_line_id.is_(None)
    )
    return list(session.scalars((wanted.where(Unit.content == content) if content else wanted).order_by(Unit.serial)))


def _sold(lot_id: int) -> list[str]:
    """Sold from the stall, in the order of the sheets."""
    wanted = select(Unit.serial).where(
        Unit.lot_id == lot_id, Unit.state == UnitState.SOLD, Unit.order_line_id.is_(None)
    )
    return list(session.scalars(wanted.order_by(Unit.serial)))
