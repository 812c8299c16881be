"""The table of contents: which pages each door has, who reacts to which event, which function does which job."""

from __future__ import annotations

from collections.abc import Callable

from click import Command
from flask import Blueprint, Flask

from marketplace.accounts import commands as accounts_commands
from marketplace.accounts import tasks as accounts
from marketplace.accounts.events import (
    CodeIssued,
    ContactChanged,
    KnownContactTried,
    PasswordChanged,
    SecondFactorReset,
)
from marketplace.accounts.routes import alliance as accounts_alliance
from marketplace.accounts.routes import shop as accounts_shop
from marketplace.audiences import operations
from marketplace.bookkeeping import commands as bookkeeping_commands
from marketplace.bookkeeping import tasks as bookkeeping
from marketplace.bookkeeping.queries import households as bookkeeping_sheets
from marketplace.bookkeeping.queries import statements as bookkeeping_statements
from marketplace.bookkeeping.routes import alliance as bookkeeping_alliance
from marketplace.bookkeeping.routes import comparing as bookkeeping_comparing
from marketplace.bookkeeping.routes import desk as bookkeeping_desk
from marketplace.bookkeeping.routes import households as bookkeeping_households
from marketplace.bookkeeping.routes import money as bookkeeping_money
from marketplace.care import handlers as care
from marketplace.care import queries as care_read
from marketplace.care import tasks as care_tasks
from marketplace.care.events import (
    ComplaintAccepted,
    ComplaintAnswered,
    ComplaintEscalated,
    ComplaintOpened,
    ComplaintSettled,
    ReviewAnswered,
    ReviewTakenDown,
    ReviewWritten,
)
from marketplace.care.routes import alliance as care_alliance
from marketplace.care.routes import desk as care_desk
from marketplace.care.routes import reviews as care_reviews
from marketplace.care.routes import shop as care_shop
from marketplace.care.routes import today as care_today
from marketplace.catalogue import handlers as catalogue
from marketplace.catalogue import tasks as catalogue_tasks
from marketplace.catalogue.events import ProductListed
from marketplace.catalogue.routes import importing as catalogue_desk
from marketplace.catalogue.routes import pictures as catalogue_pictures
from marketplace.catalogue.routes import shop as catalogue_shop
from marketplace.catalogue.routes import today as catalogue_today
from marketplace.certificates import tasks as certificates
from marketplace.certificates.events import CertificateAnswered, CertificateRunsOut, CertificateSubmitted
from marketplace.certificates.routes import alliance as certificates_alliance
from marketplace.certificates.routes import desk as certificates_desk
from marketplace.certificates.routes import shop as certificates_shop
from marketplace.certificates.routes import today as certificates_today
from marketplace.checkout import tasks as checkout
from marketplace.checkout.routes import cart as checkout_cart
from marketplace.checkout.routes import desk as checkout_desk
from marketplace.checkout.routes import hubs as checkout_hubs
from marketplace.checkout.routes import ordering as checkout_ordering
from marketplace.cooperatives import tasks as cooperatives_tasks
from marketplace.cooperatives.events import (
    CooperativeAnswered,
    CooperativeClosed,
    CooperativeOpened,
    CooperativeProfileChanged,
    CooperativeSubmitted,
    StaffInvited,
)
from marketplace.cooperatives.routes import alliance as cooperatives_alliance
from marketplace.cooperatives.routes import desk as cooperatives_desk
from marketplace.cooperatives.routes import shop as cooperatives_shop
from marketplace.demo import accounts as demo_accounts
from marketplace.demo import commands as demo_commands
from marketplace.demo import tasks as demo_tasks
from marketplace.demo.routes import shop as demo_shop
from marketplace.epcis import tasks as epcis
from marketplace.epcis.routes import desk as epcis_desk
from marketplace.epcis.routes import machines as epcis_machines
from marketplace.fairs import handlers as fairs
from marketplace.fairs import tasks as fairs_tasks
from marketplace.fairs.events import (
    BoothAnswered,
    BoothSubmitted,
    BoothWithdrawn,
    FairCancelled,
    FairEnded,
    FairReported,
    FollowersDue,
    RecapDue,
    ReportDue,
)
from marketplace.fairs.routes import alliance as fairs_alliance
from marketplace.fairs.routes import applications as fairs_applications
from marketplace.fairs.routes import buying as fairs_buying
from marketplace.fairs.routes import desk as fairs_desk
from marketplace.fairs.routes import following as fairs_following
from marketplace.fairs.routes import helping as fairs_helping
from marketplace.fairs.routes import hosting as fairs_hosting
from marketplace.fairs.routes import leads as fairs_leads
from marketplace.fairs.routes import moderating as fairs_moderating
from marketplace.fairs.routes import panels as fairs_panels
from marketplace.fairs.routes import rehearsing as fairs_rehearsing
from marketplace.fairs.routes import replaying as fairs_replaying
from marketplace.fairs.routes import running_order as fairs_running_order
from marketplace.fairs.routes import screens as fairs_screens
from marketplace.fairs.routes import shop as fairs_shop
from marketplace.fairs.routes import stall as fairs_stall
from marketplace.fairs.routes import talking as fairs_talking
from marketplace.fairs.routes import visitors as fairs_visitors
from marketplace.farming import queries as farming
from marketplace.farming.events import HarvestDecided, WaitingBegan
from marketplace.farming.routes import alliance as farming_alliance
from marketplace.farming.routes import desk as farming_desk
from marketplace.foundation import append_only, carriers, clock, events, jobs, messages
from marketplace.foundation.messages import Channel
from marketplace.foundation.settings import Settings
from marketplace.foundation.web import waiting
from marketplace.foundation.web_push import PushService
from marketplace.fulfilment import handlers as fulfilment
from marketplace.fulfilment import hub_day
from marketplace.fulfilment.events import CashRemitted
from marketplace.fulfilment.routes import alliance as fulfilment_alliance
from marketplace.fulfilment.routes import bills as fulfilment_bills
from marketplace.fulfilment.routes import carriers as fulfilment_carriers
from marketplace.fulfilment.routes import desk as fulfilment_desk
from marketplace.fulfilment.routes import hubs as fulfilment_hubs
from marketplace.fulfilment.routes import packing as fulfilment_packing
from marketplace.fulfilment.routes import parcel as fulfilment_parcel
from marketplace.fulfilment.routes import remittances as fulfilment_remittances
from marketplace.fulfilment.routes import scales as fulfilment_scales
from marketplace.fulfilment.routes import today as fulfilment_today
from marketplace.fulfilment.routes import tracking as fulfilment_tracking
from marketplace.geography import commands as geography_commands
from marketplace.inventory import handlers as inventory
from marketplace.inventory import queries as inventory_read
from marketplace.inventory.events import OfferStockChanged
from marketplace.invoices import handlers as invoices
from marketplace.invoices import queries as invoices_read
from marketplace.invoices import tasks as invoices_tasks
from marketplace.invoices.events import InvoiceAsked, InvoiceIssued, InvoiceMissing
from marketplace.invoices.routes import desk as invoices_desk
from marketplace.invoices.routes import shop as invoices_shop
from marketplace.invoices.routes import today as invoices_today
from marketplace.ledger import queries as ledger
from marketplace.ledger.events import PayoutAccountApproved, PayoutAccountProposed, PayoutMoved
from marketplace.ledger.queries import payouts as ledger_payouts
from marketplace.ledger.routes import alliance as ledger_alliance
from marketplace.ledger.routes import desk as ledger_desk
from marketplace.notifications import handlers as notifications
from marketplace.notifications import pushing
from marketplace.notifications import tasks as letters
from marketplace.notifications.routes import bell as notifications_bell
from marketplace.notifications.routes import choices as notifications_choices
from marketplace.notifications.routes import shop as notifications_shop
from marketplace.orders import handlers as orders
from marketplace.orders import queries as orders_read
from marketplace.orders import tasks as orders_tasks
from marketplace.orders.events import (
    LinesRefunded,
    OrderLapsed,
    OrderPaid,
    OrderPlaced,
    PartMoved,
    PartWeighed,
    SurplusMoved,
)
from marketplace.orders.routes import alliance as orders_alliance
from marketplace.orders.routes import desk as orders_desk
from marketplace.orders.routes import panels as orders_panels
from marketplace.orders.routes import paying as orders_paying
from marketplace.orders.routes import refunds as orders_refunds
from marketplace.orders.routes import shop as orders_shop
from marketplace.orders.routes import told as orders_told
from marketplace.orders.routes import withdrawals as orders_withdrawals
from marketplace.payments import providers
from marketplace.payments import queries as payments_read
from marketplace.payments import tasks as payments
from marketplace.payments.events import (
    ApprovalAsked,
    ApprovalRefused,
    HoldRenewed,
    MoneyWithdrawn,
    PaymentAsked,
    PaymentConfirmed,
    PaymentDisagrees,
    PaymentLapsed,
    PaymentPartlyReceived,
    RefundDecided,
    RefundMoved,
    WithdrawalEnded,
)
from marketplace.payments.routes import alliance as payments_alliance
from marketplace.payments.routes import methods as payments_methods
from marketplace.payments.routes import refunds as payments_refunds
from marketplace.payments.routes import webhooks as payments_webhooks
from marketplace.payments.states import Method
from marketplace.reports import providers as reports_providers
from marketplace.reports.routes import alliance as reports_alliance
from marketplace.reports.routes import desk as reports_desk
from marketplace.sourcing import handlers as sourcing
from marketplace.sourcing import queries as sourcing_read
from marketplace.sourcing import tasks as sourcing_tasks
from marketplace.sourcing.events import (
    CallOffAnswered,
    CallOffAsked,
    CommitmentBlocked,
    CommitmentDrafted,
    CommitmentGivenUp,
    CommitmentSigned,
    CommitmentUnblocked,
    MeetingAccepted,
    MeetingAsked,
    MeetingEnded,
    MeetingMoved,
    MeetingPlaced,
    MeetingProposed,
    QuoteAnswered,
    QuoteEnded,
    QuoteMade,
)
from marketplace.sourcing.routes import alliance as sourcing_alliance
from marketplace.sourcing.routes import booking as sourcing_booking
from marketplace.sourcing.routes import buying as sourcing_buying
from marketplace.sourcing.routes import committing as sourcing_committing
from marketplace.sourcing.routes import delivering as sourcing_delivering
from marketplace.sourcing.routes import desk as sourcing_desk
from marketplace.sourcing.routes import receiving as sourcing_receiving
from marketplace.sourcing.routes import shop as sourcing_shop
from marketplace.sourcing.routes import supply as sourcing_supply
from marketplace.sourcing.routes import talking as sourcing_talking
from marketplace.sourcing.routes import timetable as sourcing_timetable
from marketplace.sourcing.routes import today as sourcing_today
from marketplace.storefront.routes import shop as storefront_shop
from marketplace.traceability import handlers as lots_react
from marketplace.traceability import tasks as traceability
from marketplace.traceability.events import (
    LotClosed,
    LotPublished,
    LotReopened,
    LotsRecalled,
    ScanAlarmRaised,
    StockChanged,
)
from marketplace.traceability.queries import invariants as lots
from marketplace.traceability.routes import alliance as traceability_alliance
from marketplace.traceability.routes import desk as traceability_desk
from marketplace.traceability.routes import inspector as traceability_inspector
from marketplace.traceability.routes import resolver as traceability_resolver
from marketplace.traceability.routes import scanning as traceability_scans
from marketplace.traceability.routes import shop as traceability_shop
from marketplace.traceability.routes import warnings as traceability_warnings
from marketplace.traceability.routes.desk import today as traceability_today
from marketplace.transparency import commands as transparency_commands
from marketplace.transparency import queries as log_of_origins
from marketplace.transparency import signing
from marketplace.transparency import tasks as transparency
from marketplace.transparency.routes import machines as transparency_machines
from marketplace.transparency.routes import shop as transparency_shop
from marketplace.wiring import queue, trade

