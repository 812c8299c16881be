"""What is told when something happens. Only asks for the work: letters are written by jobs, outside the busy transaction.

Letters with a code or a token in them are the exception: such secrets never stand in a job's arguments.
"""

from __future__ import annotations

from marketplace.accounts import queries as accounts
from marketplace.accounts import rules
from marketplace.accounts.events import (
    CodeIssued,
    ContactChanged,
    KnownContactTried,
    PasswordChanged,
    SecondFactorReset,
)
from marketplace.accounts.models import Person
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
from marketplace.certificates.events import CertificateAnswered, CertificateRunsOut, CertificateSubmitted
from marketplace.cooperatives.events import (
    CooperativeAnswered,
    CooperativeClosed,
    CooperativeOpened,
    CooperativeSubmitted,
    StaffInvited,
)
from marketplace.cooperatives.models import Cooperative, Invitation
from marketplace.fairs.events import (
    BoothAnswered,
    BoothSubmitted,
    FairCancelled,
    FairEnded,
    FairReported,
    FollowersDue,
    RecapDue,
    ReportDue,
)
from marketplace.fairs.models import Booth
from marketplace.farming.events import HarvestDecided
from marketplace.foundation import clock, jobs
from marketplace.foundation.database import session
from marketplace.invoices.events import InvoiceAsked, InvoiceIssued, InvoiceMissing
from marketplace.ledger.events import PayoutAccountApproved, PayoutAccountProposed, PayoutMoved
from marketplace.notifications import letters
from marketplace.notifications.letters import Receiver
from marketplace.notifications.rules import REMIND_BEFORE
from marketplace.orders.events import OrderLapsed, OrderPaid, OrderPlaced, PartMoved, PartWeighed, SurplusMoved
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.states import PartState
from marketplace.payments.events import (
    ApprovalAsked,
    HoldRenewed,
    MoneyWithdrawn,
    PaymentAsked,
    PaymentDisagrees,
    PaymentPartlyReceived,
    RefundDecided,
    RefundMoved,
)
from marketplace.payments.models import Payment
from marketplace.payments.states import Method, RefundState
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
from marketplace.sourcing.models import CallOff, Meeting
from marketplace.sourcing.states import CallOffState, Side
from marketplace.traceability.events import LotsRecalled, ScanAlarmRaised

PICKUP = "pickup"
TOLD_TO_BUYER = {
    PartState.CONFIRMED,
    PartState.AT_HUB,
    PartState.SHIPPED,
    PartState.DELIVERED,
    PartState.REFUSED,
    PartState.CANCELLED,
    PartState.LOST,
}


def on_code_issued(event: CodeIssued) -> None:
    receiver = Receiver(event.contact, event.language)
    letters.post(letters.compose("accounts/code", receiver, code=event.code, purpose=event.purpose), is_secret=True)


def on_known_contact_tried(event: KnownContactTried) -> None:
    receiver = Receiver(event.contact, event.language)
    letters.post(letters.compose("accounts/known_contact", receiver, link=letters.link("/quen-mat-khau")))


def on_password_changed(event: PasswordChanged) -> None:
    jobs.enqueue("tell_password_changed", whom=event.person_id)


def on_second_factor_reset(event: SecondFactorReset) -> None:
    jobs.enqueue("tell_second_factor_reset", whom=event.person_id)


def on_contact_changed(event: ContactChanged) -> None:
    jobs.enqueue("tell_contact_changed", whom=event.person_id, old_contact=event.old_contact)


def on_staff_invited(event: StaffInvited) -> None:
    invitation = session.get_one(Invitation, event.invitation_id)
    by = session.get_one(Person, invitation.invited_by_id)
    known = accounts.find_by_contact(**rules.as_contact(invitation.contact))
    receiver = Receiver(invitation.contact, (known or by).language)
    letter = letters.compose(
        "cooperatives/staff_invited",
        receiver,
        cooperative=session.get_one(Cooperative, invitation.cooperative_id).short_name,
        inviter=by.full_name,
        expires_at=invitation.expires_at,
        link=letters.link(f"/loi-moi/{event.token}"),
    )
    letters.post(letter, is_secret=True)


