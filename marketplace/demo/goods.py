"""Goods of the demo that are made of lots: rice milled from paddy, longan of two cooperatives merged and dried."""

from __future__ import annotations

from datetime import date, timedelta

from marketplace.demo.scene import Scene, at
from marketplace.demo.seasons import tell_stages
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.traceability import actions as traceability
from marketplace.traceability import rules
from marketplace.traceability.actions import Input, Output
from marketplace.traceability.models import Lot

TON = 1_000_000


def mill_rice(scene: Scene) -> None:
    """Paddy of the season becomes rice and bran; some paddy stays in store."""
    paddy = scene.lots["thoc"]
    rice, bran = scene.products["Gạo tám xoan Đồng Mây"], scene.products["Cám gạo tám xoan"]
    owner, day = scene.owner_of(rice), paddy.harvested_on + timedelta(days=8)
    with clock.moved_to(at(day, 15)), transaction():
        white, rest = traceability.transform(
            cooperative_id=rice.cooperative_id,
            recipe=rules.RECIPES["rice_milling"],
            inputs=[Input(paddy.id, 6 * TON)],
            outputs=[
                Output(rice, 4 * TON + 80_000, scene.batch(day), day + timedelta(days=rice.shelf_life_days)),
                Output(bran, 480_000, scene.batch(day), day + timedelta(days=bran.shelf_life_days), is_byproduct=True),
            ],
            place="Nhà máy xay xát HTX",
            commune_code=paddy.commune_code,
            on=day,
            by=owner,
            note="Xay xát nhẹ, tách màu; trấu bán cho lò gạch.",
            is_demo=True,
        )
        steps = [["packing", "Đóng túi 2, 5, 20 kg, dán tem", "Nhà máy HTX", 0, "Tổ đóng gói"]]
        tell_stages(white, steps, day, by=owner)
        traceability.publish(white, by=owner)
        traceability.print_labels(white, rice.variants[0], count=300, layout="24", by=owner)
    scene.lots["gao"], scene.lots["cam"] = white, rest


def dry_longan(scene: Scene) -> None:
    """Longan bought from another cooperative and longan of the own garden are merged, then dried."""
    fresh, dried = scene.products["Nhãn quả tươi để xoáy long"], scene.products["Long nhãn sấy hơi nước"]
    own = scene.lots["nhan-pho-co"]
    day = own.harvested_on
    bought = _hand_over(scene, quantity=5 * TON, on=day)
    owner, dried_on = scene.owner_of(dried), day + timedelta(days=1)
    commune = own.commune_code
    with clock.moved_to(at(dried_on, 8)), transaction():
        (merged,) = traceability.transform(
            cooperative_id=dried.cooperative_id,
            recipe=rules.RECIPES["merge"],
            inputs=[Input(bought.id, 3 * TON), Input(own.id, 2 * TON)],
            outputs=[Output(fresh, 5 * TON, scene.batch(dried_on), dried_on + timedelta(days=10))],
            place="Xưởng Phố Cổ",
            commune_code=commune,
            on=dried_on,
            by=owner,
            note="60% nhãn Sông Biếc, 40% nhãn vườn nhà.",
            is_demo=True,
        )
    with clock.moved_to(at(dried_on, 20)), transaction():
        (made,) = traceability.transform(
            cooperative_id=dried.cooperative_id,
            recipe=rules.drying(820, 160),
            inputs=[Input(merged.id, 5 * TON)],
            outputs=[Output(dried, 500_000, scene.batch(dried_on), dried_on + timedelta(days=dried.shelf_life_days))],
            place="Xưởng Phố Cổ",
            commune_code=commune,
            on=dried_on,
            by=owner,
            note="Đo độ ẩm: 82% trước khi sấy, 16% sau khi sấy.",
            is_demo=True,
        )
        steps = [
            ["processing", "Xoáy cùi bằng tay, bỏ vỏ và hạt", "Xưởng Phố Cổ", 0, "24 lao động"],
            ["packing", "Hút chân không, dán tem", "Xưởng Phố Cổ", 0, "Tổ đóng gói"],
        ]
        tell_stages(made, steps, dried_on, by=owner)
        traceability.publish(made, by=owner)
        traceability.print_units(made, dried.variants[0], count=200, layout="24", by=owner)
    scene.lots["nhan-mua"], scene.lots["nhan-gop"], scene.lots["long-nhan"] = bought, merged, made


def _hand_over(scene: Scene, *, quantity: int, on: date) -> Lot:
    """The grower offers part of its lot, the dryer takes it over into a lot of its own."""
    given, product = scene.lots["nhan-song-biec"], scene.products["Nhãn quả tươi để xoáy long"]
    with clock.moved_to(at(on, 18)), transaction():
        transfer = traceability.offer(
            given,
            receiver_id=product.cooperative_id,
            quantity=quantity,
            token="demo-nhan-song-biec",  # noqa: S106  (made with the form, keeps nothing secret)
            note="Nhãn loại 2 để xoáy long.",
            by=scene.owners[given.cooperative_id],
        )
    with clock.moved_to(at(on, 19)), transaction():
        taken = traceability.accept(
            transfer,
            product,
            batch=scene.batch(on),
            best_before=on + timedelta(days=product.shelf_life_days),
            place="Xưởng Phố Cổ",
            commune_code=scene.lots["nhan-pho-co"].commune_code,
            by=scene.owner_of(product),
        )
        taken.is_demo = True
    return taken
