"""Numbers left with a stall: only with consent, once, for this stall alone, taken back for good, and deleted in time."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from marketplace.fairs import actions, rules
from marketplace.fairs.models import Attendance, Booth, Fair, Follower, Lead, Message, Slot
from marketplace.fairs.states import MessageState
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.cooperatives import make_cooperative
from tests.factories.fairs import approve_booth, end_fair, make_booth, make_fair, make_live_fair

TYPED = {"name": "Bếp ăn Hoa Mai", "phone": "0912 345 678", "wants": "50 kg nhãn mỗi tuần"}


def kept() -> list[Lead]:
    session.rollback()
    session.expire_all()
    return session.query(Lead).order_by(Lead.id).all()


def test_a_number_is_left_with_consent_and_read_by_one_stall(app: Flask, browsers: Callable[[], Browser]) -> None:
    owner, neighbour = make_person(), make_person()
    mine, theirs = make_cooperative(owner=owner), make_cooperative(owner=neighbour)
    slugs, contacts = (mine.slug, theirs.slug), (owner.contacts[0], neighbour.contacts[0])
    fair = make_fair()
    booths = [make_booth(fair, mine), make_booth(fair, theirs)]
    for booth in booths:
        approve_booth(booth)
    slug = end_fair(fair.id).slug
    visitor = browsers()
    form = f"/phien-cho/{slug}/gian-hang/{booths[0].id}/lien-he"
    assert form in visitor.get(f"/phien-cho/{slug}").text
    assert "checked" not in visitor.get(form).text
    visitor.submit(form, TYPED)
    assert "Hãy đánh dấu đồng ý" in visitor.text
    assert "50 kg nhãn mỗi tuần" in visitor.text
    assert kept() == []
    page = visitor.submit(form, {**TYPED, "consent": "y"}).data.decode()
    (lead,) = kept()
    assert (lead.name, lead.phone, lead.wants) == ("Bếp ăn Hoa Mai", "+84912345678", "50 kg nhãn mỗi tuần")
    assert lead.consent_words.startswith("Tôi đồng ý để HTX")
    desks = [browsers(), browsers()]
    for desk, contact in zip(desks, contacts, strict=True):
        desk.sign_in(contact)
    pages = [
        desk.get(f"/htx-cua-toi/{own}/phien-cho/{slug}/khach-hen").text for desk, own in zip(desks, slugs, strict=True)
    ]
    assert "Bếp ăn Hoa Mai" in pages[0]
    assert "Bếp ăn Hoa Mai" not in pages[1]
    assert desks[1].get(f"/htx-cua-toi/{slugs[0]}/phien-cho/{slug}/khach-hen").status_code == 404
    key = re.search(r'name="ma" value="([^"]+)"', page)
    assert key is not None
    assert visitor.get(f"/phien-cho/{slug}/lien-he?ma={lead.id + 1}-{key[1].partition('-')[2]}").status_code == 404
    visitor.submit(f"/phien-cho/{slug}/lien-he?ma={key[1]}", action=f"/phien-cho/{slug}/lien-he")
    (lead,) = kept()
    assert (lead.name, lead.phone, lead.wants) == ("", "", "")
    assert lead.withdrawn_at is not None
    assert "Bếp ăn" not in desks[0].get(f"/htx-cua-toi/{slugs[0]}/phien-cho/{slug}/khach-hen").text


def test_the_room_leads_to_the_stall_on_air_and_back(app: Flask, browser: Browser) -> None:
    fair, slots = make_live_fair(booths=2)
    slug, room = fair.slug, f"/phien-cho/{fair.slug}/truc-tiep"
    forms = [f"/phien-cho/{slug}/gian-hang/{slot.booth_id}/lien-he" for slot in slots]
    closing = add_closing(fair.id)

    def shown(address: str) -> list[bool]:
        page = browser.get(address).get_data(as_text=True)
        return [f'href="{form}"' in page for form in forms]

    assert shown(room) == [False, False]
    for on, links in ((slots[0].id, [True, False]), (slots[1].id, [False, True]), (closing, [False, False])):
        with transaction():
            actions.put_on_air(session.get_one(Fair, fair.id), session.get_one(Slot, on), by=1)
        assert (shown(room), shown(f"{room}/canh"), shown(f"{room}/san-khau")) == (links, links, [False, False])
    assert f'href="{room}"' in browser.get(forms[0]).get_data(as_text=True)
    page = browser.submit(forms[0], {**TYPED, "consent": "y"}).get_data(as_text=True)
    assert "HTX sẽ gọi cho bạn" in browser.text
    assert f'href="{room}">Về phiên chợ<' in page
    end_fair(fair.id)
    assert room not in browser.get(forms[0]).get_data(as_text=True)


def add_closing(fair_id: int) -> int:
    """A part of the running order that belongs to nobody's stall."""
    with transaction():
        fair = session.get_one(Fair, fair_id)
        slot = actions.add_slot(
            fair, title="Bế mạc", starts_at=fair.ends_at - timedelta(minutes=5), ends_at=fair.ends_at
        )
        return slot.id


