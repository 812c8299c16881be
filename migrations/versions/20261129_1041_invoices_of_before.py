"""Orders that asked for an invoice before ask each of their cooperatives now

Revision ID: 1041_invoices_of_before
Revises: 1040_invoices
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "1041_invoices_of_before"
down_revision = "1040_invoices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    here = op.get_bind()
    rows = here.execute(
        sa.text(
            "SELECT p.id AS part, p.cooperative_id AS cooperative, o.placed_at AS at, CAST(o.invoice AS VARCHAR) AS told"
            ' FROM cooperative_order p JOIN "order" o ON o.id = p.order_id'
            " WHERE o.invoice IS NOT NULL AND CAST(o.invoice AS VARCHAR) <> 'null' ORDER BY p.id"
        )
    ).all()
    for row in rows:
        told = json.loads(row.told) or {}
        here.execute(
            sa.text(
                "INSERT INTO invoice (cooperative_order_id, cooperative_id, company, tax_code, address, email, asked_at)"
                " VALUES (:part, :cooperative, :company, :tax_code, :address, :email, :at)"
            ),
            {
                "part": row.part,
                "cooperative": row.cooperative,
                "at": row.at,
                **{name: told.get(name) or "" for name in ("company", "tax_code", "address", "email")},
            },
        )


def downgrade() -> None:
    op.execute("DELETE FROM invoice")
