"""Fill the tables of administrative units (official names and codes of 20 September 2026) and begin the public version

Revision ID: 0002_geography_rows
Revises: 0001_open_market
"""

import sqlalchemy as sa
from alembic import op

from marketplace.geography import rules

revision = "0002_geography_rows"
down_revision = "0001_open_market"
branch_labels = None
depends_on = None

TABLES = ("province", "commune", "legacy_province", "legacy_commune")


def upgrade() -> None:
    for name in TABLES:
        table = sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())
        op.bulk_insert(table, list(rules.read_rows(name)))
    op.execute(sa.text("INSERT INTO public_version (id, number) VALUES (1, 0)"))


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM public_version"))
    for name in reversed(TABLES):
        op.execute(sa.text(f"DELETE FROM {name}"))  # noqa: S608
