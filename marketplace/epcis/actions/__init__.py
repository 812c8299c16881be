"""What machines do, and what people do with machines."""

from marketplace.epcis.actions.capturing import capture, declare, in_order
from marketplace.epcis.actions.machines import finish_capture, make_token, receive, revoke_token

__all__ = ["capture", "declare", "finish_capture", "in_order", "make_token", "receive", "revoke_token"]
