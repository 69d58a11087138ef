"""Who may use which address, for every address, every role and every kind of object.

The table below is written from what each role is there for, not from the application's own table
of rights. An address that is missing here fails.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking.database import db, writing
from booking.machines.models import Machine, MachineDocument, Outage, Requirement, Unit
from booking.machines.rules import OutageKind, RiskClass
from booking.members.models import (
    ApiToken,
    Kiosk,
    LoginSession,
    Member,
    MemberRole,
    Paper,
    PasswordReset,
    Role,
    Subscription,
)
from booking.members.queries import digest, find_member, find_organisation
from booking.members.rules import AccountState, PaperKind
from booking.members.service.sessions import start_session
from booking.members.service.tokens import create_token
from booking.openings.models import Closure, Opening
from booking.outbox.models import Message
from booking.planning.models import Controller, Feed
from booking.planning.service import make_feed
from booking.quotas.models import PeakWindow, PriorityWindow, Quota
from booking.quotas.rules import Holder, Span
from booking.reservations.models import (
    ApprovalRequest,
    Companion,
    HandOver,
    Reservation,
    Series,
    WaitlistEntry,
)
from booking.reservations.rules import CompanionAnswer, CompanionRole, Mode, ReservationState
from booking.reservations.rules.series import Frequency
from booking.reservations.rules.waiting import Waits
from booking.trainings.models import (
    AttendanceEntry,
    Certification,
    Enrolment,
    EnrolmentState,
    EvidenceFile,
    QuizQuestion,
    SessionHalfDay,
    SessionState,
    Training,
    TrainingSession,
    Verification,
)
from booking.trainings.rules import CertificationState
from booking.trainings.service.verifying import give_code
from booking.web.pdf import makes_pdf
from tests.applications import REFERENCE
from tests.findings import Tell
from tests.learning import a_session, pass_quiz, sign_all

# Who asks

VISITOR, MEMBER, ORGANISATION_ADMIN = "visitor", "member", "organisation admin"
REFERENT, TRAINER, MANAGER = "referent", "trainer", "manager"
ACCOUNTANT, STAKEHOLDER, ADMIN = "accountant", "stakeholder", "admin"
SUSPENDED, LEFT = "suspended member", "member who left"

ROLES: dict[str, tuple[Role, ...]] = {
    VISITOR: (),
    MEMBER: (Role.MEMBER,),
    ORGANISATION_ADMIN: (Role.ORGANISATION_ADMIN,),
    REFERENT: (Role.REFERENT,),
    TRAINER: (Role.TRAINER,),
    MANAGER: (Role.MANAGER,),
    ACCOUNTANT: (Role.ACCOUNTANT,),
    STAKEHOLDER: (Role.STAKEHOLDER,),
    ADMIN: (Role.ADMIN,),
    SUSPENDED: tuple(Role),
    LEFT: tuple(Role),
}
"""One account for each, with that role alone; who is suspended or has left had them all."""

EVERYBODY = frozenset(ROLES)
SIGNED_IN = EVERYBODY - {VISITOR, LEFT}
USES_MACHINES = frozenset({MEMBER, REFERENT, TRAINER, MANAGER})
RUNS_THE_SITE = frozenset({MANAGER, ADMIN})
NOBODY: frozenset[str] = frozenset()


class Outcome(StrEnum):
    OK = "ok"
    LOGIN = "login"
    FORBIDDEN = "403"
    NOT_FOUND = "404"
    BROKEN = "broken"


# What may be done: who passes, for each relation to the object


@dataclass(frozen=True)
class Row:
    """Who passes for each variant of the object, and what everybody else is told."""

    kind: str
    passing: Mapping[str, frozenset[str]]
    others: Outcome

    def expected(self, role: str, variant: str) -> Outcome:
        if role in self.passing[variant]:
            return Outcome.OK
        return self.others if role in SIGNED_IN else Outcome.LOGIN


def page(*roles: str) -> Row:
    """An address without an object."""
    return Row("", {"": frozenset(roles)}, Outcome.FORBIDDEN)


def of(kind: str, **passing: frozenset[str]) -> Row:
    """An address of an object: for who may not, it is not there."""
    return Row(kind, passing, Outcome.NOT_FOUND)


def only(*roles: str) -> frozenset[str]:
    return frozenset(roles)


def named(kind: str, *roles: str) -> Row:
    """An address that names something, yet is refused for what it is: 403."""
    return Row(kind, {"any": frozenset(roles)}, Outcome.FORBIDDEN)


PUBLIC = page(*EVERYBODY)
WITH_A_TOKEN_OR_NONE = EVERYBODY - {LEFT}
"""A token that opens nothing any more is refused, not taken for none."""
PUBLIC_TO_PROGRAMS = page(*WITH_A_TOKEN_OR_NONE)
FOR_MEMBERS = page(*SIGNED_IN)
TO_RESERVE = page(*USES_MACHINES, SUSPENDED)
"""Who is suspended is told so by the rules, as the reason against each reservation."""

LEADS_TO_LOGIN = Row("", {"": frozenset()}, Outcome.LOGIN)
"""Whoever signs out is shown the way back in."""

RESERVATION = of(
    "reservation",
    own=SIGNED_IN,
    colleague=only(ORGANISATION_ADMIN, MANAGER),
    other=only(MANAGER),
)
USE = of("reservation", own=SIGNED_IN, colleague=only(MANAGER), other=only(MANAGER))
ASKED = of("asked", own=SIGNED_IN, other=NOBODY)
COMPANION = of("companion", own=SIGNED_IN, other=NOBODY)
NAMING = of("reservation", own=SIGNED_IN, colleague=only(MANAGER), other=only(MANAGER))
SERIES = of(
    "series", own=SIGNED_IN, colleague=only(ORGANISATION_ADMIN, MANAGER), other=only(MANAGER)
)
HANDED = of("hand over", own=SIGNED_IN, other=NOBODY)
FEE = of("reservation", own=only(MANAGER), colleague=only(MANAGER), other=only(MANAGER))
WAIT = of("wait", own=SIGNED_IN, colleague=only(MANAGER), other=only(MANAGER))
REQUEST = of(
    "request", own=SIGNED_IN, colleague=only(ORGANISATION_ADMIN, MANAGER), other=only(MANAGER)
)
WITHDRAWAL = of("request", own=SIGNED_IN, colleague=only(ORGANISATION_ADMIN), other=NOBODY)
ANSWER = of("request", own=only(MANAGER), colleague=only(MANAGER), other=only(MANAGER))
OFFER = of("wait", own=SIGNED_IN, colleague=NOBODY, other=NOBODY)
MACHINE = of("machine", own=only(REFERENT, MANAGER), other=only(MANAGER))
OUTAGE = of("outage", own=only(REFERENT, MANAGER), other=only(MANAGER))
REQUIREMENT = of("requirement", own=only(REFERENT, MANAGER), other=only(MANAGER))
CERTIFICATION = of("certification", own=SIGNED_IN, other=only(TRAINER, MANAGER))
GIVEN = of("training session", own=only(TRAINER, MANAGER), other=only(MANAGER))
ENROLS = USES_MACHINES | {ORGANISATION_ADMIN}
ENROLLING = of("training session", own=ENROLS, other=ENROLS)
ENROLMENT = of(
    "enrolment",
    own=SIGNED_IN,
    colleague=only(ORGANISATION_ADMIN, MANAGER),
    other=only(MANAGER),
)
WAIVED_PLACE = of("enrolment", own=only(MANAGER), colleague=only(MANAGER), other=only(MANAGER))
EVIDENCE = of("evidence", own=SIGNED_IN, other=only(TRAINER, MANAGER))
DECISION = of("certification", own=NOBODY, other=only(MANAGER))
FILE = of("sheet", own=only(TRAINER, MANAGER), other=only(MANAGER))
CERTIFICATE = of("certification", own=SIGNED_IN, other=only(MANAGER))
CODE = of("certification", own=SIGNED_IN, other=NOBODY)
CARD = of("member", own=SIGNED_IN, other=only(MANAGER))
ACCOUNT = of("member", own=RUNS_THE_SITE, other=RUNS_THE_SITE, administrator=only(ADMIN))
PAPER = of("paper", own=RUNS_THE_SITE, other=RUNS_THE_SITE, administrator=only(ADMIN))
APPROVAL = of("member", own=only(MANAGER), other=only(MANAGER), administrator=only(MANAGER))
SUSPENSION = of("member", own=RUNS_THE_SITE, other=only(MANAGER), administrator=only(ADMIN))
SUBSCRIBER = of("member", own=only(MANAGER), other=only(MANAGER))
CLOSURE = of("closure", any=only(MANAGER))
LEVEL = of("level", any=only(MANAGER))
AREA = of("area", any=only(MANAGER))
QUOTA = of("quota", any=only(MANAGER))
PEAK = of("peak", any=only(MANAGER))
PRIORITY = of("priority", any=only(MANAGER))
HOURS = of("hours", any=only(MANAGER))
TRAINING = of("training", any=only(MANAGER))
SHEET = of("sheet", own=only(TRAINER, MANAGER), other=only(TRAINER, MANAGER))
CLOSING = of("sheet", own=only(TRAINER, MANAGER), other=only(MANAGER))
COUNTERSIGNING = of("sheet", own=only(TRAINER), other=NOBODY)
SIGNING = of("place", own=SIGNED_IN, given=only(TRAINER), other=NOBODY)
BANK = of("training", any=only(TRAINER, MANAGER))
QUESTION = of("question", any=only(TRAINER, MANAGER))
LINE = of("line", any=only(MANAGER))

TABLE: dict[str, Row] = {
    # the first page, the plannings, the state of the installation
    "planning.today": PUBLIC,
    "planning.day": FOR_MEMBERS,
    "planning.week": of("machine", other=SIGNED_IN),
    "planning.print_day": of("machine", other=SIGNED_IN),
    "health.live": PUBLIC,
    "health.ready": PUBLIC,
    "site.accessibility": PUBLIC,
    # reservations
    "reservations.index": FOR_MEMBERS,
    "reservations.of_organisation": page(ORGANISATION_ADMIN),
    "reservations.everyone": page(MANAGER),
    "reservations.new": TO_RESERVE,
    "reservations.find": TO_RESERVE,
    "reservations.create": TO_RESERVE,
    "reservations.new_several": TO_RESERVE,
    "reservations.create_several": TO_RESERVE,
    "reservations.new_chain": TO_RESERVE,
    "reservations.create_chain": TO_RESERVE,
    "reservations.new_series": TO_RESERVE,
    "reservations.create_series": TO_RESERVE,
    "reservations.show_series": SERIES,
    "reservations.confirm_move_series": SERIES,
    "reservations.move_series": SERIES,
    "reservations.show": RESERVATION,
    "reservations.confirm_hand_over": RESERVATION,
    "reservations.hand_over": RESERVATION,
    "reservations.withdraw_hand_over": RESERVATION,
    "reservations.show_hand_over": HANDED,
    "reservations.answer_hand_over": HANDED,
    "reservations.confirm_move": RESERVATION,
    "reservations.move": RESERVATION,
    "reservations.confirm_cancel": RESERVATION,
    "reservations.cancel": RESERVATION,
    "reservations.name_companion": NAMING,
    "reservations.save_companion": NAMING,
    "reservations.show_companion": COMPANION,
    "reservations.accept": COMPANION,
    "reservations.decline": COMPANION,
    "reservations.withdraw_request": WITHDRAWAL,
    "reservations.approve_request": ANSWER,
    "reservations.refuse_request": ANSWER,
    "reservations.waiting": FOR_MEMBERS,
    "reservations.wait": of("machine", other=USES_MACHINES),
    "reservations.join_waitlist": of("machine", other=USES_MACHINES),
    "reservations.line": MACHINE,
    "reservations.show_wait": WAIT,
    "reservations.accept_offer": OFFER,
    "reservations.decline_offer": OFFER,
    "reservations.leave_waitlist": WAIT,
    "reservations.confirm_waive_fee": FEE,
    "reservations.waive_fee": FEE,
    "reservations.check_in": USE,
    "reservations.confirm_check_out": USE,
    "reservations.check_out": USE,
    "reservations.confirm_waive_overrun": FEE,
    "reservations.waive_overrun": FEE,
    "reservations.confirm_forgive_no_shows": APPROVAL,
    "reservations.forgive_no_shows": APPROVAL,
    "sessions.confirm_suspend_member": SUSPENSION,
    "sessions.suspend_member": SUSPENSION,
    "sessions.confirm_member_leaves": SUSPENSION,
    "sessions.member_leaves": SUSPENSION,
    # machines, their state and what they ask for
    "machines.index": PUBLIC,
    "planning.at_the_machine": of("machine", other=EVERYBODY),
    "planning.label": MACHINE,
    "planning.labels": page(MANAGER),
    "machines.show": of("machine", other=EVERYBODY),
    "machines.path": of("machine", other=EVERYBODY),
    "machines.new": page(MANAGER),
    "machines.create": page(MANAGER),
    "machines.edit": MACHINE,
    "machines.save": MACHINE,
    "machines.edit_use": MACHINE,
    "machines.save_use": MACHINE,
    "machines.edit_safety": MACHINE,
    "machines.save_safety": MACHINE,
    "machines.documents": MACHINE,
    "machines.add_document": MACHINE,
    "machines.remove_document": MACHINE,
    "upkeep.areas": page(MANAGER),
    "upkeep.new_area": page(MANAGER),
    "upkeep.create_area": page(MANAGER),
    "upkeep.edit_area": AREA,
    "upkeep.save_area": AREA,
    "upkeep.quotas": page(MANAGER),
    "upkeep.new_quota": page(MANAGER),
    "upkeep.add_quota": page(MANAGER),
    "upkeep.edit_quota": QUOTA,
    "upkeep.change_quota": QUOTA,
    "upkeep.end_quota": QUOTA,
    "upkeep.new_peak": page(MANAGER),
    "upkeep.add_peak": page(MANAGER),
    "upkeep.edit_peak": PEAK,
    "upkeep.change_peak": PEAK,
    "upkeep.remove_peak": PEAK,
    "upkeep.new_priority": page(MANAGER),
    "upkeep.add_priority": page(MANAGER),
    "upkeep.edit_priority": PRIORITY,
    "upkeep.change_priority": PRIORITY,
    "upkeep.end_priority": PRIORITY,
    "upkeep.units": MACHINE,
    "upkeep.add_unit": MACHINE,
    "upkeep.take_unit_out": MACHINE,
    "upkeep.put_unit_back": MACHINE,
    "upkeep.requirements": MACHINE,
    "upkeep.require": MACHINE,
    "upkeep.drop_requirement": REQUIREMENT,
    "upkeep.do_drop_requirement": REQUIREMENT,
    "upkeep.stop": MACHINE,
    "upkeep.do_stop": MACHINE,
    "upkeep.state": MACHINE,
    "upkeep.do_state": MACHINE,
    "upkeep.reschedule": OUTAGE,
    "upkeep.do_reschedule": OUTAGE,
    "upkeep.release": OUTAGE,
    "upkeep.do_release": OUTAGE,
    # hours and closures
    "openings.index": PUBLIC,
    "openings.hours": LEVEL,
    "openings.add_hours": LEVEL,
    "openings.make_own": LEVEL,
    "openings.edit_hours": HOURS,
    "openings.change_hours": HOURS,
    "openings.remove_hours": LEVEL,
    "openings.inherit": LEVEL,
    "upkeep.new_closure": page(MANAGER),
    "upkeep.add_closure": page(MANAGER),
    "upkeep.edit_closure": CLOSURE,
    "upkeep.change_closure": CLOSURE,
    "upkeep.cancel_closure": CLOSURE,
    # trainings and certifications
    "trainings.index": PUBLIC,
    "trainings.show": of("training", any=EVERYBODY),
    "trainings.new": page(MANAGER),
    "trainings.create": page(MANAGER),
    "trainings.edit": TRAINING,
    "trainings.update": TRAINING,
    "trainings.confirm_archive": TRAINING,
    "trainings.archive": TRAINING,
    "trainings.restore": TRAINING,
    "trainings.confirm_request": of("training", any=USES_MACHINES),
    "trainings.confirm_refresher": of("training", any=USES_MACHINES),
    "trainings.ask_refresher": of("training", any=USES_MACHINES),
    "trainings.request": of("training", any=USES_MACHINES),
    "assessments.new": of("trainee", own=NOBODY, other=only(TRAINER)),
    "assessments.assess": of("trainee", own=NOBODY, other=only(TRAINER)),
    "quizzes.show": of("training", any=SIGNED_IN),
    "quizzes.start": of("training", any=SIGNED_IN),
    "quizzes.attempt": of("attempt", own=SIGNED_IN, other=only(TRAINER, MANAGER)),
    "quizzes.send": of("attempt", own=SIGNED_IN, other=NOBODY),
    "quizzes.questions": BANK,
    "quizzes.new_question": BANK,
    "quizzes.add_question": BANK,
    "quizzes.edit_question": QUESTION,
    "quizzes.change_question": QUESTION,
    "quizzes.retire_question": QUESTION,
    "quizzes.bring_question_back": QUESTION,
    "attendance.index": FOR_MEMBERS,
    "attendance.show": SHEET,
    "attendance.sheet": SHEET,
    "attendance.half_day": SHEET,
    "attendance.countersign": COUNTERSIGNING,
    "attendance.confirm_sign": SIGNING,
    "attendance.sign": SIGNING,
    "attendance.note_absence": of("place", own=NOBODY, given=only(TRAINER), other=NOBODY),
    "attendance.close": CLOSING,
    "attendance.confirm_void": LINE,
    "attendance.void": LINE,
    "sessions.index": PUBLIC,
    "sessions.show": of("training session", own=EVERYBODY, other=EVERYBODY),
    "sessions.new": page(TRAINER, MANAGER),
    "sessions.create": page(TRAINER, MANAGER),
    "sessions.edit": GIVEN,
    "sessions.update": GIVEN,
    "sessions.open_up": GIVEN,
    "sessions.confirm": GIVEN,
    "sessions.confirm_cancel": GIVEN,
    "sessions.cancel": GIVEN,
    "sessions.confirm_trainers": GIVEN,
    "sessions.name_trainers": GIVEN,
    "sessions.mine": FOR_MEMBERS,
    "sessions.demand": page(TRAINER, MANAGER),
    "sessions.confirm_interest": of("training", any=USES_MACHINES),
    "sessions.declare_interest": of("training", any=USES_MACHINES),
    "sessions.withdraw_interest": of("training", any=USES_MACHINES),
    "sessions.confirm_repeat": GIVEN,
    "sessions.repeat": GIVEN,
    "sessions.confirm_enrol": ENROLLING,
    "sessions.enrol": ENROLLING,
    "sessions.wait": ENROLLING,
    "sessions.accept": of("enrolment", own=SIGNED_IN, other=NOBODY, colleague=NOBODY),
    "sessions.confirm_give_back": ENROLMENT,
    "sessions.give_back": ENROLMENT,
    "sessions.confirm_waive_fee": WAIVED_PLACE,
    "sessions.waive_fee": WAIVED_PLACE,
    "certifications.index": page(TRAINER, MANAGER),
    "certifications.mine": FOR_MEMBERS,
    "certifications.show": CERTIFICATION,
    "certifications.new": page(TRAINER),
    "certifications.propose": named("proposal", TRAINER),
    "certifications.start_training": of("certification", own=NOBODY, other=only(TRAINER)),
    "certifications.confirm_suspend": DECISION,
    "certifications.suspend": DECISION,
    "certifications.confirm_revoke": DECISION,
    "certifications.revoke": DECISION,
    "certifications.confirm_reinstate": DECISION,
    "certifications.reinstate": DECISION,
    "certifications.approve": DECISION,
    "certifications.confirm_correct": DECISION,
    "certifications.correct": DECISION,
    "certifications.confirm_appoint": DECISION,
    "certifications.appoint": DECISION,
    "certifications.on_a_day": FOR_MEMBERS,
    "certifications.new_evidence": CERTIFICATION,
    "certifications.add_file": CERTIFICATION,
    "certifications.show_file": EVIDENCE,
    "certifications.ending": page(TRAINER, MANAGER),
    "decisions.approve_several": page(MANAGER),
    "certifications.refuse": DECISION,
    "certifications.certificate": CERTIFICATE,
    "certifications.certificate_pdf": CERTIFICATE,
    "certifications.renew_code": CODE,
    "members.card": CARD,
    "members.card_pdf": CARD,
    "members.renew_card_code": of("member", own=SIGNED_IN, other=NOBODY),
    "verifications.verify": of("code", any=EVERYBODY),
    "verifications.show_name": of("verification", own=SIGNED_IN, other=NOBODY),
    "verifications.withdraw_code": of("verification", own=SIGNED_IN, other=NOBODY),
    "training_files.activity": page(MANAGER, ACCOUNTANT),
    "training_files.note_due": named("year", MANAGER),
    "training_files.show": FILE,
    "training_files.set_up": of("sheet", own=only(MANAGER), other=only(MANAGER)),
    "training_files.funding": of("sheet", own=only(MANAGER), other=only(MANAGER)),
    "training_files.note_funding": of("sheet", own=only(MANAGER), other=only(MANAGER)),
    "training_files.export": FILE,
    "questionnaires.index": FOR_MEMBERS,
    "questionnaires.show": of("questionnaire", own=SIGNED_IN, other=NOBODY),
    "questionnaires.answer": of("questionnaire", own=SIGNED_IN, other=NOBODY),
    "decisions.index": page(MANAGER),
    # organisations and members
    "organisations.index": page(*RUNS_THE_SITE),
    "organisations.show": of(
        "organisation", own=RUNS_THE_SITE | {ORGANISATION_ADMIN}, other=RUNS_THE_SITE
    ),
    "organisations.new": page(*RUNS_THE_SITE),
    "organisations.create": page(*RUNS_THE_SITE),
    "organisations.edit": of("organisation", own=RUNS_THE_SITE, other=RUNS_THE_SITE),
    "organisations.update": of("organisation", own=RUNS_THE_SITE, other=RUNS_THE_SITE),
    "organisations.new_subscription": of("organisation", own=only(MANAGER), other=only(MANAGER)),
    "organisations.subscribe": of("organisation", own=only(MANAGER), other=only(MANAGER)),
    "members.index": page(*RUNS_THE_SITE),
    "members.new": page(*RUNS_THE_SITE),
    "members.create": page(*RUNS_THE_SITE),
    "members.show": of("member", own=SIGNED_IN, other=RUNS_THE_SITE, administrator=RUNS_THE_SITE),
    "members.edit": ACCOUNT,
    "members.update": ACCOUNT,
    "members.new_paper": ACCOUNT,
    "members.record_paper": ACCOUNT,
    "members.edit_paper": PAPER,
    "members.correct_paper": PAPER,
    "members.withdraw_paper": PAPER,
    "members.approve": APPROVAL,
    "members.readmit": APPROVAL,
    "members.ask_for_papers": APPROVAL,
    "members.send_request_for_papers": APPROVAL,
    "members.confirm_reinstate": SUSPENSION,
    "members.reinstate": SUSPENSION,
    "members.new_subscription": SUBSCRIBER,
    "members.subscribe": SUBSCRIBER,
    "members.edit_subscription": of("subscription", any=only(MANAGER)),
    "members.change_subscription": of("subscription", any=only(MANAGER)),
    # signing in, and one's own account
    "members.login": PUBLIC,
    "members.sign_in": PUBLIC,
    "members.forgot_password": PUBLIC,
    "members.send_reset": PUBLIC,
    "members.reset_sent": PUBLIC,
    "members.reset_password": of("reset", any=EVERYBODY),
    "members.choose_password": of("reset", any=EVERYBODY),
    "members.set_language": PUBLIC,
    "members.house_rules": PUBLIC,
    "members.accept_house_rules": FOR_MEMBERS,
    "members.me": FOR_MEMBERS,
    "members.security": FOR_MEMBERS,
    "members.new_password": FOR_MEMBERS,
    "members.change_password": FOR_MEMBERS,
    "members.new_pin": FOR_MEMBERS,
    "members.set_pin": FOR_MEMBERS,
    "members.preferences": FOR_MEMBERS,
    "members.set_preferences": FOR_MEMBERS,
    "planning.feeds": FOR_MEMBERS,
    "planning.create_feed": FOR_MEMBERS,
    "planning.calendar": of("calendar", any=EVERYBODY),
    "planning.renew_feed": of("feed", own=SIGNED_IN, other=NOBODY),
    "planning.revoke_feed": of("feed", own=SIGNED_IN, other=NOBODY),
    "members.new_token": FOR_MEMBERS,
    "members.create_token": FOR_MEMBERS,
    "members.revoke_token": of("token", own=SIGNED_IN, other=SIGNED_IN),
    "members.end_session": of("session", own=SIGNED_IN, other=SIGNED_IN),
    "members.logout": LEADS_TO_LOGIN,
    "members.logout_everywhere": LEADS_TO_LOGIN,
    # the site, the journal, the messages
    "site.edit": page(*RUNS_THE_SITE),
    "site.update": page(*RUNS_THE_SITE),
    "site.new_house_rules": page(*RUNS_THE_SITE),
    "site.publish_house_rules": page(*RUNS_THE_SITE),
    "site.house_rules": of("house rules", any=RUNS_THE_SITE),
    "journal.index": page(*RUNS_THE_SITE),
    "journal.export": page(*RUNS_THE_SITE),
    "outbox.index": page(*RUNS_THE_SITE),
    "outbox.show": named("message", *RUNS_THE_SITE),
    "outbox.calendar_file": named("message"),  # the recipient's alone, but in the demo
    "outbox.send_again": named("message", *RUNS_THE_SITE),
    # the tablet of the workshop; last, since it changes what signing out leads to
    "planning.kiosk": PUBLIC,
    "planning.controllers": page(MANAGER),
    "planning.make_controller": page(MANAGER),
    "planning.revoke_controller": of("controller", any=only(MANAGER)),
    "planning.kiosks": page(MANAGER),
    "planning.close_kiosk": of("kiosk", any=only(MANAGER)),
    "planning.open_kiosk": page(MANAGER),
    # programs
    "api.openapi": PUBLIC_TO_PROGRAMS,
    "api.list_of_machines": PUBLIC_TO_PROGRAMS,
    "api.show_machine": of("machine", other=WITH_A_TOKEN_OR_NONE),
    "api.path_to_machine": of("machine", other=WITH_A_TOKEN_OR_NONE),
    "api.availability": of("machine", other=SIGNED_IN),
    "api.list_of_trainings": PUBLIC_TO_PROGRAMS,
    "api.show_training": of("training", any=WITH_A_TOKEN_OR_NONE),
    "api.badge_list": LEADS_TO_LOGIN,  # a member's token is none of a controller's
    "api.me": FOR_MEMBERS,
    "api.list_of_reservations": FOR_MEMBERS,
    "api.create_reservation": TO_RESERVE,
    "api.create_batch": TO_RESERVE,
    "api.create_chain": TO_RESERVE,
    "api.create_series": TO_RESERVE,
    "api.show_series": SERIES,
    "api.cancel_series": SERIES,
    "api.move_series": SERIES,
    "api.show_reservation": RESERVATION,
    "api.move_reservation": RESERVATION,
    "api.offer_reservation": RESERVATION,
    "api.list_of_hand_overs": FOR_MEMBERS,
    "api.accept_hand_over": HANDED,
    "api.decline_hand_over": HANDED,
    "api.cancel_reservation": RESERVATION,
    "api.check_in": USE,
    "api.check_out": USE,
    "api.accept_reservation": ASKED,
    "api.decline_reservation": ASKED,
    "api.list_of_requests": FOR_MEMBERS,
    "api.create_request": TO_RESERVE,
    "api.show_request": REQUEST,
    "api.withdraw_request": WITHDRAWAL,
    "api.approve_request": ANSWER,
    "api.refuse_request": ANSWER,
    "api.list_of_waits": FOR_MEMBERS,
    "api.join_waitlist": page(*USES_MACHINES),
    "api.show_wait": WAIT,
    "api.accept_offer": OFFER,
    "api.decline_offer": OFFER,
    "api.leave_waitlist": WAIT,
    "api.list_of_sessions": PUBLIC_TO_PROGRAMS,
    "api.show_session": of(
        "training session", own=WITH_A_TOKEN_OR_NONE, other=WITH_A_TOKEN_OR_NONE
    ),
    "api.create_session": page(TRAINER, MANAGER),
    "api.change_session": GIVEN,
    "api.open_session": GIVEN,
    "api.confirm_session": GIVEN,
    "api.repeat_session": GIVEN,
    "api.enrolments_of_session": GIVEN,
    "api.enrol": ENROLLING,
    "api.wait_for_place": ENROLLING,
    "api.cancel_session": GIVEN,
    "api.name_trainers_of_session": GIVEN,
    "api.list_of_enrolments": FOR_MEMBERS,
    "api.show_enrolment": ENROLMENT,
    "api.accept_place": of("enrolment", own=SIGNED_IN, other=NOBODY, colleague=NOBODY),
    "api.cancel_enrolment": ENROLMENT,
    "api.waive_enrolment_fee": WAIVED_PLACE,
    "api.declare_interest": of("training", any=USES_MACHINES),
    "api.withdraw_interest": of("training", any=USES_MACHINES),
    "api.list_of_demand": page(TRAINER, MANAGER),
    "api.list_of_certifications": FOR_MEMBERS,
    "api.show_attendance": SHEET,
    "api.sign_half_day": of("place", own=SIGNED_IN, given=NOBODY, other=NOBODY),
    "api.countersign_half_day": COUNTERSIGNING,
    "api.sign_on_device": SIGNING,
    "api.note_absence": COUNTERSIGNING,
    "api.void_entry": LINE,
    "api.close_attendance": CLOSING,
    "api.show_training_file": FILE,
    "api.export_training_file": FILE,
    "api.show_activity": named("year", MANAGER, ACCOUNTANT),
    "api.list_of_attempts": of("training", any=SIGNED_IN),
    "api.start_attempt": of("training", any=SIGNED_IN),
    "api.show_attempt": of("attempt", own=SIGNED_IN, other=only(TRAINER, MANAGER)),
    "api.answer_attempt": of("attempt", own=SIGNED_IN, other=NOBODY),
    "api.create_assessment": named("training", TRAINER),
    "api.create_certification": page(*USES_MACHINES),
    "api.show_certification": CERTIFICATION,
    "api.approve_certification": DECISION,
    "api.correct_certification": DECISION,
    "api.appoint_referent": DECISION,
    "api.add_evidence_file": CERTIFICATION,
    "api.show_evidence_file": EVIDENCE,
    "api.list_of_endings": page(TRAINER, MANAGER),
    "api.prove_certification": FOR_MEMBERS,
    "api.approve_certifications": page(MANAGER),
    "api.refuse_certification": DECISION,
    "api.suspend_certification": DECISION,
    "api.reinstate_certification": DECISION,
    "api.revoke_certification": DECISION,
}
"""Acts that take something away stand after those that need it."""

NAMED_IN_FORMS = {
    "machines.remove_document": "document",
    "upkeep.take_unit_out": "unit",
    "upkeep.put_unit_back": "unit",
    "openings.remove_hours": "opening",
}
"""What is not there answers 404 as well: these forms name something of the object."""


# What there is to ask for: things of the one who asks, of colleagues, of others


OTHER, COLLEAGUE, ADMINISTRATOR = "U12", "U03", "S7"
OWN_ORGANISATION, OTHER_ORGANISATION = "O02", "O05"
RESET = "a link sent by mail"
LATER = REFERENCE + timedelta(days=7)


@dataclass
class Person:
    """Who asks: an account with one role, or nobody."""

    role: str
    app: Flask
    client: FlaskClient
    code: str = ""
    token: str = ""
    things: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def sign_in(self) -> str:
        """Begin a session, with a token against forgery; returns what forms carry of it."""
        with self.client.session_transaction() as cookie:
            cookie["csrf_token"] = "known"
            if self.code:
                with self.app.app_context(), writing():
                    cookie["_user_id"] = start_session(_member(self.code), "a browser")
        signer = URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token")  # type: ignore[arg-type]
        return str(signer.dumps("known"))


def person_with(role: str, app: Flask) -> Person:
    """A new account of this role, with one of everything that can be its own."""
    person = Person(role, app, app.test_client())
    with app.app_context(), writing():
        asker = _new_member(role) if role != VISITOR else None
        if asker is not None:
            person.code = asker.code
            person.token = create_token(asker, "a program")
        person.things = dict(_things(asker))
        if role == LEFT and asker is not None:
            asker.state = AccountState.LEFT
    return person


def _new_member(role: str) -> Member:
    organisation = find_organisation(OWN_ORGANISATION)
    member = Member(
        code="X1",
        name="Camille Essai",
        email="camille.essai@example.org",
        state=AccountState.SUSPENDED if role == SUSPENDED else AccountState.APPROVED,
        organisation_id=organisation.id if organisation else None,
        role_rows=[MemberRole(role=held) for held in ROLES[role]],
    )
    db.session.add(member)
    db.session.flush()
    return member


def _things(asker: Member | None) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """The arguments of an address, for each kind of object and its relation to who asks.

    What a visitor asks for as his own is somebody's whom he is not.
    """
    owners = {
        "own": asker or _member(OTHER),
        "other": _member(OTHER),
        "colleague": _member(COLLEAGUE),
        "administrator": _member(ADMINISTRATOR),
    }
    hours = itertools.count()
    for variant, owner in owners.items():
        yield ("member", variant), {"code": owner.code}
        yield ("reservation", variant), {"number": _reservation(owner, next(hours)).id}
        companion = _companion(owner, next(hours))
        yield ("companion", variant), {"number": companion.id}
        yield ("asked", variant), {"number": companion.reservation_id}
        yield ("series", variant), {"number": _series(owner).id}
        yield ("wait", variant), {"number": _wait(owner).id}
        yield ("request", variant), {"number": _request(owner).id}
        yield ("certification", variant), {"number": _certification(owner).id}
        yield ("evidence", variant), _evidence(owner)
        yield ("verification", variant), {"number": _verification(owner).id}
        given = _training_session(owner, variant)
        yield ("training session", variant), {"code": given.code}
        yield ("enrolment", variant), {"number": _enrolment(owner, given).id}
        yield ("questionnaire", variant), _asked(f"Q-{variant}", owner)
        yield ("hand over", variant), {"number": _hand_over(owner, next(hours)).id}
        yield ("paper", variant), {"code": owner.code, "paper_id": _paper(owner).id}
        yield ("session", variant), {"session_id": _session(owner).id}
        yield ("token", variant), {"token_id": _api_token(owner).id}
        yield ("feed", variant), {"feed_id": _feed(owner).id}
        yield ("sheet", variant), _place(f"X-{variant}", trainer=owner, trainee=_member("U15"))
        yield ("place", variant), _place(f"Y-{variant}", _member("S3"), trainee=owner)
        yield ("trainee", variant), {"code": "LASER", "member": owner.code}
        yield ("attempt", variant), {"number": pass_quiz(owner.code, "TEXTILE-1").id}
        machine = _machine(owner, variant)
        yield ("machine", variant), {"code": machine.code}
        yield ("requirement", variant), {"code": machine.code, "training": "ACC"}
        yield ("outage", variant), {"outage_id": machine.outages[0].id}
        yield ("document", variant), {"document": machine.documents[0].id}
        yield ("unit", variant), {"unit": machine.units[0].number}
    yield ("place", "given"), _place("Z-1", trainer=owners["own"], trainee=_member("U15"))
    yield ("year", "any"), {"year": 2026}
    yield ("question", "any"), {"question_id": _first(QuizQuestion).id}
    yield ("line", "any"), {"entry_id": _first(AttendanceEntry).id}
    yield ("organisation", "own"), {"code": OWN_ORGANISATION}
    yield ("organisation", "other"), {"code": OTHER_ORGANISATION}
    yield ("training", "any"), {"code": "TEXTILE-1"}
    yield ("house rules", "any"), {"version": "2026-1"}
    yield ("closure", "any"), {"closure_id": _closure().id}
    yield ("area", "any"), {"code": "BOIS"}
    quota = Quota(holder=Holder.PERSON, span=Span.WEEK, limit_minutes=60_000)
    evening: dict[str, Any] = {"weekdays": [0], "starts": time(17), "ends": time(20)}
    yield ("quota", "any"), {"number": _added(quota).id}
    yield ("peak", "any"), {"number": _added(PeakWindow(**evening)).id}
    priority = PriorityWindow(plan_codes=["P-RES"], opens_hours=24, **evening)
    yield ("priority", "any"), {"number": _added(priority).id}
    yield ("level", "any"), {"kind": "machine", "code": "M01"}
    number = _opening().id
    yield ("hours", "any"), {"kind": "machine", "code": "M01", "number": number}
    yield ("opening", "any"), {"opening": number}
    yield ("subscription", "any"), {"subscription_id": _first(Subscription).id}
    yield ("message", "any"), {"message_id": _message().id}
    yield ("reset", "any"), {"token": _reset(owners["other"])}
    yield ("calendar", "any"), {"token": _calendar(owners["other"])}
    yield ("code", "any"), {"token": _verification(owners["other"]).token}
    yield ("controller", "any"), {"number": _controller().id}
    yield ("kiosk", "any"), {"number": _kiosk().id}
    yield ("proposal", "any"), {"member": OTHER, "training": "LASER"}


def _member(code: str) -> Member:
    member = find_member(code)
    assert member is not None
    return member


def _first(kind: type[Any]) -> Any:
    return db.session.scalars(select(kind).limit(1)).one()


def _added(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row


def _reservation(owner: Member, hour: int) -> Any:
    starts_at = LATER + timedelta(hours=hour)
    return _added(
        Reservation(
            member_id=owner.id,
            machine_id=_first(Machine).id,
            organisation_id=owner.organisation_id,
            state=ReservationState.CONFIRMED,
            mode=Mode.AUTONOMOUS,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            created_at=REFERENCE,
            created_by_id=owner.id,
        )
    )


def _companion(person: Member, hour: int) -> Any:
    """Somebody is asked to be there for another's reservation."""
    reservation = _reservation(_member(ADMINISTRATOR), hour)
    return _added(
        Companion(
            reservation_id=reservation.id,
            member_id=person.id,
            role=CompanionRole.BUDDY,
            answer=CompanionAnswer.PENDING,
            asked_at=REFERENCE,
        )
    )


