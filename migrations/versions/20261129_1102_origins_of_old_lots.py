"""What is known of the lots that were there: those of a season, those made of lots, and all others untold

A lot of which nobody wrote down how it grew claims no certificate and no chain of custody any more, nor does anything
that was made of it.

Revision ID: 1071_origins_of_old_lots
Revises: 1070_lot_origins
"""

from alembic import op

revision = "1071_origins_of_old_lots"
down_revision = "1070_lot_origins"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE lot SET origin = 'season' WHERE season_id IS NOT NULL")
    op.execute("UPDATE lot SET origin = 'lots' WHERE id IN (SELECT lot_id FROM transformation_output)")
    op.execute(
        """
        WITH RECURSIVE untold(lot_id) AS (
            SELECT id FROM lot WHERE origin = 'untold'
            UNION
            SELECT made.lot_id FROM untold
            JOIN transformation_input AS used ON used.lot_id = untold.lot_id
            JOIN transformation_output AS made ON made.transformation_id = used.transformation_id
        )
        UPDATE lot SET origin = 'untold', custody = 'not_claimed', certified_permille = 0
        WHERE id IN (SELECT lot_id FROM untold)
        """
    )


def downgrade() -> None:
    """The columns go with the step before; what was claimed without ground stays unclaimed."""
