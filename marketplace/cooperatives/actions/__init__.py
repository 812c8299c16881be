"""What can be done with cooperatives: applying, deciding, telling about oneself, inviting people."""

from marketplace.cooperatives.actions.applying import (
    ApplicationDetails,
    add_paper,
    change_application,
    remove_paper,
    start_application,
    submit,
)
from marketplace.cooperatives.actions.deciding import ask_for_more, open_again, refuse, suspend, verify
from marketplace.cooperatives.actions.people import (
    accept_invitation,
    change_role,
    invite,
    remove_member,
    withdraw_invitation,
)
from marketplace.cooperatives.actions.profile import change_account, change_profile

__all__ = [
    "ApplicationDetails",
    "accept_invitation",
    "add_paper",
    "ask_for_more",
    "change_account",
    "change_application",
    "change_profile",
    "change_role",
    "invite",
    "open_again",
    "refuse",
    "remove_member",
    "remove_paper",
    "start_application",
    "submit",
    "suspend",
    "verify",
    "withdraw_invitation",
]
