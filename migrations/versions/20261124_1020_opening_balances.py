"""Book what orders under way have been paid before there was a ledger

Revision ID: 0008_opening_balances
Revises: 0007_payments
"""

import sqlalchemy as sa
from alembic import op

revision = "0008_opening_balances"
down_revision = "0007_payments"
branch_labels = None
depends_on = None

PAID = """
SELECT payment.id, payment.reference, payment.confirmed_at,
       sum(cooperative_order.goods_dong + cooperative_order.delivery_dong) AS amount
FROM payment
JOIN "order" ON "order".code = payment.reference AND "order".state = 'open'
JOIN cooperative_order ON cooperative_order.order_id = "order".id
     AND cooperative_order.state IN ('pending', 'confirmed', 'packed', 'shipped')
WHERE payment.state = 'confirmed' AND payment.method = 'vietqr'
GROUP BY payment.id, payment.reference, payment.confirmed_at
ORDER BY payment.id
"""


def upgrade() -> None:
    connection = op.get_bind()
    paid = connection.execute(sa.text(PAID)).all()
    if not paid:
        return
    accounts = {"asset:bank": "debit", "liab:order_clearing": "credit"}
    for code, side in accounts.items():
        connection.execute(
            sa.text("INSERT INTO ledger_account (code, normal_side, balance_dong) VALUES (:code, :side, 0)"),
            {"code": code, "side": side},
        )
    for row in paid:
        connection.execute(
            sa.text(
                "INSERT INTO ledger_journal (key, event, reference, at, memo)"
                " VALUES (:key, 'payment_confirmed', :reference, :at, 'opening balance')"
            ),
            {"key": f"payment:{row.id}:opening", "reference": row.reference, "at": row.confirmed_at},
        )
        for code, amount, reference in (
            ("asset:bank", row.amount, ""),
            ("liab:order_clearing", -row.amount, row.reference),
        ):
            connection.execute(
                sa.text(
                    "INSERT INTO ledger_entry (journal_id, account_id, amount_dong, reference)"
                    " SELECT ledger_journal.id, ledger_account.id, :amount, :reference"
                    " FROM ledger_journal, ledger_account"
                    " WHERE ledger_journal.key = :key AND ledger_account.code = :code"
                ),
                {
                    "amount": int(amount),
                    "reference": reference,
                    "key": f"payment:{row.id}:opening",
                    "code": code,
                },
            )


def downgrade() -> None:
    """Journals are never taken out; the table goes with the ledger itself."""
