"""What every form of the site has: protection against forgery, and a key of its own."""

from __future__ import annotations

from uuid import uuid4

from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import HiddenField
from wtforms.validators import Length

from booking import clock
from booking.database import db
from booking.members.models import FormKey
from booking.web.access import acting_member


class BaseForm(FlaskForm):
    """A form with an idempotency key: sent twice, it acts once and shows the first result."""

    form_key = HiddenField(default=lambda: uuid4().hex, validators=[Length(max=64)])


def first_result(form: BaseForm) -> str | None:
    """Where the result of this very form is shown, if it was handled before."""
    member = acting_member()
    if member is None or not form.form_key.data:
        return None
    return db.session.scalar(
        select(FormKey.result_url).where(
            FormKey.member_id == member.id, FormKey.key == form.form_key.data
        )
    )


def remember_result(form: BaseForm, url: str) -> str:
    """Note in the present transaction where this form's result is shown; returns the URL."""
    member = acting_member()
    if member is not None and form.form_key.data:
        db.session.add(
            FormKey(
                member_id=member.id, key=form.form_key.data, result_url=url, used_at=clock.now()
            )
        )
    return url
