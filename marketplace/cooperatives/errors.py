"""What can be wrong with cooperatives and who works in them."""

from __future__ import annotations


class TaxCodeTaken(Exception):
    """Another cooperative of this market has the tax code."""


class AdmissionMoveRefused(Exception):
    """The application is in a state from which it cannot go where it was sent."""

    def __init__(self, slug: str, from_state: str, to_state: str) -> None:
        super().__init__(f"cooperative {slug} is {from_state} and cannot become {to_state}")
        self.from_state, self.to_state = from_state, to_state


class ApplicationClosed(Exception):
    """It was handed in or decided meanwhile; what stands in it is not changed any more."""


class TooManyPapers(Exception):
    """The application has as many papers as anybody can need."""


class ApplicationIncomplete(Exception):
    """A paper that every application needs is missing; `missing` names the kinds."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(f"the application lacks: {', '.join(missing)}")
        self.missing = missing


class InvitationOver(Exception):
    """The invitation was used, withdrawn, or its week is over."""


class TooManyInvitations(Exception):
    """So many invitations wait that no more are sent."""


class LastOwner(Exception):
    """Somebody must speak for the cooperative."""
