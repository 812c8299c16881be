"""Jobs that tell people what happened, one function for each kind of news."""

from marketplace.notifications.tasks.accounts import (
    tell_contact_changed,
    tell_password_changed,
    tell_second_factor_reset,
)
from marketplace.notifications.tasks.care import (
    tell_complaint_accepted,
    tell_complaint_answered,
    tell_complaint_escalated,
    tell_complaint_opened,
    tell_complaint_settled,
    tell_review,
)
from marketplace.notifications.tasks.cooperatives import (
    tell_certificate_answered,
    tell_certificate_runs_out,
    tell_certificate_submitted,
    tell_cooperative_decided,
    tell_cooperative_submitted,
    tell_harvest_decided,
    tell_lots_recalled,
    tell_scan_alarm,
)
from marketplace.notifications.tasks.fairs import (
    tell_booth_answered,
    tell_booth_submitted,
    tell_fair_called_off,
    tell_fair_ended,
    tell_fair_reported,
    tell_followers,
    tell_recap,
    tell_report_due,
)
from marketplace.notifications.tasks.invoices import tell_invoice_asked, tell_invoice_issued, tell_invoice_missing
from marketplace.notifications.tasks.keeping import send_push, tidy_notices
from marketplace.notifications.tasks.money import (
    tell_account_approved,
    tell_account_proposed,
    tell_approval_asked,
    tell_money_withdrawn,
    tell_payment_disagrees,
    tell_payout_moved,
)
from marketplace.notifications.tasks.orders import (
    plan_packing_reminder,
    remind_of_packing,
    remind_of_payment,
    tell_order_lapsed,
    tell_order_paid,
    tell_order_placed,
    tell_part_moved,
    tell_part_weighed,
    tell_partly_paid,
    tell_surplus_moved,
)
from marketplace.notifications.tasks.refunds import tell_refund_decided, tell_refund_failed, tell_refund_sent
from marketplace.notifications.tasks.sourcing import (
    tell_of_call_off,
    tell_of_commitment,
    tell_of_meeting,
    tell_of_quote,
)

# What wiring puts into the table of jobs, under these names.
JOBS = {
    job.__name__: job
    for job in (
        plan_packing_reminder,
        remind_of_packing,
        remind_of_payment,
        send_push,
        tell_account_approved,
        tell_account_proposed,
        tell_approval_asked,
        tell_certificate_answered,
        tell_certificate_runs_out,
        tell_certificate_submitted,
        tell_complaint_accepted,
        tell_complaint_answered,
        tell_complaint_escalated,
        tell_complaint_opened,
        tell_complaint_settled,
        tell_contact_changed,
        tell_cooperative_decided,
        tell_cooperative_submitted,
        tell_booth_answered,
        tell_booth_submitted,
        tell_fair_called_off,
        tell_fair_ended,
        tell_fair_reported,
        tell_followers,
        tell_recap,
        tell_report_due,
        tell_harvest_decided,
        tell_invoice_asked,
        tell_invoice_issued,
        tell_invoice_missing,
        tell_lots_recalled,
        tell_money_withdrawn,
        tell_of_call_off,
        tell_of_commitment,
        tell_of_meeting,
        tell_of_quote,
        tell_order_lapsed,
        tell_order_paid,
        tell_order_placed,
        tell_part_moved,
        tell_part_weighed,
        tell_partly_paid,
        tell_password_changed,
        tell_payment_disagrees,
        tell_payout_moved,
        tell_refund_decided,
        tell_refund_failed,
        tell_refund_sent,
        tell_review,
        tell_scan_alarm,
        tell_second_factor_reset,
        tell_surplus_moved,
        tidy_notices,
    )
}
