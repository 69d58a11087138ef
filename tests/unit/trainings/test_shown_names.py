"""How much of a holder's name a check of his certificate tells."""

from __future__ import annotations

import pytest

from booking.trainings.rules import ShownName, shown_name


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Mathieu Schwoerer", "M. S."),
        ("Jean-Marc Müller", "J.-M. M."),
        ("Élodie", "É."),
        ("Anne  de La-Tour", "A. d. L.-T."),
        ("-", ""),
    ],
)
def test_initials_stand_for_every_part_of_a_name(name: str, initials: str) -> None:
    assert shown_name(name, ShownName.INITIALS) == initials


def test_a_name_is_told_in_whole_or_not_at_all() -> None:
    assert shown_name("Rosa Almeida", ShownName.WHOLE) == "Rosa Almeida"
    assert shown_name("Rosa Almeida", ShownName.NOTHING) == ""