def _series(owner: Member) -> Any:
    return _added(
        Series(
            frequency=Frequency.WEEK,
            member_id=owner.id,
            organisation_id=owner.organisation_id,
            created_at=REFERENCE,
            created_by_id=owner.id,
        )
    )


def _wait(owner: Member) -> Any:
    return _added(
        WaitlistEntry(
            member_id=owner.id,
            machine_id=_first(Machine).id,
            waits=Waits.FOR_OFFER,
            watched_from=LATER,
            watched_until=LATER + timedelta(hours=4),
            minutes=120,
            created_at=REFERENCE,
        )
    )


def _request(owner: Member) -> Any:
    return _added(
        ApprovalRequest(
            member_id=owner.id,
            machine_id=_first(Machine).id,
            organisation_id=owner.organisation_id,
            mode=Mode.AUTONOMOUS,
            starts_at=LATER,
            ends_at=LATER + timedelta(hours=1),
            lapses_at=LATER,
            created_at=REFERENCE,
            created_by_id=owner.id,
        )
    )


def _hand_over(receiver: Member, hour: int) -> Any:
    offered = _reservation(_member("U15"), hour)
    return _added(
        HandOver(
            reservation_id=offered.id,
            sequence=offered.sequence,
            member_id=receiver.id,
            offered_by_id=offered.member_id,
            offered_at=REFERENCE,
        )
    )


