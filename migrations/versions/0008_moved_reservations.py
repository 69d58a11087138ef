"""The least that a cancellation costs once a reservation was moved at short notice"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("fee_floor_percent", sa.Integer(), server_default="0", nullable=False)
    op.add_column("reservation", column)


def downgrade() -> None:
    op.drop_column("reservation", "fee_floor_percent")
