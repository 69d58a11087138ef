"""Promises that count no more from an instant on, and when one may check in"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reservation", sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_reservation_lapses_at", "reservation", ["lapses_at"])
    op.add_column("occupancy", sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=True))
    for name in ("check_in_opens_minutes", "no_show_grace_minutes"):
        column = sa.Column(name, sa.Integer(), server_default="15", nullable=False)
        op.add_column("site", column)


def downgrade() -> None:
    op.drop_column("site", "no_show_grace_minutes")
    op.drop_column("site", "check_in_opens_minutes")
    op.drop_column("occupancy", "lapses_at")
    op.drop_index("ix_reservation_lapses_at", table_name="reservation")
    op.drop_column("reservation", "lapses_at")
