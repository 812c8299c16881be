"""The specification's worked example, row by row: two shops by card, a transfer, cash, a payout and a refund after it."""

from __future__ import annotations

from flask import Flask

from marketplace.foundation.database import transaction
from marketplace.foundation.money import split_dong
from marketplace.ledger import actions, queries, rules
from marketplace.ledger.rules import Leg
from marketplace.ledger.states import Event

A, B = 1, 2
CARRIER = "ghn"


def post(row: str, event: Event, *legs: tuple[str, int] | tuple[str, int, str]) -> None:
    with transaction():
        assert actions.post(key=row, event=event, legs=[Leg(*leg) for leg in legs], reference=row)


def first_order() -> None:
    """HD-1 by card: 3 packs of A at 85.000 and its delivery 22.000, B's 129.000 and its own delivery 18.000, a voucher
    of 20.000 paid by the market."""
    goods_a, goods_b = 255_000, 129_000
    voucher = split_dong(20_000, [goods_a, goods_b])
    assert voucher == [13_281, 6_719]
    fee_a, fee_b = rules.fee(goods_a, 750), rules.fee(goods_b, 750)
    assert (fee_a, fee_b) == (19_125, 9_675)
    vat, income_tax = rules.fee(goods_b, 100), rules.fee(goods_b, 50)
    post(
        "S1", Event.PAYMENT_CONFIRMED, (rules.STRIPE_RECEIVABLE, 404_000), (rules.PROMOTION, 20_000),
        (rules.ORDER_CLEARING, -424_000, "HD-1"),
    )  # fmt: skip
    post(
        "S2", Event.PART_DELIVERED, (rules.ORDER_CLEARING, 277_000, "HD-1"),
        (rules.cooperative_pending(A), fee_a - goods_a, "HD-1-A"), (rules.PLATFORM_FEE, -fee_a),
        (rules.SHIPPING_CLEARING, -22_000),
    )  # fmt: skip
    post(
        "S3", Event.PART_DELIVERED, (rules.ORDER_CLEARING, 147_000, "HD-1"),
        (rules.cooperative_pending(B), fee_b + vat + income_tax - goods_b - 18_000, "HD-1-B"),
        (rules.PLATFORM_FEE, -fee_b), (rules.TAX_VAT_WITHHELD, -vat), (rules.TAX_PIT_WITHHELD, -income_tax),
    )  # fmt: skip
    voucher_back, fee_back = rules.share_of_nth(voucher[0], 1, 3), rules.share_of_nth(fee_a, 1, 3)
    post(
        "S4", Event.REFUND_DECIDED, (rules.cooperative_pending(A), 85_000 - fee_back, "HD-1-A"),
        (rules.PLATFORM_FEE, fee_back), (rules.PROMOTION, -voucher_back),
        (rules.REFUND_DUE, voucher_back - 85_000, "refund:1"),
    )  # fmt: skip
    post("S5", Event.REFUND_DONE, (rules.REFUND_DUE, 80_573, "refund:1"), (rules.STRIPE_RECEIVABLE, -80_573))
    with transaction():
        actions.release(A, 157_250, key="S6a", reference="HD-1-A")
        actions.release(B, 135_390, key="S6b", reference="HD-1-B")
    post(
        "S7", Event.PROVIDER_PAID_OUT, (rules.BANK, 309_307), (rules.STRIPE_FEE_FX, 14_120),
        (rules.STRIPE_RECEIVABLE, -323_427),
    )  # fmt: skip
    post(
        "S8", Event.CARRIER_BILLED, (rules.SHIPPING_CLEARING, 22_000), (rules.SHIPPING_SUBSIDY, 2_500),
        (rules.carrier_payable(CARRIER), -24_500),
    )  # fmt: skip


