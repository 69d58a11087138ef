"""Who holds what: the list, a record with its history, one's own, and a trainer's proposal."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking import clock
from booking.database import db, writing
from booking.decisions.forms import DayForm, ProofForm, ProposalForm
from booking.decisions.queries import (
    Shown,
    find_attendance,
    find_certification,
    find_open,
    list_ending,
    list_in_training,
    list_records_of,
    look_at,
    prove,
    prove_all,
    search_certifications,
    verdicts_for,
)
from booking.decisions.wording import shown_word
from booking.members.models import Member
from booking.members.queries import GONE_STATES, find_member, search_members
from booking.reservations.queries import list_confirmed_to_come
from booking.site.queries import site_zone
from booking.trainings.events import Standing
from booking.trainings.models import OPEN_STATES, Certification, Training
from booking.trainings.queries import (
    assessments_of,
    find_training,
    list_trainings,
    next_sessions,
    quiz_standing,
)
from booking.trainings.queries.proofs import proofs_of
from booking.trainings.refusals import Refused
from booking.trainings.rules.evidence import MOST_FILES
from booking.trainings.service import certifying
from booking.trainings.views import certifications, do_once
from booking.trainings.wording import LEVELS, explain
from booking.web.access import get_acting_member, may, requires
from booking.web.pagination import PAGE_SIZE, url_of_page

certifications.add_app_template_filter(shown_word)

MOST_MATCHES = 20
LONGEST_SEARCH = 80


@certifications.get("")
@requires("certification.list")
def index() -> str:
    """Who holds what, as it stands today."""
    asked = request.args.get("q") or request.args.get("member", "")
    words = asked.strip()[:LONGEST_SEARCH]
    training = request.args.get("training", "")[:20]
    looks = look_at(search_certifications(words, training))
    counts = {shown: sum(look.shown is shown for look in looks) for shown in Shown}
    state = request.args.get("state", "").upper()
    chosen = Shown(state) if state in set(Shown) else None
    found = [look for look in looks if (look.shown is chosen if chosen else not look.is_past)]
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "certifications/index.html",
        looks=found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        words=words,
        training=training,
        trainings=list_trainings(),
        chosen=chosen,
        counts=counts,
        page=page,
        pages=pages,
        total=len(found),
        url_of_page=url_of_page,
    )


@certifications.get("/mine")
@requires("account.use")
def mine() -> str:
    """One's own certifications: until when they count, and what keeps them alive."""
    looks = look_at(list_records_of([get_acting_member().id]))
    codes = {look.certification.training.code for look in looks}
    return render_template(
        "certifications/mine.html",
        current=[look for look in looks if not look.is_past],
        past=[look for look in looks if look.is_past],
        asked={
            look.certification.training_id
            for look in looks
            if look.certification.state in OPEN_STATES
        },
        falling=[
            one for one in list_confirmed_to_come([get_acting_member().id]) if one.ends_before_start
        ],
        next_sessions=next_sessions(codes, clock.now()),
    )


@certifications.get("/<int:number>")
@requires("certification.see", of=find_certification)
def show(certification: Certification) -> str:
    """A record with its history, the acts allowed beside it, and the proof for any day."""
    records = [
        c
        for c in list_records_of([certification.member_id])
        if c.training_id == certification.training_id
    ]
    looks = {look.certification.id: look for look in look_at(records)}
    form = ProofForm(request.args if "on" in request.args else None)
    form.offer(list(LEVELS))
    return render_template(
        "certifications/show.html",
        look=looks.pop(certification.id),
        others=list(looks.values()),
        certification=certification,
        form=form,
        proof=_proof(certification, form) if "on" in request.args else [],
        most_files=MOST_FILES,
    )


def _proof(certification: Certification, form: ProofForm) -> list[Standing]:
    if not form.validate():
        return []
    code = certification.training.code
    known_on = form.known_on.data
    return prove(certification.member_id, code, form.level.data, form.on.data, known_on)


@certifications.get("/ending")
@requires("certification.list")
def ending() -> str:
    """What ends within 60 days, with the reservations that fall with it."""
    return render_template("certifications/ending.html", endings=list_ending())


