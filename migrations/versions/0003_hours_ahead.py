"""How many hours one person may have ahead on one machine"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "site",
        sa.Column("future_hours_per_machine", sa.Integer(), server_default="24", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("site", "future_hours_per_machine")
