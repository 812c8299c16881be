"""Roles that a person holds by himself, outside any cooperative."""

from enum import StrEnum


class AllianceRole(StrEnum):
    """An officer works in his provinces; an admin in all of them; an inspector only reads origins in his provinces."""

    OFFICER = "alliance_officer"
    ADMIN = "alliance_admin"
    INSPECTOR = "alliance_inspector"


class CodePurpose(StrEnum):
    """What a one-time code was sent for."""

    REGISTER = "register"
    RESET_PASSWORD = "reset_password"  # noqa: S105
    CHANGE_CONTACT = "change_contact"
    CHECK_PHONE = "check_phone"  # a guest says that a number is his; who has an account may prove it too