DESK_PREFIX = "/htx-cua-toi/<cooperative_slug>"
ALLIANCE_PREFIX = "/lien-minh"
ACCOUNT_PREFIX = "/tai-khoan"

SHOP: list[Blueprint] = [
    storefront_shop.pages,
    catalogue_shop.pages,
    catalogue_pictures.pages,
    checkout_cart.pages,
    checkout_ordering.pages,
    traceability_shop.pages,
    traceability_resolver.pages,
    traceability_scans.pages,
    cooperatives_shop.pages,
    certificates_shop.pages,
    fairs_shop.pages,
    fairs_screens.pages,
    fairs_rehearsing.pages,
    fairs_talking.pages,
    fairs_following.pages,
    fairs_buying.pages,
    sourcing_shop.pages,
    sourcing_buying.pages,
    sourcing_talking.pages,
    sourcing_committing.pages,
    sourcing_booking.pages,
    fairs_leads.pages,
    fairs_helping.pages,
    accounts_shop.pages,
    notifications_bell.pages,
    notifications_choices.pages,
    notifications_shop.pages,
    invoices_shop.pages,
    orders_paying.pages,
    fulfilment_tracking.pages,
    orders_refunds.pages,
    orders_shop.pages,
    orders_told.pages,
    care_shop.pages,
    care_reviews.pages,
    transparency_shop.pages,
    demo_shop.pages,
]
DESK: list[Blueprint] = [
    cooperatives_desk.pages,
    catalogue_desk.pages,
    certificates_desk.pages,
    checkout_desk.pages,
    epcis_desk.pages,
    farming_desk.pages,
    invoices_desk.pages,
    ledger_desk.pages,
    bookkeeping_money.pages,
    bookkeeping_desk.pages,
    bookkeeping_households.pages,
    orders_desk.pages,
    fulfilment_carriers.pages,
    fulfilment_desk.pages,
    fulfilment_packing.pages,
    fulfilment_parcel.pages,
    fulfilment_scales.pages,
    care_desk.pages,
    fairs_stall.pages,
    fairs_visitors.pages,
    fairs_desk.pages,
    reports_desk.pages,
    sourcing_desk.pages,
    sourcing_supply.pages,
    sourcing_delivering.pages,
    sourcing_receiving.pages,
    traceability_desk.pages,
]
ALLIANCE: list[Blueprint] = [
    cooperatives_alliance.pages,
    certificates_alliance.pages,
    accounts_alliance.pages,
    checkout_hubs.pages,
    farming_alliance.pages,
    fulfilment_alliance.pages,
    fulfilment_hubs.pages,
    fulfilment_remittances.pages,
    fulfilment_bills.pages,
    ledger_alliance.pages,
    bookkeeping_alliance.pages,
    bookkeeping_alliance.books,
    bookkeeping_comparing.pages,
    orders_alliance.pages,
    orders_withdrawals.pages,
    payments_alliance.pages,
    payments_methods.pages,
    payments_refunds.pages,
    care_alliance.pages,
    fairs_hosting.pages,
    fairs_moderating.pages,
    fairs_alliance.pages,
    fairs_applications.pages,
    fairs_running_order.pages,
    fairs_replaying.pages,
    reports_alliance.pages,
    sourcing_alliance.pages,
    sourcing_timetable.pages,
    traceability_alliance.pages,
    traceability_inspector.pages,
    traceability_warnings.pages,
]
MACHINES: list[Blueprint] = [
    operations.pages,
    epcis_machines.pages,
    payments_webhooks.pages,
    transparency_machines.pages,
]

