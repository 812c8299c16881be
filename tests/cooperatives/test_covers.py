"""A cooperative's cover gets its other sizes, whichever form brought it."""

from __future__ import annotations

import io

from flask import Flask
from PIL import Image

from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import jobs
from marketplace.foundation.database import session
from marketplace.foundation.pictures import PictureSet, PictureState
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.cooperatives import make_cooperative


def test_the_sizes_of_a_new_cover_are_made(app: Flask, browser: Browser) -> None:
    owner = make_person()
    slug = make_cooperative(owner=owner).slug
    browser.sign_in(owner.contacts[0])
    file = io.BytesIO()
    Image.new("RGB", (1280, 720), "green").save(file, "JPEG")
    file.seek(0)
    assert browser.submit(f"/htx-cua-toi/{slug}/ho-so", {"cover": (file, "bia.jpg")}).status_code == 200
    jobs.run_all_due()
    session.rollback()
    session.expire_all()
    cover = PictureSet.from_json(session.query(Cooperative).filter_by(slug=slug).one().cover)
    assert cover.state is PictureState.READY
