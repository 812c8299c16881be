"""Let the database refuse to change the audit trail, refunds of lines, orders' history and lots' movements; note of jobs
since when they really wait

Revision ID: 1230_append_only
Revises: 1115_session_lines
"""

import sqlalchemy as sa
from alembic import op

revision = "1230_append_only"
down_revision = "1221_fair_leads"
branch_labels = None
depends_on = None

TABLES = ("audit_entry", "line_refund", "lot_movement", "order_step")
REFUSE = """CREATE FUNCTION append_only_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"""


def upgrade() -> None:
    op.add_column("job", sa.Column("written_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE job SET written_at = created_at")
    with op.batch_alter_table("job") as table:
        table.alter_column("written_at", nullable=False)
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            for verb in ("update", "delete"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table}\n"
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute(REFUSE)
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}\n"
            "FOR EACH ROW EXECUTE FUNCTION append_only_refuse()"
        )


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in TABLES:
        for verb in ("update", "delete") if is_sqlite else ("change",):
            op.execute(f"DROP TRIGGER {table}_no_{verb}" + ("" if is_sqlite else f" ON {table}"))
    if not is_sqlite:
        op.execute("DROP FUNCTION append_only_refuse()")
    with op.batch_alter_table("job") as table:
        table.drop_column("written_at")
