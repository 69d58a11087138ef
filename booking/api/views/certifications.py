"""Certifications: look, ask, propose, decide."""

from __future__ import annotations

from base64 import b64encode
from typing import Any, NoReturn, TypeVar

from flask import abort, url_for
from pydantic import BaseModel
from spectree import Response

from booking import clock
from booking.api.blueprint import api
from booking.api.contract import BEARER, answers, contract, refused
from booking.api.schemas import certifications as shapes
from booking.api.views.reservations import told as told_reservation
from booking.database import writing
from booking.decisions import service as decisions
from booking.decisions.queries import (
    CertificationToday,
    Shown,
    find_certification,
    find_file,
    list_ending,
    list_records_of,
    look_at,
    prove,
    search_certifications,
)
from booking.members.models import Member
from booking.members.queries import find_member
from booking.reservations import revocation
from booking.reservations.revocation import Ended
from booking.site.queries import site_zone
from booking.trainings.events import Standing
from booking.trainings.models import Certification, EvidenceFile
from booking.trainings.queries import find_training
from booking.trainings.refusals import Refused, Why
from booking.trainings.rules.evidence import MOST_BYTES
from booking.trainings.service import certifying
from booking.trainings.service.certifying import Assessment, Correction
from booking.trainings.service.evidence import add_evidence, read_evidence
from booking.trainings.wording import explain
from booking.web.access import get_acting_member, may, requires
from booking.web.errors import problem
from booking.web.uploads import takes_files

Outcome = TypeVar("Outcome", Certification, Ended)

FORBIDDEN = (Why.NOT_PERMITTED, Why.OWN_CERTIFICATION, Why.ASSESSED_BY_YOU)
IN_CONFLICT = (
    Why.NOT_IN_THIS_STATE,
    Why.ALREADY_OPEN,
    Why.NOTHING_TO_REFRESH,
    Why.MEMBER_GONE,
    Why.TRAINING_ARCHIVED,
)


def answers_of_act(model: type[BaseModel], *problems: int, status: int = 200) -> Response:
    return answers(
        model,
        400, 401, 413, 415, *problems,
        status=status,
        HTTP_403=(shapes.CertificationProblem, "Not by you"),
        HTTP_409=(shapes.CertificationProblem, "Not in its present state"),
        HTTP_422=(shapes.CertificationProblem, "Something is missing or wrong"),
    )  # fmt: skip


@api.get("/certifications")
@requires("account.use")
@contract.validate(
    resp=answers(shapes.CertificationList, 401, 403, 422), tags=["certifications"], security=BEARER
)
def list_of_certifications(query: shapes.CertificationFilter) -> shapes.CertificationList:
    """Every certification for trainers and managers, for others their own

    As they stand today: what its date or lack of use has ended reads expired or lapsed.
    """
    found = [look for look in look_at(_records(query.member)) if _is_asked_for(look, query)]
    found.sort(key=lambda look: look.certification.id)
    page = found[: query.limit]
    return shapes.CertificationList(
        items=[shapes.Certification(**_told(look)) for look in page],
        next=page[-1].certification.id if len(found) > query.limit else None,
    )


def _records(member_code: str | None) -> list[Certification]:
    """Those the reader may see, of one member where one is named."""
    me = get_acting_member()
    if member_code in (None, me.code) and not may("certification.list"):
        return list_records_of([me.id])
    if not may("certification.list"):
        abort(403)
    if member_code is None:
        return search_certifications()
    return list_records_of([_member(member_code).id])


def _is_asked_for(look: CertificationToday, query: shapes.CertificationFilter) -> bool:
    certification = look.certification
    return (
        query.state in (None, _state(look))
        and query.training in (None, certification.training.code)
        and (query.after is None or certification.id > query.after)
    )


@api.post("/certifications")
@requires("certification.request")
@contract.validate(
    resp=answers_of_act(shapes.Certification, status=201), tags=["certifications"], security=BEARER
)
def create_certification(
    json: shapes.NewCertification,
) -> tuple[shapes.Certification, int, dict[str, str]]:
    """Ask for a certification of your own, or propose a trainee's"""
    me = get_acting_member()
    training = find_training(json.training)
    if training is None:
        refused("training", "unknown_training")
    member = me if json.member in (None, me.code) else _member(json.member)
    with writing():
        if member is me:
            outcome = certifying.request(
                me, training, json.level, json.evidence, is_refresher=json.refresher
            )
        else:
            outcome = certifying.propose(member, training, _assessment(json), me)
        made = _done(outcome)
    location = url_for("api.show_certification", number=made.id)
    return shapes.Certification(**_told(_look(made))), 201, {"Location": location}


