"""A waiting list for each machine"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "waitlist_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("machine_id", sa.Integer(), nullable=False),
        sa.Column(
            "waits",
            sa.Enum(
                "FOR_OFFER",
                "FOR_NOTICE",
                name="waits",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("watched_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("watched_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "WAITING",
                "OFFERED",
                "TOLD",
                "TAKEN",
                "DECLINED",
                "LAPSED",
                "WITHDRAWN",
                "SKIPPED",
                "EXPIRED",
                name="waitliststate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reservation_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("watched_until > watched_from", name=op.f("ck_waitlist_entry_order")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_waitlist_entry_minutes")),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machine.id"], name=op.f("fk_waitlist_entry_machine_id_machine")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_waitlist_entry_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["reservation_id"],
            ["reservation.id"],
            name=op.f("fk_waitlist_entry_reservation_id_reservation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waitlist_entry")),
        sa.UniqueConstraint("reservation_id", name=op.f("uq_waitlist_entry_reservation_id")),
    )
    with op.batch_alter_table("waitlist_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_waitlist_entry_member_id"), ["member_id"], unique=False
        )
        batch_op.create_index(
            "ix_waitlist_entry_machine_id_state", ["machine_id", "state"], unique=False
        )


def downgrade() -> None:
    op.drop_table("waitlist_entry")
