"""What can be wrong with taking stock."""


class NotEnoughStock(Exception):
    """Fewer packs are left than were asked for; `left` says how many could still be had."""

    def __init__(self, product_id: int, *, asked: int, left: int) -> None:
        super().__init__(f"product {product_id}: {asked} packs asked for, {left} left")
        self.product_id, self.asked, self.left = product_id, asked, left


class OfferNotOpen(Exception):
    """The session price is not open, not open any more, or open again later; what is bought now costs the usual price."""


class OfferSoldOut(Exception):
    """Fewer packs of the offer are free than were asked for; `left` says how many."""

    def __init__(self, offer_id: int, *, asked: int, left: int) -> None:
        super().__init__(f"offer {offer_id}: {asked} packs asked for, {left} free")
        self.offer_id, self.asked, self.left = offer_id, asked, left


class OverBuyersLimit(Exception):
    """One buyer would have more packs than the offer gives to each; `left` says how many he may still have."""

    def __init__(self, offer_id: int, *, limit: int, left: int) -> None:
        super().__init__(f"offer {offer_id}: {left} of {limit} packs left for this buyer")
        self.offer_id, self.limit, self.left = offer_id, limit, left


class HoldLapsed(Exception):
    """What was held for the buyer is free for others again."""