def transfers() -> None:
    post(
        "V1", Event.PAYMENT_CONFIRMED, (rules.BANK, 200_000), (rules.ORDER_CLEARING, -180_000, "HD-2"),
        (rules.REFUND_DUE, -20_000, "refund:2"),
    )  # fmt: skip
    post(
        "V2", Event.PART_DELIVERED, (rules.ORDER_CLEARING, 180_000, "HD-2"),
        (rules.cooperative_pending(A), -166_500, "HD-2-A"), (rules.PLATFORM_FEE, -13_500),
    )  # fmt: skip
    post("V3", Event.REFUND_DONE, (rules.REFUND_DUE, 20_000, "refund:2"), (rules.BANK, -20_000))
    post("V4", Event.UNKNOWN_MONEY, (rules.BANK, 150_000), (rules.SUSPENSE, -150_000, "transfer:9"))
    post("V5", Event.MONEY_MATCHED, (rules.SUSPENSE, 150_000, "transfer:9"), (rules.ORDER_CLEARING, -150_000, "HD-3"))
    post("V6", Event.ORDER_CANCELLED, (rules.ORDER_CLEARING, 150_000, "HD-3"), (rules.REFUND_DUE, -150_000, "refund:3"))
    post("V7", Event.REFUND_DONE, (rules.REFUND_DUE, 150_000, "refund:3"), (rules.BANK, -150_000))


def cash_on_delivery() -> None:
    post(
        "C1", Event.CARRIER_DELIVERED, (rules.carrier_receivable(CARRIER), 350_000),
        (rules.ORDER_CLEARING, -350_000, "HD-4"),
    )  # fmt: skip
    post(
        "C2", Event.PART_DELIVERED, (rules.ORDER_CLEARING, 350_000, "HD-4"),
        (rules.cooperative_pending(A), -296_000, "HD-4-A"), (rules.PLATFORM_FEE, -24_000),
        (rules.SHIPPING_CLEARING, -30_000),
    )  # fmt: skip
    post(
        "C3", Event.CARRIER_REMITTED, (rules.BANK, 316_750), (rules.SHIPPING_CLEARING, 30_000),
        (rules.COD_FEE, 5_250), (rules.carrier_receivable(CARRIER), -350_000), (rules.SHIPPING_MARGIN, -2_000),
    )  # fmt: skip


def payout_and_refund_after_it() -> None:
    with transaction():
        actions.release(A, 166_500, key="P0a", reference="HD-2-A")
        actions.release(A, 296_000, key="P0b", reference="HD-4-A")
    post(
        "P1", Event.PAYOUT_OPENED, (rules.cooperative_payable(A), 619_750), (rules.cooperative_payable(B), 135_390),
        (rules.payout_in_transit(A), -619_750), (rules.payout_in_transit(B), -135_390),
    )  # fmt: skip
    post("P2", Event.PAYOUT_CONFIRMED, (rules.payout_in_transit(A), 619_750), (rules.BANK, -619_750))
    post("P3", Event.PAYOUT_FAILED, (rules.payout_in_transit(B), 135_390), (rules.cooperative_payable(B), -135_390))
    with transaction():
        taken = actions.take_from_cooperative(A, 166_500, reference="HD-2-A")
        assert taken == [Leg(rules.cooperative_debt(A), 166_500, "HD-2-A")]
        actions.post(
            key="R1",
            event=Event.REFUND_DECIDED,
            legs=[*taken, Leg(rules.PLATFORM_FEE, 13_500), Leg(rules.REFUND_DUE, -180_000, "refund:4")],
            reference="HD-2",
        )


def test_the_worked_example_ends_in_its_trial_balance_to_the_dong(app: Flask) -> None:
    first_order()
    transfers()
    cash_on_delivery()
    payout_and_refund_after_it()
    assert queries.trial_balance() == {
        rules.BANK: 186_307,
        rules.cooperative_debt(A): 166_500,
        rules.COD_FEE: 5_250,
        rules.PROMOTION: 15_573,
        rules.SHIPPING_SUBSIDY: 2_500,
        rules.STRIPE_FEE_FX: 14_120,
        rules.PLATFORM_FEE: -46_425,
        rules.SHIPPING_MARGIN: -2_000,
        rules.carrier_payable(CARRIER): -24_500,
        rules.cooperative_payable(B): -135_390,
        rules.REFUND_DUE: -180_000,
        rules.TAX_VAT_WITHHELD: -1_290,
        rules.TAX_PIT_WITHHELD: -645,
    }
    assert sum(amount for amount in queries.trial_balance().values() if amount > 0) == 390_250
    assert queries.unbalanced_journals() == []
    assert queries.balances_that_disagree() == []
    assert queries.accounts_on_the_wrong_side() == []
    assert queries.funds_of(A) == queries.Funds(pending_dong=0, payable_dong=0, in_transit_dong=0, debt_dong=166_500)
