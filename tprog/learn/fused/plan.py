"""A network's layout as a list of operations over flat arrays. Owns where everything lies in memory; refuses to compute.

A tile holds `LANES` examples. Its values are vectors in one array: first all variables, position after position, then what
the backward pass needs again. Their slopes (the loss's derivatives by them) lie in a second array: those of the variables
at the same places, then work space that every module uses anew.
"""

from math import prod

import torch
from torch import Tensor

from tprog.errors import TprogError
from tprog.ir import Positions, WordTable
from tprog.learn.fused import tape
from tprog.learn.fused.draft import Draft, Plan
from tprog.learn.heads import Heads
from tprog.learn.layout import NUMERICAL, HeadGroup, LookupGroup
from tprog.learn.lookups import Lookups, NumericalLookups, Perceptrons
from tprog.learn.network import Network

_TIES = {"nearest": tape.PLAIN, "first": tape.PLAIN, "matches": tape.MATCHES, "score": tape.SCORE}


def make_plan(network: Network, positions: int, words: tuple[str, ...]) -> Plan:
    """Return the plan of a network.

    Args:
        network: whose layout and constants are used; its weights may change later, but for gates of frozen words.
        positions: of the padded sequences, at most the network's.
        words: the texts that tokens speak of.

    Raises:
        BadInput: a word is not of the domain, whose vocabulary is closed.
        TprogError: the sequences are too long, or heads learn scores.
    """
    if positions > network.layout.positions:
        raise TprogError(
            f"the sequences have {positions} tokens, the network has {network.layout.positions} positions; "
            "give shorter ones"
        )
    draft = Draft(network, positions, _longest(network))
    with torch.no_grad():
        for index in range(len(network.layout.inputs)):
            _add_input(draft, network, index, words)
        for module, start in zip(network.modules_in_order(), network.layout.starts, strict=True):
            draft.begin_module()
            written = draft.variables[start]
            match module:
                case Heads():
                    _add_heads(draft, module, written)
                case Lookups():
                    _add_lookups(draft, module, written)
                case NumericalLookups():
                    _add_numerical(draft, module, written)
        draft.begin_module()
        _add_votes(draft, network.votes)
    return draft.plan()


def _add_input(draft: Draft, network: Network, index: int, words: tuple[str, ...]) -> None:
    size, target = draft.layout.input_sizes[index], draft.variables[index]
    variable = draft.layout.inputs[index]
    if size == NUMERICAL:
        draft.add(tape.ONE, SIZE=1, TARGET=target)
    elif isinstance(variable, Positions):
        draft.add(tape.PLACE, SIZE=size, TARGET=target)
    elif isinstance(variable, WordTable) and words == draft.layout.domain.alphabet:
        table = draft.choice(network.embeddings[str(index)])
        draft.add(tape.EMBED, SIZE=size, TARGET=target, TABLE=table)
    else:
        table = draft.listed(network.word_values(index, words).tolist())
        draft.add(tape.HOT, SIZE=size, TARGET=target, TABLE=table)


def _add_reads(
    draft: Draft, gates: list[Tensor], candidates: list[tuple[int, ...]], sizes: list[int]
) -> tuple[list[int], list[int]]:
    """Add the reads of a module; return the places of what each gate reads, and of its slopes.

    Gates over the same candidates that lie one behind the other are read at once.
    """
    extents = [max(size, 1) * draft.positions for size in sizes]
    rows = [gate.shape[0] for gate in gates]
    spaces = [count * extent for count, extent in zip(rows, extents, strict=True)]
    places, slopes = draft.value_space(sum(spaces)), draft.slope_space(sum(spaces))
    starts = [sum(spaces[:number]) for number in range(len(spaces))]
    first = 0
    for number, gate in enumerate(gates):
        draft.choice(gate)
        following = number + 1
        if (
            following < len(gates)
            and candidates[following] == candidates[number]
            and draft.offsets[gates[following]] == draft.offsets[gate] + gate.numel()
        ):
            continue
        draft.add(
            tape.READ,
            ROWS=sum(rows[first:following]),
            EXTENT=extents[first],
            CANDIDATES=len(candidates[first]),
            LIST=draft.listed([draft.variables[found] for found in candidates[first]]),
            GATES=draft.offsets[gates[first]],
            READ_TO=places + starts[first],
            READ_SLOPE=slopes + starts[first],
        )
        first = following
    return [places + start for start in starts], [slopes + start for start in starts]


