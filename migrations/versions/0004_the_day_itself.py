"""What counts on the day: the end, overrun, no-shows, freed time, companions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

DEFAULTS = {
    "end_warning_minutes": 10,
    "overrun_step_minutes": 15,
    "no_show_warning_count": 2,
    "no_show_stop_count": 3,
    "no_show_window_days": 90,
    "slot_hold_minutes": 60,
    "companion_deadline_minutes": 120,
}


def upgrade() -> None:
    for name, value in DEFAULTS.items():
        op.add_column(
            "site", sa.Column(name, sa.Integer(), server_default=str(value), nullable=False)
        )


def downgrade() -> None:
    for name in reversed(DEFAULTS):
        op.drop_column("site", name)
