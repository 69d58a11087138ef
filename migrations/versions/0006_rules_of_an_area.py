"""Rules of use for all machines of an area; hours ahead of one machine or area

Written as one statement a column: both engines then take a named CHECK with it, and the table,
which others point to, is not built anew.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

RULES = {
    "min_minutes": "min_minutes IS NULL OR min_minutes > 0",
    "max_minutes": "max_minutes IS NULL OR min_minutes IS NULL OR max_minutes >= min_minutes",
    "buffer_minutes": "buffer_minutes IS NULL OR buffer_minutes >= 0",
    "slot_step_minutes": "",
    "lead_minutes": "",
    "horizon_days": "",
    "future_hours": "",
    "quota_minutes_per_day": "",
}


def upgrade() -> None:
    for name, check in RULES.items():
        constraint = f" CONSTRAINT ck_area_{name} CHECK ({check})" if check else ""
        op.execute(f"ALTER TABLE area ADD COLUMN {name} INTEGER{constraint}")
    op.execute("ALTER TABLE area ADD COLUMN version INTEGER DEFAULT 1 NOT NULL")
    op.execute("ALTER TABLE machine ADD COLUMN future_hours INTEGER")


def downgrade() -> None:
    op.drop_column("machine", "future_hours")
    op.drop_column("area", "version")
    for name in ("max_minutes", *(name for name in reversed(RULES) if name != "max_minutes")):
        op.drop_column("area", name)
