"""Where the pages of the planning are bound."""

from flask import Blueprint

planning = Blueprint("planning", __name__, url_prefix="")
