"""What can be wrong with taking stock."""


class NotEnoughStock(Exception):
    """Fewer packs are left than were asked for; `left` says how many could still be had."""

    def __init__(self, product_id: int, *, asked: int, left: int) -> None:
        super().__init__(f"product {product_id}: {asked} packs asked for, {left} left")
        self.product_id, self.asked, self.left = product_id, asked, left
