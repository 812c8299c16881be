"""What can be wrong with a journal."""


class Unbalanced(Exception):
    """The legs do not sum to zero, or there are fewer than two."""


class KeyUsedOtherwise(Exception):
    """A journal with this key exists and says something else."""


class WrongSide(Exception):
    """More would be taken from an account than lies there."""

    def __init__(self, account: str, reference: str, balance_dong: int) -> None:
        super().__init__(f"{account} {reference}".rstrip() + f" would stand at {balance_dong} đồng")
        self.account, self.reference, self.balance_dong = account, reference, balance_dong


class SamePerson(Exception):
    """Who proposed it cannot be the one who approves it."""


class OutsideProvinces(Exception):
    """The batch pays cooperatives whom this officer does not answer for, so he cannot see all that he would decide."""


class PayoutMoveRefused(Exception):
    """The payout or its batch is in a state from which it cannot go where it was sent."""
