"""A fair on air for measuring, and its host: `python -m bench.room` prints where the room is and who may tap."""

from __future__ import annotations

import json
import os

from marketplace.app.factory import create_app
from marketplace.fairs import actions, rules
from marketplace.fairs.models import Fair, Slot
from marketplace.foundation import realtime
from marketplace.foundation.database import session, transaction
from marketplace.foundation.settings import read_settings
from tests.client import Browser
from tests.factories.accounts import make_officer, sign_in_officer
from tests.factories.fairs import make_live_fair

COOKIE = "htx"


def main() -> None:
    settings = read_settings(os.environ)
    app = create_app(settings)
    with app.app_context():
        officer = make_officer("33")
        fair, (slot,) = make_live_fair(officer=officer)
        with transaction():
            actions.put_on_air(session.get_one(Fair, fair.id), session.get_one(Slot, slot.id), by=officer.id)
        host = Browser(app)
        sign_in_officer(host, officer)
        cookie = host.client.get_cookie(COOKIE)
        assert cookie is not None, "a signed-in browser has a cookie"
        channel = rules.channel(fair.id)
        key = realtime.listening_key(channel, settings.secret_key)
        print(
            json.dumps(
                {
                    "room": f"/phien-cho/{fair.slug}/truc-tiep",
                    "desk": f"/lien-minh/phien-cho/{fair.slug}/dieu-hanh",
                    "stream": f"/luong/{channel}?khoa={key}",
                    "cookie": f"{COOKIE}={cookie.value}",
                }
            )
        )


if __name__ == "__main__":
    main()