def _add_heads(draft: Draft, module: Heads, written: int) -> None:
    group, size = module.group, draft.positions
    if group.rows == "any":
        raise TprogError("heads that learn scores have no fused step; use the torch engine")
    value_size = draft.layout.sizes[group.value[0]]
    places, slopes = _add_reads(
        draft,
        [module.query, module.key, module.value],
        [group.query, group.key, group.value],
        [group.query_size, group.key_size, value_size],
    )
    common = {
        "HEADS": group.count,
        "QUERIES": group.query_size,
        "KEYS": group.key_size,
        "VALUES": max(value_size, 1),
        "QUERY": places[0],
        "KEY": places[1],
        "VALUE": places[2],
        "QUERY_SLOPE": slopes[0],
        "KEY_SLOPE": slopes[1],
        "VALUE_SLOPE": slopes[2],
        "PREDICATE": draft.choice(module.predicate, alone=group.rows == "set"),
        "CAUSAL": draft.listed([int(masked) for masked in group.causal]),
        "WRITES": written,
    }
    queries, keys = group.query_size * size, group.key_size * size
    if group.numerical:
        draft.add(
            tape.COUNT,
            **common,
            SUMMED=draft.value_space(group.count * keys),
            WANTED=draft.value_space(group.count * queries),
            SUMMED_SLOPE=draft.slope_space(keys),
            WANTED_SLOPE=draft.slope_space(queries),
        )
        return
    draft.add(
        tape.ATTEND,
        **common,
        WANTS=draft.value_space(group.count * keys),
        MATCH=draft.value_space(group.count * size * size),
        TOTAL=draft.value_space(group.count * size),
        ATTENTION=draft.value_space(group.count * size * size),
        WANTS_SLOPE=draft.slope_space(keys),
        MATCH_SLOPE=draft.slope_space(size * size * (2 if group.tie == "score" else 1)),
        TIE=_TIES[group.tie],
        LONGEST=draft.layout.positions,
        **_preferences(draft, module, group),
    )


def _preferences(draft: Draft, module: Heads, group: HeadGroup) -> dict[str, int]:
    """Return the columns of a tie-break's constants."""
    fixed = module.preference(draft.positions)
    if group.tie != "score":
        return {"BIAS": draft.constant(fixed)}
    # As in `Heads`: scaled to the range from -1 to 0, and equal ones told apart by half their least difference.
    high = module.scores.max()
    gap = 1 / max(1, int(high - module.scores.min()))
    return {
        "BIAS": draft.constant(fixed * (gap / 2)),
        "SCORES": draft.constant((module.scores - high).to(torch.float32) * gap),
        "SCORED": draft.value_space(group.count * group.key_size * draft.positions),
    }


def _add_lookups(draft: Draft, module: Lookups, written: int) -> None:
    group = module.group
    places, slopes = _add_reads(draft, list(module.gates), list(group.arguments), list(group.sizes))
    if module.network is not None:
        _add_perceptrons(draft, module.network, list(group.sizes), places, slopes, written)
        return
    assert module.table is not None
    points = prod(group.sizes)
    draft.add(
        tape.LOOK_UP,
        LOOKUPS=group.count,
        OUTPUTS=len(group.values),
        LOOKUP_WRITES=written,
        ARITY=len(group.sizes),
        ARGUMENTS=_arguments(draft, list(group.sizes), places, slopes),
        ENTRIES=draft.choice(module.table),
        JOINT=draft.value_space(points * draft.positions),
        JOINT_SLOPE=draft.slope_space(points * draft.positions),
        POINTS=points,
    )


def _arguments(draft: Draft, sizes: list[int], places: list[int], slopes: list[int]) -> int:
    """Return where arguments without hidden units are described."""
    found: list[int] = []
    for size, place, slope in zip(sizes, places, slopes, strict=True):
        found += [max(size, 1), place, slope]
    return draft.listed(found)


