"""The life of a certification: each function is one act, judged after the lock.

Who may not do an act, and what it lacks, is answered by `Refused`; nothing has changed then.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from booking import clock, permissions
from booking.database import db
from booking.journal import service as journal
from booking.members.models import Member
from booking.members.rules import AccountState
from booking.outbox import service as outbox
from booking.site.queries import get_site, site_zone
from booking.trainings.events import EventFact, corrected
from booking.trainings.models import OPEN_STATES, Certification, CertificationEvent, Training
from booking.trainings.queries import certification_facts, refreshable_levels, training_facts
from booking.trainings.queries.assessing import items_of
from booking.trainings.queries.proofs import proofs_of
from booking.trainings.queries.resting import list_resting_places
from booking.trainings.refusals import Refused, Why, for_all
from booking.trainings.rules import (
    REFERENT_LEVEL,
    TRANSITIONS,
    ActNotAllowed,
    CertificationAct,
    CertificationState,
    ItemResult,
    failed_critical,
    judge,
    judge_chain,
    months_of_validity,
    next_state,
    undone,
    valid_until_of,
    validity_end,
)
from booking.trainings.rules.appointing import Grounds, unmet
from booking.trainings.service import verifying


@dataclass(frozen=True)
class Assessment:
    """What a trainer says of a trainee; `done` are the items of the checklist he has seen done.

    With `evidence` the prior learning that it names stands in for sessions and tests.
    """

    level: int
    assessed_on: date
    note: str = ""
    done: Collection[str] = ()
    evidence: str = ""


def request(
    member: Member,
    training: Training,
    level: int,
    evidence: str = "",
    *,
    is_refresher: bool = False,
) -> Certification | Refused:
    """Ask for one's own certification; `evidence` names prior learning to be recognised.

    As a refresher where it was once held at this level, whatever has ended or stopped it since.
    """
    if not permissions.may(member, "certification.request"):
        return Refused(Why.NOT_PERMITTED)
    open_record = _hold_open(member, training)
    if open_record is not None:
        return Refused(Why.ALREADY_OPEN)
    if training.archived_at is not None:
        return Refused(Why.TRAINING_ARCHIVED)
    if level not in training.levels:
        return Refused(Why.LEVEL_NOT_OFFERED)
    if is_refresher and level not in refreshable_levels(member.id, training):
        return Refused(Why.NOTHING_TO_REFRESH)
    certification = _new(member, training, level)
    certification.is_refresher = is_refresher
    certification.requested_on = _today()
    certification.equivalence = bool(evidence.strip())
    certification.evidence = evidence.strip()
    _enter(certification, CertificationAct.REQUEST, member, evidence=_of_request(certification))
    return certification


def start_training(certification_id: int, actor: Member) -> Certification | Refused:
    """Note that the training asked for has begun."""
    certification = hold(certification_id)
    if refused := _refusal_of_trainer(certification.member, actor):
        return refused
    if refused := _refusal_of_state(certification, CertificationAct.START_TRAINING):
        return refused
    _enter(certification, CertificationAct.START_TRAINING, actor)
    return certification


def propose(
    member: Member, training: Training, assessment: Assessment, actor: Member
) -> Certification | Refused:
    """Put a trainee forward for a level; goes on from his open request where there is one.

    A request for a refresher is proposed as such, unless for a level that was never held.
    """
    open_record = _hold_open(member, training)
    is_refresher = (
        open_record is not None
        and open_record.is_refresher
        and assessment.level in refreshable_levels(member.id, training)
    )
    if refused := _refusal_of_trainer(member, actor) or _refusal_of_proposal(
        member, training, assessment, is_refresher
    ):
        return refused
    certification = open_record or _new(member, training, assessment.level)
    if refused := _refusal_of_state(certification, CertificationAct.PROPOSE):
        return refused
    certification.level = assessment.level
    certification.is_refresher = is_refresher
    certification.proposed_on = _today()
    certification.assessed_on = assessment.assessed_on
    certification.assessed_by_id = actor.id
    certification.note = assessment.note.strip()
    certification.equivalence = bool(assessment.evidence.strip())
    certification.evidence = assessment.evidence.strip()
    certification.checklist = _seen(member, training, assessment)
    _enter(certification, CertificationAct.PROPOSE, actor, evidence=_of_proposal(certification))
    return certification


def approve(
    certification_id: int, actor: Member, last_uses: Mapping[str, date], waiver: str = ""
) -> Certification | Refused:
    """Make a proposal count from today on, for as long as the training says.

    Assessed shortly before the end of what the trainee holds, it goes on from there.
    `last_uses`: the trainee's last completed use of each training, on which the validity of his
    prerequisites rests. `waiver`: the written reason for which a prerequisite is set aside.
    """
    certification = hold(certification_id)
    if refused := _refusal_of_manager(certification, actor, "certification.approve"):
        return refused
    if refused := _refusal_of_state(certification, CertificationAct.APPROVE):
        return refused
    if refused := _refusal_of_person_and_training(certification.member, certification.training):
        return refused
    if certification.is_refresher and certification.level not in refreshable_levels(
        certification.member_id, certification.training
    ):
        return Refused(Why.NOTHING_TO_REFRESH)
    assessed_by_actor = certification.assessed_by_id == actor.id
    if assessed_by_actor and not get_site().single_person_team:
        return Refused(Why.ASSESSED_BY_YOU)
    today = _today()
    missing = _missing_prerequisites(certification, last_uses, today)
    waiver = waiver.strip()
    if missing and not waiver:
        return Refused(Why.WAIVER_NEEDED, missing)
    certification.valid_until = _valid_until(certification, certification.level, last_uses, today)
    certification.approved_on = today
    certification.approved_by_id = actor.id
    evidence: dict[str, Any] = _of_kind(certification)
    if missing:
        evidence["waived_prerequisites"] = list(missing)
    if assessed_by_actor:
        evidence["single_person_team"] = True
    reason = waiver if missing else ""
    _enter(certification, CertificationAct.APPROVE, actor, reason=reason, evidence=evidence)
    verifying.give_code(certification)
    return certification


def appoint(
    certification_id: int,
    actor: Member,
    grounds: Grounds,
    last_uses: Mapping[str, date],
    reason: str = "",
) -> Certification | Refused:
    """Appoint the holder of a certification as referent, for a year.

    `reason`: why a condition that does not hold is set aside; the history keeps on what it rests.
    """
    held = hold(certification_id)
    member, training = held.member, held.training
    if refused := _refusal_of_manager(held, actor, "certification.appoint"):
        return refused
    if held.state is not CertificationState.APPROVED:
        return Refused(Why.NOT_IN_THIS_STATE)
    if refused := _refusal_of_person_and_training(member, training):
        return refused
    today = _today()
    lacks = (*unmet(grounds, today), *_missing_prerequisites(held, last_uses, today))
    reason = reason.strip()
    if lacks and not reason:
        return Refused(Why.CONDITIONS_UNMET, lacks)
    until = _valid_until(held, REFERENT_LEVEL, last_uses, today)
    made = _new(member, training, REFERENT_LEVEL)
    made.approved_on, made.valid_until, made.approved_by_id = today, until, actor.id
    evidence = {
        "held_since": _iso(grounds.held_since),
        "minutes_used": int(grounds.used.total_seconds() // 60),
        "unmet": list(lacks),
    }
    _enter(made, CertificationAct.APPOINT, actor, reason=reason if lacks else "", evidence=evidence)
    verifying.give_code(made)
    return made


def refuse(certification_id: int, actor: Member, reason: str) -> Certification | Refused:
    """Turn down a request or a proposal."""
    return _end(certification_id, CertificationAct.REFUSE, actor, reason)


def suspend(
    certification_id: int, actor: Member, reason: str, ends_when: str = ""
) -> Certification | Refused:
    """Stop a member's certification for a training for a time; `ends_when` says what would lift it.

    Every record of the training that counts is stopped with it.
    """

    def note_suspension(certification: Certification) -> None:
        certification.suspension_reason = reason.strip()
        certification.suspension_ends_when = ends_when.strip() or None

    return _end(certification_id, CertificationAct.SUSPEND, actor, reason, note_suspension)


def reinstate(certification_id: int, actor: Member, reason: str) -> Certification | Refused:
    """Lift a suspension: every record of the training is approved again, with its dates."""
    return _end(certification_id, CertificationAct.REINSTATE, actor, reason, _clear_suspension)


def revoke(certification_id: int, actor: Member, reason: str) -> Certification | Refused:
    """Take a certification away for good, with every record of the training that counts."""
    return _end(certification_id, CertificationAct.REVOKE, actor, reason, _clear_suspension)


@dataclass(frozen=True)
class Correction:
    """What an approval should have said; days are local and inclusive."""

    level: int
    approved_on: date
    valid_until: date
    reason: str


def correct(
    certification_id: int, actor: Member, correction: Correction
) -> Certification | Refused:
    """Set right what was mistyped in an approval, from its first day on.

    The history keeps what was believed; a suspension stays on its days.
    """
    certification = hold(certification_id)
    if refused := _refusal_of_manager(certification, actor, "certification.correct"):
        return refused
    if refused := _refusal_of_state(certification, CertificationAct.CORRECT):
        return refused
    if refused := _refusal_of_correction(certification, correction):
        return refused
    before = _as_corrected(certification)
    said = corrected(
        [event.fact for event in certification.events],
        correction.level,
        correction.approved_on,
        correction.valid_until,
    )
    certification.level = correction.level
    certification.approved_on = correction.approved_on
    certification.valid_until = correction.valid_until
    reason = correction.reason.strip()
    for place, fact in enumerate(said):
        evidence = {"restates": True} if place else {"before": before}
        _keep_fact(certification, fact, actor, fact.reason if place else reason, evidence)
    journal.record(
        "certification.corrected",
        "certification",
        certification.id,
        actor_id=actor.id,
        reason=reason,
        before=before,
        after=_as_corrected(certification),
    )
    _tell("certification.corrected", certification, reason)
    db.session.flush()
    return certification


def _refusal_of_correction(certification: Certification, correction: Correction) -> Refused | None:
    training = certification.training
    if not correction.reason.strip():
        return Refused(Why.REASON_MISSING)
    if correction.level not in {*training.levels, certification.level}:
        return Refused(Why.LEVEL_NOT_OFFERED)
    asked = (correction.level, correction.approved_on, correction.valid_until)
    if asked == (certification.level, certification.approved_on, certification.valid_until):
        return Refused(Why.NOTHING_CORRECTED)
    months = months_of_validity(correction.level, training.validity_months)
    longest = validity_end(correction.approved_on, months)
    latest = max(longest, certification.valid_until or longest)
    first, last = correction.approved_on, correction.valid_until
    if first > _today() or not first <= last <= latest:
        return Refused(Why.DATES_DO_NOT_FIT)
    return None


def _as_corrected(certification: Certification) -> dict[str, Any]:
    return {
        "level": certification.level,
        "approved_on": _iso(certification.approved_on),
        "valid_until": _iso(certification.valid_until),
    }


def _keep_fact(
    certification: Certification,
    fact: EventFact,
    actor: Member,
    reason: str,
    evidence: dict[str, Any],
) -> None:
    """Write down what is now known of a day on which it was otherwise believed."""
    db.session.add(
        CertificationEvent(
            certification=certification,
            at=clock.now(),
            effective_on=fact.effective_on,
            act=CertificationAct.CORRECT,
            state=fact.state,
            level=fact.level,
            valid_from=fact.valid_from,
            valid_until=fact.valid_until,
            actor_id=actor.id,
            reason=reason,
            evidence=evidence,
        )
    )


def _end(
    certification_id: int,
    act: CertificationAct,
    actor: Member,
    reason: str,
    change: Callable[[Certification], None] = lambda certification: None,
) -> Certification | Refused:
    """A manager's act that needs a reason and nothing else."""
    certification = hold(certification_id)
    if refused := _refusal_of_manager(certification, actor, f"certification.{act.lower()}"):
        return refused
    if refused := _refusal_of_state(certification, act):
        return refused
    if not reason.strip():
        return Refused(Why.REASON_MISSING)
    change(certification)
    _enter(certification, act, actor, reason=reason.strip())
    for other in _reached_with(certification, act):
        change(other)
        with_it = {"with": certification.id}
        _enter(other, act, actor, reason=reason.strip(), evidence=with_it, silent=True)
    return certification


