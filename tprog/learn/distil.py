"""From an almost right Program to an exact short one: what its modules compute is given to synthesis as atoms.

Gradient and search often find the right places to look at, and tables that are wrong in a few rows. The modules that
matter are read as RASP, predicates near a comparison as that comparison; nothing of this has to be exact, because the
portfolio is held to the data. A search that begins with such atoms reaches deeper than one that begins with the tokens.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from tprog.evaluate.comparisons import best_comparison
from tprog.evaluate.counterfactual import Interventions
from tprog.evaluate.inputs import Batch, IntArray
from tprog.evaluate.vote_sums import prediction_labels
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    Compare,
    FiniteValues,
    NumericalHead,
    NumericalLookup,
    Ones,
    Program,
    predicate_table,
)
from tprog.ir.operations import Head
from tprog.learn.settings import SynthesisSettings
from tprog.learn.synthesised import Algorithm, synthesised
from tprog.rasp import graph as g
from tprog.rasp.lift import BEFORE, Namer, holds_table
from tprog.rasp.probe import Probe
from tprog.rasp.translate import CAUSAL, NotLiftable, translate
from tprog.synthesis.parts import Step, size
from tprog.synthesis.portfolio import Solution
from tprog.tasks.dataset import Dataset

ROWS = 200
"""So many sequences of each length say what a module matters."""

LEAST_DROP = 0.002
"""A module whose loss costs a smaller share of the labels is noise of the training."""

NEAR = 1 / 2
"""A comparison may be wrong for this share of the query values: many of these hardly occur in the data."""

NAMED = 100
"""So many sequences tell whether a short expression computes what a module does."""

NAMING = 0.25
"""Share of the time that goes into names."""

FEW_ATOMS, MOST_ATOMS = 6, 12
"""Half of the time goes to a search with few: each atom more makes every level of it larger."""

NOWHERE = -2
"""The position that is told where no key is selected: one beside it is none either."""

LARGEST_ATOM = 60
"""Nodes and table rows of an atom; a larger one is a table that somebody would have to read."""

POSITIONS = g.Map("+", (g.Indices(), g.Const(1)))
"""The positions of a Program whose domain has a prefix."""

Labelled = Sequence[tuple[Batch, IntArray]]


def importance(program: Program, labelled: Labelled, labels: Sequence[str]) -> dict[int, float]:
    """Return for each operation's variable the share of right labels that is lost without it.

    Its votes are ablated, or everything that reads it reads its commonest entry; the greater loss counts.

    Args:
        program: whose operations they are.
        labelled: sequences by length, with indices into `labels`, -1 where none is asked for.
        labels: the task's.
    """
    index = {label: number for number, label in enumerate(labels)}
    known = np.array([index.get(label, -2) for label in prediction_labels(program)])
    numbers = range(len(program.inputs), len(program.variables))
    whole, total = 0, 0
    without = dict.fromkeys([(one, how) for one in numbers for how in ("votes", "reads")], 0)
    for batch, truth in labelled:
        truth = truth[:ROWS]
        asked = Interventions(program, batch.take(slice(ROWS)))
        data = slice(None)
        if not program.classifier.pooled:
            data = program.domain.data_slice(batch.indices.shape[1])
            truth = truth[:, data]

        def right(predicted: IntArray, wanted: IntArray = truth, data: slice = data) -> int:
            return int((known.take(predicted)[:, data] == wanted)[wanted >= 0].sum())

        total += int((truth >= 0).sum())
        whole += right(asked.predictions({}))
        for one in numbers:
            entries, counts = np.unique(asked.columns[one], return_counts=True)
            without[one, "votes"] += right(asked.predictions({}, [one]))
            without[one, "reads"] += right(asked.predictions({one: int(entries[counts.argmax()])}))
    return {
        one: (whole - min(without[one, "votes"], without[one, "reads"])) / max(total, 1)
        for one in numbers
    }


def atoms(
    program: Program,
    drops: dict[int, float],
    sequences: Sequence[Sequence[str]],
    stop: Callable[[], bool],
) -> tuple[tuple[str, g.SOp], ...]:
    """Return what the modules that matter compute, as short RASP, those first that matter most, and tables last.

    Args:
        program: an almost right one.
        drops: what each operation matters, by its variable.
        sequences: on which short names have to hold.
        stop: from when it is true, no more names are looked for.
    """
    namer = Namer(program, Probe(program, sequences), stop)
    names: dict[int, g.SOp] = {}
    found: dict[g.SOp, str] = {}

    def rename(variable: int, node: g.SOp) -> g.SOp:
        operation = program.variables[variable]
        near = None
        if isinstance(operation, CategoricalHead | NumericalHead):
            near = symbolic(program, operation, names)
        names[variable] = namer.rename(variable, node if near is None else near)
        return names[variable]

    try:
        translate(program, rename)
    except NotLiftable:
        return ()
    ranked = sorted(drops, key=lambda one: (holds_table(names[one]), -drops[one], one))
    for one in ranked:
        if drops[one] < LEAST_DROP or _source(program, one) != one:
            continue
        for node in (names[one], *_other_uses(names[one])):
            if size(node) <= LARGEST_ATOM and len(found) < MOST_ATOMS:
                found.setdefault(node, program.names[one])
    return tuple((name, node) for node, name in found.items())


def symbolic(program: Program, head: Head, names: dict[int, g.SOp]) -> g.SOp | None:
    """Return a head whose predicate is near a comparison as RASP with that comparison; None for another one.

    It is near for `NEAR` of the query values; frame symbols are left out. Where nothing is selected, the prefix is copied.

    Args:
        program: whose head it is.
        head: some operation of it.
        names: the s-ops of the variables before it.
    """
    queries, keys = (program.finite_values(one) for one in (head.query, head.key))
    rows = predicate_table(head.predicate, queries, keys).rows
    best = best_comparison(rows, queries, keys)
    if best is None or len(best[1]) > NEAR * len(rows):
        return None
    selector: g.Selector = _selector(best[0], names[head.key], names[head.query])
    if head.causal:
        selector = g.And(selector, CAUSAL)
    if isinstance(head, CategoricalHead):
        value = _source(program, head.value)
        held = program.values[value]
        start: g.Value = "" if isinstance(held, FiniteValues) and held.textual else 0
        return g.Aggregate(g.Closest(selector), names[value], start)
    if isinstance(program.variables[head.value], Ones):
        return g.Width(selector)
    total = g.Map("*", (g.Aggregate(selector, names[head.value], 0), g.Width(selector)))
    return g.Map("round", (total,))


def _selector(compare: Compare, key: g.SOp, query: g.SOp) -> g.Select:
    """Return `key RELATION scale * query + offset` of two s-ops; positions count from 0."""
    offset = compare.offset
    if key == query == POSITIONS:
        # What is compared stands one position behind the prefix, on both sides.
        key = query = g.Indices()
        offset += compare.scale - 1
    if compare.scale == -1:
        query = g.Map("-", (g.Const(offset), query))
    elif offset:
        query = g.Map("+" if offset > 0 else "-", (query, g.Const(abs(offset))))
    return g.Select(key, query, compare.relation)


def _source(program: Program, variable: int) -> int:
    """Return what a value is a recoding of: look-ups of one variable are passed over, for synthesis writes its own."""
    operation = program.variables[variable]
    while isinstance(operation, CategoricalLookup | NumericalLookup):
        if len(set(operation.arguments)) > 1:
            break
        variable = operation.arguments[0]
        operation = program.variables[variable]
    return variable


def _other_uses(node: g.SOp) -> list[g.SOp]:
    """Return what else a head may do with the keys it selects: tell where the nearest is, also to the left, or count them."""
    if not (isinstance(node, g.Aggregate) and isinstance(node.selector, g.Closest)):
        return []
    chosen = node.selector.selector
    if isinstance(chosen, g.And) and chosen.right == CAUSAL:
        chosen = chosen.left
    left = g.Closest(g.And(chosen, BEFORE))
    uses: list[g.SOp] = [
        g.Aggregate(one, g.Indices(), NOWHERE) for one in dict.fromkeys((left, node.selector))
    ]
    return [*uses, g.Width(node.selector.selector)]


def distilled(
    program: Program,
    dataset: Dataset,
    settings: SynthesisSettings,
    should_stop: Callable[[], bool],
    report: Callable[[Step, Solution | None], None],
) -> tuple[Algorithm | None, int]:
    """Return an algorithm that is right on every training and validation sequence, made with what a Program computes.

    Also returned is how many atoms there were; without any nothing is searched. The seconds of the settings are for everything.
    """
    labelled = dataset.train.batches()
    began = time.monotonic()
    until = began + NAMING * settings.seconds
    drops = importance(program, labelled, dataset.task.labels)
    given = atoms(
        program,
        drops,
        dataset.train.sequences[:NAMED],
        lambda: should_stop() or time.monotonic() > until,
    )
    if not given:
        return None, 0
    found = None
    for most in sorted({min(FEW_ATOMS, len(given)), len(given)}):
        left = settings.seconds - (time.monotonic() - began)
        rest = replace(settings, seconds=max(left / 2 if most < len(given) else left, 0.0))
        found = synthesised(dataset, rest, should_stop, report, given[:most])
        if found is not None and found.program is not None:
            break
    return found, len(given)
