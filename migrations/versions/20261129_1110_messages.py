"""Ways of a message, the bell, what people want to hear which way, and devices for web push

Revision ID: 1110_messages
Revises: 1071_origins_of_old_lots
"""

import sqlalchemy as sa
from alembic import op

revision = "1110_messages"
down_revision = "1071_origins_of_old_lots"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
TOPICS = ("orders", "sales", "money", "papers", "duties", "recall", "security")
IS_UNREAD = sa.text("read_at IS NULL")


def upgrade() -> None:
    op.add_column("message", sa.Column("fallbacks", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("message", sa.Column("template", sa.String(), nullable=False, server_default=""))
    op.add_column("message", sa.Column("parameters", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("message", sa.Column("held_at", MOMENT, nullable=True))
    op.add_column("message", sa.Column("refused_at", MOMENT, nullable=True))
    op.add_column("message", sa.Column("refusal", sa.String(), nullable=False, server_default=""))
    op.create_index("ix_message_receiver", "message", ["receiver", "created_at"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_notice_person_id_key")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_at"), ["at"], unique=False)
        batch_op.create_index("ix_notice_bell", ["person_id", "at", "id"], unique=False)
        batch_op.create_index(
            "ix_notice_unread", ["person_id"], unique=False, sqlite_where=IS_UNREAD, postgresql_where=IS_UNREAD
        )
    op.create_table(
        "news_refused",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("topic", sa.Enum(*TOPICS, name="topic", native_enum=False, length=40), nullable=False),
        sa.Column(
            "way", sa.Enum("email", "zalo", "sms", "push", name="way", native_enum=False, length=40), nullable=False
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_news_refused_person_id")),
        sa.PrimaryKeyConstraint("person_id", "topic", "way", name=op.f("pk_news_refused")),
    )
    op.create_table(
        "push_device",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("session_id", BIG, nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("user_agent", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_push_device_person_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["web_session.id"], name=op.f("fk_push_device_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_device")),
        sa.UniqueConstraint("endpoint", name=op.f("uq_push_device_endpoint")),
    )
    with op.batch_alter_table("push_device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_push_device_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_push_device_session_id"), ["session_id"], unique=False)


def downgrade() -> None:
    op.drop_table("push_device")
    op.drop_table("news_refused")
    op.drop_table("notice")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_receiver")
        for name in ("refusal", "refused_at", "held_at", "parameters", "template", "fallbacks"):
            batch_op.drop_column(name)
