"""After the sale: invoices that companies wait for or have, and money that goes back to buyers."""

from __future__ import annotations

from datetime import timedelta

from marketplace.cooperatives.models import Cooperative
from marketplace.demo.orders import Plan, place_order
from marketplace.demo.scene import Scene, at
from marketplace.foundation import clock, codes, files
from marketplace.foundation.database import session, transaction
from marketplace.invoices import actions as invoices
from marketplace.invoices.actions import Issued, StoredFile
from marketplace.invoices.models import Invoice
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.states import PartState
from marketplace.payments import actions as payments
from marketplace.payments import queries as payments_read
from marketplace.payments.states import Method

GUAVA, DRIED, HONEY = "Ổi lê Thanh Hà", "Long nhãn sấy hơi nước", "Mật ong hoa nhãn Bến Mơ"
# What a provider hands over, small: only its head and tail matter here.
XML = """<?xml version="1.0" encoding="UTF-8"?>
<HDon><DLHDon><TTChung><KHMSHDon>1</KHMSHDon><KHHDon>C26TAA</KHHDon><SHDon>{number}</SHDon></TTChung></DLHDon></HDon>
"""


def settle_aftermath(scene: Scene) -> None:
    """An invoice that is here, one that is missing since days, one that is not due yet; and two refunds by transfer,
    one of which waits for the buyer's account."""
    issued = _order(scene, Plan(((GUAVA, 0, 6),), 4, PartState.DELIVERED, Method.VIETQR, True, wants_invoice=True))
    _hand_in(issued, scene)
    _order(scene, Plan(((GUAVA, 0, 10),), 3, PartState.DELIVERED, Method.VIETQR, True, wants_invoice=True))
    _order(scene, Plan(((GUAVA, 1, 1), (DRIED, 0, 2)), 1, PartState.CONFIRMED, Method.VIETQR, True, wants_invoice=True))
    _order(scene, Plan(((DRIED, 0, 1),), 2, PartState.REFUSED, Method.VIETQR, True))
    told = _order(scene, Plan(((HONEY, 0, 1),), 2, PartState.REFUSED, Method.VIETQR, True))
    with transaction():
        for refund, _ in payments_read.refunds_of_references([told.code]):
            payments.tell_account(
                refund, bank_bin="970446", account="0000000077", holder="HOANG THI MUA", by=scene.buyer.id
            )


def _order(scene: Scene, plan: Plan) -> Order:
    with clock.moved_to(at(scene.today - timedelta(days=plan.days_ago), 15)):
        return place_order(plan, scene)


def _hand_in(order: Order, scene: Scene) -> None:
    number = "7"
    key = f"papers/{codes.random_code(26).lower()}.xml"
    content_type = files.content_type_of(key)
    files.store().put(key, XML.format(number=number).encode(), content_type)
    (part_id,) = [part.id for part in order.parts]
    with clock.moved_to(at(scene.today - timedelta(days=3), 17)), transaction():
        part = session.get_one(CooperativeOrder, part_id)
        cooperative = session.get_one(Cooperative, part.cooperative_id)
        invoices.issue(
            session.query(Invoice).filter_by(cooperative_order_id=part_id).one(),
            Issued("1C26TAA", number, clock.today()),
            [StoredFile(key, f"1C26TAA-{number}.xml", content_type)],
            by=scene.owners[cooperative.id],
            province_code=cooperative.province_code,
        )
