"""Why somebody who was to give a session no longer can."""

from __future__ import annotations

from enum import StrEnum


class Unable(StrEnum):
    """ACCOUNT: it is suspended or ended; ROLE: no trainer any more; CERTIFICATION: what is taught
    was once held, and is suspended, revoked or over. Lack of use does not count: who teaches it
    practises it.
    """

    ACCOUNT = "ACCOUNT"
    ROLE = "ROLE"
    CERTIFICATION = "CERTIFICATION"