def on_cooperative_submitted(event: CooperativeSubmitted) -> None:
    jobs.enqueue("tell_cooperative_submitted", cooperative=event.cooperative_id)


def on_cooperative_decided(event: CooperativeAnswered | CooperativeOpened | CooperativeClosed) -> None:
    row = session.get_one(Cooperative, event.cooperative_id)
    reason = event.reason if isinstance(event, CooperativeClosed) else row.admission_note
    jobs.enqueue("tell_cooperative_decided", cooperative=row.id, admission=row.admission, reason=reason)


def on_certificate_submitted(event: CertificateSubmitted) -> None:
    jobs.enqueue("tell_certificate_submitted", certificate=event.certificate_id)


def on_certificate_answered(event: CertificateAnswered) -> None:
    jobs.enqueue("tell_certificate_answered", certificate=event.certificate_id)


def on_certificate_runs_out(event: CertificateRunsOut) -> None:
    jobs.enqueue("tell_certificate_runs_out", certificate=event.certificate_id, days=event.days)


def on_order_placed(event: OrderPlaced) -> None:
    jobs.enqueue("tell_order_placed", order=event.order_id)


def on_order_paid(event: OrderPaid) -> None:
    jobs.enqueue("tell_order_paid", order=event.order_id)


def on_payment_asked(event: PaymentAsked | HoldRenewed) -> None:
    """A reminder waits until shortly before the end. Minutes, as at a fair or on a card's page, are no time for one."""
    if event.method != Method.VIETQR or event.expires_at is None:
        return
    run_at = event.expires_at - REMIND_BEFORE
    if run_at > clock.now():
        jobs.enqueue("remind_of_payment", run_at=run_at, payment_id=event.payment_id)


def on_partly_paid(event: PaymentPartlyReceived) -> None:
    jobs.enqueue(
        "tell_partly_paid", reference=event.reference, received_dong=event.received_dong,
        missing_dong=event.missing_dong,
    )  # fmt: skip


def on_order_lapsed(event: OrderLapsed) -> None:
    jobs.enqueue("tell_order_lapsed", order=event.order_id)


def on_part_moved(event: PartMoved) -> None:
    is_told = event.to_state in TOLD_TO_BUYER
    if event.to_state == PartState.PACKED:
        is_told = session.get_one(CooperativeOrder, event.part_id).delivery_way == PICKUP
    if event.to_state == PartState.CANCELLED:
        # Of an order that was given up for want of money, one letter tells all.
        is_told = session.get_one(Order, event.order_id).lapsed_at is None
    if is_told:
        jobs.enqueue("tell_part_moved", order=event.order_id, part=event.part_id, to_state=event.to_state, by=event.by)


def on_part_weighed(event: PartWeighed) -> None:
    jobs.enqueue("tell_part_weighed", order=event.order_id, part=event.part_id)


def on_surplus_moved(event: SurplusMoved) -> None:
    jobs.enqueue("tell_surplus_moved", order=event.order_id, part=event.part_id, surplus=event.surplus)


def on_refund_decided(event: RefundDecided) -> None:
    jobs.enqueue("tell_refund_decided", refund=event.refund_id)


def on_refund_moved(event: RefundMoved) -> None:
    """That a refund is on its way was told when it was decided."""
    if event.state == RefundState.DONE:
        jobs.enqueue("tell_refund_sent", refund=event.refund_id)
    elif event.state == RefundState.FAILED:
        jobs.enqueue("tell_refund_failed", refund=event.refund_id, came_back=event.was == RefundState.DONE)


def on_invoice_asked(event: InvoiceAsked) -> None:
    jobs.enqueue("tell_invoice_asked", invoice=event.invoice_id)


def on_invoice_issued(event: InvoiceIssued) -> None:
    jobs.enqueue("tell_invoice_issued", invoice=event.invoice_id, is_replacement=event.is_replacement)


