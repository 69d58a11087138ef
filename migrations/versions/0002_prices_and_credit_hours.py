"""Prices and credit hours"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invoice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("total_incl_cents", sa.Integer(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(organisation_id IS NULL) <> (member_id IS NULL)", name=op.f("ck_invoice_one_payer")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_invoice_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_invoice_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("number", name=op.f("uq_invoice_number")),
    )
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoice_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_invoice_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "pack",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("bought_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "(organisation_id IS NULL) <> (member_id IS NULL)", name=op.f("ck_pack_one_holder")
        ),
        sa.CheckConstraint("valid_until >= bought_on", name=op.f("ck_pack_order")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_pack_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_pack_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack")),
    )
    with op.batch_alter_table("pack", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pack_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_pack_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "credit_movement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=True),
        sa.Column("month_on", sa.Date(), nullable=True),
        sa.Column("pack_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "GRANT",
                "USE",
                "RETURN",
                name="movement",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("reservation_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'USE') = (minutes < 0)", name=op.f("ck_credit_movement_sign")),
        sa.CheckConstraint(
            "(subscription_id IS NULL) <> (pack_id IS NULL)"
            " AND (subscription_id IS NULL) = (month_on IS NULL)",
            name=op.f("ck_credit_movement_one_source"),
        ),
        sa.ForeignKeyConstraint(
            ["pack_id"], ["pack.id"], name=op.f("fk_credit_movement_pack_id_pack")
        ),
        sa.ForeignKeyConstraint(
            ["reservation_id"],
            ["reservation.id"],
            name=op.f("fk_credit_movement_reservation_id_reservation"),
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_credit_movement_subscription_id_subscription"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_movement")),
    )
    with op.batch_alter_table("credit_movement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credit_movement_pack_id"), ["pack_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_credit_movement_reservation_id"), ["reservation_id"], unique=False
        )
        batch_op.create_index(
            "ix_credit_movement_subscription_id_month_on",
            ["subscription_id", "month_on"],
            unique=False,
        )

    op.add_column("reservation", sa.Column("price_excl_cents", sa.Integer(), nullable=True))
    op.add_column("reservation", sa.Column("price_vat_cents", sa.Integer(), nullable=True))
    op.add_column("reservation", sa.Column("price_detail", sa.JSON(), nullable=True))
    op.add_column("reservation", sa.Column("fee_percent", sa.Integer(), nullable=True))
    op.add_column("reservation", sa.Column("fee_excl_cents", sa.Integer(), nullable=True))
    op.add_column("reservation", sa.Column("fee_vat_cents", sa.Integer(), nullable=True))
    op.add_column(
        "reservation",
        sa.Column("fee_waived_because", sa.String(), server_default="", nullable=False),
    )

    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("vat_basis_points", sa.Integer(), server_default="2000", nullable=False)
        )
        batch_op.add_column(
            sa.Column(
                "plan_gap_policy", sa.String(length=32), server_default="REFUSE", nullable=False
            )
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_site_plangappolicy"), "plan_gap_policy IN ('REFUSE', 'FULL_PRICE')"
        )
        batch_op.add_column(
            sa.Column(
                "payment_overdue_block_days", sa.Integer(), server_default="30", nullable=False
            )
        )
        batch_op.add_column(
            sa.Column("cancel_free_hours", sa.Integer(), server_default="24", nullable=False)
        )
        batch_op.add_column(
            sa.Column("cancel_partial_hours", sa.Integer(), server_default="2", nullable=False)
        )
        batch_op.add_column(
            sa.Column(
                "cancel_partial_fee_percent", sa.Integer(), server_default="50", nullable=False
            )
        )
        batch_op.add_column(
            sa.Column("cancel_late_fee_percent", sa.Integer(), server_default="100", nullable=False)
        )
        batch_op.add_column(
            sa.Column("late_fee_has_vat", sa.Boolean(), server_default=sa.true(), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_site_plangappolicy"), type_="check")
        batch_op.drop_column("late_fee_has_vat")
        batch_op.drop_column("cancel_late_fee_percent")
        batch_op.drop_column("cancel_partial_fee_percent")
        batch_op.drop_column("cancel_partial_hours")
        batch_op.drop_column("cancel_free_hours")
        batch_op.drop_column("payment_overdue_block_days")
        batch_op.drop_column("plan_gap_policy")
        batch_op.drop_column("vat_basis_points")

    op.drop_column("reservation", "fee_waived_because")
    op.drop_column("reservation", "fee_vat_cents")
    op.drop_column("reservation", "fee_excl_cents")
    op.drop_column("reservation", "fee_percent")
    op.drop_column("reservation", "price_detail")
    op.drop_column("reservation", "price_vat_cents")
    op.drop_column("reservation", "price_excl_cents")

    with op.batch_alter_table("credit_movement", schema=None) as batch_op:
        batch_op.drop_index("ix_credit_movement_subscription_id_month_on")
        batch_op.drop_index(batch_op.f("ix_credit_movement_reservation_id"))
        batch_op.drop_index(batch_op.f("ix_credit_movement_pack_id"))

    op.drop_table("credit_movement")
    with op.batch_alter_table("pack", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pack_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_pack_member_id"))

    op.drop_table("pack")
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invoice_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_invoice_member_id"))

    op.drop_table("invoice")