REACTIONS: dict[type, list[events.Handler]] = {
    WaitingBegan: [lots_react.on_waiting_began],
    LotPublished: [inventory.on_stock_changed],
    LotClosed: [inventory.on_stock_changed],
    LotsRecalled: [notifications.on_lots_recalled],
    HarvestDecided: [notifications.on_harvest_decided],
    ScanAlarmRaised: [notifications.on_scan_alarm_raised],
    LotReopened: [inventory.on_stock_changed],
    StockChanged: [inventory.on_stock_changed],
    ProductListed: [inventory.on_stock_changed],
    OfferStockChanged: [fairs.on_offer_stock_changed],
    PaymentConfirmed: [orders.on_payment_confirmed],
    CashRemitted: [fulfilment.on_cash_remitted],
    PaymentLapsed: [orders.on_payment_lapsed],
    MoneyWithdrawn: [orders.on_money_withdrawn, notifications.on_money_withdrawn],
    WithdrawalEnded: [orders.on_withdrawal_ended],
    CodeIssued: [notifications.on_code_issued],
    KnownContactTried: [notifications.on_known_contact_tried],
    PasswordChanged: [notifications.on_password_changed],
    SecondFactorReset: [notifications.on_second_factor_reset],
    StaffInvited: [notifications.on_staff_invited],
    CooperativeSubmitted: [notifications.on_cooperative_submitted],
    CooperativeAnswered: [notifications.on_cooperative_decided],
    CooperativeOpened: [catalogue.on_cooperative_changed, notifications.on_cooperative_decided],
    CooperativeClosed: [catalogue.on_cooperative_changed, notifications.on_cooperative_decided],
    CooperativeProfileChanged: [catalogue.on_cooperative_changed],
    CertificateAnswered: [
        catalogue.on_certificate_answered,
        sourcing.on_certificate_changed,
        notifications.on_certificate_answered,
    ],
    CertificateSubmitted: [
        catalogue.on_certificate_submitted,
        sourcing.on_certificate_changed,
        notifications.on_certificate_submitted,
    ],
    CertificateRunsOut: [notifications.on_certificate_runs_out],
    OrderPlaced: [invoices.on_order_placed, notifications.on_order_placed],
    OrderPaid: [notifications.on_order_paid],
    PartMoved: [fulfilment.on_part_moved, sourcing.on_part_moved, notifications.on_part_moved],
    InvoiceIssued: [notifications.on_invoice_issued],
    InvoiceAsked: [notifications.on_invoice_asked],
    InvoiceMissing: [notifications.on_invoice_missing],
    PartWeighed: [notifications.on_part_weighed],
    SurplusMoved: [notifications.on_surplus_moved],
    OrderLapsed: [notifications.on_order_lapsed],
    PaymentAsked: [notifications.on_payment_asked],
    HoldRenewed: [notifications.on_payment_asked],
    PaymentPartlyReceived: [notifications.on_partly_paid],
    PaymentDisagrees: [notifications.on_payment_disagrees],
    ApprovalAsked: [notifications.on_approval_asked],
    RefundDecided: [notifications.on_refund_decided],
    RefundMoved: [notifications.on_refund_moved],
    PayoutAccountProposed: [notifications.on_payout_account_proposed],
    PayoutAccountApproved: [notifications.on_payout_account_approved],
    PayoutMoved: [notifications.on_payout_moved],
    ContactChanged: [notifications.on_contact_changed],
    LinesRefunded: [care.on_lines_refunded],
    ApprovalRefused: [care.on_approval_refused],
    ComplaintOpened: [notifications.on_complaint_opened],
    ComplaintAnswered: [notifications.on_complaint_answered],
    ComplaintAccepted: [notifications.on_complaint_accepted],
    ComplaintEscalated: [notifications.on_complaint_escalated],
    ComplaintSettled: [notifications.on_complaint_settled],
    ReviewWritten: [notifications.on_review_written],
    ReviewAnswered: [notifications.on_review_answered],
    ReviewTakenDown: [notifications.on_review_taken_down],
    BoothSubmitted: [notifications.on_booth_submitted],
    BoothAnswered: [sourcing.on_booth_gone, notifications.on_booth_answered],
    BoothWithdrawn: [sourcing.on_booth_gone],
    FairCancelled: [sourcing.on_fair_cancelled, notifications.on_fair_cancelled],
    FollowersDue: [notifications.on_followers_due],
    QuoteMade: [notifications.on_quote_made],
    QuoteAnswered: [notifications.on_quote_answered],
    QuoteEnded: [notifications.on_quote_ended],
    CommitmentDrafted: [notifications.on_commitment_drafted],
    CommitmentSigned: [notifications.on_commitment_signed],
    CommitmentGivenUp: [notifications.on_commitment_given_up],
    CommitmentBlocked: [notifications.on_commitment_blocked],
    CommitmentUnblocked: [notifications.on_commitment_unblocked],
    CallOffAsked: [notifications.on_call_off_asked],
    CallOffAnswered: [notifications.on_call_off_answered],
    MeetingAsked: [notifications.on_meeting_asked],
    MeetingProposed: [notifications.on_meeting_proposed],
    MeetingAccepted: [notifications.on_meeting_accepted],
    MeetingEnded: [notifications.on_meeting_ended],
    MeetingPlaced: [notifications.on_meeting_placed],
    MeetingMoved: [notifications.on_meeting_moved],
    FairEnded: [notifications.on_fair_ended],
    FairReported: [notifications.on_fair_reported],
    ReportDue: [notifications.on_report_due],
    RecapDue: [notifications.on_recap_due],
}

