"""Reminders of second persons, each once"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True)
    op.add_column("companion", column)


def downgrade() -> None:
    op.drop_column("companion", "reminded_at")