REACHING = frozenset(
    {CertificationAct.SUSPEND, CertificationAct.REINSTATE, CertificationAct.REVOKE}
)
"""What concerns the person's use of a training, hence all of his records of it."""


def _reached_with(certification: Certification, act: CertificationAct) -> list[Certification]:
    """The member's other records of the training, not over by date, that the act reaches too.

    An older record that still counts must not keep a machine open to somebody who was stopped.
    """
    if act not in REACHING:
        return []
    return [
        record
        for record in _hold_records([certification.member_id])
        if record.id != certification.id
        and record.training_id == certification.training_id
        and (record.state, act) in TRANSITIONS
        and record.valid_until is not None
        and record.valid_until >= _today()
    ]


def _clear_suspension(certification: Certification) -> None:
    certification.suspension_reason = None
    certification.suspension_ends_when = None


# What is held while deciding


def hold(certification_id: int) -> Certification:
    """The record as it is now, with all records of its member locked, in the order of their ids.

    A reservation holds the same rows in the same order, so it is judged before this act or after
    it, never beside it.
    """
    member_id = db.session.scalar(
        select(Certification.member_id).where(Certification.id == certification_id)
    )
    if member_id is None:
        raise LookupError(f"no certification {certification_id}")
    records = _hold_records([member_id])
    return next(record for record in records if record.id == certification_id)


