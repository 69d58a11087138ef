"""Sessions to come, and one of them with all that it is."""

from __future__ import annotations

from flask import abort, render_template, request

from booking.sessions.queries.closed import out_of_use
from booking.sessions.queries.eligibility import Preparedness, preparedness_of, unprepared
from booking.sessions.queries.sessions import (
    find_shown_session,
    list_coming,
    list_of_series,
    occupied_by,
    whose_turn,
)
from booking.sessions.queries.teaching import shortage_of, shortages_of, state_of
from booking.sessions.views.blueprint import sessions
from booking.sessions.wording import explain
from booking.site.queries import get_site
from booking.trainings.models import SessionState, TrainingSession
from booking.trainings.queries import list_trainings
from booking.trainings.rules import Place
from booking.web.access import acting_member, may, public

ENROL_OTHERS = ("reservation.list_of_organisation", "reservation.make_for_anybody")
HELD = (Place.ENROLLED, Place.ATTENDED, Place.ABSENT, Place.WAITING, Place.OFFERED)


@sessions.get("/sessions")
@public
def index() -> str:
    """The sessions to come, of all trainings or one; those in preparation for who plans them."""
    training = request.args.get("training", "")[:20]
    coming = list_coming(training, planned=may("session.plan"))
    shortages = shortages_of(coming)
    return render_template(
        "sessions/index.html",
        sessions=coming,
        shortages=shortages,
        states={one.id: state_of(one, shortages.get(one.id)) for one in coming},
        trainings=list_trainings(),
        training=training,
    )


@sessions.get("/sessions/<code>")
@public
def show(code: str) -> str:
    """One session; in preparation it is there for those alone who plan sessions."""
    session = find_shown_session(code, planned=may("session.plan")) or abort(404)
    member = acting_member()
    shortage = shortage_of(session)
    own = [one for one in session.enrolments if member and one.member_id == member.id]
    occupied = occupied_by(session)
    machines = [] if session.state_now is SessionState.CANCELLED else [m for m, _n in occupied]
    stopped = out_of_use([one.period for one in session.half_days], machines)
    shown = session.enrolments if may("session.see_people", session) else own
    return render_template(
        "sessions/show.html",
        lacking=unprepared(shown),
        session=session,
        state=state_of(session, shortage),
        shortage=shortage,
        own=own[-1] if own else None,
        has_place=any(one.place_now in HELD for one in own),
        is_my_turn=bool(own) and own[-1].id in whose_turn(session),
        prepared=preparedness_of(session, [member.id])[member.id] if member else None,
        enrols_others=any(map(may, ENROL_OTHERS)),
        free_hours=get_site().session_cancel_hours,
        occupied=occupied,
        stopped=[explain(one) for one in stopped],
        series=list_of_series(session.series_id) if session.series_id else [],
    )


@sessions.app_template_global()
def lacking_in(session: TrainingSession) -> dict[int, Preparedness]:
    """Who in a session lacks a prerequisite by now, by the place's id; for its attendance sheet."""
    return unprepared(session.enrolments)
