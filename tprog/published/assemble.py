"""The votes of a published program, and the whole Program. Owns their scale and the final order; refuses to read files."""

from collections.abc import Sequence
from fractions import Fraction

from tprog.errors import UnreadableSource
from tprog.evaluate import numerical_bounds
from tprog.ir import (
    CategoricalVotes,
    Classifier,
    NumericalVotes,
    Program,
    Votes,
    validate,
)
from tprog.published.abstract import Scores
from tprog.published.drafts import Drafts
from tprog.published.scaling import LARGEST_SUM, scaled

Rows = tuple[tuple[Fraction, ...], ...]


def assemble(
    drafts: Drafts,
    scores: Sequence[Scores],
    labels: tuple[str, ...],
    *,
    masked: tuple[int, ...] = (),
    pooled: bool = False,
    first: str | None = None,
    last: str | None = None,
) -> tuple[Program, list[str]]:
    """Return the Program of variables and votes, and what a user should know about its weights.

    Args:
        drafts: the variables.
        scores: the votes; those of a variable that stands twice are added.
        labels: the labels.
        masked: see `Classifier`, as for the rest.
        pooled: see there.
        first: see there.
        last: see there.

    Raises:
        UnreadableSource: a number could leave 64 bits, or the parts do not fit together.
    """
    added: dict[int, Rows] = {}
    for one in scores:
        added[one.variable] = (
            _sum(added[one.variable], one.weights) if one.variable in added else one.weights
        )
    inputs, operations, final = drafts.finished(added)
    variables = sorted(added, key=lambda number: final[number])
    skeleton = Program(drafts.domain, inputs, operations, Classifier(labels, ()))
    _checked(skeleton)
    bounds = numerical_bounds(skeleton)
    reach = []
    for variable in variables:
        bound = bounds.get(final[variable], 1)
        factor = max(1, LARGEST_SUM if bound is None else bound)
        longest = drafts.domain.context_length
        reach.append(factor * (longest or 1) if pooled else factor)
    if any(bound is None or bound >= LARGEST_SUM for bound in bounds.values()):
        raise UnreadableSource("its counts of counts exceed 64 bits at the greatest length")
    weights = scaled([added[variable] for variable in variables], reach)
    votes: list[Votes] = []
    for variable, block in zip(variables, weights.blocks, strict=True):
        if drafts.variables[variable].entries is None:
            votes.append(NumericalVotes(final[variable], block[0]))
        else:
            votes.append(CategoricalVotes(final[variable], block))
    classifier = Classifier(labels, tuple(votes), masked, pooled, first, last)
    program = Program(drafts.domain, inputs, operations, classifier)
    _checked(program)
    warnings = []
    if weights.error:
        warnings.append(
            f"its weights are too far apart for exact sums in 64 bits: they are rounded to multiples of "
            f"{float(weights.step):.1e}, and where the two largest sums differ by less than about "
            f"{float(weights.error * 2 * sum(reach)):.1e} the answer may differ"
        )
    return program, warnings


def _sum(left: Rows, right: Rows) -> Rows:
    return tuple(
        tuple(one + other for one, other in zip(row, others, strict=True))
        for row, others in zip(left, right, strict=True)
    )


def _checked(program: Program) -> None:
    problems = validate(program)
    if problems:
        raise UnreadableSource("its parts do not fit together: " + "; ".join(map(str, problems)))
