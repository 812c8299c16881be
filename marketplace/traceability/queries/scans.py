"""Scans of codes and what looks wrong about them, for buyers, cooperatives, officers and inspectors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import lazyload

from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session
from marketplace.geography.rules import province_seats
from marketplace.traceability import rules
from marketplace.traceability.models import LabelReport, Lot, Scan, ScanAlarm, ScanDay, Unit
from marketplace.traceability.states import ABOUT_COPIES, AlarmState


@dataclass(frozen=True)
class ScanHistory:
    """What was known of a pack's code when somebody opened it at `asked_at`."""

    asked_at: datetime
    times: int
    first_at: datetime | None
    first_province: str  # its code; empty when nobody told
    seen_here: bool  # on the same device
    by_others: int  # times on other devices
    is_doubtful: bool  # an alarm stands open that a buyer should hear of


def history_columns(device: str) -> list[ColumnElement[Any]]:
    """What a statement about a Unit asks besides, so that its page needs no other one; for `history_from`."""
    of_pack = Scan.unit_id == Unit.id
    counted = and_(of_pack, Scan.counts)
    first = select(Scan.at, Scan.province_code).where(counted).order_by(Scan.at, Scan.id).limit(1)
    count = select(func.count(Scan.id))
    return [
        count.where(counted).scalar_subquery(),
        first.with_only_columns(Scan.at).scalar_subquery(),
        first.with_only_columns(Scan.province_code).scalar_subquery(),
        exists().where(of_pack, Scan.device == device),
        count.where(counted, Scan.device != device).scalar_subquery(),
        exists().where(
            ScanAlarm.unit_id == Unit.id, ScanAlarm.state == AlarmState.OPEN, ScanAlarm.reason.in_(ABOUT_COPIES)
        ),
    ]


def history_from(columns: Sequence[Any], *, asked_at: datetime) -> ScanHistory:
    """From what stood in `history_columns`, in their order."""
    times, first_at, first_province, seen_here, by_others, is_doubtful = columns
    return ScanHistory(asked_at, times, first_at, first_province or "", bool(seen_here), by_others, bool(is_doubtful))


def knows_code(code: str) -> bool:
    """Whether a pack or a published lot has this code; nothing else of it is read."""
    if rules.could_be_serial(code):
        return bool(session.scalar(select(exists().where(Unit.serial == code))))
    if rules.could_be_lot_code(code):
        return bool(session.scalar(select(exists().where(Lot.code == code, Lot.published_at.is_not(None)))))
    return False


# -- alarms


@dataclass(frozen=True)
class AlarmRow:
    """An alarm with what it is about, as its page shows it."""

    alarm: ScanAlarm
    lot: Lot | None
    product_name: str
    cooperative: Cooperative | None
    serial: str


def count_open_alarms(cooperative_id: int) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(ScanAlarm)
            .where(ScanAlarm.cooperative_id == cooperative_id, ScanAlarm.state == AlarmState.OPEN)
        )
        or 0
    )


def alarms_of(cooperative_id: int, *, limit: int, offset: int = 0) -> tuple[list[AlarmRow], int]:
    """The cooperative's alarms, those that wait first, then the newest; and how many there are."""
    return _alarms(ScanAlarm.cooperative_id == cooperative_id, limit=limit, offset=offset)


def alarms_in(scope: ColumnElement[bool], *, limit: int, offset: int = 0) -> tuple[list[AlarmRow], int]:
    """Those of cooperatives in an officer's provinces, and those that belong to nobody's goods."""
    return _alarms(or_(scope, ScanAlarm.cooperative_id.is_(None)), limit=limit, offset=offset)


def _alarms(condition: ColumnElement[bool], *, limit: int, offset: int) -> tuple[list[AlarmRow], int]:
    rows = session.execute(
        select(ScanAlarm, Lot, Product.name, Cooperative, Unit.serial, func.count().over())
        .outerjoin(Lot, Lot.id == ScanAlarm.lot_id)
        .outerjoin(Product, Product.id == Lot.product_id)
        .outerjoin(Cooperative, Cooperative.id == ScanAlarm.cooperative_id)
        .outerjoin(Unit, Unit.id == ScanAlarm.unit_id)
        .where(condition)
        .order_by(case((ScanAlarm.state == AlarmState.OPEN, 0), else_=1), ScanAlarm.last_at.desc(), ScanAlarm.id.desc())
        .limit(limit)
        .offset(offset)
        .options(lazyload(Lot.stages))
    ).all()
    found = [
        AlarmRow(alarm, lot, product_name or "", cooperative, serial or "")
        for alarm, lot, product_name, cooperative, serial, _count in rows
    ]
    return found, rows[0][5] if rows else 0


