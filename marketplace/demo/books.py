"""Who delivered for a lot, a closed and an open sheet for households, and what the night's comparison found."""

from __future__ import annotations

from datetime import timedelta

from marketplace.accounts.models import Person
from marketplace.bookkeeping.actions import comparing, households
from marketplace.bookkeeping.queries import comparing as compared
from marketplace.bookkeeping.queries import households as sheets
from marketplace.bookkeeping.rules import Weighed
from marketplace.bookkeeping.states import DifferenceKind, DifferenceState
from marketplace.demo.orders import Plan, place_orders
from marketplace.demo.scene import Scene, at
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.orders.states import PartState
from marketplace.payments.states import Method

SHARING = "Trái cây Thanh Bình"
DELIVERED = (
    Weighed("Nguyễn Thị Thơm (mẫu)", 186_500),
    Weighed("Phạm Văn Bốn (mẫu)", 142_000),
    Weighed("Đoàn Thị Hạnh (mẫu)", 97_500),
    Weighed("Lê Văn Quý (mẫu)", 74_000),
)
FUND_BASIS_POINTS, COSTS_DONG = 700, 60_000

PLANS = (
    Plan((("Ổi lê Thanh Hà", 1, 3),), 9, PartState.COMPLETED, Method.VIETQR, is_paid=True, is_scanned=False),
    Plan((("Ổi lê Thanh Hà", 0, 4),), 7, PartState.COMPLETED, Method.VIETQR, is_paid=True, is_scanned=False),
)


def sell_before(scene: Scene) -> None:
    """Sales that are old enough to be shared."""
    place_orders(PLANS, scene)


def share_and_compare(scene: Scene, *, admin: Person) -> None:
    cooperative = scene.cooperatives[SHARING]
    owner = scene.owners[cooperative.id]
    with clock.moved_to(at(scene.today - timedelta(days=1), 16)):
        with transaction():
            earned = sheets.earnings(cooperative.id)
            for one in earned:
                households.note_deliveries(
                    one.lot, DELIVERED, on=one.lot.harvested_on, token=f"mau-{one.lot.code}", by=owner
                )
        with transaction():
            sheet = households.open_sheet(
                cooperative_id=cooperative.id,
                lots=[(one.lot, one.product_name) for one in earned],
                title="Chia tiền ổi đợt 1 (mẫu)",
                payout_id=None,
                token="mau-1",  # noqa: S106  (names the form)
                by=owner,
            )
            households.set_deductions(
                sheet, fund_basis_points=FUND_BASIS_POINTS, costs_dong=COSTS_DONG, costs_note="Thùng xốp, công đóng gói"
            )
        with transaction():
            shared = sheets.view(sheet).division.shared_dong
            households.close_sheet(sheet, seen_dong=shared, by=owner)
        with transaction():
            households.correct_sheet(sheet, reason="Cân lại của hộ anh Quý (mẫu)", by=owner)
    with transaction():
        comparing.keep(compared.compare_bank(today=scene.today))
        comparing.keep(compared.compare_cash(today=scene.today))
        cash = next(one for one in compared.differences(DifferenceState.OPEN) if one.kind == DifferenceKind.CASH)
        comparing.answer(
            cash, DifferenceState.EXPLAINED, seen=DifferenceState.OPEN,
            reason="Bưu cục báo sót đơn này, sẽ trả trong bảng kê tuần sau (mẫu).", by=admin.id,
        )  # fmt: skip
