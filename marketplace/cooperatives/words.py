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
    "bookkeeping:difference:open": _("Difference in the books found"),
    "bookkeeping:difference:find": _("Difference in the books found"),
    "bookkeeping:difference:change": _("Difference in the books changed"),
    "bookkeeping:difference:explain": _("Difference in the books explained"),
    "bookkeeping:difference:settle": _("Difference in the books settled"),
    "bookkeeping:difference:vanish": _("Difference in the books gone"),
    "bookkeeping:household_delivery:note": _("Delivery of a household written down"),
    "bookkeeping:household_delivery:remove": _("Delivery of a household taken out"),
    "bookkeeping:household_sheet:open": _("Sharing sheet begun"),
    "bookkeeping:household_sheet:close": _("Sharing sheet closed"),
    "bookkeeping:household_sheet:correct": _("Sharing sheet corrected"),
    "bookkeeping:household_sheet:drop": _("Sharing sheet thrown away"),
    "care:complaint:grant": _("Complaint granted"),
    "care:complaint:reject": _("Complaint rejected"),
    "checkout:hub:change": _("Collecting place changed"),
    "checkout:hub:close": _("Collecting place closed"),
    "checkout:hub:open": _("Collecting place opened"),
    "checkout:pickup_point:close": _("Place to fetch goods closed"),
    "door:page:refuse": _("Page refused"),
    "epcis:token:create": _("Key for machines made"),
    "epcis:token:revoke": _("Key for machines withdrawn"),
    "fairs:booth:check_speaker": _("Speaker of a booth checked"),
    "fairs:booth:video": _("Video of a stall changed"),
    "fairs:fair:set_cover": _("Cover picture of a fair changed"),
    "fairs:fair:set_replay": _("Recording of a fair changed"),
    "fairs:room:lift_silence": _("Viewer of a fair may write again"),
    "fairs:room:silence": _("Viewer of a fair stopped from writing"),
    "farming:plot:change": _("Plot changed"),
    "farming:season:end": _("Season ended"),
    "farming:season:start": _("Season started"),
    "fulfilment:carrier_bill:take_in": _("Bill of a carrier taken in"),
    "fulfilment:hub_parcel:send": _("Gathered parcel sent"),
    "fulfilment:hub_part:refuse": _("Goods refused at a collecting place"),
    "fulfilment:part:pack_unscanned": _("Packed without scanning every pack"),
    "fulfilment:recall_call:note": _("Call about a recall noted"),
    "fulfilment:remittance_line:accept": _("Line of a carrier's statement accepted"),
    "fulfilment:remittance_line:dismiss": _("Line of a carrier's statement dismissed"),
    "orders:line:other_lots": _("Order filled from another lot"),
    "orders:part:weigh": _("Goods of an order weighed"),
    "payments:approval:grant": _("Second person agreed"),
    "payments:approval:refuse": _("Second person refused"),
    "payments:bank_transaction:explain": _("Transfer explained"),
    "payments:provider_payout:note": _("Payout of the card provider noted"),
    "payments:refund:begin": _("Refund begun"),
    "payments:refund:come_back": _("Refund came back"),
    "payments:refund:leave": _("Refund put back"),
    "payments:refund:tell_account": _("Account for a refund told"),
    "person:account:contact": _("Contact of an account changed"),
    "person:account:password": _("Password changed"),
    "person:account:register": _("Person registered"),
    "person:second_factor:enrol": _("Authenticator app set up"),
    "person:session:open": _("Person signed in"),
    "sourcing:conference:change": _("Supply-demand conference changed"),
    "sourcing:conference:open": _("Supply-demand conference opened"),
    "sourcing:demand:take_down": _("Demand taken down"),
    "sourcing:meeting:move": _("Meeting moved"),
    "sourcing:meeting:place": _("Meeting arranged"),
    "sourcing:meeting:take_out": _("Meeting cancelled by an officer"),
    "traceability:labels:print": _("Labels printed"),
    "traceability:publicity:chosen": _("What is shown of an origin chosen"),
    "traceability:transfer:offered": _("Lot offered to another cooperative"),
    "traceability:units:void": _("Labels made void"),
}
# For what is told by no word of its own; a code never stands on a page.
OTHER_DEED = _("Another deed")

# Reasons that the market itself gave for stopping a lot or giving money back; what people typed is shown as it is.
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
    "not_sent": _("Goods that are not sent"),
    "too_late": _("The money came after the goods were given to somebody else"),
    "lighter": _("The goods weigh less than was said"),
    "overpaid": _("More was paid than was asked"),
    "surplus_not_taken": _("Paid on top for heavier goods, not needed after all"),
    "sent back by the bank": _("Sent back by the bank"),
}
