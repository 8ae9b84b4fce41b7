"""A Program as a network, and a discretised network as a Program."""

from dataclasses import replace
from math import prod

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
    KeyIn,
    Nearest,
    NumericalHead,
    NumericalLookup,
    NumericalVotes,
    Operation,
    Predicate,
    Program,
    Provenance,
    Rectangle,
    Table,
    TieBreak,
    Values,
    Votes,
    WordTable,
    check,
    predicate_table,
)
from tprog.learn.heads import Heads
from tprog.learn.layout import (
    NUMERICAL,
    Group,
    HeadGroup,
    LookupGroup,
    NetworkLayout,
    NumericalLookupGroup,
    Tie,
    input_size,
    real_values,
)
from tprog.learn.lookups import LARGEST, Lookups, NumericalLookups
from tprog.learn.network import EXACT_WEIGHT, Network, check_weight

# A choice with these logits is one-hot to the last bit of a float32 at any temperature of the schedule's end.
CHOSEN = 10.0
# The greatest number of weights of one module: 2^26 float32 weights take 256 MiB.
MOST_WEIGHTS = 1 << 26


def to_network(program: Program, max_length: int | None = None) -> Network:
    """Return a network whose exact predictions are those of a Program on every input.

    Args:
        program: any valid Program.
        max_length: the greatest number of data symbols, for a Program without a greatest length.

    Raises:
        TprogError: there is no greatest length, a module is too large, or a vote is too large for a float64.
    """
    program = _bounded(program, max_length)
    layout = _layout(program)
    network = Network(layout, vote_type=torch.float64)
    with torch.no_grad():
        for index, variable in enumerate(program.inputs):
            if isinstance(variable, WordTable):
                _choose_rows(network.embeddings[str(index)], torch.tensor(variable.table))
        for operation, module in zip(program.operations, network.modules_in_order(), strict=True):
            match operation, module:
                case ((CategoricalHead() | NumericalHead()), Heads()):
                    _fill_head(module, operation, program)
                case CategoricalLookup(), Lookups():
                    _fill_lookup(module, operation)
                case NumericalLookup(), NumericalLookups():
                    _fill_numerical(module, operation)
        _fill_votes(network, program)
    return network


def _bounded(program: Program, max_length: int | None) -> Program:
    if program.domain.max_length is not None:
        return program
    if max_length is None:
        raise TprogError(
            "this program has no greatest length, a network has one; give max_length in data symbols"
        )
    if max_length < program.domain.min_length:
        raise TprogError(
            f"max_length {max_length} is below the program's least length, {program.domain.min_length}"
        )
    return replace(program, domain=replace(program.domain, max_length=max_length))


def _layout(program: Program) -> NetworkLayout:
    sizes = [
        len(values) if isinstance(values, FiniteValues) else NUMERICAL for values in program.values
    ]
    groups: list[Group] = []
    for number, operation in enumerate(program.operations):
        # A gate may choose among all earlier variables of the size that it reads.
        earlier = sizes[: len(program.inputs) + number]
        candidates = tuple(
            tuple(index for index, size in enumerate(earlier) if size == sizes[variable])
            for variable in operation.reads
        )
        read_sizes = tuple(sizes[variable] for variable in operation.reads)
        layer, names = program.layers[number], (operation.name,)
        _check_size(program.names[len(program.inputs) + number], operation, read_sizes)
        match operation:
            case CategoricalHead() | NumericalHead():
                rows = _predicate(program, operation).rows
                groups.append(
                    HeadGroup(
                        count=1,
                        numerical=isinstance(operation, NumericalHead),
                        query=candidates[0],
                        key=candidates[1],
                        value=candidates[2],
                        query_size=read_sizes[0],
                        key_size=read_sizes[1],
                        rows="one" if all(len(row) == 1 for row in rows) else "set",
                        tie=_tie(operation),
                        causal=(operation.causal,),
                        layer=layer,
                        names=names,
                    )
                )
            case CategoricalLookup(values=values):
                groups.append(LookupGroup(1, candidates, read_sizes, values, 0, layer, names))
            case NumericalLookup(values=values, caps=caps, rectangles=boxes):
                groups.append(
                    NumericalLookupGroup(1, candidates, caps, values, 0, len(boxes), layer, names)
                )
    classifier = program.classifier
    return NetworkLayout(
        domain=program.domain,
        inputs=program.inputs,
        input_sizes=tuple(input_size(program.domain, variable) for variable in program.inputs),
        groups=tuple(groups),
        labels=classifier.labels,
        masked=classifier.masked,
        pooled=classifier.pooled,
        first=classifier.first,
        last=classifier.last,
    )


