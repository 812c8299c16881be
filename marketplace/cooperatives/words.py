"""What people read for the codes of cooperatives."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from marketplace.cooperatives.rules import FOOD_SAFETY, OTHER, REGISTRATION
from marketplace.cooperatives.states import Admission, CooperativeKind, MemberRole, Sector, VatMethod

KINDS = {
    CooperativeKind.COOPERATIVE: _("Cooperative"),
    CooperativeKind.UNION: _("Union of cooperatives"),
    CooperativeKind.GROUP: _("Cooperative group"),
}

SECTORS = {
    Sector.AGRICULTURE: _("Farming, fishing, food"),
    Sector.INDUSTRY_TRADE_SERVICES: _("Crafts, trade, services"),
    Sector.OTHER: _("Other"),
}

VAT_METHODS = {
    VatMethod.DIRECT: _("Direct (a share of revenue)"),
    VatMethod.DEDUCTION: _("Deduction"),
}

ROLES = {
    MemberRole.OWNER: _("Owner: speaks for the cooperative"),
    MemberRole.STAFF: _("Staff: products, lots, orders"),
}

ADMISSIONS = {
    Admission.DRAFT: _("Not handed in yet"),
    Admission.SUBMITTED: _("The Alliance is checking"),
    Admission.NEED_INFO: _("The Alliance asks for more"),
    Admission.VERIFIED: _("Admitted"),
    Admission.REFUSED: _("Refused"),
    Admission.SUSPENDED: _("Suspended"),
}

ADMISSION_TONES = {
    Admission.DRAFT: "plain",
    Admission.SUBMITTED: "wait",
    Admission.NEED_INFO: "wait",
    Admission.VERIFIED: "good",
    Admission.REFUSED: "bad",
    Admission.SUSPENDED: "bad",
}

PAPERS = {
    REGISTRATION: _("Registration certificate"),
    FOOD_SAFETY: _("Food-safety certificate or signed commitment"),
    OTHER: _("Another paper"),
}

DEEDS = {
    "cooperatives:cooperative:submitted": _("Application handed in"),
    "cooperatives:cooperative:verified": _("Cooperative admitted"),
    "cooperatives:cooperative:need_info": _("Asked for more"),
    "cooperatives:cooperative:refused": _("Cooperative refused"),
    "cooperatives:cooperative:suspended": _("Cooperative suspended"),
    "cooperatives:cooperative:opened_again": _("Cooperative opened again"),
    "cooperatives:member:invite": _("Person invited"),
    "cooperatives:member:join": _("Person joined"),
    "cooperatives:member:remove": _("Person removed"),
    "cooperatives:member:role": _("Role of a person changed"),
    "cooperatives:cooperative:account": _("Bank account changed"),
    "certificates:certificate:pending_review": _("Certificate handed in"),
    "certificates:certificate:verified": _("Certificate verified"),
    "certificates:certificate:need_info": _("More asked about a certificate"),
    "certificates:certificate:refused": _("Certificate refused"),
    "certificates:certificate:suspended": _("Certificate suspended"),
    "catalogue:product:withdrawn": _("Product taken down"),
    "catalogue:product:draft": _("Product let back"),
    "catalogue:product:published": _("Product put into the shop"),
    "catalogue:product:archived": _("Product put away"),
    "payments:payment:confirm": _("Payment confirmed"),
    "payments:approval:ask": _("Second person asked about money"),
    "payments:bank_transaction:match": _("Transfer assigned"),
    "payments:bank_transaction:lay_aside": _("Transfer laid aside"),
    "payments:refund:create": _("Refund written down"),
    "payments:refund:send": _("Refund sent"),
    "payments:withdrawal:settle": _("Money taken back settled"),
    "ledger:payout_account:propose": _("Account for payouts proposed"),
    "ledger:payout_account:approve": _("Account for payouts approved"),
    "ledger:payout_batch:open": _("Payouts put together"),
    "ledger:payout_batch:approve": _("Payouts approved"),
    "ledger:payout:confirm": _("Payout confirmed"),
    "ledger:payout:fail": _("Payout failed"),
    "orders:fee_rate:set": _("Fee of the market set"),
    "fulfilment:remittance:take_in": _("Cash from a carrier taken in"),
    "farming:harvest_approval:approved": _("Harvest over its ceiling approved"),
    "farming:harvest_approval:refused": _("Harvest over its ceiling refused"),
    "farming:diary_notice:seen": _("Diary looked into"),
    "invoices:invoice:issue": _("Invoice issued"),
    "traceability:lot:on_hold": _("Lot put on hold"),
    "traceability:lot:release": _("Lot released"),
    "traceability:lot:recalled": _("Lot recalled"),
    "alliance:person:appoint": _("Officer appointed"),
    "alliance:person:dismiss": _("Officer dismissed"),
    "alliance:person:suspend": _("Person suspended"),
    "alliance:person:restore": _("Person let in again"),
    "alliance:person:reset_second_factor": _("Second factor reset"),
}

# Reasons that the market itself gave for stopping a lot; what people typed is shown as it is.
DEED_REASONS = {
    "over_ceiling": _("More was harvested than this land usually gives; the Alliance is checking."),
    "harvested_too_soon": _(
        "Perhaps harvested before the waiting time after spraying was over; the Alliance is checking."
    ),
    "waiting_lifted": _(
        "The diary was corrected, and only since then was harvesting allowed on that day; the Alliance is checking."
    ),
    "origin_untold": _("It names neither a season nor a paper of where it was bought; the Alliance is checking."),
    "beside_season": _(
        "The cooperative grows this product, and this lot names no season of it; the Alliance is checking."
    ),
    "bought_under_badge": _("Goods bought in are to be sold under a certified product; the Alliance is checking."),
}
