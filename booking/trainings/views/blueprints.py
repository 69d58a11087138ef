"""Where the pages of trainings hang, and how an act is done once for each form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import Blueprint

from booking.database import writing
from booking.trainings.refusals import Refused
from booking.trainings.wording import explain
from booking.web.forms import BaseForm, first_result, remember_result

trainings = Blueprint("trainings", __name__, url_prefix="/trainings")
certifications = Blueprint("certifications", __name__, url_prefix="/certifications")
verifications = Blueprint("verifications", __name__)
assessments = Blueprint("assessments", __name__, url_prefix="/assessments")
quizzes = Blueprint("quizzes", __name__, url_prefix="/quizzes")
attendance = Blueprint("attendance", __name__, url_prefix="/attendance")
training_files = Blueprint("training_files", __name__, url_prefix="/training-files")
questionnaires = Blueprint("questionnaires", __name__, url_prefix="/questionnaires")


Outcome = TypeVar("Outcome")


@dataclass(frozen=True)
class Done(Generic[Outcome]):
    """Where the result of an act is shown; `outcome` is None when it was done before."""

    url: str
    outcome: Outcome | None


def do_once(
    form: BaseForm, act: Callable[[], Outcome | Refused], url_of: Callable[[Outcome], str]
) -> Done[Outcome] | None:
    """Do an act in one transaction, once for each form.

    None when it was refused: nothing has changed, and the form says why.
    """
    with writing():
        if url := first_result(form):
            return Done(url, None)
        outcome = act()
        if isinstance(outcome, Refused):
            form.form_errors = [explain(reason) for reason in outcome.reasons]
            return None
        return Done(remember_result(form, url_of(outcome)), outcome)
