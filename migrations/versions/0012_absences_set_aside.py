"""Absences that a manager has set aside"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("no_shows_forgiven_at", sa.DateTime(timezone=True), nullable=True)
    op.add_column("member", column)


def downgrade() -> None:
    op.drop_column("member", "no_shows_forgiven_at")
