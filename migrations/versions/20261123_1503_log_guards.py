"""Let the database itself refuse to change or shrink the log; only a salt may be erased

Revision ID: 0004_log_guards
Revises: 0003_word_index
"""

from alembic import op

revision = "0004_log_guards"
down_revision = "0003_word_index"
branch_labels = None
depends_on = None

SQLITE = (
    """CREATE TRIGGER log_entry_no_delete BEFORE DELETE ON log_entry 
BEGIN SELECT RAISE(ABORT, 'log_entry is append-only'); END""",
    """CREATE TRIGGER log_entry_no_update BEFORE UPDATE ON log_entry WHEN NOT (new.idx = old.idx AND new.leaf = old.leaf AND new.subject = old.subject AND new.salt IS NULL)
BEGIN SELECT RAISE(ABORT, 'log_entry is append-only'); END""",
    """CREATE TRIGGER log_node_no_delete BEFORE DELETE ON log_node 
BEGIN SELECT RAISE(ABORT, 'log_node is append-only'); END""",
    """CREATE TRIGGER log_node_no_update BEFORE UPDATE ON log_node 
BEGIN SELECT RAISE(ABORT, 'log_node is append-only'); END""",
    """CREATE TRIGGER log_checkpoint_no_delete BEFORE DELETE ON log_checkpoint 
BEGIN SELECT RAISE(ABORT, 'log_checkpoint is append-only'); END""",
    """CREATE TRIGGER log_checkpoint_no_update BEFORE UPDATE ON log_checkpoint 
BEGIN SELECT RAISE(ABORT, 'log_checkpoint is append-only'); END""",
    """CREATE TRIGGER log_head_no_delete BEFORE DELETE ON log_head 
BEGIN SELECT RAISE(ABORT, 'log_head is append-only'); END""",
    """CREATE TRIGGER log_head_no_shrink BEFORE UPDATE ON log_head WHEN new.size < old.size
BEGIN SELECT RAISE(ABORT, 'log_head is append-only'); END""",
)
POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION log_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$""",
    """CREATE TRIGGER log_node_no_change BEFORE UPDATE OR DELETE ON log_node FOR EACH ROW  EXECUTE FUNCTION log_refuse()""",
    """CREATE TRIGGER log_checkpoint_no_change BEFORE UPDATE OR DELETE ON log_checkpoint FOR EACH ROW  EXECUTE FUNCTION log_refuse()""",
    """CREATE TRIGGER log_entry_no_delete BEFORE DELETE ON log_entry FOR EACH ROW  EXECUTE FUNCTION log_refuse()""",
    """CREATE TRIGGER log_entry_no_update BEFORE UPDATE ON log_entry FOR EACH ROW WHEN (NOT (new.idx = old.idx AND new.leaf = old.leaf AND new.subject = old.subject AND new.salt IS NULL)) EXECUTE FUNCTION log_refuse()""",
    """CREATE TRIGGER log_head_no_delete BEFORE DELETE ON log_head FOR EACH ROW  EXECUTE FUNCTION log_refuse()""",
    """CREATE TRIGGER log_head_no_shrink BEFORE UPDATE ON log_head FOR EACH ROW WHEN (new.size < old.size) EXECUTE FUNCTION log_refuse()""",
)


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION log_refuse() CASCADE")
        return
    for statement in SQLITE:
        op.execute(f"DROP TRIGGER {statement.split()[2]}")