JOBS: dict[str, Callable[..., None]] = {
    "capture_events": epcis.capture_events,
    "change_payment_method": orders_tasks.change_method,
    "check_log": transparency.check_log,
    "compare_books": bookkeeping.compare_books,
    "compare_with_provider": payments.compare_with_provider,
    "complete_cooperative_cover": cooperatives_tasks.complete_cooperative_cover,
    "complete_card_picture": fairs_tasks.complete_card_picture,
    "complete_fair_cover": fairs_tasks.complete_fair_cover,
    "complete_review_photos": care_tasks.complete_review_photos,
    "complete_product_picture": catalogue_tasks.complete_product_picture,
    "complete_stage_picture": traceability.complete_stage_picture,
    "close_demands": sourcing_tasks.close_demands,
    "delete_old_scans": traceability.delete_old_scans,
    "delete_old_talk": fairs_tasks.delete_old_talk,
    "draw_label_sheet": traceability.draw_label_sheet,
    "draw_statement": bookkeeping.draw_statement,
    "import_products": catalogue_tasks.import_products,
    "mask_accounts": payments.mask_accounts,
    "remind_certificates": certificates.remind_certificates,
    "remind_invoices": invoices_tasks.remind_invoices,
    "send_code": accounts.send_code,
    "send_message": messages.send,
    "send_refund": payments.send_refund,
    "simulate_transfer": demo_tasks.simulate_transfer,
    "start_payment": orders_tasks.start_payment,
    "sync_payment": payments.sync_payment,
    "tidy_accounts": accounts.tidy_accounts,
    "tidy_carts": checkout.tidy_carts,
    "tidy_rooms": fairs_tasks.tidy_rooms,
    "work_off_notice": payments.work_off_kept_notice,
    "write_journal": bookkeeping.write_journal,
    **letters.JOBS,
}

