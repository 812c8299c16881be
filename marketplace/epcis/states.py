"""How a capture that meets an error goes on."""

from enum import StrEnum


class ErrorBehaviour(StrEnum):
    """Words of the header GS1-Capture-Error-Behaviour (EPCIS 2.0, section 12.6)."""

    ROLLBACK = "rollback"  # one bad event, and none is captured
    PROCEED = "proceed"  # good events are captured, bad ones are told