def _evidence(owner: Member) -> dict[str, int]:
    number = _certification(owner).id
    file = EvidenceFile(
        certification_id=number,
        name="diplome.pdf",
        content_type="application/pdf",
        size=4,
        sha256="0" * 64,
        content=b"%PDF",
        added_at=REFERENCE,
        added_by_id=owner.id,
    )
    return {"number": number, "file_id": _added(file).id}


def _certification(owner: Member) -> Any:
    training = db.session.scalars(select(Training).where(Training.code == "METAL-1")).one()
    return _added(
        Certification(
            member_id=owner.id,
            training_id=training.id,
            level=1,
            state=CertificationState.SUSPENDED,
            approved_on=REFERENCE.date(),
            valid_until=LATER.date(),
            suspension_reason="Essai",
        )
    )


def _verification(owner: Member) -> Verification:
    return give_code(_certification(owner))


def _place(code: str, trainer: Member, trainee: Member) -> dict[str, Any]:
    """A session of this trainer in which this trainee has a place."""
    begun = a_session(trainee.code, of="CERAM-1", trainer=trainer.code, code=code)
    return {"code": begun.code, "number": 1, "member": trainee.code}


def _training_session(trainer: Member, variant: str) -> Any:
    """A session that this person gives, in ten weeks."""
    training = db.session.scalars(select(Training).where(Training.code == "METAL-1")).one()
    starts_at = LATER + timedelta(days=70)
    session = TrainingSession(
        code=f"X-{variant.upper()}",
        training_id=training.id,
        trainer_id=trainer.id,
        state=SessionState.OPEN,
        places=3,
        half_days=[
            SessionHalfDay(number=1, starts_at=starts_at, ends_at=starts_at + timedelta(hours=3))
        ],
    )
    return _added(session)