# Each gives a line per breach, and none when the rule holds (design.md 4).
INVARIANTS: dict[str, Callable[[], list[str]]] = {
    "a season gives what its land can": farming.seasons_over_their_ceiling,
    "the log of origins is whole": log_of_origins.self_check,
    "every journal sums to zero": ledger.unbalanced_journals,
    "a cooperative's balance is the sum of its entries": ledger.balances_that_disagree,
    "no secret stays in a message that was sent": messages.secrets_left,
    "what is due is done within the hour": jobs.overdue,
    "what providers told us has its effect": payments_read.notices_left_behind,
    "the database keeps what was booked, moved and decided": append_only.tables_left_open,
    "nobody is owed less than nothing": ledger.accounts_on_the_wrong_side,
    "a payout is the sum of its lines": ledger_payouts.payouts_that_disagree,
    "what came for an order is booked once, and what is confirmed has come": payments_read.receipts_that_disagree,
    "statements close": lambda: bookkeeping_statements.statements_that_do_not_close(clock.today()),
    "sheets for households add up": bookkeeping_sheets.sheets_that_do_not_add_up,
    "refunds are what payments count as given back": payments_read.refunds_that_disagree,
    "money that providers took back is in the ledger until somebody bears it": payments_read.withdrawals_booked_otherwise,
    "the ledger owes the refunds that are not done": payments_read.refunds_owed_otherwise,
    "refunds stand in the audit trail": payments_read.refunds_without_a_trail,
    "nobody is paid out of cash that a carrier still has": orders_read.cash_released_unseen,
    "orders came to their states by allowed moves": orders_read.histories_that_break,
    "orders are settled with the money that came": orders_read.orders_settled_otherwise,
    "an issued invoice has one paper that stands": invoices_read.papers_that_disagree,
    "an order costs what its parts cost": orders_read.totals_that_disagree,
    "the money of a part waits while a complaint is open": care_read.money_released_too_early,
    "complaints gave back what lines were refunded": care_read.complaints_paid_otherwise,
    "products count the reviews that stand there": care_read.reviews_counted_otherwise,
    "every line is filled from lots": orders_read.lines_without_their_lots,
    "nothing is promised twice": sourcing_read.forecasts_promised_otherwise,
    "call-offs are what commitments count, and orders of so much": lambda: [
        *sourcing_read.call_offs_that_disagree(),
        *sourcing_read.call_offs_ordered_otherwise(),
    ],
    "signatures name the paper that stands there": sourcing_read.papers_that_disagree,
    "nobody sits at two tables at one time": sourcing_read.meetings_at_one_time,
    "goods sold by weight are charged by what they weigh": orders_read.goods_weighed_otherwise,
    "parts at collecting places are where these say": hub_day.parts_out_of_step,
    "packs with a serial lie in the parcels of their lots": orders_read.packs_packed_otherwise,
    "lots sold what orders hold": orders_read.lots_sold_otherwise,
    "orders hold what session offers sold, at their prices": orders_read.session_goods_sold_otherwise,
    "session offers sell what was cut for them, to each buyer his share": inventory_read.offers_that_disagree,
    "a lot's counters are the sums of its movements": lots.counters_that_disagree,
    "labels never exceed what is there to label": lots.labels_that_exceed,
    "packs with a serial agree with their runs and lots": lots.units_that_disagree,
    "no more comes out of lots than went in": lots.transformations_that_gain,
    "nothing is made before what it is made of": lots.lots_out_of_order,
    "holds and recalls reach everything made from a lot": lots.recalls_that_stop_short,
    "a lot without a season claims nothing": lots.claims_without_ground,
}