def find_alarm(cooperative_id: int, alarm_id: int) -> ScanAlarm | None:
    return session.scalar(select(ScanAlarm).where(ScanAlarm.id == alarm_id, ScanAlarm.cooperative_id == cooperative_id))


def find_alarm_in(scope: ColumnElement[bool], alarm_id: int) -> ScanAlarm | None:
    return session.scalar(
        select(ScanAlarm)
        .join(Cooperative, Cooperative.id == ScanAlarm.cooperative_id)
        .where(ScanAlarm.id == alarm_id, scope)
    )


# -- what readers told


@dataclass(frozen=True)
class ReportRow:
    """What a reader of a label found wrong, with the lot if its code is one of ours."""

    report: LabelReport
    lot: Lot | None
    product_name: str
    cooperative: Cooperative | None


def reports_about(cooperative_id: int, *, limit: int, offset: int = 0) -> tuple[list[ReportRow], int]:
    """What readers told of the cooperative's labels, newest first; and how often."""
    return _reports(Lot.cooperative_id == cooperative_id, limit=limit, offset=offset)


def reports_in(scope: ColumnElement[bool], *, limit: int, offset: int = 0) -> tuple[list[ReportRow], int]:
    """Of labels in an officer's provinces, and of codes that nobody here has printed."""
    return _reports(or_(scope, LabelReport.lot_id.is_(None)), limit=limit, offset=offset)


def _reports(condition: ColumnElement[bool], *, limit: int, offset: int) -> tuple[list[ReportRow], int]:
    rows = session.execute(
        select(LabelReport, Lot, Product.name, Cooperative, func.count().over())
        .outerjoin(Lot, Lot.id == LabelReport.lot_id)
        .outerjoin(Product, Product.id == Lot.product_id)
        .outerjoin(Cooperative, Cooperative.id == Lot.cooperative_id)
        .where(condition)
        .order_by(LabelReport.id.desc())
        .limit(limit)
        .offset(offset)
        .options(lazyload(Lot.stages))
    ).all()
    found = [ReportRow(report, lot, name or "", cooperative) for report, lot, name, cooperative, _count in rows]
    return found, rows[0][4] if rows else 0


# -- for the inspector

WEST, NORTH, PER_DEGREE = 101.5, 23.5, 25
MAP_SIZE = (9 * PER_DEGREE, 15 * PER_DEGREE)


@dataclass(frozen=True)
class ScanFigures:
    """How often a lot's codes were opened, by province (the most first) and by month (the first first)."""

    by_province: Sequence[tuple[str, int]]
    by_month: Sequence[tuple[date, int]]

    @property
    def total(self) -> int:
        return sum(scans for _province, scans in self.by_province)

    def dots(self) -> list[tuple[str, float, float, float, int]]:
        """A map of dots: (province, x, y, radius, scans) for every province, on a ground of MAP_SIZE.

        The area of a dot shows the number; a province without scans keeps a point, so that the land can be made out.
        """
        scans = dict(self.by_province)
        most = max((scans.get(code, 0) for code in province_seats()), default=0)
        return [
            (
                code,
                round((east - WEST) * PER_DEGREE, 1),
                round((NORTH - north) * PER_DEGREE, 1),
                round(3 + 13 * math.sqrt(scans[code] / most), 1) if scans.get(code) else 1.5,
                scans.get(code, 0),
            )
            for code, (north, east) in province_seats().items()
        ]


def scan_figures(lot_id: int) -> ScanFigures:
    """From the daily counts, which outlive the rows."""
    provinces: dict[str, int] = {}
    months: dict[date, int] = {}
    rows = session.execute(
        select(ScanDay.day, ScanDay.province_code, ScanDay.scans).where(ScanDay.lot_id == lot_id, ScanDay.scans > 0)
    )
    for day, province_code, scans in rows:
        provinces[province_code] = provinces.get(province_code, 0) + scans
        month = day.replace(day=1)
        months[month] = months.get(month, 0) + scans
    return ScanFigures(
        sorted(provinces.items(), key=lambda pair: (-pair[1], pair[0])),
        sorted(months.items()),
    )
