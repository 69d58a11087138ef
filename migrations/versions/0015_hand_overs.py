"""Offers of a reservation to another member"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ANSWERS = ("ACCEPTED", "DECLINED", "WITHDRAWN")


def upgrade() -> None:
    answers = sa.Enum(
        *ANSWERS, name="handoveranswer", native_enum=False, create_constraint=True, length=32
    )
    op.create_table(
        "hand_over",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reservation_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("in_exchange_id", sa.Integer(), nullable=True),
        sa.Column("sequence_in_exchange", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("offered_by_id", sa.Integer(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", answers, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservation.id"], name="fk_hand_over_reservation_id_reservation"
        ),
        sa.ForeignKeyConstraint(
            ["in_exchange_id"], ["reservation.id"], name="fk_hand_over_in_exchange_id_reservation"
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_hand_over_member_id_member"),
        sa.ForeignKeyConstraint(
            ["offered_by_id"], ["member.id"], name="fk_hand_over_offered_by_id_member"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_hand_over"),
    )
    op.create_index("ix_hand_over_reservation_id", "hand_over", ["reservation_id"])
    op.create_index("ix_hand_over_member_id", "hand_over", ["member_id"])


def downgrade() -> None:
    op.drop_table("hand_over")
