"""Calendars: changes counted, private feeds, reminders at one's own choice"""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "reservation", sa.Column("sequence", sa.Integer(), server_default="0", nullable=False)
    )
    for name in ("changed_at", "reminded_at"):
        op.add_column("reservation", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_reservation_starts_at", "reservation", ["starts_at"])
    op.add_column(
        "member", sa.Column("reminder_hours", sa.Integer(), server_default="24", nullable=False)
    )
    op.add_column(
        "site", sa.Column("calendar_id", sa.String(32), server_default="", nullable=False)
    )
    named = sa.text("UPDATE site SET calendar_id = :name").bindparams(name=uuid4().hex)
    op.get_bind().execute(named)
    op.create_table(
        "feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("machine_id", sa.Integer(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("machine_id IS NULL OR area_id IS NULL", name="ck_feed_one_subject"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_feed_member_id_member"),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.id"], name="fk_feed_machine_id_machine"),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name="fk_feed_area_id_area"),
        sa.PrimaryKeyConstraint("id", name="pk_feed"),
        sa.UniqueConstraint("token_hash", name="uq_feed_token_hash"),
    )
    op.create_index("ix_feed_member_id", "feed", ["member_id"])


def downgrade() -> None:
    op.drop_table("feed")
    op.drop_column("site", "calendar_id")
    op.drop_column("member", "reminder_hours")
    op.drop_index("ix_reservation_starts_at", table_name="reservation")
    for name in ("reminded_at", "changed_at", "sequence"):
        op.drop_column("reservation", name)
