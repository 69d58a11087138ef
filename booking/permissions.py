"""THE table of rights: who may do what. What is not here, nobody may.

A permission answers "may this person press the button"; whether a reservation can exist is
asked of `reservations/rules.py`. A clause is a predicate of the member (None: a visitor) and the
object of the act (None where the act has none); one clause that holds is enough.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from booking.members.models import Member, Role
from booking.members.rules import AccountState

Clause = Callable[[Member, Any], bool]

USES_MACHINES = {Role.MEMBER, Role.REFERENT, Role.TRAINER, Role.MANAGER}


def _role(*roles: Role) -> Clause:
    """Holds one of the roles, with an account in good standing."""
    wanted = frozenset(roles)
    return lambda member, _: member.state is AccountState.APPROVED and bool(member.roles & wanted)


def _role_in_any_standing(*roles: Role) -> Clause:
    """Holds one of the roles; what the account's standing forbids, the rules explain."""
    wanted = frozenset(roles)
    return lambda member, _: bool(member.roles & wanted)


manager = _role(Role.MANAGER)
admin = _role(Role.ADMIN)
trainer = _role(Role.TRAINER)
machine_user = _role(*USES_MACHINES)


def signed_in(member: Member, _: Any) -> bool:
    return True


def own(member: Member, thing: Any) -> bool:
    """The thing is this member's, or is this member."""
    owner = thing.id if isinstance(thing, Member) else thing.member_id
    return owner == member.id


def own_organisation(member: Member, thing: Any) -> bool:
    """An organisation admin, and the thing is of the organisation he answers for."""
    if member.state is not AccountState.APPROVED or Role.ORGANISATION_ADMIN not in member.roles:
        return False
    organisation = getattr(thing, "organisation_id", thing.id)
    return organisation is not None and organisation == member.organisation_id


def referent(member: Member, machine: Any) -> bool:
    """Takes care of this very machine."""
    return (
        member.state is AccountState.APPROVED
        and Role.REFERENT in member.roles
        and machine.referent_id == member.id
    )


def manager_of(member: Member, other: Any) -> bool:
    """A manager, of anyone but administrators: whoever may change their address is one of them."""
    return manager(member, other) and Role.ADMIN not in other.roles


def admin_of_admins(member: Member, other: Any) -> bool:
    return admin(member, other) and Role.ADMIN in other.roles


def manager_with_other_eyes(member: Member, certification: Any) -> bool:
    """A manager who is neither the trainee; who assessed is judged with the site's setting."""
    return manager(member, certification) and not own(member, certification)


def trainer_of_another(member: Member, certification: Any) -> bool:
    return trainer(member, certification) and not own(member, certification)


def trainer_of_the_other(member: Member, pair: Any) -> bool:
    """A trainer, of a training and a trainee who is not himself."""
    return trainer(member, pair) and pair[1].id != member.id


def gives_session(member: Member, thing: Any) -> bool:
    """Gives this very session, alone or with others, or the session that the thing is of."""
    return trainer(member, thing) and member in getattr(thing, "session", thing).trainers


