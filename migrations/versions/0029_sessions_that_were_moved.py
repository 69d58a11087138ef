"""Sessions that were moved, and when each place was taken"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.add_column("training_session", sa.Column("moved_at", instant, nullable=True))
    op.add_column("enrolment", sa.Column("taken_at", instant, nullable=True))
    op.execute("UPDATE enrolment SET taken_at = created_at WHERE price_excl_cents IS NOT NULL")


def downgrade() -> None:
    op.drop_column("enrolment", "taken_at")
    op.drop_column("training_session", "moved_at")
