"""Fairs: live events, session offers, booths, the running order, the room and its messages

Revision ID: 0030_fairs
Revises: 0014_hubs
"""

import sqlalchemy as sa
from alembic import op

revision = "0030_fairs"
down_revision = "0014_hubs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "live_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_event")),
    )
    with op.batch_alter_table("live_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_live_event_at"), ["at"], unique=False)
        batch_op.create_index("ix_live_event_channel", ["channel", "id"], unique=False)

    op.create_table(
        "fair",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("provinces", sa.JSON(), nullable=False),
        sa.Column("registration_opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registration_closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booth_quota", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slot_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gap_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("max_discount_percent", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("per_buyer", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("least_stars", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("required_schemes", sa.JSON(), nullable=False),
        sa.Column("rules_text", sa.String(), nullable=False),
        sa.Column("rules_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cover", sa.JSON(), nullable=True),
        sa.Column("video_url", sa.String(), nullable=False),
        sa.Column("replay_url", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "announced",
                "registration_open",
                "registration_closed",
                "scheduled",
                "live",
                "ended",
                "reported",
                "cancelled",
                name="fairstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("state_reason", sa.String(), nullable=False),
        sa.Column("went_live_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("booth_quota > 0 AND slot_minutes > 0 AND gap_minutes >= 0", name=op.f("ck_fair_sizes")),
        sa.CheckConstraint("max_discount_percent > 0 AND max_discount_percent < 100", name=op.f("ck_fair_discount")),
        sa.CheckConstraint("per_buyer > 0", name=op.f("ck_fair_per_buyer")),
        sa.CheckConstraint(
            "registration_opens_at < registration_closes_at AND registration_closes_at <= starts_at AND starts_at < ends_at",
            name=op.f("ck_fair_dates"),
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_fair_created_by_id")),
        sa.ForeignKeyConstraint(["province_code"], ["province.code"], name=op.f("fk_fair_province_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair")),
        sa.UniqueConstraint("slug", name=op.f("uq_fair_slug")),
    )
    with op.batch_alter_table("fair", schema=None) as batch_op:
        batch_op.create_index("ix_fair_by_time", ["state", "starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_fair_province_code"), ["province_code"], unique=False)

    op.create_table(
        "fair_visitor",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("token_digest", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_fair_visitor_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_visitor")),
        sa.UniqueConstraint("person_id", name=op.f("uq_fair_visitor_person_id")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_fair_visitor_token_digest")),
    )
    with op.batch_alter_table("fair_visitor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fair_visitor_phone"), ["phone"], unique=False)

    op.create_table(
        "fair_attendance",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fair_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("visitor_digest", sa.String(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("polled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_fair_attendance_fair_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_attendance")),
        sa.UniqueConstraint("fair_id", "visitor_digest", name=op.f("uq_fair_attendance_fair_id_visitor_digest")),
    )
    with op.batch_alter_table("fair_attendance", schema=None) as batch_op:
        batch_op.create_index("ix_fair_attendance_polled", ["fair_id", "polled_at"], unique=False)

    op.create_table(
        "fair_crew_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fair_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.Enum("host", "moderator", name="crewrole", native_enum=False, length=40), nullable=False),
        sa.Column("added_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["person.id"], name=op.f("fk_fair_crew_member_added_by_id")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_fair_crew_member_fair_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_fair_crew_member_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_crew_member")),
        sa.UniqueConstraint("fair_id", "person_id", name=op.f("uq_fair_crew_member_fair_id_person_id")),
    )
    with op.batch_alter_table("fair_crew_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fair_crew_member_person_id"), ["person_id"], unique=False)

    op.create_table(
        "fair_silence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fair_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_fair_silence_by_id")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_fair_silence_fair_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_silence")),
    )
    with op.batch_alter_table("fair_silence", schema=None) as batch_op:
        batch_op.create_index("ix_fair_silence_phone", ["fair_id", "phone"], unique=False)

    op.create_table(
        "booth",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fair_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cooperative_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "need_info",
                "approved",
                "rejected",
                "withdrawn",
                name="boothstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("wishes", sa.String(), nullable=False),
        sa.Column("speaker_name", sa.String(), nullable=False),
        sa.Column("speaker_phone", sa.String(), nullable=False),
        sa.Column("speaker_checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("speaker_checked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("streams_itself", sa.Boolean(), nullable=False),
        sa.Column("video_url", sa.String(), nullable=False),
        sa.Column("accepted_rules_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("accepted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stock_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("satisfaction", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["accepted_by_id"], ["person.id"], name=op.f("fk_booth_accepted_by_id")),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_booth_cooperative_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_booth_decided_by_id")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_booth_fair_id")),
        sa.ForeignKeyConstraint(["speaker_checked_by_id"], ["person.id"], name=op.f("fk_booth_speaker_checked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booth")),
        sa.UniqueConstraint("fair_id", "cooperative_id", name=op.f("uq_booth_fair_id_cooperative_id")),
    )
    with op.batch_alter_table("booth", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booth_cooperative_id"), ["cooperative_id"], unique=False)
        batch_op.create_index("ix_booth_queue", ["fair_id", "state"], unique=False)

    op.create_table(
        "booth_paper",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("booth_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_key", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["booth_id"], ["booth.id"], name=op.f("fk_booth_paper_booth_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booth_paper")),
    )
    with op.batch_alter_table("booth_paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booth_paper_booth_id"), ["booth_id"], unique=False)

    op.create_table(
        "fair_follower",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fair_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("booth_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["booth_id"], ["booth.id"], name=op.f("fk_fair_follower_booth_id")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_fair_follower_fair_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_fair_follower_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_follower")),
        sa.UniqueConstraint("fair_id", "booth_id", "contact", name=op.f("uq_fair_follower_fair_id_booth_id_contact")),
    )
    with op.batch_alter_table("fair_follower", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fair_follower_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_fair_follower_of_fair",
            ["fair_id", "contact"],
            unique=True,
            sqlite_where=sa.text("booth_id IS NULL"),
            postgresql_where=sa.text("booth_id IS NULL"),
        )

    op.create_table(
        "fair_slot",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fair_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("booth_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "confirmed",
                "on_air",
                "done",
                "skipped",
                "cut_off",
                name="slotstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("went_on_air_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_air_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cut_reason", sa.String(), nullable=False),
        sa.Column("cut_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_fair_slot_times")),
        sa.ForeignKeyConstraint(["booth_id"], ["booth.id"], name=op.f("fk_fair_slot_booth_id")),
        sa.ForeignKeyConstraint(["cut_by_id"], ["person.id"], name=op.f("fk_fair_slot_cut_by_id")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_fair_slot_fair_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_slot")),
    )
    with op.batch_alter_table("fair_slot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fair_slot_booth_id"), ["booth_id"], unique=False)
        batch_op.create_index("ix_fair_slot_running_order", ["fair_id", "starts_at"], unique=False)

    op.create_table(
        "fair_message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fair_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("booth_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("visitor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_crew", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("waiting", "visible", "hidden", "removed", name="messagestate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("why_waiting", sa.String(), nullable=False),
        sa.Column("is_question", sa.Boolean(), nullable=False),
        sa.Column("votes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_pinned", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reports", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_fair_message_answered_by_id")),
        sa.ForeignKeyConstraint(["booth_id"], ["booth.id"], name=op.f("fk_fair_message_booth_id")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_fair_message_fair_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["fair_slot.id"], name=op.f("fk_fair_message_slot_id")),
        sa.ForeignKeyConstraint(["visitor_id"], ["fair_visitor.id"], name=op.f("fk_fair_message_visitor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_message")),
        sa.UniqueConstraint("key", name=op.f("uq_fair_message_key")),
    )
    with op.batch_alter_table("fair_message", schema=None) as batch_op:
        batch_op.create_index("ix_fair_message_queue", ["fair_id", "state", "is_question"], unique=False)
        batch_op.create_index("ix_fair_message_room", ["fair_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_fair_message_visitor_id"), ["visitor_id"], unique=False)

    op.create_table(
        "fair_room_card",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fair_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("picture", sa.JSON(), nullable=True),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_fair_room_card_by_id")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_fair_room_card_fair_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["fair_slot.id"], name=op.f("fk_fair_room_card_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_room_card")),
    )
    with op.batch_alter_table("fair_room_card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fair_room_card_fair_id"), ["fair_id"], unique=False)

    op.create_table(
        "fair_vote",
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("visitor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["fair_message.id"], name=op.f("fk_fair_vote_message_id")),
        sa.ForeignKeyConstraint(["visitor_id"], ["fair_visitor.id"], name=op.f("fk_fair_vote_visitor_id")),
        sa.PrimaryKeyConstraint("message_id", "visitor_id", name=op.f("pk_fair_vote")),
    )
    op.create_table(
        "session_offer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price_dong", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("regular_price_dong", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("packs", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sold", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("per_buyer", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("closes_at IS NULL OR closes_at >= opens_at", name=op.f("ck_session_offer_window")),
        sa.CheckConstraint("per_buyer > 0", name=op.f("ck_session_offer_per_buyer")),
        sa.CheckConstraint("price_dong > 0 AND price_dong < regular_price_dong", name=op.f("ck_session_offer_price")),
        sa.CheckConstraint("sold >= 0 AND sold <= packs", name=op.f("ck_session_offer_packs")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_session_offer_lot_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_session_offer_product_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_session_offer_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_offer")),
    )
    with op.batch_alter_table("session_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_offer_lot_id"), ["lot_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_offer_product_id"), ["product_id"], unique=False)

    op.create_table(
        "booth_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("booth_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price_dong", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("packs", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("per_buyer", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pitch", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("offer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("price_dong > 0 AND packs > 0 AND per_buyer > 0", name=op.f("ck_booth_item_figures")),
        sa.ForeignKeyConstraint(["booth_id"], ["booth.id"], name=op.f("fk_booth_item_booth_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_booth_item_lot_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["session_offer.id"], name=op.f("fk_booth_item_offer_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_booth_item_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booth_item")),
        sa.UniqueConstraint("booth_id", "variant_id", "lot_id", name=op.f("uq_booth_item_booth_id_variant_id_lot_id")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_booth_item_offer_id")),
    )
    with op.batch_alter_table("booth_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booth_item_booth_id"), ["booth_id"], unique=False)

    op.create_table(
        "offer_buyer",
        sa.Column("offer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("buyer_digest", sa.String(), nullable=False),
        sa.Column("packs", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("packs >= 0", name=op.f("ck_offer_buyer_packs")),
        sa.ForeignKeyConstraint(["offer_id"], ["session_offer.id"], name=op.f("fk_offer_buyer_offer_id")),
        sa.PrimaryKeyConstraint("offer_id", "buyer_digest", name=op.f("pk_offer_buyer")),
    )
    op.create_table(
        "offer_hold",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("offer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_digest", sa.String(), nullable=False),
        sa.Column("packs", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("packs > 0", name=op.f("ck_offer_hold_packs")),
        sa.ForeignKeyConstraint(["offer_id"], ["session_offer.id"], name=op.f("fk_offer_hold_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_hold")),
        sa.UniqueConstraint("offer_id", "token_digest", name=op.f("uq_offer_hold_offer_id_token_digest")),
    )
    with op.batch_alter_table("offer_hold", schema=None) as batch_op:
        batch_op.create_index("ix_offer_hold_live", ["offer_id", "until"], unique=False)
        batch_op.create_index(batch_op.f("ix_offer_hold_token_digest"), ["token_digest"], unique=False)

    op.create_table(
        "fair_room",
        sa.Column("fair_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("slot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("is_chat_open", sa.Boolean(), nullable=False),
        sa.Column("is_moderated", sa.Boolean(), nullable=False),
        sa.Column("slow_seconds", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_video_cut", sa.Boolean(), nullable=False),
        sa.Column("viewers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("peak_viewers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["fair_room_card.id"], name=op.f("fk_fair_room_card_id")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_fair_room_fair_id")),
        sa.ForeignKeyConstraint(["item_id"], ["booth_item.id"], name=op.f("fk_fair_room_item_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["fair_slot.id"], name=op.f("fk_fair_room_slot_id")),
        sa.PrimaryKeyConstraint("fair_id", name=op.f("pk_fair_room")),
    )


def downgrade() -> None:
    op.drop_table("fair_room")
    op.drop_table("offer_hold")
    op.drop_table("offer_buyer")
    op.drop_table("booth_item")
    op.drop_table("session_offer")
    op.drop_table("fair_vote")
    op.drop_table("fair_room_card")
    op.drop_table("fair_message")
    op.drop_table("fair_slot")
    op.drop_table("fair_follower")
    op.drop_table("booth_paper")
    op.drop_table("booth")
    op.drop_table("fair_silence")
    op.drop_table("fair_crew_member")
    op.drop_table("fair_attendance")
    op.drop_table("fair_visitor")
    op.drop_table("fair")
    op.drop_table("live_event")
