"""The second person of a reservation"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ROLES = "role IN ('SUPERVISOR', 'BUDDY')"
ANSWERS = "answer IN ('PENDING', 'ACCEPTED', 'DECLINED', 'WITHDRAWN', 'REPLACED', 'RELEASED')"


def upgrade() -> None:
    op.create_table(
        "companion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reservation_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("answer", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(ROLES, name=op.f("ck_companion_companionrole")),
        sa.CheckConstraint(ANSWERS, name=op.f("ck_companion_companionanswer")),
        sa.ForeignKeyConstraint(
            ["reservation_id"],
            ["reservation.id"],
            name=op.f("fk_companion_reservation_id_reservation"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_companion_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companion")),
    )
    op.create_index("ix_companion_reservation_id", "companion", ["reservation_id"])
    op.create_index("ix_companion_member_id_answer", "companion", ["member_id", "answer"])


def downgrade() -> None:
    op.drop_index("ix_companion_member_id_answer", table_name="companion")
    op.drop_index("ix_companion_reservation_id", table_name="companion")
    op.drop_table("companion")
