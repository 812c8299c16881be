"""What people do with their accounts, and admins with those of officers; one file per story."""

from marketplace.accounts.actions.codes import ask_for_code, send_code, use_code
from marketplace.accounts.actions.contacts import ask_to_change_contact, change_contact, change_profile
from marketplace.accounts.actions.officers import appoint, dismiss, lift_suspension, reset_second_factor, suspend
from marketplace.accounts.actions.passwords import (
    check_credentials,
    check_password_of,
    hash_password,
    reset_password,
    set_password,
)
from marketplace.accounts.actions.registering import begin_registration, finish_registration, register
from marketplace.accounts.actions.second_factor import begin_second_factor, check_second_factor
from marketplace.accounts.actions.sessions import end_all_sessions, end_session, open_session, tidy, touch_session

__all__ = [
    "appoint",
    "ask_for_code",
    "ask_to_change_contact",
    "begin_registration",
    "begin_second_factor",
    "change_contact",
    "change_profile",
    "check_credentials",
    "check_password_of",
    "check_second_factor",
    "dismiss",
    "end_all_sessions",
    "end_session",
    "finish_registration",
    "hash_password",
    "lift_suspension",
    "open_session",
    "register",
    "reset_password",
    "reset_second_factor",
    "send_code",
    "set_password",
    "suspend",
    "tidy",
    "touch_session",
    "use_code",
]
