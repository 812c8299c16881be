"""Scans: a code was opened by somebody, and what that says about copies of labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from marketplace.catalogue import queries as catalogue
from marketplace.foundation import audit, clock, dates
from marketplace.foundation.database import is_sqlite, session
from marketplace.foundation.events import announce
from marketplace.geography.rules import distance_km
from marketplace.traceability import clones, rules
from marketplace.traceability.actions import stopping
from marketplace.traceability.clones import Sighting
from marketplace.traceability.errors import AlarmSettled
from marketplace.traceability.events import ScanAlarmRaised
from marketplace.traceability.models import Lot, Scan, ScanAlarm, ScanDay, Unit
from marketplace.traceability.states import ABOUT_COPIES, AlarmState, ScanReason, UnitState

# A pack that was opened more often than this is in alarm long since; older scans add nothing.
_LOOKED_BACK = 500
KEPT_FOR = timedelta(days=365)
_DELETED_AT_ONCE = 5_000


@dataclass(frozen=True)
class _Suspicion:
    reason: ScanReason
    subject: str
    facts: Mapping[str, Any]
    cooperative_id: int | None = None
    lot_id: int | None = None
    unit_id: int | None = None


def note_scan(
    *,
    code: str,
    device: str,
    network: str,
    also_device: str = "",
    gtin: str = "",
    province_code: str = "",
    by_staff_of: Collection[int] = (),
    by_officer: bool = False,
) -> Scan | None:
    """Somebody opened this code. None, and nothing written, when the same device did so within ten minutes.

    `also_device` is what the same reader was called before his browser had a cookie. `gtin` is that of a label whose
    serial nobody printed. Scans of the cooperative's own people and of officers are kept but count for nothing.
    Announces ScanAlarmRaised for each alarm that is new or open again.
    """
    at = clock.now().replace(second=0, microsecond=0)
    opened = f"{gtin}/{code}" if gtin else code
    _one_at_a_time(opened)
    if clones.is_same_scan(_last_seen(opened, {device, also_device}), at=at):
        return None
    unit, lot = (None, None) if gtin else _find(code)
    is_own = by_officer or (lot is not None and lot.cooperative_id in by_staff_of)
    scan = Scan(
        at=at,
        code=opened,
        lot_id=lot.id if lot else None,
        unit_id=unit.id if unit else None,
        province_code=province_code,
        device=device,
        network=network,
        counts=not is_own,
    )
    session.add(scan)
    session.flush()
    if not scan.counts:
        return scan
    opened_lately = _serials_opened(Scan.device == device, since=at - clones.BURST_WITHIN)
    if clones.is_burst(opened_lately):
        _leave_out(scan, since=at - clones.BURST_WITHIN)
        owner = lot.cooperative_id if lot else None
        _raise([_Suspicion(ScanReason.BURST, f"device:{device}", {"serials": len(opened_lately)}, owner)], at=at)
        return scan
    if lot is not None:
        _count_days({(lot.id, dates.vietnam_day(at), province_code): 1})
    if unit is not None and lot is not None:
        _raise(_about_pack(scan, unit, lot), at=at)
    elif lot is None and rules.could_be_serial(code):
        _raise(_about_unknown(scan, gtin), at=at)
    return scan


def note_place(
    *,
    code: str,
    device: str,
    network: str,
    province_code: str,
    also_device: str = "",
    by_staff_of: Collection[int] = (),
    by_officer: bool = False,
) -> None:
    """A reader tells in which province he is: that is where his latest scan of the code was made.

    Without script his scan may not have been told yet; then it is now.
    """
    _one_at_a_time(code)
    latest = session.scalars(
        select(Scan)
        .where(Scan.code == code, Scan.device.in_({device, also_device} - {""}))
        .order_by(Scan.at.desc(), Scan.id.desc())
        .limit(1)
    ).one_or_none()
    if latest is None:
        note_scan(
            code=code, device=device, network=network, province_code=province_code, by_staff_of=by_staff_of,
            by_officer=by_officer,
        )  # fmt: skip
        return
    was, latest.province_code = latest.province_code, province_code
    session.flush()
    if was == province_code or not latest.counts or latest.lot_id is None:
        return
    day = dates.vietnam_day(latest.at)
    _count_days({(latest.lot_id, day, was): -1, (latest.lot_id, day, province_code): 1})
    if latest.unit_id is not None:
        lot = session.get_one(Lot, latest.lot_id)
        unit = session.get_one(Unit, latest.unit_id)
        _raise(_about_places(latest, unit, lot, _earlier(latest)), at=clock.now())


def explain_alarm(alarm: ScanAlarm, *, note: str, by: int) -> None:
    """There is a harmless reason, also for what else looks like a copy of the same pack.

    Raises AlarmSettled when somebody decided before.
    """
    _settle(alarm, AlarmState.EXPLAINED, note=note, by=by)


def confirm_copy(alarm: ScanAlarm, *, note: str, by: int, stop: Lot | None = None, reason: str = "") -> None:
    """It is a copy; the lot's sale stops when the cooperative wants it, with `reason` for everybody to read.

    Raises AlarmSettled, and LotMoveRefused when the lot cannot be stopped any more.
    """
    _settle(alarm, AlarmState.CONFIRMED, note=note, by=by)
    if stop is not None:
        stopping.hold(stop, by=by, reason=reason)


def delete_old_scans() -> int:
    """The oldest of the scans that are over a year old; gives how many. Their daily counts stay."""
    old = select(Scan.id).where(Scan.at < clock.now() - KEPT_FOR).order_by(Scan.at).limit(_DELETED_AT_ONCE)
    gone = session.execute(
        delete(Scan)
        .where(Scan.id.in_(session.scalars(old).all()))
        .returning(Scan.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


# -- what a scan says


def _find(code: str) -> tuple[Unit | None, Lot | None]:
    if rules.could_be_serial(code):
        found = session.execute(
            select(Unit, Lot).join(Lot, Lot.id == Unit.lot_id).where(Unit.serial == code)
        ).one_or_none()
        return (found[0], found[1]) if found else (None, None)
    return None, session.scalar(select(Lot).where(Lot.code == code, Lot.published_at.is_not(None)))


def _about_pack(scan: Scan, unit: Unit, lot: Lot) -> Iterator[_Suspicion]:
    def about(reason: ScanReason, **facts: Any) -> _Suspicion:
        return _suspicion_of(unit, lot, reason, facts)

    is_packed, today = unit.order_line_id is not None, dates.vietnam_day(scan.at)
    if clones.is_not_shipped(unit.state, is_packed=is_packed):
        yield about(ScanReason.NOT_SHIPPED)
    end = clones.ended(unit.state, is_packed=is_packed, lot_state=lot.state, best_before=lot.best_before, on=today)
    if end:
        yield about(ScanReason.AFTER_END, end=end)
    earlier = _earlier(scan)
    devices = clones.too_many_devices(_sighting(scan), earlier)
    if devices:
        yield about(ScanReason.MANY_DEVICES, devices=devices)
    yield from _about_places(scan, unit, lot, earlier)
    scanned, sold = _tally(lot.id)
    if clones.more_than_sold(scanned=scanned, sold=sold, is_first_of_its_pack=not earlier):
        yield _Suspicion(
            ScanReason.MORE_THAN_SOLD, f"lot:{lot.id}", {"scanned": scanned, "sold": sold}, lot.cooperative_id, lot.id
        )


def _about_places(scan: Scan, unit: Unit, lot: Lot, earlier: Collection[Sighting]) -> Iterator[_Suspicion]:
    newest, before = _sighting(scan), list(earlier)
    provinces = clones.several_provinces(newest, before)
    if provinces:
        yield _suspicion_of(unit, lot, ScanReason.SEVERAL_PROVINCES, {"provinces": provinces})
    jump = clones.too_fast(newest, before, distance_km=distance_km)
    if jump is not None:
        facts = {
            "provinces": [jump.start.province_code, jump.end.province_code],
            "minutes": int((jump.end.at - jump.start.at) / timedelta(minutes=1)),
            "km": jump.km,
        }
        yield _suspicion_of(unit, lot, ScanReason.TOO_FAST, facts)


def _about_unknown(scan: Scan, gtin: str) -> Iterator[_Suspicion]:
    """Guessing shows in one network; a forged print in one product, wherever it is opened."""
    since = datetime.combine(dates.vietnam_day(scan.at), time(), tzinfo=dates.VIETNAM)
    of_network = _serials_opened(Scan.network == scan.network, Scan.unit_id.is_(None), since=since)
    if clones.are_guessed(of_network):
        yield _Suspicion(ScanReason.NEVER_ISSUED, f"network:{scan.network}", {"serials": len(of_network)})
    goods = catalogue.find_goods(gtin) if gtin else None
    if goods is None:
        return
    of_goods = _serials_opened(Scan.code.startswith(f"{gtin}/", autoescape=True), since=since)
    if clones.are_guessed(of_goods):
        facts = {"serials": len(of_goods), "gtin": gtin, "product": goods.product.name}
        owner = goods.product.cooperative_id
        yield _Suspicion(ScanReason.NEVER_ISSUED, f"gtin:{gtin}", facts, owner)


def _suspicion_of(unit: Unit, lot: Lot, reason: ScanReason, facts: Mapping[str, Any]) -> _Suspicion:
    return _Suspicion(reason, f"unit:{unit.id}", facts, lot.cooperative_id, lot.id, unit.id)


def _sighting(scan: Scan) -> Sighting:
    return Sighting(scan.at, scan.device, scan.province_code)


def _earlier(scan: Scan) -> list[Sighting]:
    rows = session.execute(
        select(Scan.at, Scan.device, Scan.province_code)
        .where(Scan.unit_id == scan.unit_id, Scan.counts, Scan.id != scan.id)
        .order_by(Scan.at.desc(), Scan.id.desc())
        .limit(_LOOKED_BACK)
    )
    return [Sighting(*row) for row in rows]


def _last_seen(code: str, devices: Collection[str]) -> datetime | None:
    return session.scalar(
        select(func.max(Scan.at)).where(Scan.code == code, Scan.device.in_([one for one in devices if one]))
    )


def _serials_opened(*conditions: ColumnElement[bool], since: datetime) -> list[str]:
    codes = session.scalars(select(Scan.code).where(Scan.at >= since, *conditions).distinct())
    return [code for code in codes if rules.could_be_serial(code.rpartition("/")[2])]


def _tally(lot_id: int) -> tuple[int, int]:
    """Packs of the lot that were opened, and packs that left the house."""
    scanned = session.scalar(
        select(func.count(Scan.unit_id.distinct())).where(Scan.lot_id == lot_id, Scan.unit_id.is_not(None), Scan.counts)
    )
    is_packed = Unit.order_line_id.is_not(None)
    rows = session.execute(
        select(Unit.state, is_packed, func.count()).where(Unit.lot_id == lot_id).group_by(Unit.state, is_packed)
    )
    sold = sum(number for state, packed, number in rows if clones.has_left(UnitState(state), is_packed=bool(packed)))
    return scanned or 0, sold


# -- rows


def _one_at_a_time(code: str) -> None:
    """Two scans of one code wait for each other, or two of the same device would count and a border could be missed.

    SQLite has one writer anyway. No row is locked: a crowd before a stall must not stop the stall's sale.
    """
    if not is_sqlite():
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"scan:{code}"))))


def _count_days(changes: Mapping[tuple[int, date, str], int]) -> None:
    """Change daily counts by lot, day and province; always in one order, so that two who do it never wait in a circle."""
    insert = (sqlite if is_sqlite() else postgresql).insert(ScanDay)
    for (lot_id, day, province_code), change in sorted(changes.items()):
        session.execute(
            insert.values(lot_id=lot_id, day=day, province_code=province_code, scans=max(change, 0))
            .on_conflict_do_update(
                index_elements=["lot_id", "day", "province_code"], set_={"scans": ScanDay.scans + change}
            )
            .execution_options(synchronize_session=False)
        )


def _leave_out(scan: Scan, *, since: datetime) -> None:
    """What this device opened in its burst is no buyer's scan, in the rows and in the daily counts."""
    scan.counts = False
    session.flush()
    left_out = session.execute(
        update(Scan)
        .where(Scan.device == scan.device, Scan.at >= since, Scan.counts)
        .values(counts=False)
        .returning(Scan.lot_id, Scan.at, Scan.province_code)
        .execution_options(synchronize_session=False)
    ).all()
    changes = Counter[tuple[int, date, str]]()
    for lot_id, at, province_code in left_out:
        if lot_id is not None:
            changes[lot_id, dates.vietnam_day(at), province_code] -= 1
    _count_days(changes)