def _enrolment(owner: Member, session: TrainingSession) -> Any:
    """A place of this person, in a session of other people's."""
    return _added(
        Enrolment(
            session_id=session.id,
            member_id=owner.id,
            organisation_id=owner.organisation_id,
            state=EnrolmentState.ENROLLED,
        )
    )


def _asked(code: str, trainee: Member) -> dict[str, Any]:
    """A professional session that has just ended, in which this trainee had a place."""
    ended = a_session(trainee.code, of="BOIS-1", code=code)
    sign_all(ended)
    return {"number": ended.enrolments[0].id, "kind": "at_once"}


def _paper(owner: Member) -> Any:
    return _added(
        Paper(
            member_id=owner.id,
            kind=PaperKind.INSURANCE,
            valid_until=LATER.date(),
            recorded_at=REFERENCE,
        )
    )


def _session(owner: Member) -> Any:
    start_session(owner, "another browser")
    db.session.flush()
    return db.session.scalars(select(LoginSession).order_by(LoginSession.id.desc())).first()


def _api_token(owner: Member) -> Any:
    create_token(owner, "another program")
    db.session.flush()
    return db.session.scalars(select(ApiToken).order_by(ApiToken.id.desc())).first()


def _feed(owner: Member) -> Any:
    make_feed(owner)
    db.session.flush()
    return db.session.scalars(select(Feed).order_by(Feed.id.desc())).first()


