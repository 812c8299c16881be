"""What people read for the codes of checkout."""

from __future__ import annotations

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from marketplace.catalogue.states import StorageClass
from marketplace.checkout.rules import Offer
from marketplace.checkout.states import Step, Way
from marketplace.geography.rules import Zone
from marketplace.payments.states import Method

STEPS = {Step.ADDRESS: _("Recipient"), Step.DELIVERY: _("Delivery"), Step.PAYMENT: _("Payment")}

WAYS = {
    Way.CARRIER: _("Parcel service"),
    Way.OWN_VAN: _("The cooperative's own van"),
    Way.PICKUP: _("Fetch it at the cooperative"),
    Way.COACH: _("By coach"),
    Way.HUB: _("Gathered into one parcel"),
    Way.HUB_PICKUP: _("Fetch everything at the collecting place"),
}

STORAGES = {
    StorageClass.AMBIENT: _("Goods that need no cooling"),
    StorageClass.COOL: _("Cooled goods (0–8 °C)"),
    StorageClass.FROZEN: _("Frozen goods (−18 °C)"),
}

# Monday is the first.
WEEKDAYS = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip

ZONES = {
    Zone.SAME_PROVINCE: _("Within our province"),
    Zone.SAME_REGION: _("Within the Red River Delta"),
    Zone.INTER_REGION: _("Farther away"),
}

METHODS = {
    Method.CASH_ON_DELIVERY: _("Pay in cash on delivery"),
    Method.VIETQR: _("Bank transfer with a QR code (VietQR)"),
    Method.CARD: _("Card (Visa, Mastercard, JCB)"),
}

METHOD_HINTS = {
    Method.CASH_ON_DELIVERY: _("You pay the person who brings the parcel."),
    Method.VIETQR: _("After ordering you scan a QR code with your bank's app. It waits 24 hours."),
    Method.CARD: _("You pay on the card provider's page and come back. We never see your card."),
}


def days(offer: Offer) -> str:
    """How long the goods are on their way."""
    if offer.window is not None and offer.way != Way.HUB:
        return str(gettext("ready %(window)s", window=offer.window.words))
    if offer.way == Way.PICKUP:
        return str(gettext("ready the next day"))
    if offer.days_from == offer.days_to:
        return str(ngettext("%(num)s day", "%(num)s days", offer.days_to))
    return str(gettext("%(first)s to %(last)s days", first=offer.days_from, last=offer.days_to))
