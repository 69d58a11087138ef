"""Certifications: what is asked and decided, and what is told of them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Base64Bytes, Field

from booking.api.schemas.fields import (
    Asked,
    AskedDate,
    Code,
    Id,
    Instant,
    Limit,
    LowerCase,
    OptionalReason,
    Reason,
    Text,
    Told,
)
from booking.api.schemas.problems import Problem
from booking.api.schemas.reservations import Reservation
from booking.trainings.refusals import Why, WhyNoQuiz, WhyNotSigned
from booking.trainings.rules.evidence import MOST_BYTES

MOST_ITEMS = 100
Level = Annotated[int, Field(ge=1, le=3, strict=True)]
QueryLevel = Annotated[int, Field(ge=1, le=3)]


class State(StrEnum):
    """REPLACED: it has ended, and a newer one of the same training counts instead."""

    REQUESTED = "REQUESTED"
    IN_TRAINING = "IN_TRAINING"
    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    EXPIRED = "EXPIRED"
    LAPSED = "LAPSED"
    SUSPENDED = "SUSPENDED"
    REVOKED = "REVOKED"
    REFUSED = "REFUSED"
    REPLACED = "REPLACED"


class CertificationFilter(Asked):
    state: Annotated[str, LowerCase(State)] | None = None
    member: Code | None = Field(default=None, description="For trainers and managers.")
    training: Code | None = None
    limit: Limit = 50
    after: Id | None = Field(default=None, description="The id of the last one already seen.")


class NewCertification(Asked):
    """Without `member` you ask for your own; a trainer names the trainee and proposes him."""

    training: Code
    level: Level
    member: Code | None = None
    refresher: bool = Field(
        default=False,
        description="Of your own request: you were certified at this level before. Neither the "
        "course nor, while it counts, the test is asked again.",
    )
    assessed_on: AskedDate | None = Field(
        default=None, description="Of a proposal: the local day of the assessment, else today."
    )
    done: list[Text] = Field(
        default=[],
        max_length=MOST_ITEMS,
        description="Of a proposal: the items of the training's checklist seen done.",
    )
    note: Text = Field(default="", description="Of a proposal: for who decides.")
    evidence: Text = Field(
        default="", description="The diploma or experience that stands in for the practical test."
    )


class Approval(Asked):
    waiver: OptionalReason = Field(
        default="", description="Why a prerequisite that does not hold is set aside."
    )


class Appointment(Asked):
    reason: OptionalReason = Field(
        default="", description="Why a condition that does not hold is set aside."
    )


class Approvals(Asked):
    certifications: list[Id] = Field(min_length=1, max_length=MOST_ITEMS)


class Decision(Asked):
    reason: Reason


class Correction(Decision):
    """What the approval should have said; local days, inclusive."""

    level: Level
    approved_on: AskedDate
    valid_until: AskedDate


class NewEvidence(Asked):
    """A PDF, or an image of JPEG, PNG or WebP; images are drawn anew, without their metadata."""

    name: str = Field(min_length=1, max_length=200)
    content: Base64Bytes = Field(max_length=MOST_BYTES)


class Suspension(Decision):
    ends_when: OptionalReason = Field(default="", description="What would lift it.")


class ChecklistItem(Told):
    item: str
    done: bool


class Event(Told):
    """One act in its life; nothing of it is ever erased."""

    act: str
    at: Instant
    actor: str | None
    reason: str
    refresher: bool


class Certification(Told):
    """Days are local and inclusive; members are named by their codes."""

    id: int
    member: str
    training: str
    level: int
    state: Annotated[str, LowerCase(State)]
    approved_on: date | None
    valid_until: date | None
    last_used_on: date | None
    ends_on: date | None = Field(
        description="The last day it counts, by its date or by lack of use."
    )
    requested_on: date | None
    proposed_on: date | None
    assessed_on: date | None
    assessed_by: str | None
    approved_by: str | None
    equivalence: bool
    refresher: bool = Field(description="Asked for as a refresher of an earlier one.")
    evidence: str
    note: str
    checklist: list[ChecklistItem]
    suspension_reason: str | None
    suspension_ends_when: str | None


class Evidence(Told):
    """A file kept with a certification."""

    id: int
    name: str
    content_type: str
    size: int = Field(description="Bytes.")
    sha256: str
    added_at: Instant
    added_by: str


class EvidenceWithContent(Evidence):
    content: str = Field(description="In base64.")


class CertificationWithHistory(Certification):
    history: list[Event]
    files: list[Evidence]


class EndedCertification(Certification):
    cancelled_reservations: list[Reservation] = Field(
        description="What rested on it and fell with it; each member is written to."
    )


class LeftCertification(Told):
    """A proposal that was not approved with the others."""

    id: int
    code: Why | WhyNotSigned | WhyNoQuiz
    message: str


class ApprovedCertifications(Told):
    approved: list[Certification]
    left: list[LeftCertification] = Field(
        description="Those to be decided one by one, or that do not wait any more."
    )


class ProofQuestion(Asked):
    """Whether somebody was certified on a local day, as the history tells it."""

    training: Code
    level: QueryLevel
    on: AskedDate
    member: Code | None = Field(
        default=None, description="For trainers and managers; else yourself."
    )
    known_on: AskedDate | None = Field(
        default=None,
        description="As it was believed at the end of that local day, without later corrections.",
    )


class Shortcoming(StrEnum):
    """Why a training was not covered."""

    LEVEL_TOO_LOW = "LEVEL_TOO_LOW"
    EXPIRED = "EXPIRED"
    LAPSED = "LAPSED"
    SUSPENDED = "SUSPENDED"
    MISSING = "MISSING"


class ProofOfOne(Told):
    """One training of the chain: the best record of it, and what it lacked on the day."""

    training: str
    level: int
    certified: bool
    lacks: list[Annotated[str, LowerCase(Shortcoming)]]
    certification: int | None = Field(description="The id of the record that was judged.")
    record_level: int | None
    approved_on: date | None
    valid_until: date | None


class Proof(Told):
    """`certified` speaks of the training asked for, `chain` of its prerequisites too."""

    member: str
    on: date
    certified: bool
    chain: list[ProofOfOne]


class Ending(Told):
    """A certification that ends within 60 days and has not been renewed."""

    certification: int
    member: str
    training: str
    level: int
    ends_on: date
    for_lack_of_use: bool
    reservations_beyond: list[int] = Field(
        description="The ids of reservations that fall with it, free of charge."
    )


class EndingList(Told):
    items: list[Ending]


class CertificationList(Told):
    """By id; `next` is the `after` of the following page, null on the last."""

    items: list[Certification]
    next: int | None


class ReasonAgainst(Told):
    """One of the reasons for which an act was not done."""

    code: Why | WhyNotSigned | WhyNoQuiz
    message: str
    names: list[str]


class CertificationProblem(Problem):
    """Why an act was not done; `reasons` are all of them, `code` and `names` those of the first."""

    code: Why | WhyNotSigned | WhyNoQuiz | None = None
    names: list[str] | None = Field(
        default=None,
        description="What the reason speaks of: trainings, checklist items, or half-days.",
    )
    reasons: list[ReasonAgainst] | None = None
