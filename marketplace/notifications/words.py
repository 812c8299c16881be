"""What the bell says, in the language of whoever reads it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _

from marketplace.foundation import dates, money
from marketplace.notifications.models import Notice
from marketplace.notifications.states import Topic, Way
from marketplace.sourcing.words import scheme_words

TOPICS = {
    Topic.ORDERS: _("My purchases"),
    Topic.SALES: _("Orders for my cooperative"),
    Topic.MONEY: _("Payouts to my cooperative"),
    Topic.PAPERS: _("Certificates, lots and labels"),
    Topic.DUTIES: _("Work that waits for officers"),
    Topic.RECALL: _("Recalls"),
    Topic.SECURITY: _("Sign-in and bank accounts"),
}
TOPIC_HINTS = {
    Topic.ORDERS: _("paid, sent, arrived, invoices, complaints, money back"),
    Topic.SALES: _("new, paid and cancelled orders, what waits to be packed or invoiced, complaints and reviews"),
    Topic.MONEY: _("when money is sent to you, and when a transfer comes back"),
    Topic.PAPERS: _("answers of officers, papers that run out, labels that were copied"),
    Topic.DUTIES: _("applications, certificates, complaints, bank accounts and money to look at"),
    Topic.RECALL: _("Goods you have or sell must not be eaten."),
    Topic.SECURITY: _("Codes, changed passwords, and where money goes."),
}
ICONS = {
    Topic.ORDERS: "truck",
    Topic.SALES: "box",
    Topic.MONEY: "money",
    Topic.PAPERS: "award",
    Topic.DUTIES: "inbox",
    Topic.RECALL: "recall",
    Topic.SECURITY: "lock",
}
WAYS = {
    Way.EMAIL: _("E-mail"),
    Way.ZALO: _("Zalo"),
    Way.SMS: _("Text message"),
    Way.PUSH: _("On this and other devices"),
}

NOTICES = {
    "accounts/contact_changed": _("Your phone number or e-mail address was changed."),
    "accounts/password_changed": _("Your password was changed."),
    "accounts/second_factor_reset": _("An admin has reset your authenticator app."),
    "alliance/waiting/account": _("%(name)s has named a new bank account (…%(subject)s). Call its known number."),
    "alliance/waiting/approval": _("%(amount)s for %(subject)s waits for a second person."),
    "alliance/waiting/booth": _("%(name)s asks for a booth at “%(subject)s”."),
    "alliance/waiting/certificate": _("%(name)s has handed in certificate %(subject)s."),
    "alliance/waiting/complaint": _("The complaint about order %(subject)s (%(name)s) waits for your decision."),
    "alliance/waiting/mismatch": _("A card payment for %(subject)s is not what was asked (%(amount)s)."),
    "alliance/waiting/withdrawal": _("%(amount)s of order %(subject)s was taken back. Evidence may have a deadline."),
    "care/accepted": _("Order %(code)s: the buyer agrees. Now do what you have promised."),
    "care/answered": _("Order %(code)s: %(name)s has answered your complaint. Do you agree?"),
    "care/escalated": _("Order %(code)s: the Alliance now decides about the complaint."),
    "care/escalated_for_seller": _("Order %(code)s: the Alliance now decides about the complaint."),
    "care/opened": _("Order %(code)s: the buyer complains. Please look at it by %(until)s."),
    "care/review_answered": _("The cooperative has answered your review of %(product)s."),
    "care/review_taken_down": _("Your review of %(product)s was taken down. %(reason)s"),
    "care/review_written": _("New review of %(product)s: %(stars)s of 5 stars."),
    "care/settled": _("Order %(code)s: the complaint is settled. %(words)s"),
    "care/settled_for_seller": _("Order %(code)s: the complaint is settled. %(words)s"),
    "certificates/answered/need_info": _("Certificate %(number)s needs something more. %(reason)s"),
    "certificates/answered/refused": _("Certificate %(number)s was refused. %(reason)s"),
    "certificates/answered/suspended": _("Certificate %(number)s is no longer shown. %(reason)s"),
    "certificates/answered/verified": _("Certificate %(number)s is verified. Its badge is shown now."),
    "certificates/runs_out": _("Certificate %(number)s ends in %(days)s days. Renew it in time."),
    "cooperatives/decided": _("There is an answer about %(name)s. %(reason)s"),
    "cooperatives/decided/suspended": _("The stall of %(name)s is suspended. %(reason)s"),
    "cooperatives/decided/verified": _("The stall of %(name)s is open."),
    "cooperatives/submitted": _("%(name)s wants to sell here. Look at the application."),
    "fairs/booth_answered/approved": _("%(name)s has its booth at “%(fair)s”."),
    "fairs/booth_answered/need_info": _("The booth of %(name)s at “%(fair)s” needs something more. %(reason)s"),
    "fairs/booth_answered/rejected": _("%(name)s has no booth at “%(fair)s”. %(reason)s"),
    "fairs/called_off": _("“%(fair)s” does not take place. %(reason)s"),
    "fairs/ended": _("“%(fair)s” is over. Pack what was ordered, and say how content you are."),
    "fairs/own_report": _("The report of “%(fair)s” is out. See what it brought %(name)s."),
    "fairs/over": _("“%(fair)s” is over. See what became of it, and rate what you received."),
    "fairs/report_due": _("The report of “%(fair)s” is due on %(day)s."),
    "fairs/reported": _("The report of “%(fair)s” is handed in."),
    "farming/harvest_decided/approved": _("The harvest of lot %(batch)s (%(product)s) is approved."),
    "farming/harvest_decided/refused": _("The harvest of lot %(batch)s (%(product)s) is not approved. %(reason)s"),
    "invoices/issued": _("Order %(code)s: the invoice of %(name)s is here."),
    "invoices/issued/replaced": _("Order %(code)s: a new invoice from %(name)s is here."),
    "invoices/asked": _("The buyer of order %(code)s needs an invoice for a company."),
    "invoices/missing": _("The buyer of order %(code)s has waited %(days)s days for his invoice."),
    "ledger/account_approved": _("The new bank account of %(name)s (…%(number_end)s) is approved."),
    "ledger/account_proposed": _("%(name)s is to be paid to a new bank account (…%(number_end)s). Was it you?"),
    "ledger/payout_opened": _("%(amount)s is prepared for %(name)s."),
    "ledger/payout_paid": _("%(amount)s was sent to the account of %(name)s. The statement is ready."),
    "ledger/payout_returned": _("The transfer of %(amount)s to %(name)s came back. %(reason)s"),
    "orders/cancelled_for_seller/buyer": _("Order %(code)s was cancelled by the buyer. Do not pack it."),
    "orders/cancelled_for_seller/lapsed": _("Order %(code)s was not paid in time. Do not pack it."),
    "orders/lapsed": _("Order %(code)s was not paid in time and is closed."),
    "orders/paid": _("We have received %(amount)s for order %(code)s."),
    "orders/paid_for_seller": _("Order %(code)s is paid (%(amount)s). You can pack it."),
    "orders/part_moved/at_hub": _("Order %(code)s: the goods of %(name)s have come to the collecting place."),
    "orders/part_moved/cancelled": _("Order %(code)s: the part of %(name)s is cancelled."),
    "orders/part_moved/confirmed": _("Order %(code)s: %(name)s prepares your goods."),
    "orders/part_moved/delivered": _("Order %(code)s: the goods of %(name)s have arrived."),
    "orders/part_moved/left_hub": _(
        "Order %(code)s: the goods of %(name)s have left the collecting place. %(tracking)s"
    ),
    "orders/part_moved/lost": _("Order %(code)s: the goods of %(name)s never arrived."),
    "orders/part_moved/ready": _("Order %(code)s is ready to fetch. %(place)s"),
    "orders/part_moved/ready_at_hub": _(
        "Order %(code)s: fetch the goods of %(name)s at the collecting place. %(place)s"
    ),
    "orders/part_moved/refused": _("Order %(code)s: %(name)s cannot deliver. %(reason)s"),
    "orders/part_moved/shipped": _("Order %(code)s: %(name)s has sent your goods. %(tracking)s"),
    "orders/part_weighed": _("Order %(code)s: your goods are weighed."),
    "orders/part_weighed/asked": _("Order %(code)s: your goods are heavier. Will you pay %(amount)s more?"),
    "orders/partly_paid": _("%(received)s has come for order %(code)s; %(missing)s is missing."),
    "orders/placed": _("Order %(code)s is placed: %(amount)s."),
    "orders/placed_for_seller": _("New order %(code)s for %(name)s: %(amount)s."),
    "orders/refund_decided": _("%(amount)s of order %(code)s goes back to you."),
    "orders/refund_failed": _("%(amount)s of order %(code)s could not be sent back. Tell us to which account."),
    "orders/refund_sent": _("%(amount)s of order %(code)s was sent back to you."),
    "orders/reminder": _("Order %(code)s is not paid yet (%(amount)s). Its goods are held until %(until)s."),
    "orders/surplus_for_seller": _("Order %(code)s: the buyer does not pay the difference. Decide what to do."),
    "orders/surplus_for_seller/paid": _("Order %(code)s: the buyer has paid the difference. Send it."),
    "orders/to_pack": _("%(name)s: %(to_confirm)s orders to confirm, %(to_pack)s to pack; the oldest of %(since)s."),
    "sourcing/for_buyer/quote_made": _("%(name)s has quoted for what you ask for: %(product)s."),
    "sourcing/for_buyer/answered": _("%(name)s has answered in the talk about %(product)s."),
    "sourcing/for_buyer/ended": _("%(name)s has withdrawn its quote for %(product)s."),
    "sourcing/for_buyer/drafted": _("%(name)s takes your terms. Read paper %(code)s and sign it."),
    "sourcing/for_buyer/signed": _("%(name)s has signed paper %(code)s. Now it waits for you."),
    "sourcing/for_buyer/complete": _("Paper %(code)s is signed by both. You can call off goods now."),
    "sourcing/for_buyer/given_up": _("%(name)s has given up paper %(code)s before both had signed."),
    "sourcing/for_buyer/not_signed": _("Paper %(code)s with %(name)s was not signed by both in time and is void."),
    "sourcing/for_buyer/blocked": _(
        "%(product)s of %(name)s has no certificate %(schemes)s that counts. Until it has, nothing can be called off of"
        " commitment %(code)s."
    ),
    "sourcing/for_buyer/unblocked": _(
        "The certificate that commitment %(code)s requires counts again. You can call off."
    ),
    "sourcing/for_buyer/confirmed": _("%(name)s confirms %(amount)s for %(day)s. It is an order now."),
    "sourcing/for_buyer/refused": _("%(name)s cannot deliver %(amount)s on %(day)s. %(reason)s"),
    "sourcing/for_buyer/fell_through": _(
        "The order of %(amount)s for %(day)s fell through. The quantity can be called off anew."
    ),
    "sourcing/for_buyer/meeting_proposed": _("%(name)s proposes to meet you at another time: %(when)s. %(reason)s"),
    "sourcing/for_buyer/meeting_accepted": _("%(name)s meets you on %(when)s, table %(table)s. %(place)s"),
    "sourcing/for_buyer/meeting_declined": _("%(name)s cannot meet you on %(when)s. %(reason)s"),
    "sourcing/for_buyer/meeting_cancelled": _("Your meeting with %(name)s on %(when)s is cancelled. %(reason)s"),
    "sourcing/for_buyer/meeting_placed": _(
        "The Alliance has arranged your meeting with %(name)s: %(when)s, table %(table)s. %(place)s"
    ),
    "sourcing/for_buyer/meeting_moved": _(
        "The Alliance has moved your meeting with %(name)s: now %(when)s, table %(table)s. %(place)s"
    ),
    "sourcing/for_seller/asked_to_meet": _("%(buyer)s wants to meet you on %(when)s. Please answer."),
    "sourcing/for_seller/meeting_proposed": _("%(buyer)s proposes to meet you at another time: %(when)s. %(reason)s"),
    "sourcing/for_seller/meeting_accepted": _("%(buyer)s meets you on %(when)s, table %(table)s. %(place)s"),
    "sourcing/for_seller/meeting_cancelled": _("Your meeting with %(buyer)s on %(when)s is cancelled. %(reason)s"),
    "sourcing/for_seller/meeting_placed": _(
        "The Alliance has arranged your meeting with %(buyer)s: %(when)s, table %(table)s. %(place)s"
    ),
    "sourcing/for_seller/meeting_moved": _(
        "The Alliance has moved your meeting with %(buyer)s: now %(when)s, table %(table)s. %(place)s"
    ),
    "sourcing/for_seller/answered": _("%(buyer)s has answered in the talk about %(product)s."),
    "sourcing/for_seller/ended": _("%(buyer)s no longer talks about your quote for %(product)s."),
    "sourcing/for_seller/drafted": _("%(buyer)s takes your quote. Read paper %(code)s and sign it."),
    "sourcing/for_seller/signed": _("%(buyer)s has signed paper %(code)s. Now it waits for you."),
    "sourcing/for_seller/complete": _("Paper %(code)s is signed by both. The buyer can call off goods now."),
    "sourcing/for_seller/given_up": _("%(buyer)s has given up paper %(code)s before both had signed."),
    "sourcing/for_seller/not_signed": _("Paper %(code)s with %(buyer)s was not signed by both in time and is void."),
    "sourcing/for_seller/blocked": _(
        "Your %(product)s has no certificate %(schemes)s that counts. Until it has, %(buyer)s cannot call off of"
        " commitment %(code)s. Hand in a valid one."
    ),
    "sourcing/for_seller/unblocked": _(
        "The certificate that commitment %(code)s requires counts again. %(buyer)s can call off."
    ),
    "sourcing/for_seller/called_off": _("%(buyer)s calls off %(amount)s of %(product)s for %(day)s. Please answer."),
    "sourcing/for_seller/withdrawn": _("%(buyer)s has taken back the call-off of %(amount)s for %(day)s."),
    "sourcing/for_seller/fell_through": _(
        "The order of %(amount)s for %(day)s fell through. %(buyer)s can call the quantity off anew."
    ),
    "traceability/recalled_for_buyer": _("Goods of order %(code)s are recalled. Do not eat them. %(reason)s"),
    "traceability/recalled_for_cooperative": _("%(name)s has recalled a lot that went into yours. %(reason)s"),
    "traceability/scan_alarm": _("A label of %(product)s (lot %(batch)s) may have been copied."),
}


def of_notice(notice: Notice) -> str:
    """A sentence for the bell; facts that came without words for their kind fall back to the kind in general."""
    words = NOTICES.get(notice.kind) or NOTICES[notice.kind.rpartition("/")[0]]
    return said(words, notice.facts)


def said(words: Any, facts: dict[str, Any]) -> str:
    """The sentence with its facts, in the language that is spoken now."""
    return (str(words) % _Shown(facts)).strip()


class _Shown(dict[str, str]):
    """Facts as a reader sees them. The name of a fact tells what it is: `amount_dong`, `since_on`, `until_at`."""

    def __init__(self, facts: dict[str, Any]) -> None:
        for name, value in facts.items():
            stem, _, kind = name.rpartition("_")
            if kind == "dong":
                self[stem] = money.format_dong(value)
            elif kind == "on":
                self[stem] = dates.format_day(date.fromisoformat(value))
            elif kind == "at":
                self[stem] = dates.format_moment(datetime.fromisoformat(value))
            elif name == "schemes":
                self[name] = scheme_words(value)
            else:
                self[name] = str(value)
