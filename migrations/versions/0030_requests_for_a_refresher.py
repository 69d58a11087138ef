"""Requests for a refresher"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("is_refresher", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("certification", column)


def downgrade() -> None:
    op.drop_column("certification", "is_refresher")