def _member(code: str) -> Member:
    member = find_member(code)
    if member is None:
        refused("member", "unknown_member")
    return member


def _assessment(asked: shapes.NewCertification) -> Assessment:
    return Assessment(
        level=asked.level,
        assessed_on=asked.assessed_on or clock.today(site_zone()),
        note=asked.note,
        done=asked.done,
        evidence=asked.evidence,
    )


@api.get("/certifications/ending")
@requires("certification.list")
@contract.validate(
    resp=answers(shapes.EndingList, 401, 403), tags=["certifications"], security=BEARER
)
def list_of_endings() -> shapes.EndingList:
    """What ends within 60 days and has not been renewed, the next end first"""
    return shapes.EndingList(
        items=[
            shapes.Ending(
                certification=ending.certification.id,
                member=ending.certification.member.code,
                training=ending.certification.training.code,
                level=ending.certification.level,
                ends_on=ending.ends_on,
                for_lack_of_use=ending.lapses_first,
                reservations_beyond=[one.id for one in ending.beyond],
            )
            for ending in list_ending()
        ]
    )


@api.get("/certifications/proof")
@requires("account.use")
@contract.validate(
    resp=answers(shapes.Proof, 401, 403, 422), tags=["certifications"], security=BEARER
)
def prove_certification(query: shapes.ProofQuestion) -> shapes.Proof:
    """Whether somebody was certified at a level on a day, past days included"""
    me = get_acting_member()
    if query.member not in (None, me.code) and not may("certification.list"):
        abort(403)
    member = me if query.member in (None, me.code) else _member(query.member)
    if find_training(query.training) is None:
        refused("training", "unknown_training")
    standings = prove(member.id, query.training, query.level, query.on, query.known_on)
    return shapes.Proof(
        member=member.code,
        on=query.on,
        certified=standings[0].was_certified,
        chain=[_told_standing(standing) for standing in standings],
    )


def _told_standing(standing: Standing) -> shapes.ProofOfOne:
    verdict = standing.verdict
    record = verdict.record
    return shapes.ProofOfOne(
        training=verdict.training,
        level=verdict.needed_level,
        certified=verdict.is_valid,
        lacks=[shortfall.lower() for shortfall in verdict.shortfalls],
        certification=record.record_id if record else None,
        record_level=record.level if record else None,
        approved_on=record.approved_on if record else None,
        valid_until=record.valid_until if record else None,
    )


@api.get("/certifications/<int:number>")
@requires("certification.see", of=find_certification)
@contract.validate(
    resp=answers(shapes.CertificationWithHistory, 401, 404),
    tags=["certifications"],
    security=BEARER,
)
def show_certification(certification: Certification) -> shapes.CertificationWithHistory:
    """One certification with its history"""
    history = [
        shapes.Event(
            act=event.act.lower(),
            at=event.at,
            actor=event.actor.code if event.actor else None,
            reason=event.reason,
            refresher=event.evidence.get("refresher", False),
        )
        for event in certification.events
    ]
    return shapes.CertificationWithHistory(
        **_told(_look(certification)),
        history=history,
        files=[shapes.Evidence(**_told_file(file)) for file in certification.files],
    )


@api.post("/certifications/<int:number>/evidence")
@requires("certification.add_evidence", of=find_certification)
@takes_files(2 * MOST_BYTES)
@contract.validate(
    resp=answers_of_act(shapes.Evidence, 404, status=201), tags=["certifications"], security=BEARER
)
def add_evidence_file(
    certification: Certification, json: shapes.NewEvidence
) -> tuple[shapes.Evidence, int]:
    """Keep a file with a certification, your own as long as nothing is decided"""
    file = _read(json)
    with writing():
        made = _done(add_evidence(certification.id, file, get_acting_member()))
    return shapes.Evidence(**_told_file(made.files[-1])), 201


