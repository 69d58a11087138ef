"""The path to a machine, as a list and drawn; visitors see the whole of it.

The page belongs to the blueprint of machines, which may not know what stands to its right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, render_template, request

from booking import clock
from booking.machines.models import Machine
from booking.machines.queries import find_machine_with_outages
from booking.machines.rules import MachineState
from booking.machines.views import machines
from booking.planning.queries.paths import find_path_to
from booking.planning.rules.drawings import (
    Drawing,
    Sizes,
    draw_across,
    draw_down,
    lay_out,
    lines_of,
)
from booking.planning.rules.paths import Step, TrainingPath
from booking.planning.wording import next_act_text, step_state_word, too_early_text
from booking.reservations.rules import Mode
from booking.trainings.models import Training
from booking.web.access import acting_member, may, public
from booking.web.filters import localized

for word in (next_act_text, step_state_word, too_early_text):
    machines.add_app_template_filter(word)

WIDE = Sizes(width=224, height=104, between_layers=52, between_rows=20)
NARROW = Sizes(width=164, height=104, between_layers=36, between_rows=12)
LONE_COLUMN = Sizes(width=300, height=88, between_layers=36, between_rows=0)
WIDTH_OF_A_LETTER = 7.7
MARGIN = 12


@dataclass(frozen=True)
class Node:
    """What stands in a box: a training of the path, or at its end the machine (no step)."""

    code: str
    x: float
    y: float
    title: list[str]
    step: Step | None


@dataclass(frozen=True)
class Picture:
    """A drawing with what its boxes say."""

    drawing: Drawing
    nodes: list[Node]


@machines.get("/<code>/path", endpoint="path")
@public
def path_to(code: str) -> str:
    """What is missing to a machine, in order, with sessions and cost; for one kind of use."""
    machine = find_machine_with_outages(code)
    if machine is None or (machine.state == MachineState.RETIRED and not may("machine.create")):
        abort(404)
    use = Mode.SUPERVISED if request.args.get("use") == "supervised" else Mode.AUTONOMOUS
    found = find_path_to(machine, use, acting_member())
    now = clock.now()
    return render_template(
        "planning/path.html",
        machine=machine,
        condition=machine.condition_at(now),
        outage=machine.outage_at(now),
        use=use,
        path=found.path,
        trainings=found.trainings,
        sessions=found.sessions,
        pictures=_pictures(machine, found.path, found.trainings),
    )


def _pictures(
    machine: Machine, path: TrainingPath, trainings: Mapping[str, Training]
) -> list[Picture]:
    """The same drawn across for wide pages, and down for narrow ones."""
    layout = lay_out(_after(machine, path))
    narrow = NARROW if layout.rows > 1 else LONE_COLUMN
    drawings = (draw_across(layout, WIDE), draw_down(layout, narrow))
    titles = {code: localized(training.title) for code, training in trainings.items()}
    titles[machine.code] = localized(machine.name)
    steps = {step.training: step for step in path.steps}
    return [Picture(drawing, _nodes(drawing, titles, steps)) for drawing in drawings]


def _after(machine: Machine, path: TrainingPath) -> dict[str, list[str]]:
    """What each box comes after, the machine's last of all."""
    after = {step.training: [*step.after] for step in path.steps}
    return after | {machine.code: [*after]}


def _nodes(drawing: Drawing, titles: dict[str, str], steps: dict[str, Step]) -> list[Node]:
    letters = int((drawing.sizes.width - 2 * MARGIN) / WIDTH_OF_A_LETTER)
    return [
        Node(
            box.name,
            box.x,
            box.y,
            lines_of(titles.get(box.name, ""), letters, 2),
            steps.get(box.name),
        )
        for box in drawing.boxes
    ]
