"""A discretised network as a Program. Owns the reading of gates, predicates, look-ups and votes; refuses training."""

from dataclasses import replace

import numpy as np
import torch

from tprog.errors import TprogError
from tprog.evaluate.cover import cover
from tprog.evaluate.inputs import IntArray
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    Classifier,
    Constant,
    FiniteValues,
    First,
    Input,
    Nearest,
    NumericalHead,
    NumericalLookup,
    NumericalVotes,
    Operation,
    Program,
    Provenance,
    Rectangle,
    Table,
    TieBreak,
    Values,
    Votes,
    WordTable,
    check,
)
from tprog.learn.heads import Heads
from tprog.learn.layout import real_values
from tprog.learn.lookups import Lookups, NumericalLookups
from tprog.learn.network import EXACT_WEIGHT, Network


@torch.no_grad()
def extract(network: Network, provenance: Provenance | None = None) -> Program:
    """Return the Program whose predictions are the network's exact ones on every input (paper, section 3.4).

    Only values that a variable can really take are written down: a predicate row that wants a key beyond its key's
    values is an empty row, and a numerical look-up is tabulated up to its caps and spelled out as rectangles.

    Args:
        network: a network whose classifier is made of integers (`tprog.learn.discretise`).
        provenance: what the Program says of its origin.

    Raises:
        TprogError: the classifier is not made of integers below 2^53.
    """
    votes = network.votes.detach().to(torch.float64)
    if not bool((votes == votes.round()).all()) or float(votes.abs().max()) >= EXACT_WEIGHT:
        raise TprogError("the network's classifier is not discretised; round its weights first")
    layout = network.layout
    values: list[Values] = [real_values(layout, index) for index in range(len(layout.inputs))]
    bounds = list(layout.numerical_bounds[: len(layout.inputs)])
    operations: list[Operation] = []
    for module in network.modules_in_order():
        match module:
            case Heads():
                found: list[Operation] = list(_heads(module, values))
            case Lookups():
                found = list(_lookups(module, values))
            case NumericalLookups():
                found = list(_numerical_lookups(module, bounds))
        operations += found
        bounds += [_bound(operation, bounds, layout.positions) for operation in found]
        values += [_written(operation, values) for operation in found]
    classifier = Classifier(
        labels=layout.labels,
        votes=_votes(network, votes.to(torch.int64), values),
        masked=layout.masked,
        pooled=layout.pooled,
        first=layout.first,
        last=layout.last,
    )
    inputs = tuple(_input(network, index) for index in range(len(layout.inputs)))
    return check(
        Program(layout.domain, inputs, tuple(operations), classifier, provenance or Provenance())
    )


def _input(network: Network, index: int) -> Input:
    variable = network.layout.inputs[index]
    if not isinstance(variable, WordTable):
        return variable
    return replace(variable, table=tuple(network.embeddings[str(index)].argmax(1).tolist()))


def _written(operation: Operation, values: list[Values]) -> Values:
    match operation:
        case CategoricalHead(value=value) | NumericalHead(value=value):
            return values[value]
        case _:
            return operation.values


def _bound(operation: Operation, bounds: list[int], positions: int) -> int:
    """Return the greatest value of a numerical variable; 0 for a categorical one."""
    return positions * bounds[operation.value] if isinstance(operation, NumericalHead) else 0


def _finite(values: Values) -> FiniteValues:
    assert isinstance(values, FiniteValues)
    return values


def _heads(module: Heads, values: list[Values]) -> list[CategoricalHead | NumericalHead]:
    group = module.group
    wanted, ranks = module.wanted(), module.ranks()
    found: list[CategoricalHead | NumericalHead] = []
    for head, (query, key, value) in enumerate(module.choices()):
        queries, keys = len(_finite(values[query])), len(_finite(values[key]))
        rows = tuple(
            tuple(torch.nonzero(row[:keys])[:, 0].tolist()) for row in wanted[head, :queries]
        )
        predicate = Constant(True) if group.rows == "any" else Table(rows)
        name, causal = group.names[head], group.causal[head]
        if group.numerical:
            found.append(
                NumericalHead(query, key, value, predicate, causal, name=name, layer=group.layer)
            )
            continue
        tie: TieBreak
        match group.tie:
            case "nearest":
                tie = Nearest()
            case "matches":
                tie = Nearest("matches")
            case "first":
                tie = First()
            case "score":
                scores = ranks[head, :queries, :keys]
                if group.rows == "any":
                    # Keys that cannot occur leave gaps.
                    scores = scores.argsort(-1).argsort(-1)
                tie = ByScore(tuple(map(tuple, scores.tolist())))
        found.append(
            CategoricalHead(query, key, value, predicate, tie, causal, name=name, layer=group.layer)
        )
    return found


def _lookups(module: Lookups, values: list[Values]) -> list[CategoricalLookup]:
    group = module.group
    tables = module.tables().cpu().numpy().reshape(group.count, *group.sizes)
    found = []
    for number, arguments in enumerate(module.choices()):
        real = tuple(slice(len(_finite(values[variable]))) for variable in arguments)
        table = tables[number][real]
        if module.network is not None:
            arguments, table = _distinct(arguments, table)
        found.append(
            CategoricalLookup(
                arguments,
                group.values,
                tuple(table.reshape(-1).tolist()),
                name=group.names[number],
                layer=group.layer,
            )
        )
    return found


def _distinct(arguments: tuple[int, ...], table: IntArray) -> tuple[tuple[int, ...], IntArray]:
    """Return a table of two arguments that are one variable as a table of one argument, its diagonal."""
    if len(arguments) == 2 and arguments[0] == arguments[1]:
        return arguments[:1], table.diagonal()
    return arguments, table


def _numerical_lookups(module: NumericalLookups, bounds: list[int]) -> list[NumericalLookup]:
    group = module.group
    found = []
    for number, arguments in enumerate(module.choices()):
        caps = group.caps
        if module.network is None:
            limits, entries = module.bounds.tolist(), module.entries.tolist()
            boxes = tuple(
                Rectangle(tuple((low, high) for low, high in box), entry)
                for box, entry in zip(limits, entries[:-1], strict=True)
            )
            default = entries[-1]
        else:
            table = module.tables()[number].cpu().numpy().reshape([cap + 1 for cap in caps])
            # Points that no input reaches need no rectangle.
            caps = tuple(
                min(cap, bounds[variable]) for cap, variable in zip(caps, arguments, strict=True)
            )
            table = table[tuple(slice(cap + 1) for cap in caps)]
            arguments, table = _distinct(arguments, table)
            caps = caps[: len(arguments)]
            boxes, default = cover(table.astype(np.int64))
        found.append(
            NumericalLookup(
                arguments,
                group.values,
                caps,
                boxes,
                default,
                name=group.names[number],
                layer=group.layer,
            )
        )
    return found


def _votes(network: Network, votes: torch.Tensor, values: list[Values]) -> tuple[Votes, ...]:
    found: list[Votes] = []
    for index, taken in enumerate(values):
        first = network.layout.offsets[index]
        rows = len(taken) if isinstance(taken, FiniteValues) else 1
        weights = votes[first : first + rows].tolist()
        if not any(map(any, weights)):
            continue
        if isinstance(taken, FiniteValues):
            found.append(CategoricalVotes(index, tuple(map(tuple, weights))))
        else:
            found.append(NumericalVotes(index, tuple(weights[0])))
    return tuple(found)
