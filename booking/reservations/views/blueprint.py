"""The blueprint of the slice."""

from flask import Blueprint

from booking.reservations.wording import (
    approval_state_name,
    frequency_name,
    kilograms,
    tier_name,
    waitlist_state_name,
)

reservations = Blueprint("reservations", __name__)
reservations.add_app_template_filter(approval_state_name)
reservations.add_app_template_filter(frequency_name)
reservations.add_app_template_filter(tier_name)
reservations.add_app_template_filter(kilograms)
reservations.add_app_template_filter(waitlist_state_name)