def _read(sent: shapes.NewEvidence) -> EvidenceFile:
    file = read_evidence(sent.name, sent.content)
    if isinstance(file, Refused):
        _refuse(file)
    return file


@api.get("/certifications/<int:number>/evidence/<int:file_id>")
@requires("certification.see", of=find_file)
@contract.validate(
    resp=answers(shapes.EvidenceWithContent, 401, 404), tags=["certifications"], security=BEARER
)
def show_evidence_file(file: EvidenceFile) -> shapes.EvidenceWithContent:
    """One file kept with a certification"""
    content = b64encode(file.content).decode()
    return shapes.EvidenceWithContent(**_told_file(file), content=content)


def _told_file(file: EvidenceFile) -> dict[str, Any]:
    return {
        "id": file.id,
        "name": file.name,
        "content_type": file.content_type,
        "size": file.size,
        "sha256": file.sha256,
        "added_at": file.added_at,
        "added_by": file.added_by.code,
    }


@api.post("/certifications/<int:number>/approve")
@requires("certification.approve", of=find_certification)
@contract.validate(
    resp=answers_of_act(shapes.Certification, 404), tags=["certifications"], security=BEARER
)
def approve_certification(
    certification: Certification, json: shapes.Approval
) -> shapes.Certification:
    """Approve a proposal

    Not by the trainee, nor by who assessed. A prerequisite that does not hold needs a `waiver`.
    """
    with writing():
        done = _done(decisions.approve(certification.id, get_acting_member(), json.waiver))
    return shapes.Certification(**_told(_look(done)))


@api.post("/certifications/approve")
@requires("decision.list")
@contract.validate(
    resp=answers(shapes.ApprovedCertifications, 400, 401, 403, 413, 415, 422),
    tags=["certifications"],
    security=BEARER,
)
def approve_certifications(json: shapes.Approvals) -> shapes.ApprovedCertifications:
    """Approve several proposals about which nothing is unusual

    One that lacks a prerequisite or a half-day, rests on prior learning, or is yours or assessed
    by you, stays as it is and is named in `left`.
    """
    with writing():
        decided = decisions.approve_several(dict.fromkeys(json.certifications), get_acting_member())
    records = list_records_of({one.member_id for one in decided.approved})
    looks = {look.certification.id: look for look in look_at(records)}
    return shapes.ApprovedCertifications(
        approved=[shapes.Certification(**_told(looks[one.id])) for one in decided.approved],
        left=[
            shapes.LeftCertification(
                id=left.certification.id,
                code=left.refused.why,
                message=explain(left.refused),
            )
            for left in decided.left
        ],
    )


@api.post("/certifications/<int:number>/refuse")
@requires("certification.refuse", of=find_certification)
@contract.validate(
    resp=answers_of_act(shapes.Certification, 404), tags=["certifications"], security=BEARER
)
def refuse_certification(
    certification: Certification, json: shapes.Decision
) -> shapes.Certification:
    """Turn down a request or a proposal"""
    with writing():
        done = _done(certifying.refuse(certification.id, get_acting_member(), json.reason))
    return shapes.Certification(**_told(_look(done)))


@api.post("/certifications/<int:number>/reinstate")
@requires("certification.reinstate", of=find_certification)
@contract.validate(
    resp=answers_of_act(shapes.Certification, 404), tags=["certifications"], security=BEARER
)
def reinstate_certification(
    certification: Certification, json: shapes.Decision
) -> shapes.Certification:
    """Lift a suspension; the record has the dates it had"""
    with writing():
        done = _done(certifying.reinstate(certification.id, get_acting_member(), json.reason))
    return shapes.Certification(**_told(_look(done)))


@api.post("/certifications/<int:number>/suspend")
@requires("certification.suspend", of=find_certification)
@contract.validate(
    resp=answers_of_act(shapes.EndedCertification, 404), tags=["certifications"], security=BEARER
)
def suspend_certification(
    certification: Certification, json: shapes.Suspension
) -> shapes.EndedCertification:
    """Suspend a certification and cancel the reservations that rest on it"""
    with writing():
        ended = _done(
            revocation.suspend(certification.id, get_acting_member(), json.reason, json.ends_when)
        )
    return _told_ended(ended)