def _tie(head: CategoricalHead | NumericalHead) -> Tie:
    if isinstance(head, NumericalHead):
        return "nearest"
    match head.tie:
        case Nearest("last"):
            return "nearest"
        case Nearest("matches"):
            return "matches"
        case First():
            return "first"
        case ByScore():
            return "score"
        case other:
            raise ValueError(f"no network breaks ties by {other}")


def _predicate(program: Program, head: CategoricalHead | NumericalHead) -> Table:
    """Return the table of a head's predicate; keys that a bounded length rules out are dropped."""
    query, key = program.finite_values(head.query), program.finite_values(head.key)
    predicate: Predicate = head.predicate
    if isinstance(predicate, KeyIn):
        kept = tuple(index for index in predicate.keys if index < len(key))
        predicate = KeyIn(kept) if kept else Constant(False)
    return predicate_table(predicate, query, key)


def _check_size(name: str, operation: Operation, read_sizes: tuple[int, ...]) -> None:
    match operation:
        case CategoricalHead() | NumericalHead():
            weights = read_sizes[0] * read_sizes[1]
        case CategoricalLookup(values=values):
            weights = prod(read_sizes) * len(values)
        case NumericalLookup(rectangles=boxes):
            weights = len(boxes)
    if weights > MOST_WEIGHTS:
        raise TprogError(
            f"{name} needs {weights:,} weights, more than {MOST_WEIGHTS:,}; "
            "simplify the program or make its value sets smaller"
        )


def _choose(gate: torch.Tensor, candidates: tuple[int, ...], variable: int) -> None:
    gate.fill_(-CHOSEN)
    gate[0, candidates.index(variable)] = CHOSEN


def _choose_rows(logits: torch.Tensor, picks: torch.Tensor) -> None:
    logits.fill_(-CHOSEN).scatter_(-1, picks[..., None].to(torch.int64), CHOSEN)


def _fill_head(module: Heads, head: CategoricalHead | NumericalHead, program: Program) -> None:
    group = module.group
    _choose(module.query, group.query, head.query)
    _choose(module.key, group.key, head.key)
    _choose(module.value, group.value, head.value)
    module.predicate.fill_(-CHOSEN)
    for row, keys in enumerate(_predicate(program, head).rows):
        module.predicate[0, row, list(keys)] = CHOSEN
    if isinstance(head, CategoricalHead) and isinstance(head.tie, ByScore):
        for row, scores in enumerate(head.tie.scores):
            for score in scores:
                check_weight(score)
            module.scores[0, row] = torch.tensor(scores, dtype=torch.int64)


def _fill_lookup(module: Lookups, lookup: CategoricalLookup) -> None:
    assert module.table is not None
    for gate, candidates, variable in zip(
        module.gates, module.group.arguments, lookup.arguments, strict=True
    ):
        _choose(gate, candidates, variable)
    _choose_rows(module.table[0], torch.tensor(lookup.table))


def _fill_numerical(module: NumericalLookups, lookup: NumericalLookup) -> None:
    for gate, candidates, variable in zip(
        module.gates, module.group.arguments, lookup.arguments, strict=True
    ):
        _choose(gate, candidates, variable)
    for number, rectangle in enumerate(lookup.rectangles):
        bounds = [[min(low, LARGEST), min(high, LARGEST)] for low, high in rectangle.bounds]
        module.bounds[number] = torch.tensor(bounds)
    entries = [*(rectangle.value for rectangle in lookup.rectangles), lookup.default]
    module.entries.copy_(torch.tensor(entries))


def _fill_votes(network: Network, program: Program) -> None:
    for vote in program.classifier.votes:
        rows = vote.weights if isinstance(vote, CategoricalVotes) else (vote.weights,)
        for row in rows:
            for weight in row:
                check_weight(weight)
        first = network.layout.offsets[vote.variable]
        network.votes[first : first + len(rows)] = torch.tensor(rows, dtype=torch.float64)


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
