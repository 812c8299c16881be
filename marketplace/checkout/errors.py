"""What can be wrong with a cart or with placing an order."""

from __future__ import annotations


class NotOnSale(Exception):
    """The pack size does not exist, or its product cannot be bought now."""


class CartFull(Exception):
    """The cart holds as many different packs as it may."""


class CartEmpty(Exception):
    """There is nothing to order."""


class CannotDeliver(Exception):
    """No way of this cooperative leads to the buyer's province, or the chosen one does not."""

    def __init__(self, cooperative_id: int) -> None:
        super().__init__(f"cooperative {cooperative_id} cannot deliver there that way")
        self.cooperative_id = cooperative_id


class CashNotTaken(Exception):
    """Officers at a collecting place take no cash: what is fetched there is paid before."""


class PricesChanged(Exception):
    """The order would cost another amount than the one the buyer saw."""

    def __init__(self, *, shown_dong: int, total_dong: int) -> None:
        super().__init__(f"the buyer saw {shown_dong} đồng, the order costs {total_dong}")
        self.shown_dong, self.total_dong = shown_dong, total_dong


class TooMuchCash(Exception):
    """This phone's orders would have more to pay in cash on delivery than is trusted to one buyer."""
