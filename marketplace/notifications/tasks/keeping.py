"""Waking devices, and dropping old notices."""

from __future__ import annotations

import json
from datetime import timedelta

from flask_babel import force_locale

from marketplace.accounts.models import Person
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.foundation.text import clean_line
from marketplace.foundation.web_push import LONGEST_PAYLOAD, BadSubscription, SubscriptionOver
from marketplace.notifications import actions, pushing, rules, words
from marketplace.notifications.models import Notice, PushDevice

LASTS = timedelta(hours=12)
LONGEST_WORDS = 300


def send_push(*, job_id: int, notice: int, device: int) -> None:
    """Show one notice on one device. Sent again under the same topic and tag, it is shown once.

    What is read or old by now wakes nobody, and a device that takes no more messages is forgotten.
    """
    service, row, found = pushing.service(), session.get(Notice, notice), session.get(PushDevice, device)
    if service is None or row is None or found is None or row.read_at or found.person_id != row.person_id:
        return
    if row.at < clock.now() - rules.PUSHED_WITHIN:
        return
    topic = rules.topic_of(row.kind)
    language = session.get_one(Person, row.person_id).language
    with force_locale(language):
        shown = {
            "title": str(words.TOPICS[topic]),
            "body": clean_line(words.of_notice(row), LONGEST_WORDS),
            "url": f"/tai-khoan/thong-bao/{row.id}",
            "tag": f"notice-{row.id}",
            "lang": language,
        }
    payload, subscription = json.dumps(shown, ensure_ascii=False).encode(), found.subscription
    assert len(payload) <= LONGEST_PAYLOAD, "a push service takes no more"
    session.rollback()
    try:
        service.send(subscription, payload, lasts=LASTS, is_urgent=topic in rules.URGENT, topic=f"notice-{notice}")
    except (SubscriptionOver, BadSubscription):
        with transaction():
            actions.forget_device(device)


def tidy_notices(*, job_id: int) -> None:
    with transaction():
        actions.tidy()