@api.post("/certifications/<int:number>/revoke")
@requires("certification.revoke", of=find_certification)
@contract.validate(
    resp=answers_of_act(shapes.EndedCertification, 404), tags=["certifications"], security=BEARER
)
def revoke_certification(
    certification: Certification, json: shapes.Decision
) -> shapes.EndedCertification:
    """Take a certification away and cancel the reservations that rest on it"""
    with writing():
        ended = _done(revocation.revoke(certification.id, get_acting_member(), json.reason))
    return _told_ended(ended)


@api.post("/certifications/<int:number>/appoint")
@requires("certification.appoint", of=find_certification)
@contract.validate(
    resp=answers_of_act(shapes.Certification, 404, status=201),
    tags=["certifications"],
    security=BEARER,
)
def appoint_referent(
    certification: Certification, json: shapes.Appointment
) -> tuple[shapes.Certification, int]:
    """Appoint the holder as referent, level 3, for a year

    The autonomous level held for six months, and twenty hours of use; what does not hold needs a
    `reason`.
    """
    with writing():
        made = _done(revocation.appoint(certification.id, get_acting_member(), json.reason))
    return shapes.Certification(**_told(_look(made))), 201


@api.post("/certifications/<int:number>/correct")
@requires("certification.correct", of=find_certification)
@contract.validate(
    resp=answers_of_act(shapes.EndedCertification, 404), tags=["certifications"], security=BEARER
)
def correct_certification(
    certification: Certification, json: shapes.Correction
) -> shapes.EndedCertification:
    """Set right what was mistyped in an approval; the history keeps what was believed"""
    asked = Correction(json.level, json.approved_on, json.valid_until, json.reason)
    with writing():
        ended = _done(revocation.correct(certification.id, get_acting_member(), asked))
    return _told_ended(ended)


def _done(outcome: Outcome | Refused) -> Outcome:
    """What the act has made; a refused one becomes its problem document."""
    if isinstance(outcome, Refused):
        _refuse(outcome)
    return outcome


def _refuse(why: Refused) -> NoReturn:
    status = 403 if why.why in FORBIDDEN else 409 if why.why in IN_CONFLICT else 422
    reasons = [
        {"code": reason.why, "message": explain(reason), "names": list(reason.names)}
        for reason in why.reasons
    ]
    abort(problem(status, explain(why), code=why.why, names=list(why.names), reasons=reasons))


def _told_ended(ended: Ended) -> shapes.EndedCertification:
    return shapes.EndedCertification(
        **_told(_look(ended.certification)),
        cancelled_reservations=[told_reservation(fallen) for fallen in ended.cancelled],
    )


def _look(certification: Certification) -> CertificationToday:
    """How it stands today, beside the member's other records of the training."""
    records = list_records_of([certification.member_id])
    of_training = [r for r in records if r.training_id == certification.training_id]
    looks = {look.certification.id: look for look in look_at(of_training)}
    return looks[certification.id]


def _state(look: CertificationToday) -> str:
    """One that ends soon still counts: for programs it is approved."""
    return (Shown.APPROVED if look.shown is Shown.EXPIRING else look.shown).lower()


def _told(look: CertificationToday) -> dict[str, Any]:
    certification = look.certification
    assessed_by, approved_by = certification.assessed_by, certification.approved_by
    is_mine = certification.member_id == get_acting_member().id
    return {
        "id": certification.id,
        "member": certification.member.code,
        "training": certification.training.code,
        "level": certification.level,
        "state": _state(look),
        "approved_on": certification.approved_on,
        "valid_until": certification.valid_until,
        "last_used_on": look.last_used_on,
        "ends_on": look.ends_on,
        "requested_on": certification.requested_on,
        "proposed_on": certification.proposed_on,
        "assessed_on": certification.assessed_on,
        "assessed_by": assessed_by.code if assessed_by else None,
        "approved_by": approved_by.code if approved_by else None,
        "equivalence": certification.equivalence,
        "refresher": certification.is_refresher,
        "evidence": certification.evidence,
        "note": "" if is_mine else certification.note,
        "checklist": certification.checklist,
        "suspension_reason": certification.suspension_reason,
        "suspension_ends_when": certification.suspension_ends_when,
    }