def _calendar(owner: Member) -> str:
    token = make_feed(owner)
    db.session.flush()
    return token


def _machine(referent: Member, variant: str) -> Any:
    """A machine that this person looks after, out of service, with a requirement and a document."""
    like = _first(Machine)
    machine = Machine(
        code=f"X-{variant.upper()}",
        name={"fr": "Machine d’essai"},
        area_id=like.area_id,
        category=like.category,
        risk_class=RiskClass.GREEN,
        referent_id=referent.id,
        documents=[MachineDocument(title="Notice")],
        requirements=[Requirement(training_code="ACC", supervised_level=1, autonomous_level=1)],
        units=[Unit(number=1)],
        outages=[
            Outage(kind=OutageKind.DOWN, starts_at=REFERENCE - timedelta(days=1), reason="Essai")
        ],
    )
    return _added(machine)


def _closure() -> Any:
    return _added(Closure(starts_at=LATER, ends_at=LATER + timedelta(hours=1), reason="Essai"))


def _opening() -> Any:
    machine = db.session.scalars(select(Machine).where(Machine.code == "M01")).one()
    return _added(Opening(machine_id=machine.id, weekday=6, starts=time(9), ends=time(10)))


def _message() -> Any:
    return _added(
        Message(
            kind="account.approved", recipient="a@example.org", language="fr",
            message_id="<1@essai>", created_at=REFERENCE, send_after=REFERENCE,
        )
    )  # fmt: skip