# Who is told how many listen to a channel, by what stands before its colon.
LISTENERS: dict[str, Callable[[int, int], None]] = {"fair": fairs_tasks.count_viewers}

# Done by the worker every minute, without a row for each time.
MINUTELY: list[Callable[[], None]] = [
    transparency.sign_log,
    payments.reconcile,
    orders_tasks.close_overdue,
    orders_tasks.release_parts,
    care_tasks.escalate_complaints,
    fairs_tasks.keep_dates,
    fairs_tasks.remind_followers,
    fairs_tasks.remind_of_reports,
    fairs_tasks.tell_followers_what_became,
]

# What a cooperative reads on its desk's first page: what waits for it, and which first steps it has taken.
WAITING: list[waiting.Source] = [
    fulfilment_today.waiting,
    sourcing_today.waiting,
    care_today.waiting,
    traceability_today.waiting,
    invoices_today.waiting,
    certificates_today.waiting,
]
FIRST_STEPS: dict[str, waiting.Begun] = {
    "certificates": certificates_today.has_any,
    "products": catalogue_today.has_any,
    "lots": traceability_today.has_lots,
    "labels": traceability_today.has_labels,
}

# What stands on a fair's page besides the fair itself.
FAIR_PANELS: list[fairs_panels.Panel] = [sourcing_booking.fair_panel]