def on_invoice_missing(event: InvoiceMissing) -> None:
    jobs.enqueue("tell_invoice_missing", invoice=event.invoice_id, days=event.days)


def on_payout_account_proposed(event: PayoutAccountProposed) -> None:
    jobs.enqueue("tell_account_proposed", account=event.account_id)


def on_payout_account_approved(event: PayoutAccountApproved) -> None:
    jobs.enqueue("tell_account_approved", account=event.account_id)


def on_payout_moved(event: PayoutMoved) -> None:
    jobs.enqueue("tell_payout_moved", payout=event.payout_id, state=event.state)


def on_approval_asked(event: ApprovalAsked) -> None:
    jobs.enqueue("tell_approval_asked", approval=event.approval_id)


def on_money_withdrawn(event: MoneyWithdrawn) -> None:
    jobs.enqueue("tell_money_withdrawn", withdrawal=event.withdrawal_id)


def on_payment_disagrees(event: PaymentDisagrees) -> None:
    payment = session.get_one(Payment, event.payment_id)
    jobs.enqueue("tell_payment_disagrees", reference=event.reference, amount_dong=payment.amount_dong)


def on_lots_recalled(event: LotsRecalled) -> None:
    jobs.enqueue("tell_lots_recalled", root=event.root_lot_id, lots=list(event.lot_ids), reason=event.reason)


def on_harvest_decided(event: HarvestDecided) -> None:
    jobs.enqueue("tell_harvest_decided", lot=event.lot_id, is_approved=event.is_approved, reason=event.reason)


def on_scan_alarm_raised(event: ScanAlarmRaised) -> None:
    jobs.enqueue("tell_scan_alarm", alarm=event.alarm_id)


def on_complaint_opened(event: ComplaintOpened) -> None:
    jobs.enqueue("tell_complaint_opened", complaint=event.complaint_id)


def on_complaint_answered(event: ComplaintAnswered) -> None:
    jobs.enqueue("tell_complaint_answered", complaint=event.complaint_id)


def on_complaint_accepted(event: ComplaintAccepted) -> None:
    jobs.enqueue("tell_complaint_accepted", complaint=event.complaint_id)


def on_complaint_escalated(event: ComplaintEscalated) -> None:
    jobs.enqueue("tell_complaint_escalated", complaint=event.complaint_id, because=event.because)


def on_complaint_settled(event: ComplaintSettled) -> None:
    jobs.enqueue("tell_complaint_settled", complaint=event.complaint_id)


def on_review_written(event: ReviewWritten) -> None:
    jobs.enqueue("tell_review", review=event.review_id, what="written")


def on_review_answered(event: ReviewAnswered) -> None:
    jobs.enqueue("tell_review", review=event.review_id, what="answered")


def on_review_taken_down(event: ReviewTakenDown) -> None:
    jobs.enqueue("tell_review", review=event.review_id, what="taken_down")


def on_booth_submitted(event: BoothSubmitted) -> None:
    jobs.enqueue("tell_booth_submitted", booth=event.booth_id)


def on_booth_answered(event: BoothAnswered) -> None:
    # As it was answered, whatever it has become when the job runs.
    booth = session.get_one(Booth, event.booth_id)
    jobs.enqueue("tell_booth_answered", booth=booth.id, answer=booth.state.value, reason=booth.note)


def on_fair_cancelled(event: FairCancelled) -> None:
    jobs.enqueue("tell_fair_called_off", fair=event.fair_id, reason=event.reason)


def on_followers_due(event: FollowersDue) -> None:
    jobs.enqueue("tell_followers", fair=event.fair_id, followers=list(event.follower_ids))


BOTH = [Side.BUYER.value, Side.SELLER.value]


def on_quote_made(event: QuoteMade) -> None:
    jobs.enqueue("tell_of_quote", quote=event.quote_id, what="quote_made", to=Side.BUYER.value)


def on_quote_answered(event: QuoteAnswered) -> None:
    jobs.enqueue("tell_of_quote", quote=event.quote_id, what="answered", to=event.by.other.value)


