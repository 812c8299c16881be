"""The chart of accounts, fees, and what of a sum belongs to one pack (payments.md 3.2, 3.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from marketplace.ledger.states import Side

BANK = "asset:bank"
STRIPE_RECEIVABLE = "asset:stripe_receivable"
DISPUTED_FUNDS = "asset:disputed_funds"
ORDER_CLEARING = "liab:order_clearing"  # entries carry the order's code
REFUND_DUE = "liab:refund_due"  # entries carry the refund
SUSPENSE = "liab:suspense"  # entries carry what came
SHIPPING_CLEARING = "liab:shipping_clearing"
TAX_VAT_WITHHELD = "liab:tax_vat_withheld"
TAX_PIT_WITHHELD = "liab:tax_pit_withheld"
PLATFORM_FEE = "income:platform_fee"
SHIPPING_MARGIN = "income:shipping_margin"
PROMOTION = "expense:promotion"
STRIPE_FEE_FX = "expense:stripe_fee_fx"
COD_FEE = "expense:cod_fee"
SHIPPING_SUBSIDY = "expense:shipping_subsidy"
DISPUTE_LOSS = "expense:dispute_loss"

_DEBIT_KINDS = {"asset", "expense"}
# Of these each reference for itself may never stand on the wrong side.
GUARDED_BY_REFERENCE = frozenset({ORDER_CLEARING, REFUND_DUE, SUSPENSE})
_COOPERATIVE_KINDS = ("asset:coop_debt", "liab:coop_pending", "liab:coop_payable", "liab:payout_in_transit")


def carrier_receivable(carrier: str) -> str:
    return f"asset:cod_receivable:{carrier}"


def carrier_payable(carrier: str) -> str:
    return f"liab:carrier_payable:{carrier}"


def cooperative_debt(cooperative_id: int) -> str:
    return f"asset:coop_debt:{cooperative_id}"


def cooperative_pending(cooperative_id: int) -> str:
    return f"liab:coop_pending:{cooperative_id}"


def cooperative_payable(cooperative_id: int) -> str:
    return f"liab:coop_payable:{cooperative_id}"


def payout_in_transit(cooperative_id: int) -> str:
    return f"liab:payout_in_transit:{cooperative_id}"


def normal_side(account: str) -> Side:
    return Side.DEBIT if account.split(":")[0] in _DEBIT_KINDS else Side.CREDIT


def cooperative_of(account: str) -> int | None:
    """Whose account it is; such accounts keep their balance, which never goes to the wrong side."""
    return int(account.rsplit(":", 1)[1]) if account.startswith(_COOPERATIVE_KINDS) else None


def is_on_wrong_side(account: str, balance_dong: int) -> bool:
    """`balance_dong` is debits less credits."""
    return balance_dong < 0 if normal_side(account) == Side.DEBIT else balance_dong > 0


@dataclass(frozen=True)
class Leg:
    """One side of a journal: debit above zero, credit below."""

    account: str
    amount_dong: int
    reference: str = ""


def split_legs(legs: Sequence[Leg], amount_dong: int) -> tuple[list[Leg], list[Leg]]:
    """The first legs that make up so much, and what is left of all; none of them is below zero."""
    first: list[Leg] = []
    rest: list[Leg] = []
    for leg in legs:
        share = min(leg.amount_dong, amount_dong)
        amount_dong -= share
        first += [replace(leg, amount_dong=share)] if share else []
        rest += [replace(leg, amount_dong=leg.amount_dong - share)] if share < leg.amount_dong else []
    return first, rest


def fee(amount_dong: int, basis_points: int) -> int:
    """So many hundredths of a percent of an amount, half a đồng up."""
    return (amount_dong * basis_points + 5_000) // 10_000


def share_of_nth(total: int, number: int, count: int) -> int:
    """What of a total belongs to the n-th of so many equal packs, counted from 1; together they are the total."""
    return total * number // count - total * (number - 1) // count
