"""The blueprint of the slice."""

from flask import Blueprint

reservations = Blueprint("reservations", __name__)
