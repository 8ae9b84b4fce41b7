"""Two RASP programs on inputs of every length: proved equal, or told apart by a shortest input."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from tprog.analysis.measure.predictors import Counterexample
from tprog.analysis.verify.verdict import Outcome
from tprog.json_values import Formatted
from tprog.rasp.evaluate import RaspError, evaluate, label
from tprog.rasp.graph import Node, SOp
from tprog.rasp.printing import to_text
from tprog.synthesis.automata.proof import Differs, Proved, every_length

LONGEST_NODE = 100
"""Characters of a node that are shown."""

FRAGMENT = (
    "a proof needs programs of finite memory: heads that look at positions up to their own, and counts that are taken "
    "modulo a number or compared with constants"
)


@dataclass(frozen=True, slots=True)
class EveryLength(Formatted):
    """What is known of two RASP programs on inputs of every length.

    Attributes:
        outcome: `equal` on every input over the alphabet; `different` on the counterexample; `unknown` where neither is known.
        checked: the name of what was checked.
        against: the name of the reference.
        alphabet: what inputs are made of.
        states: how many combinations of what both remember can be reached; null where nothing was proved.
        reason: why nothing could be proved; null where something was.
        node: the part of a program that could not be followed, as RASP; null where none is to blame.
        complete_up_to: where nothing was proved, every input of at most so many tokens was compared.
        counterexample: a shortest input on which they differ.
    """

    outcome: Outcome
    checked: str
    against: str
    alphabet: tuple[str, ...]
    states: int | None = None
    reason: str | None = None
    node: str | None = None
    complete_up_to: int | None = None
    counterexample: Counterexample | None = None


def at_every_length(
    checked: SOp, against: SOp, alphabet: Sequence[str], names: tuple[str, str], seconds: float
) -> EveryLength:
    """Prove that two graphs give the same labels on every input over an alphabet, or find one where they do not.

    After so many seconds nothing is decided.
    """
    letters, until = tuple(alphabet), monotonic() + seconds
    found = every_length(checked, against, letters, over=lambda: monotonic() >= until)
    if isinstance(found, Proved):
        return EveryLength("equal", *names, letters, states=found.states)
    if isinstance(found, Differs):
        answers = _labels(against, found.word), _labels(checked, found.word)
        example = Counterexample(found.word, *answers)
        return EveryLength("different", *names, letters, counterexample=example)
    return EveryLength(
        "unknown",
        *names,
        letters,
        reason=found.reason,
        node=None if found.node is None else _text(found.node),
        complete_up_to=found.checked or None,
    )


def _labels(graph: SOp, word: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return tuple(map(label, evaluate(graph, [word])[0]))
    except RaspError as error:
        return (str(error),) * len(word)


def _text(node: Node) -> str:
    """Return a node as RASP, without the lines that its parts have."""
    try:
        text = to_text({"it": node}).splitlines()[-1].removeprefix("it = ").removesuffix(";")
    except RaspError:
        return type(node).__name__
    return text if len(text) <= LONGEST_NODE else f"{text[: LONGEST_NODE - 1]}…"
