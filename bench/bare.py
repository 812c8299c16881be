"""The yardstick: pages of the same shape in bare Flask with the ORM, on the same server and the same database.

No sign-in, no language, no layout, no headers: what is left when the market is taken away from its own pages.
"""

from __future__ import annotations

import os

from flask import Flask, render_template_string
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, joinedload, lazyload, relationship

from marketplace.catalogue.models import Listing, Product
from marketplace.certificates.models import Certificate  # noqa: F401  (the mapper wants its neighbours)
from marketplace.cooperatives.models import Cooperative
from marketplace.traceability.models import Lot
from marketplace.wiring import tables  # noqa: F401

url = os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://")
engine = create_engine(url, isolation_level="AUTOCOMMIT") if url.startswith("postgresql") else create_engine(url)
app = Flask(__name__)

Listing.bench_cooperative = relationship(  # type: ignore[attr-defined]
    Cooperative, primaryjoin="foreign(Listing.cooperative_id) == Cooperative.id", viewonly=True
)

LISTING = """<!doctype html><title>Bare</title><h1>Bare</h1><ul>{% for row in rows %}<li><a href="/san-pham/{{ row.slug }}">
{{ row.name }}</a> <b>{{ row.price_dong }}</b> {{ row.variant_name }} {{ row.bench_cooperative.short_name }}
{{ row.bench_cooperative.phone }} {{ row.unit_price_dong }}</li>{% endfor %}</ul>"""
PRODUCT = """<!doctype html><title>{{ product.name }}</title><h1>{{ product.name }}</h1><p>{{ product.summary }}</p>
<p>{{ product.description }}</p><ul>{% for pack in product.variants %}<li>{{ pack.name }} {{ pack.price_dong }}</li>
{% endfor %}</ul>{% for some in product.pictures %}<img src="{{ some.picture['key'] }}">{% endfor %}
<p>{{ cooperative.legal_name }} {{ cooperative.address_line }}</p>"""


ORIGIN = """<!doctype html><title>{{ lot.batch }}</title><h1>{{ product.name }}</h1><p>{{ product.summary }}</p>
<dl><dt>Lot<dd>{{ lot.batch }}<dt>Made<dd>{{ lot.harvested_on }}<dt>Best before<dd>{{ lot.best_before }}
<dt>Place<dd>{{ lot.place }}<dt>State<dd>{{ lot.state }}</dl><p>{{ cooperative.legal_name }} {{ cooperative.address_line }}</p>"""


@app.get("/constant")
def constant() -> str:
    return "<!doctype html><title>Constant</title><h1>Constant</h1>"


@app.get("/listing")
def listing() -> str:
    with Session(engine) as session:
        rows = session.scalars(
            select(Listing)
            .options(joinedload(Listing.bench_cooperative))  # type: ignore[attr-defined]
            .order_by(Listing.published_at.desc(), Listing.product_id.desc())
            .limit(20)
        ).all()
        return render_template_string(LISTING, rows=rows)


@app.get("/product/<slug>")
def product(slug: str) -> str:
    with Session(engine) as session:
        found = session.scalars(select(Product).where(Product.slug == slug)).one()
        cooperative = session.get_one(Cooperative, found.cooperative_id)
        return render_template_string(PRODUCT, product=found, cooperative=cooperative)


@app.get("/origin/<code>")
def origin(code: str) -> str:
    with Session(engine) as session:
        lot, product, cooperative = session.execute(
            select(Lot, Product, Cooperative)
            .join(Product, Product.id == Lot.product_id)
            .join(Cooperative, Cooperative.id == Lot.cooperative_id)
            .where(Lot.code == code)
            .options(lazyload("*"))
        ).one()
        return render_template_string(ORIGIN, lot=lot, product=product, cooperative=cooperative)