def _raise(suspicions: Iterable[_Suspicion], *, at: datetime) -> None:
    insert = (sqlite if is_sqlite() else postgresql).insert(ScanAlarm)
    for found in suspicions:
        key = {"reason": found.reason, "subject": found.subject}
        new_id = session.scalar(
            insert.values(
                **key,
                cooperative_id=found.cooperative_id,
                lot_id=found.lot_id,
                unit_id=found.unit_id,
                facts=dict(found.facts),
                times=1,
                first_at=at,
                last_at=at,
                state=AlarmState.OPEN,
                note="",
            )
            .on_conflict_do_nothing(index_elements=["reason", "subject"])
            .returning(ScanAlarm.id)
            .execution_options(synchronize_session=False)
        )
        if new_id is not None:
            announce(ScanAlarmRaised(new_id))
            continue
        alarm = session.scalars(
            select(ScanAlarm).filter_by(**key).with_for_update().execution_options(populate_existing=True)
        ).one()
        was_settled = alarm.state != AlarmState.OPEN
        alarm.state, alarm.times, alarm.last_at, alarm.facts = AlarmState.OPEN, alarm.times + 1, at, dict(found.facts)
        session.flush()
        if was_settled:
            announce(ScanAlarmRaised(alarm.id))


def _settle(alarm: ScanAlarm, state: AlarmState, *, note: str, by: int) -> None:
    """Who knows why a pack was seen in many hands has also said why it was seen far away."""
    session.refresh(alarm, with_for_update=True)
    if alarm.state != AlarmState.OPEN:
        raise AlarmSettled(alarm.state.value)
    for each in (alarm, *_alike(alarm)):
        each.state, each.note, each.decided_by_id, each.decided_at = state, note, by, clock.now()
        session.flush()
        # The note stays with the alarm: it may name the pack, and the trail is read by more people.
        audit.record(
            f"traceability:scan_alarm:{state.value}", subject="scan_alarm", subject_id=each.id, by=by,
            alarm=each.reason.value, lot=each.lot_id,
        )  # fmt: skip


def _alike(alarm: ScanAlarm) -> Sequence[ScanAlarm]:
    """The other open alarms that say of the same pack that its label may have been copied."""
    if alarm.unit_id is None or alarm.reason not in ABOUT_COPIES:
        return ()
    return session.scalars(
        select(ScanAlarm)
        .where(
            ScanAlarm.unit_id == alarm.unit_id,
            ScanAlarm.id != alarm.id,
            ScanAlarm.state == AlarmState.OPEN,
            ScanAlarm.reason.in_(ABOUT_COPIES),
        )
        .order_by(ScanAlarm.id)
        .with_for_update()
    ).all()