def _hold_open(member: Member, training: Training) -> Certification | None:
    """The member's open record of a training; the member is locked, so that none is added."""
    db.session.execute(
        select(Member.id).where(Member.id == member.id).with_for_update(key_share=True)
    )
    records = _hold_records([member.id])
    return next(
        (r for r in records if r.training_id == training.id and r.state in OPEN_STATES), None
    )


def hold_records_of(member_ids: Collection[int]) -> None:
    """Lock every record of several members, in the order in which everybody does."""
    _hold_records(member_ids)


def _hold_records(member_ids: Collection[int]) -> list[Certification]:
    db.session.flush()  # reading anew keeps what this transaction has changed
    query = (
        select(Certification)
        .where(Certification.member_id.in_(member_ids))
        .order_by(Certification.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


# Who may not, and when not


def _refusal_of_trainer(member: Member, actor: Member) -> Refused | None:
    if member.id == actor.id:
        return Refused(Why.OWN_CERTIFICATION)
    if not permissions.may(actor, "certification.propose_any"):
        return Refused(Why.NOT_PERMITTED)
    return None


def _refusal_of_manager(
    certification: Certification, actor: Member, permission: str
) -> Refused | None:
    if certification.member_id == actor.id:
        return Refused(Why.OWN_CERTIFICATION)
    if not permissions.may(actor, permission, certification):
        return Refused(Why.NOT_PERMITTED)
    return None


def _refusal_of_state(certification: Certification, act: CertificationAct) -> Refused | None:
    try:
        next_state(certification.state, act)
    except ActNotAllowed:
        return Refused(Why.NOT_IN_THIS_STATE)
    return None


def _refusal_of_person_and_training(member: Member, training: Training) -> Refused | None:
    if member.state in (AccountState.LEFT, AccountState.ANONYMISED):
        return Refused(Why.MEMBER_GONE)
    return Refused(Why.TRAINING_ARCHIVED) if training.archived_at is not None else None


def _refusal_of_proposal(
    member: Member, training: Training, assessment: Assessment, is_refresher: bool
) -> Refused | None:
    if refused := _refusal_of_person_and_training(member, training):
        return refused
    if assessment.level not in training.levels:
        return Refused(Why.LEVEL_NOT_OFFERED)
    if assessment.assessed_on > _today():
        return Refused(Why.ASSESSED_IN_FUTURE)
    if assessment.evidence.strip():
        return None
    return for_all(_unproven(member, training, assessment, is_refresher))


def _seen(member: Member, training: Training, assessment: Assessment) -> list[dict[str, Any]]:
    """The practical list as the decision finds it: seen done now, or in a test that counts."""
    practice = proofs_of(member.id, training, assessment.level).practice
    return [
        {
            "item": item.text,
            "critical": item.critical,
            "done": item.text in assessment.done or practice.get(item.text) is ItemResult.PASSED,
        }
        for item in items_of(training)
    ]


def _unproven(
    member: Member, training: Training, assessment: Assessment, is_refresher: bool
) -> list[Refused]:
    """Everything that a proposal without an equivalence still lacks."""
    reasons: list[Refused] = []
    proofs = proofs_of(member.id, training, assessment.level, is_refresher=is_refresher)
    if training.attendance_required and proofs.gap is not None:
        names = tuple(f"{proofs.gap.session}/{number}" for number in proofs.gap.numbers)
        why = Why.HALF_DAY_UNSIGNED if names else Why.SESSION_MISSING
        reasons.append(Refused(why, names))
    if training.quiz_questions and not proofs.quiz_passed:
        reasons.append(Refused(Why.QUIZ_NOT_PASSED))
    items = items_of(training)
    failed = failed_critical(items, assessment.level, proofs.practice)
    if failed:
        reasons.append(Refused(Why.CRITICAL_FAILED, failed))
    seen = proofs.practice | dict.fromkeys(assessment.done, ItemResult.PASSED)
    lacking = tuple(t for t in undone(items, assessment.level, seen) if t not in failed)
    if lacking:
        reasons.append(Refused(Why.CHECKLIST_INCOMPLETE, lacking))
    return reasons


def _missing_prerequisites(
    certification: Certification, last_uses: Mapping[str, date], today: date
) -> tuple[str, ...]:
    """Codes of the prerequisites, through the chain, that the trainee does not hold today."""
    trainings = training_facts()
    held = certification_facts(certification.member_id, last_uses)
    asked = trainings[certification.training.code].prerequisites
    verdicts = judge_chain(asked, trainings, held, [today])
    return tuple(verdict.training for verdict in verdicts if not verdict.is_valid)


def _valid_until(
    certification: Certification, level: int, last_uses: Mapping[str, date], today: date
) -> date:
    """The last valid day of an approval of today, with what the member already holds."""
    training = certification.training
    fact = training_facts()[training.code]
    held = certification_facts(certification.member_id, last_uses)
    ends = (
        one.valid_until
        for one in held
        if one.valid_until is not None and judge(level, fact, [one], [today]).is_valid
    )
    is_new = certification.state is CertificationState.PROPOSED
    assessed_on = certification.assessed_on if is_new else None
    months = months_of_validity(level, training.validity_months)
    return valid_until_of(today, months, assessed_on, max(ends, default=None))


# What is written


def _new(member: Member, training: Training, level: int) -> Certification:
    return Certification(member=member, training=training, level=level, checklist=[])


def _enter(
    certification: Certification,
    act: CertificationAct,
    actor: Member,
    *,
    reason: str = "",
    evidence: dict[str, Any] | None = None,
    silent: bool = False,
) -> None:
    """Change the state, and keep the act in the history, the journal and a mail to the member."""
    before = certification.state
    certification.state = next_state(before, act)
    db.session.add(certification)
    db.session.flush()
    _keep(certification, act, actor, reason, evidence or {})
    _record_in_journal(certification, act, actor, before, reason, evidence or {})
    if act not in SILENT_ACTS and not silent:
        _tell(f"certification.{PAST_TENSE[act]}", certification, reason)


def _keep(
    certification: Certification,
    act: CertificationAct,
    actor: Member,
    reason: str,
    evidence: dict[str, Any],
) -> None:
    db.session.add(
        CertificationEvent(
            certification=certification,
            at=clock.now(),
            effective_on=_today(),
            act=act,
            state=certification.state,
            level=certification.level,
            valid_from=certification.approved_on,
            valid_until=certification.valid_until,
            actor_id=actor.id,
            reason=reason,
            evidence=evidence,
        )
    )


PAST_TENSE: Mapping[CertificationAct, str] = {
    CertificationAct.REQUEST: "requested",
    CertificationAct.START_TRAINING: "training_started",
    CertificationAct.PROPOSE: "proposed",
    CertificationAct.APPROVE: "approved",
    CertificationAct.REFUSE: "refused",
    CertificationAct.SUSPEND: "suspended",
    CertificationAct.REINSTATE: "reinstated",
    CertificationAct.REVOKE: "revoked",
    CertificationAct.APPOINT: "appointed",
}

SILENT_ACTS = (CertificationAct.REQUEST, CertificationAct.START_TRAINING)
"""The member knows of these without a mail."""


def _record_in_journal(
    certification: Certification,
    act: CertificationAct,
    actor: Member,
    before: CertificationState | None,
    reason: str,
    evidence: dict[str, Any],
) -> None:
    journal.record(
        f"certification.{PAST_TENSE[act]}",
        "certification",
        certification.id,
        actor_id=actor.id,
        reason=reason,
        before={"state": before} if before else {},
        after={
            "member": certification.member.code,
            "training": certification.training.code,
            "level": certification.level,
            "state": certification.state,
            "valid_until": _iso(certification.valid_until),
        }
        | evidence,
    )


def _tell(kind: str, certification: Certification, reason: str) -> None:
    outbox.record(
        kind,
        certification.member,
        {
            "certification": certification.id,
            "training": certification.training.code,
            "title": certification.training.title,
            "level": certification.level,
            "valid_until": _iso(certification.valid_until),
            "reason": reason,
            "ends_when": certification.suspension_ends_when,
            "sessions": _places_that_lack(certification),
        },
        topic=f"certification:{certification.id}",
    )


def _places_that_lack(certification: Certification) -> list[dict[str, Any]]:
    """The member's places in sessions to come that rest on what is suspended or taken away."""
    if certification.state not in (CertificationState.SUSPENDED, CertificationState.REVOKED):
        return []
    code = certification.training.code
    places = list_resting_places([certification.member_id])
    return [one.facts for one in places if code in one.asks]


def _of_request(certification: Certification) -> dict[str, Any]:
    prior = {"equivalence": certification.evidence} if certification.equivalence else {}
    return prior | _of_kind(certification)


def _of_kind(certification: Certification) -> dict[str, Any]:
    """What the history keeps of a refresher at each step of it."""
    return {"refresher": True} if certification.is_refresher else {}


def _of_proposal(certification: Certification) -> dict[str, Any]:
    return {
        "assessed_on": _iso(certification.assessed_on),
        "note": certification.note,
        "checklist": certification.checklist,
    } | _of_request(certification)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _today() -> date:
    return clock.today(site_zone())