# What stands below each part on a buyer's order page.
ORDER_PANELS: list[orders_panels.Panel] = [fulfilment_tracking.order_panel, care_shop.order_panel]

NIGHTLY: list[str] = [
    "check_log", "close_demands", "compare_books", "compare_with_provider", "delete_old_scans", "delete_old_talk",
    "mask_accounts", "plan_packing_reminder", "remind_certificates", "remind_invoices", "tidy_accounts", "tidy_carts",
    "tidy_notices", "tidy_rooms",
]  # fmt: skip


COMMANDS: list[Command] = [
    accounts_commands.make_admin,
    bookkeeping_commands.compare_books,
    geography_commands.find_commune,
    demo_commands.demo,
    transparency_commands.check_log,
]


def install(app: Flask, settings: Settings) -> None:
    if settings.is_demo:
        app.config.update(DEMO_ACCOUNTS=demo_accounts.ACCOUNTS, DEMO_PASSWORD=demo_accounts.PASSWORD)
    signing.use(name=settings.log_name, seed=settings.log_key, old_keys=settings.log_old_keys)
    providers.use(_gateways(settings))
    huey = app.extensions["huey"] = queue.connect(settings)
    for pages in SHOP + MACHINES:
        app.register_blueprint(pages)
    for pages in DESK:
        app.register_blueprint(pages, url_prefix=DESK_PREFIX)
    for pages in ALLIANCE:
        app.register_blueprint(pages, url_prefix=ALLIANCE_PREFIX)
    for command in COMMANDS:
        app.cli.add_command(command)
    fairs_panels.use(FAIR_PANELS)
    orders_panels.use(ORDER_PANELS)
    waiting.use(WAITING, FIRST_STEPS)
    reports_providers.use(trade.SourcingTrade())
    events.subscribe(REACTIONS)
    jobs.serve(JOBS, queue.nudge(huey, app))
    pushing.use(_push_service(settings))
    # The sample market sends nothing: its mailbox shows what would have gone which way.
    keep = list(Channel) if settings.is_demo else () if settings.is_production else (Channel.EMAIL, Channel.SMS)
    messages.carry_with(carriers.made_from(settings), keep=keep)


def _push_service(settings: Settings) -> PushService | None:
    if not settings.push_key:
        return None
    contact = settings.public_url if settings.is_https else f"mailto:{settings.mail_from}"
    return PushService(settings.push_key, contact=contact, trusted=settings.push_service)


def count_listeners(channel: str, listeners: int) -> None:
    """What the stream process has counted, given to whose channel it is."""
    family, _, number = channel.partition(":")
    if family in LISTENERS and number.isdigit():
        LISTENERS[family](int(number), listeners)


def _gateways(settings: Settings) -> dict[str, providers.Gateway]:
    if not settings.stripe_secret_key:
        return {}
    from marketplace.payments.providers.stripe import StripeGateway  # only here: 24 MB that few markets need

    gateway = StripeGateway(settings.stripe_secret_key, settings.stripe_webhook_secrets, settings.stripe_base_url)
    return {Method.CARD: gateway}