def _kiosk() -> Any:
    return _added(Kiosk(token_hash=digest("a tablet"), opened_at=REFERENCE))


def _controller() -> Any:
    controller = Controller(name="Porte", token_hash=digest("a door"), made_at=REFERENCE)
    return _added(controller)


def _reset(owner: Member) -> str:
    _added(
        PasswordReset(
            member_id=owner.id, token_hash=digest(RESET), expires_at=REFERENCE + timedelta(hours=1)
        )
    )
    return RESET


# Asking


@dataclass(frozen=True)
class Cell:
    """One question: this address, by this method, for this object."""

    endpoint: str
    method: str
    variant: str

    @property
    def row(self) -> Row:
        return TABLE[self.endpoint]


def cells(app: Flask) -> list[Cell]:
    """Every question to ask, what only looks before what changes something."""
    methods = {
        rule.endpoint: sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})
        for rule in app.url_map.iter_rules()
    }
    found = [
        Cell(endpoint, method, variant)
        for endpoint, row in TABLE.items()
        if makes_pdf() or not endpoint.endswith("_pdf")
        for method in methods[endpoint]
        for variant in row.passing
    ]
    return sorted(found, key=lambda cell: cell.method)


def ask(person: Person, cell: Cell) -> Outcome:
    arguments = person.things.get((cell.row.kind, cell.variant), {})
    with person.app.test_request_context():
        address = person.app.url_for(cell.endpoint, **arguments)
    if cell.endpoint.startswith("api."):
        return outcome(ask_as_program(person, cell.method, address))
    if cell.method == "GET":
        return outcome(person.client.get(address))
    named = person.things.get((NAMED_IN_FORMS.get(cell.endpoint, ""), cell.variant), {})
    values = {"csrf_token": person.sign_in(), **named}
    return outcome(person.client.open(address, method=cell.method, data=values))