def test_a_stall_that_was_cut_off_is_given_no_more_numbers(app: Flask, browser: Browser) -> None:
    fair, (slot,) = make_live_fair()
    with transaction():
        found, on = session.get_one(Fair, fair.id), session.get_one(Slot, slot.id)
        actions.put_on_air(found, on, by=1)
        actions.cut_off(found, on, by=1, reason="Sai danh mục")
    assert "lien-he" not in browser.get(f"/phien-cho/{fair.slug}/truc-tiep").get_data(as_text=True)


def test_the_same_form_twice_is_one_number(app: Flask) -> None:
    fair, (slot,) = make_live_fair()
    for _press in range(2):
        with transaction():
            actions.leave_number(
                session.get_one(Fair, fair.id), session.get_one(Booth, slot.booth_id), name="A", phone="+84912345678",
                wants="x", consent_words="y", key="same",
            )  # fmt: skip
    assert len(kept()) == 1


def test_a_browser_is_counted_once_and_only_on_air(app: Flask, browsers: Callable[[], Browser]) -> None:
    early = make_fair()
    browsers().get(f"/phien-cho/{early.slug}/truc-tiep")
    fair, _slots = make_live_fair()
    address = f"/phien-cho/{fair.slug}/truc-tiep"
    one, other = browsers(), browsers()
    for browser in (one, one, other):
        browser.get(address)
    session.rollback()
    assert [row.fair_id for row in session.query(Attendance)] == [fair.id, fair.id]


def test_what_was_kept_long_enough_is_deleted_and_nothing_younger(app: Flask) -> None:
    fair, (slot,) = make_live_fair()
    with transaction():
        row, booth = session.get_one(Fair, fair.id), session.get_one(Booth, slot.booth_id)
        actions.leave_number(row, booth, name="A", phone="+84912345678", wants="x", consent_words="y", key="k")
        actions.follow(row, booth_id=None, contact="a@mau.invalid", person_id=None, language="vi")
        session.add(Message(fair_id=row.id, name="x", text="x", state=MessageState.VISIBLE, key="m", at=clock.now()))
        actions.show_card(row, text="Chào", picture=None, by=None)
        actions.end_fair(row, by=1)
        actions.set_replay(row, url="https://youtu.be/abcdefghijk", lead_seconds=0, by=1)
    left = {}
    for name, age in (
        ("now", timedelta()), ("followers", rules.FOLLOWERS_KEPT_FOR), ("leads", rules.LEADS_KEPT_FOR), ("talk", rules.KEPT_FOR),
    ):  # fmt: skip
        with clock.moved_to(clock.now() + age + timedelta(hours=3)):
            with transaction():
                actions.delete_old()
            left[name] = (
                session.query(Follower).count(), [lead.phone for lead in kept()], session.query(Message).count(),
                session.get_one(Fair, fair.id).replay_url != "",
            )  # fmt: skip
    assert left == {
        "now": (1, ["+84912345678"], 1, True),
        "followers": (0, ["+84912345678"], 1, True),
        "leads": (0, [""], 1, True),
        "talk": (0, [""], 0, False),
    }