PERMISSIONS: dict[str, tuple[Clause, ...]] = {
    "account.use": (signed_in,),
    "planning.see": (signed_in,),
    "reservation.list": (signed_in,),
    "reservation.list_of_organisation": (_role(Role.ORGANISATION_ADMIN),),
    "reservation.list_all": (manager,),
    "reservation.make": (_role_in_any_standing(*USES_MACHINES),),
    "reservation.make_for_anybody": (manager,),
    "reservation.make_for_others": (own_organisation, manager),
    "reservation.see": (own, own_organisation, manager),
    "reservation.move": (own, own_organisation, manager),
    "reservation.hand_over": (own, own_organisation, manager),
    "hand_over.list": (signed_in,),
    "hand_over.answer": (own,),
    "reservation.cancel": (own, own_organisation, manager),
    "reservation.use": (own, manager),
    "reservation.see_names": (manager,),
    "companion.answer": (own,),
    "companion.name": (own, manager),
    "waitlist.join": (machine_user,),
    "waitlist.see": (own, manager),
    "waitlist.leave": (own, manager),
    "waitlist.answer": (own,),
    "waitlist.list": (referent, manager),
    "request.see": (own, own_organisation, manager),
    "request.withdraw": (own, own_organisation),
    "request.list": (manager,),
    "request.approve": (manager,),
    "request.refuse": (manager,),
    "waiver.grant": (manager,),
    "machine.create": (manager,),
    "machine.edit": (referent, manager),
    "machine.stop": (referent, manager),
    "machine.see_who": (referent, manager),
    "area.edit": (manager,),
    "quota.edit": (manager,),
    "opening.edit": (manager,),
    "closure.edit": (manager,),
    "site.edit": (manager, admin),
    "kiosk.open": (manager,),
    "controller.manage": (manager,),
    "member.list": (manager, admin),
    "member.create": (manager, admin),
    "member.see": (own, manager, admin),
    "member.edit": (manager_of, admin),
    "member.approve": (manager,),
    "member.suspend": (manager_of, admin_of_admins),
    "organisation.list": (manager, admin),
    "organisation.see": (own_organisation, manager, admin),
    "organisation.edit": (manager, admin),
    "subscription.edit": (manager,),
    "house_rules.accept": (signed_in,),
    "training.edit": (manager,),
    "attendance.list": (signed_in,),
    "attendance.see": (trainer, manager),
    "attendance.sign": (own, gives_session),
    "attendance.countersign": (gives_session,),
    "attendance.close": (gives_session, manager),
    "attendance.void": (manager,),
    "session.plan": (trainer, manager),
    "session.edit": (gives_session, manager),
    "interest.declare": (machine_user,),
    "interest.list": (trainer, manager),
    "enrolment.list": (signed_in,),
    "enrolment.make": (machine_user, _role(Role.ORGANISATION_ADMIN)),
    "enrolment.cancel": (own, own_organisation, manager),
    "enrolment.answer": (own,),
    "session.see_people": (gives_session, manager),
    "training_file.see": (gives_session, manager),
    "training_file.edit": (manager,),
    "activity.see": (_role(Role.MANAGER, Role.ACCOUNTANT),),
    "activity.edit": (manager,),
    "questionnaire.answer": (own,),
    "practical.assess": (trainer_of_the_other,),
    "quiz.take": (signed_in,),
    "quiz.answer": (own,),
    "quiz.see": (own, trainer, manager),
    "question.edit": (trainer, manager),
    "certification.list": (trainer, manager),
    "certification.see": (own, trainer, manager),
    "certification.request": (machine_user,),
    "certification.propose": (trainer_of_another,),
    "certification.propose_any": (trainer,),
    "certification.approve": (manager_with_other_eyes,),
    "certification.refuse": (manager_with_other_eyes,),
    "certification.suspend": (manager_with_other_eyes,),
    "certification.reinstate": (manager_with_other_eyes,),
    "certification.revoke": (manager_with_other_eyes,),
    "certification.correct": (manager_with_other_eyes,),
    "certification.appoint": (manager_with_other_eyes,),
    "certification.add_evidence": (own, trainer_of_another, manager_with_other_eyes),
    "certificate.see": (own, manager),
    "verification.manage": (own,),
    "decision.list": (manager,),
    "journal.see": (manager, admin),
    "message.list": (manager, admin),
    "message.send_again": (manager, admin),
    "journal.export": (manager, admin),
    "token.manage": (signed_in,),
    "feed.manage": (own,),
}


def may(member: Member | None, permission: str, thing: Any = None) -> bool:
    """Whether `member` may do this, to this thing; raises `KeyError` for an unknown permission."""
    clauses = PERMISSIONS[permission]
    return member is not None and any(clause(member, thing) for clause in clauses)
