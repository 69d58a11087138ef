"""What occupies a unit, found in the index alone"""

from __future__ import annotations

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_occupancy_unit_id_busy_from", "occupancy")
    op.create_index(
        "ix_occupancy_unit_id_busy", "occupancy", ["unit_id", "busy_from", "busy_until"]
    )


def downgrade() -> None:
    op.drop_index("ix_occupancy_unit_id_busy", "occupancy")
    op.create_index("ix_occupancy_unit_id_busy_from", "occupancy", ["unit_id", "busy_from"])
