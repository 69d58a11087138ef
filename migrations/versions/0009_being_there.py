"""Arriving and leaving: when somebody was there, the end list, what staying longer costs"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANTS = ("checked_in_at", "checked_out_at")
AMOUNTS = ("overrun_minutes", "overrun_excl_cents", "overrun_vat_cents")


def upgrade() -> None:
    for name in INSTANTS:
        op.add_column("reservation", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in AMOUNTS:
        op.add_column("reservation", sa.Column(name, sa.Integer(), nullable=True))
    reason = sa.Column("overrun_waived_because", sa.String(), server_default="", nullable=False)
    op.add_column("reservation", reason)
    op.create_table(
        "end_list",
        sa.Column("reservation_id", sa.Integer(), nullable=False),
        sa.Column("is_clean", sa.Boolean(), nullable=False),
        sa.Column("tools_are_back", sa.Boolean(), nullable=False),
        sa.Column("offcut_grams", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.CheckConstraint("offcut_grams >= 0", name=op.f("ck_end_list_offcuts")),
        sa.ForeignKeyConstraint(
            ["reservation_id"],
            ["reservation.id"],
            name=op.f("fk_end_list_reservation_id_reservation"),
        ),
        sa.PrimaryKeyConstraint("reservation_id", name=op.f("pk_end_list")),
    )


def downgrade() -> None:
    op.drop_table("end_list")
    for name in ("overrun_waived_because", *AMOUNTS, *INSTANTS):
        op.drop_column("reservation", name)
