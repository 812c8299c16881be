"""What cooperatives hear about their payouts and their bank account, and officers about money that waits for them."""

from __future__ import annotations

from typing import Any

from marketplace.accounts import queries as accounts
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session
from marketplace.ledger.models import Payout, PayoutAccount
from marketplace.ledger.states import PayoutState
from marketplace.notifications import letters, queries
from marketplace.notifications.letters import Receiver
from marketplace.notifications.tasks.telling import News, one_line, post, to_people
from marketplace.payments.models import Approval, Payment, Withdrawal

_LETTERS = {
    PayoutState.OPEN: "ledger/payout_opened",
    PayoutState.PAID: "ledger/payout_paid",
    PayoutState.FAILED: "ledger/payout_returned",
}


def tell_payout_moved(*, job_id: int, payout: int, state: str) -> None:
    """To those who speak for the cooperative. The page of the payout is its statement."""
    row = session.get_one(Payout, payout)
    cooperative = session.get_one(Cooperative, row.cooperative_id)
    facts = {
        "name": cooperative.short_name,
        "code": row.code,
        "amount_dong": row.amount_dong,
        "number_end": row.number[-4:],
        "reason": one_line(row.reason) if state == PayoutState.FAILED else "",
    }
    owners = queries.people_of(cooperative.id, owners_only=True)
    path = f"/htx-cua-toi/{cooperative.slug}/tien/{row.code}"
    post(job_id, to_people(_LETTERS[PayoutState(state)], owners, path=path, facts=facts))


def tell_account_proposed(*, job_id: int, account: int) -> None:
    """To everybody who speaks for the cooperative and to the number it is known under, so that a thief who has got into
    one account is seen; and to the officers, who have to call that number."""
    row, cooperative, news = _account_news("ledger/account_proposed", account)
    facts = {"name": cooperative.short_name, "subject": row.number[-4:], "what": "account"}
    officers = [one for one in accounts.officers_of(cooperative.province_code) if one.id != row.proposed_by_id]
    news += to_people("alliance/waiting", officers, path="/lien-minh/chi-tra", facts=facts, variety="account")
    post(job_id, news)


def tell_account_approved(*, job_id: int, account: int) -> None:
    _, _, news = _account_news("ledger/account_approved", account)
    post(job_id, news)


def _account_news(name: str, account: int) -> tuple[PayoutAccount, Cooperative, list[News]]:
    row = session.get_one(PayoutAccount, account)
    cooperative = session.get_one(Cooperative, row.cooperative_id)
    owners = queries.people_of(cooperative.id, owners_only=True)
    facts = {"name": cooperative.short_name, "number_end": row.number[-4:]}
    path = f"/htx-cua-toi/{cooperative.slug}/tien"
    more: dict[str, Any] = {"active_from": row.active_from, "hotline": letters.settings().hotline}
    news = to_people(name, owners, path=path, facts=facts, **more)
    told = {one.letter.receiver.contact for one in news if one.letter is not None}
    language = owners[0].language if owners else "vi"
    for contact in (cooperative.phone, cooperative.email):
        if contact and contact not in told:
            receiver = Receiver(contact, language)
            known = {**facts, **more, "link": letters.link(path)}
            news.append(News("known contact", letters.compose(name, receiver, **known)))
    return row, cooperative, news


def tell_approval_asked(*, job_id: int, approval: int) -> None:
    """To everybody who may be the second person."""
    row = session.get_one(Approval, approval)
    everybody = accounts.officers_of(row.province_code) if row.province_code else accounts.admins()
    others = [one for one in everybody if one.id != row.asked_by_id]
    facts = {"what": "approval", "name": "", "subject": row.reference, "amount_dong": row.amount_dong}
    post(job_id, to_people("alliance/waiting", others, path="/lien-minh/hai-nguoi", facts=facts, variety="approval"))


def tell_money_withdrawn(*, job_id: int, withdrawal: int) -> None:
    """A dispute has a day until which evidence counts: somebody has to look."""
    row = session.get_one(Withdrawal, withdrawal)
    reference = session.get_one(Payment, row.payment_id).reference
    facts = {"what": "withdrawal", "name": "", "subject": reference, "amount_dong": row.amount_dong}
    path = "/lien-minh/tien-bi-rut"
    post(job_id, to_people("alliance/waiting", accounts.admins(), path=path, facts=facts, variety="withdrawal"))


def tell_payment_disagrees(*, job_id: int, reference: str, amount_dong: int) -> None:
    facts = {"what": "mismatch", "name": "", "subject": reference, "amount_dong": amount_dong}
    path = "/lien-minh/so-cai"
    post(job_id, to_people("alliance/waiting", accounts.admins(), path=path, facts=facts, variety="mismatch"))
