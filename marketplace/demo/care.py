"""Complaints of the demo, one in each state that matters, and what buyers think of what they received."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.care import actions as care
from marketplace.care.actions import Evidence
from marketplace.care.models import Complaint
from marketplace.care.states import Answer, Kind, Wish
from marketplace.demo.orders import Plan, place_orders
from marketplace.demo.scene import Scene, at
from marketplace.foundation import clock, codes, files
from marketplace.foundation.database import session, transaction
from marketplace.foundation.pictures import PictureSet
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.states import PartState
from marketplace.payments.states import Method

GUAVA, HONEY, RICE, SAUCE = (
    "Ổi lê Thanh Hà", "Mật ong hoa nhãn Bến Mơ", "Gạo tám xoan Đồng Mây", "Nước mắm cá nục 30 độ đạm",
)  # fmt: skip


@dataclass(frozen=True)
class Trouble:
    """An order that somebody complains about, so many hours after the goods came, and how far it has come since."""

    order: Plan
    hours_later: int
    kind: Kind
    packs: int
    words: str
    until: Callable[[Complaint, Scene], None]
    wish: Wish = Wish.REFUND
    photos: int = 1


@dataclass(frozen=True)
class Opinion:
    """What a buyer thinks of one product of his order, how many days later; what the cooperative answers."""

    stars: int
    words: str
    days_later: int = 1
    answer: str = ""


def _nothing(complaint: Complaint, scene: Scene) -> None:
    """Nobody has looked at it yet."""


def _seen(complaint: Complaint, scene: Scene) -> None:
    care.acknowledge(complaint, by=scene.owners[complaint.cooperative_id])


def _asked_back(complaint: Complaint, scene: Scene) -> None:
    _seen(complaint, scene)
    words = "HTX xin lỗi bạn. Bạn giữ lại hai chai rò nắp, xe của HTX qua lấy rồi hoàn tiền ngay."
    _answer(complaint, scene, Answer.RETURN, words)


def _paid_back(complaint: Complaint, scene: Scene) -> None:
    _seen(complaint, scene)
    _answer(complaint, scene, Answer.REFUND, "Ảnh cho thấy lọ nứt ở đáy, lỗi đóng gói của HTX. HTX hoàn tiền lọ này.")
    care.accept(complaint, number=1, by=None)


def _before_the_alliance(complaint: Complaint, scene: Scene) -> None:
    _seen(complaint, scene)
    _answer(complaint, scene, Answer.REFUSE, "Lúc giao cho bên vận chuyển quả còn cứng, có ảnh ở nhà đóng gói.")
    care.ask_alliance(complaint, words="Thùng vẫn nguyên băng dính của HTX mà quả bên dưới đã nẫu.", by=None)


def _rejected(complaint: Complaint, scene: Scene) -> None:
    _seen(complaint, scene)
    _answer(complaint, scene, Answer.REFUSE, "Bánh dẻo là đúng kiểu bánh cáy truyền thống, trên trang có ghi.")
    care.ask_alliance(complaint, words="Tôi nghĩ bánh phải giòn.", by=None)
    words = "Trang sản phẩm ghi rõ bánh dẻo, hạn dùng còn dài; không có lỗi của HTX."
    care.decide(complaint, packs={}, is_granted=False, words=words, by=scene.officer.id)


def _answer(complaint: Complaint, scene: Scene, kind: Answer, words: str) -> None:
    packs = {row.order_line_id: row.packs for row in complaint.lines}
    care.answer(complaint, kind=kind, words=words, packs=packs, by=scene.owners[complaint.cooperative_id])


def _paid(name: str, packs: int, days_ago: int, until: PartState, guest: str = "") -> Plan:
    return Plan(((name, 0, packs),), days_ago, until, Method.VIETQR, is_paid=True, as_guest=bool(guest), guest=guest)


TROUBLES = (
    Trouble(
        _paid(GUAVA, 2, 1, PartState.DELIVERED), 20, Kind.DAMAGED, 1,
        "Một túi bị dập ở góc thùng, ba quả nẫu không ăn được.", _nothing, photos=2,
    ),
    Trouble(
        _paid(GUAVA, 3, 1, PartState.DELIVERED, "Trần Thị Hòa (mẫu)"), 5, Kind.MISSING, 1,
        "Tôi đặt 3 túi mà trong thùng chỉ có 2.", _seen, Wish.GOODS_AGAIN, photos=0,
    ),
    Trouble(
        _paid(SAUCE, 4, 3, PartState.DELIVERED), 20, Kind.DAMAGED, 2,
        "Hai chai rò nước mắm ở nắp, ướt hết hộp.", _asked_back,
    ),
    Trouble(
        _paid(GUAVA, 2, 4, PartState.COMPLETED, "Phạm Quốc Bảo (mẫu)"), 10, Kind.SPOILED, 2,
        "Lớp dưới cùng đã nẫu và chảy nước.", _before_the_alliance, photos=2,
    ),
    Trouble(
        _paid(HONEY, 2, 6, PartState.COMPLETED), 12, Kind.DAMAGED, 1,
        "Một lọ nứt ở đáy, mật chảy ra hộp.", _paid_back,
    ),
    Trouble(
        _paid("Bánh cáy nếp cái hoa vàng", 2, 7, PartState.COMPLETED, "Lê Minh Tú (mẫu)"), 30, Kind.NOT_AS_DESCRIBED, 2,
        "Bánh dẻo quá, không giòn như tôi nghĩ.", _rejected, photos=0,
    ),
    Trouble(
        _paid("Giỏ cói quai da", 1, 5, PartState.SHIPPED, "Vũ Thị Ngân (mẫu)"), 90, Kind.NOT_ARRIVED, 1,
        "Đã bốn ngày mà bưu tá chưa gọi.", _seen, photos=0,
    ),
)  # fmt: skip


def _received(guest: str, days_ago: int, *names: str) -> Plan:
    items = tuple((name, 0, 1) for name in names)
    return Plan(items, days_ago, PartState.COMPLETED, as_guest=True, guest=f"{guest} (mẫu)")


OPINIONS: tuple[tuple[Plan, tuple[Opinion, ...]], ...] = (
    (
        _received("Nguyễn Thị Hạnh", 9, RICE, HONEY),
        (
            Opinion(5, "Cơm dẻo, thơm mùi gạo mới, nguội vẫn mềm. Quét tem thấy đúng lô và ngày xát.", 2),
            Opinion(5, "Mật thơm hoa nhãn, vị dịu. Nhà tôi mua lần thứ hai.", 3, "Cảm ơn chị đã tin HTX ạ!"),
        ),
    ),
    (
        _received("Đỗ Văn Thành", 8, HONEY, "Gạo nếp cái hoa vàng"),
        (
            Opinion(4, "Mật ngon, nhưng nắp hơi khó mở."),
            Opinion(5, "Nếp dẻo thơm, đồ xôi hạt căng bóng, để nguội không cứng."),
        ),
    ),
    (
        _received("Bùi Thu Trang", 7, SAUCE, "Mì gạo bao thai"),
        (
            Opinion(
                4, "Nước mắm đậm, thơm. Giao hơi chậm một ngày.", 1, "HTX đã đổi bên vận chuyển, cảm ơn bạn góp ý."
            ),
            Opinion(3, "Mì dai nhưng nấu lâu hơi nát. Tạm được."),
        ),
    ),
    (
        _received("Hoàng Anh Dũng", 6, RICE, "Chè lam gừng mật mía"),
        (
            Opinion(4, "Gạo ngon, đều hạt. Bao 5 kg tiện cho nhà ít người.", 2),
            Opinion(5, "Chè lam cay vị gừng vừa phải, ăn với trà rất hợp.", 2),
        ),
    ),
    (
        _received("Phan Thị Mai", 5, RICE, SAUCE),
        (
            Opinion(2, "Gạo lần này có mấy hạt sạn, mong HTX xem lại.", 1, "HTX đã kiểm tra máy sàng. Xin lỗi chị."),
            Opinion(5, "Mẹ tôi khen đúng vị nước mắm ngày xưa.", 2),
        ),
    ),
    (
        _received("Lý Gia Huy", 4, HONEY, "Trà hoa vàng sấy thăng hoa"),
        (
            Opinion(1, "Đồ lừa đảo, bọn bán hàng mất dạy!"),
            Opinion(5, "Trà nước vàng trong, hương nhẹ, hộp đẹp để biếu."),
        ),
    ),
)
INSULT = "Lời lẽ xúc phạm người bán, không nói gì về hàng."


# Arrived lately, for whoever tries the demo to complain about and to review.
STILL_TO_TRY = _paid(HONEY, 2, 1, PartState.DELIVERED)


def complain_and_review(scene: Scene) -> None:
    place_orders([STILL_TO_TRY], scene)
    for trouble, order_id in zip(TROUBLES, place_orders([one.order for one in TROUBLES], scene), strict=True):
        _complain(scene, trouble, order_id)
    placed = place_orders([plan for plan, _ in OPINIONS], scene)
    for (plan, opinions), order_id in zip(OPINIONS, placed, strict=True):
        _review(scene, plan, opinions, order_id)


def _complain(scene: Scene, trouble: Trouble, order_id: int) -> None:
    order = session.get_one(Order, order_id)
    part = order.parts[0]
    since = part.delivered_at or order.placed_at
    # Never so long ago that the demo begins with what is overdue, nor later than now.
    opened_at = min(since + timedelta(hours=trouble.hours_later), clock.now() - timedelta(hours=2))
    with clock.moved_to(max(since, opened_at)), transaction():
        complaint = care.open_complaint(
            order_id,
            part.id,
            kind=trouble.kind,
            wish=trouble.wish,
            words=trouble.words,
            packs={part.lines[0].id: trouble.packs},
            photos=[_photo(part) for _ in range(trouble.photos)],
            by=None,
        )
        complaint_id = complaint.id
    with clock.moved_to(_later(opened_at, hours=1)), transaction():
        trouble.until(session.get_one(Complaint, complaint_id), scene)


def _photo(part: CooperativeOrder) -> Evidence:
    """The product's own picture stands for what the buyer saw."""
    picture = part.lines[0].picture
    assert picture is not None, "products of the demo have pictures"
    key = f"papers/{codes.random_code(26).lower()}.jpg"
    files.store().put(key, files.store().read(PictureSet.from_json(picture).source_key), files.content_type_of(key))
    return Evidence(key, "anh-hang-hong.jpg")


def _review(scene: Scene, plan: Plan, opinions: tuple[Opinion, ...], order_id: int) -> None:
    lines = {line.product_name: line.id for part in session.get_one(Order, order_id).parts for line in part.lines}
    for (name, _pack, _count), opinion in zip(plan.items, opinions, strict=True):
        day = scene.today - timedelta(days=max(0, plan.days_ago - opinion.days_later))
        with clock.moved_to(at(day, 19)), transaction():
            order = session.get_one(Order, order_id)
            part, line = next((part, line) for part in order.parts for line in part.lines if line.id == lines[name])
            review = care.write_review(order, part, line, stars=opinion.stars, words=opinion.words, photos=[])
            if opinion.answer:
                care.answer_review(review, words=opinion.answer, by=scene.owners[review.cooperative_id])
            if opinion.stars == 1:
                care.take_down_review(review, reason=INSULT, by=scene.officer.id)


def _later(moment: datetime, *, hours: int) -> datetime:
    return min(moment + timedelta(hours=hours), clock.now())