@certifications.get("/on-a-day")
@requires("account.use")
def on_a_day() -> str:
    """What somebody held on a day, training by training: one's own, or for staff anybody's."""
    me = get_acting_member()
    code = request.args.get("member", "")[:20]
    member = me if code in ("", me.code) else find_member(code)
    if member is None or (member is not me and not may("certification.list")):
        abort(404)
    form = DayForm(request.args if "on" in request.args else None)
    return render_template(
        "certifications/on_a_day.html",
        member=member,
        form=form,
        standings=_held_on(member, form) if "on" in request.args else None,
        titles={t.code: t.title for t in [*list_trainings(), *list_trainings(archived=True)]},
    )


def _held_on(member: Member, form: DayForm) -> list[Standing] | None:
    """Where there was a record at all; None when the question is not understood."""
    if not form.validate():
        return None
    standings = prove_all(member.id, form.on.data, form.known_on.data)
    return [standing for standing in standings if standing.verdict.record is not None]


@certifications.post("/<int:number>/start-training")
@requires("certification.propose", of=find_certification)
def start_training(certification: Certification) -> Response:
    """A trainer notes that the training asked for has begun."""
    with writing():
        outcome = certifying.start_training(certification.id, get_acting_member())
    if isinstance(outcome, Refused):
        flash(explain(outcome), "danger")
    else:
        flash(_("Formation commencée."), "success")
    return redirect(url_for("certifications.show", number=certification.id), 303)


@certifications.get("/new")
@requires("certification.propose_any")
def new() -> str:
    """A trainer chooses trainee and training, then says what he has assessed."""
    member, training = _asked_for()
    if member is None or training is None:
        return _choice_page(member, training)
    form = ProposalForm(formdata=None)
    form.assessed_on.data = clock.today(site_zone())
    form.prefill(find_open(member.id, training.id))
    form.tick(proofs_of(member.id, training, max(training.levels)).practice)
    return _proposal_page(member, training, form)


@certifications.post("/new")
@requires("certification.propose_any")
def propose() -> Response | tuple[str, int]:
    member, training = _asked_for()
    if member is None or training is None:
        abort(404)
    form = ProposalForm()
    form.offer(training)
    if not form.validate():
        return _proposal_page(member, training, form), 422
    done = do_once(
        form,
        lambda: certifying.propose(member, training, form.assessment, get_acting_member()),
        lambda proposed: url_for("certifications.show", number=proposed.id),
    )
    if done is None:
        return _proposal_page(member, training, form), 422
    flash(_("Proposition envoyée au gestionnaire."), "success")
    return redirect(done.url, 303)


def _asked_for() -> tuple[Member | None, Training | None]:
    """Trainee and training named in the address; 404 for one that does not exist."""
    member_code = request.args.get("member", "")[:20]
    training_code = request.args.get("training", "")[:20]
    member = (find_member(member_code) or abort(404)) if member_code else None
    training = (find_training(training_code) or abort(404)) if training_code else None
    return member, training


def _choice_page(member: Member | None, training: Training | None) -> str:
    words = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    matches: list[Member] = []
    if words and member is None:
        query = search_members(words=words).where(Member.state.not_in(GONE_STATES))
        matches = list(db.session.scalars(query.limit(MOST_MATCHES)))
    return render_template(
        "certifications/choose.html",
        member=member,
        training=training,
        trainings=list_trainings(),
        words=words,
        matches=matches,
        in_training=list_in_training(),
    )


def _proposal_page(member: Member, training: Training, form: ProposalForm) -> str:
    form.offer(training)
    asked = [(p.required.code, p.level) for p in training.prerequisites]
    opened = find_open(member.id, training.id)
    return render_template(
        "certifications/new.html",
        member=member,
        training=training,
        form=form,
        is_refresher=opened is not None and opened.is_refresher,
        verdicts=verdicts_for(member.id, asked),
        attendance=find_attendance(member.id, training.id),
        quiz=quiz_standing(member.id, training.id),
        practical=assessments_of([member.id]).get((member.id, training.id), []),
        records=look_at(list_records_of([member.id])),
    )