def on_quote_ended(event: QuoteEnded) -> None:
    jobs.enqueue("tell_of_quote", quote=event.quote_id, what="ended", to=event.by.other.value)


def on_commitment_drafted(event: CommitmentDrafted) -> None:
    jobs.enqueue("tell_of_commitment", commitment=event.commitment_id, what="drafted", to=[event.by.other.value])


def on_commitment_signed(event: CommitmentSigned) -> None:
    what = "complete" if event.is_complete else "signed"
    jobs.enqueue("tell_of_commitment", commitment=event.commitment_id, what=what, to=[event.by.other.value])


def on_commitment_given_up(event: CommitmentGivenUp) -> None:
    what, to = ("given_up", [event.by.other.value]) if event.by else ("not_signed", BOTH)
    jobs.enqueue("tell_of_commitment", commitment=event.commitment_id, what=what, to=to)


def on_commitment_blocked(event: CommitmentBlocked) -> None:
    jobs.enqueue("tell_of_commitment", commitment=event.commitment_id, what="blocked", to=BOTH)


def on_commitment_unblocked(event: CommitmentUnblocked) -> None:
    jobs.enqueue("tell_of_commitment", commitment=event.commitment_id, what="unblocked", to=BOTH)


def on_call_off_asked(event: CallOffAsked) -> None:
    jobs.enqueue("tell_of_call_off", call_off=event.call_off_id, what="called_off", to=[Side.SELLER.value])


def on_call_off_answered(event: CallOffAnswered) -> None:
    # As it was answered, whatever it has become when the job runs.
    state = session.get_one(CallOff, event.call_off_id).state
    jobs.enqueue("tell_of_call_off", call_off=event.call_off_id, what=state.value, to=TOLD_OF_CALL_OFF[state])


TOLD_OF_CALL_OFF = {
    CallOffState.CONFIRMED: [Side.BUYER.value],
    CallOffState.REFUSED: [Side.BUYER.value],
    CallOffState.WITHDRAWN: [Side.SELLER.value],
    CallOffState.FELL_THROUGH: BOTH,
}


def on_meeting_asked(event: MeetingAsked) -> None:
    _tell_of_meeting(event.meeting_id, "asked_to_meet", Side.BUYER)


def on_meeting_proposed(event: MeetingProposed) -> None:
    _tell_of_meeting(event.meeting_id, "meeting_proposed", event.by)


def on_meeting_accepted(event: MeetingAccepted) -> None:
    _tell_of_meeting(event.meeting_id, "meeting_accepted", event.by)


def on_meeting_ended(event: MeetingEnded) -> None:
    state = session.get_one(Meeting, event.meeting_id).state
    _tell_of_meeting(event.meeting_id, f"meeting_{state.value}", event.by)


def on_meeting_placed(event: MeetingPlaced) -> None:
    _tell_of_meeting(event.meeting_id, "meeting_placed", None)


def on_meeting_moved(event: MeetingMoved) -> None:
    _tell_of_meeting(event.meeting_id, "meeting_moved", None)


def _tell_of_meeting(meeting_id: int, what: str, by: Side | None) -> None:
    """As it stands now, whatever it has become when the job runs; to who did not do it himself."""
    meeting = session.get_one(Meeting, meeting_id)
    jobs.enqueue(
        "tell_of_meeting", meeting=meeting.id, what=what, to=[by.other.value] if by else BOTH,
        when=meeting.starts_at.isoformat(), table=meeting.table_number, reason=meeting.words,
    )  # fmt: skip


def on_fair_ended(event: FairEnded) -> None:
    jobs.enqueue("tell_fair_ended", fair=event.fair_id)


def on_fair_reported(event: FairReported) -> None:
    jobs.enqueue("tell_fair_reported", fair=event.fair_id)


def on_report_due(event: ReportDue) -> None:
    jobs.enqueue("tell_report_due", fair=event.fair_id)


def on_recap_due(event: RecapDue) -> None:
    jobs.enqueue("tell_recap", fair=event.fair_id, followers=list(event.follower_ids))