def _add_perceptrons(
    draft: Draft,
    network: Perceptrons,
    sizes: list[int],
    places: list[int],
    slopes: list[int],
    written: int,
) -> None:
    """Add perceptrons over arguments that are read to `places`."""
    count, inputs, hidden = network.w_in.shape
    parts: list[int] = []
    number = 0
    while number < len(sizes):
        following = number + 1
        # Arguments of one size share their strides, and are one part.
        while following < len(sizes) and sizes[following] == sizes[number]:
            following += 1
        size = sizes[number]
        entries = [
            (argument, entry) for argument in range(number, following) for entry in range(size)
        ]
        parts += [
            len(entries),
            draft.listed([places[argument] + entry for argument, entry in entries]),
            draft.listed([slopes[argument] + entry for argument, entry in entries]),
            size,
            size * draft.positions,
        ]
        number = following
    draft.add(
        tape.PERCEIVE,
        LOOKUPS=count,
        PARTS=len(parts) // tape.PART_COLUMNS,
        PART_LIST=draft.listed(parts),
        HIDDEN=hidden,
        OUTPUTS=network.w_out.shape[2],
        W_IN=draft.offsets[network.w_in],
        B_IN=draft.offsets[network.b_in],
        W_OUT=draft.offsets[network.w_out],
        B_OUT=draft.offsets[network.b_out],
        LOOKUP_WRITES=written,
        ACTIVE=draft.value_space(count * draft.positions * hidden),
        ACTIVE_SLOPE=draft.slope_space(draft.positions * hidden),
        INPUTS=inputs,
    )


def _add_numerical(draft: Draft, module: NumericalLookups, written: int) -> None:
    group, arity = module.group, len(module.group.caps)
    places, slopes = _add_reads(
        draft, list(module.gates), list(group.arguments), [NUMERICAL] * arity
    )
    if module.network is None:
        boxes = [*module.bounds.flatten().tolist(), *module.entries.tolist()]
        draft.add(
            tape.BOX,
            OUTPUTS=len(group.values),
            LOOKUP_WRITES=written,
            ARITY=arity,
            ARGUMENTS=_arguments(draft, [1] * arity, places, slopes),
            BOXES=group.boxes,
            BOUNDS=draft.listed([*boxes, *module.caps.tolist()]),
        )
        return
    clamped = []
    for place, slope, cap in zip(places, slopes, module.caps, strict=True):
        extent = group.count * draft.positions
        clamped.append(draft.value_space(extent))
        draft.add(
            tape.CLAMP,
            CLAMP_EXTENT=extent,
            CLAMP_FROM=place,
            CLAMP_TO=clamped[-1],
            CLAMP_SLOPE=slope,
            CLAMP_CAP=draft.constant(cap),
        )
    _add_perceptrons(draft, module.network, [1] * arity, clamped, slopes, written)


def _add_votes(draft: Draft, votes: Tensor) -> None:
    layout = draft.layout
    labels, rows = len(layout.labels), layout.offsets[-1]
    points = 1 if layout.pooled else draft.positions
    segments: list[int] = []
    variable = 0
    while variable < len(layout.sizes):
        following = variable + 1
        while following < len(layout.sizes) and layout.sizes[following] == layout.sizes[variable]:
            following += 1
        size = max(layout.sizes[variable], 1)
        first = layout.offsets[variable]
        found = [draft.variables[v] + e for v in range(variable, following) for e in range(size)]
        segments += [len(found), draft.listed(found), size, first]
        variable = following
    draft.add(
        tape.VOTE_POOLED if layout.pooled else tape.VOTE,
        LABELS=labels,
        LOGITS=draft.value_space(points * labels),
        LOGITS_SLOPE=draft.slope_space(points * labels),
        SEGMENTS=len(segments) // tape.SEGMENT_COLUMNS,
        SEGMENT_LIST=draft.listed(segments),
        VOTES=draft.offsets[votes],
        MASKED_LIST=draft.listed([int(label in layout.masked) for label in range(labels)]),
        POOL=draft.value_space(rows * layout.pooled),
        POOL_SLOPE=draft.slope_space(rows * layout.pooled),
        VOTE_ROWS=rows,
    )


def _longest(network: Network) -> int:
    """Return how many numbers from 0 up the operations need: at least as many as any matrix has rows."""
    layout = network.layout
    found = [layout.offsets[-1], len(layout.labels), *layout.sizes]
    for group in layout.groups:
        match group:
            case HeadGroup():
                found += [3 * group.count, group.query_size, group.key_size]
            case _:
                found += [len(group.arguments) * group.count, group.hidden, len(group.values)]
                found.append(
                    prod(group.sizes) if isinstance(group, LookupGroup) and not group.hidden else 1
                )
    return max(found)
