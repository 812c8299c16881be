"""Why stock moves."""

from enum import StrEnum


class MovementKind(StrEnum):
    RECEIVED = "received"
    SOLD = "sold"
    GIVEN_BACK = "given_back"
    LOST = "lost"