def ask_as_program(person: Person, method: str, address: str) -> TestResponse:
    headers = {"Authorization": f"Bearer {person.token}"} if person.token else {}
    empty: dict[str, Any] | None = {} if method == "POST" else None
    return person.app.test_client().open(address, method=method, json=empty, headers=headers)


def outcome(answer: TestResponse) -> Outcome:
    status = answer.status_code
    if status == 401 or (status in (302, 303) and "/login?next=" in (answer.location or "")):
        return Outcome.LOGIN
    if status in (302, 303) and (answer.location or "").endswith("/login"):
        return Outcome.LOGIN
    known = {403: Outcome.FORBIDDEN, 404: Outcome.NOT_FOUND}
    # An empty form is understood and refused with 422; 400 would be a refusal of its token.
    passed = status < 400 or status in (409, 422)
    return known.get(status, Outcome.OK if passed else Outcome.BROKEN)


@pytest.mark.sqlite_only
def test_every_address_is_in_the_table(demo_app: Flask) -> None:
    served = {rule.endpoint for rule in demo_app.url_map.iter_rules()} - {"static"}
    assert served - set(TABLE) == set(), "say who may use them"
    assert set(TABLE) - served == set(), "they are served no more"


@pytest.mark.sqlite_only
@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_use_what_it_needs_and_nothing_else(
    demo_app: Flask, role: str, tell: Tell
) -> None:
    person = person_with(role, demo_app)
    person.sign_in()
    asked = cells(demo_app)
    answers = {cell: ask(person, cell) for cell in asked}
    unexpected = [
        f"{cell.method} {cell.endpoint} ({cell.variant or 'no object'}): "
        f"{answer}, expected {cell.row.expected(role, cell.variant)}"
        for cell, answer in answers.items()
        if answer != cell.row.expected(role, cell.variant)
    ]
    counts = ", ".join(f"{n} {what}" for what, n in sorted(Counter(answers.values()).items()))
    tell(f"access, {role}: {len(asked)} cells ({counts}), {len(unexpected)} unexpected")
    assert not unexpected, "\n" + "\n".join(unexpected)


@pytest.mark.sqlite_only
def test_sessions_and_tokens_of_others_stay_as_they_are(demo_app: Flask) -> None:
    person = person_with(MANAGER, demo_app)
    for endpoint, kind in (("members.end_session", "session"), ("members.revoke_token", "token")):
        for variant in ("own", "other"):
            things = person.things[kind, variant]
            with demo_app.test_request_context():
                address = demo_app.url_for(endpoint, **things)
            person.client.post(address, data={"csrf_token": person.sign_in()})
    with demo_app.app_context():
        ended = {
            variant: (
                _at(LoginSession, person, "session", variant).ended_at is not None,
                _at(ApiToken, person, "token", variant).revoked_at is not None,
            )
            for variant in ("own", "other")
        }
    assert ended == {"own": (True, True), "other": (False, False)}


def _at(kind: type[Any], person: Person, name: str, variant: str) -> Any:
    (number,) = person.things[name, variant].values()
    return db.session.get(kind, number)
