"""Look-ups as MLPs that hold their tables in hidden units, whose sums are small integers."""

from collections import Counter
from itertools import product
from math import prod
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor

from tprog.errors import TprogError
from tprog.evaluate import numerical_bounds
from tprog.evaluate.reach import reachable
from tprog.ir import CategoricalLookup, NumericalLookup, Program

# Below it every sum of integers is exact in float32.
EXACT_SUM = 1 << 24
# A look-up with more points than this is not written out.
MOST_POINTS = 1 << 18
# With more points than this it is worth running inputs to see how far arguments reach.
CHEAP_POINTS = MOST_POINTS // 16

# W_in, b_in, W_out, b_out.
Mlp: TypeAlias = tuple[Tensor, Tensor, Tensor, Tensor]


class NotPublishable(TprogError):
    """A program holds something that no published network can."""

    slug = "not-publishable"


def table_mlp(lookup: CategoricalLookup, numbers: list[list[int]], size: int, read: int) -> Mlp:
    """Return an MLP with a hidden unit for each entry that is not the commonest result.

    Args:
        lookup: the look-up.
        numbers: for each argument the network's number of each value.
        size: how many values a categorical variable of the network has.
        read: how many variables an MLP of the network reads.

    Raises:
        NotPublishable: there are too many entries.
    """
    distinct = list(dict.fromkeys(lookup.arguments))
    domains = [range(len(numbers[lookup.arguments.index(one)])) for one in distinct]
    if prod(map(len, domains)) > MOST_POINTS:
        raise NotPublishable(f"{lookup.name or 'a look-up'} has more than {MOST_POINTS:,} entries")
    sizes = [len(found) for found in numbers]
    results = {}
    for point in product(*domains):
        whole = [point[distinct.index(variable)] for variable in lookup.arguments]
        results[point] = lookup.table[int(np.ravel_multi_index(whole, sizes))]
    times = Counter(results.values())
    common = max(sorted(times), key=times.__getitem__)
    kept = [point for point, result in results.items() if result != common]
    inward = torch.zeros(len(kept), size * read)
    outward = torch.zeros(size, len(kept))
    for unit, point in enumerate(kept):
        for number, variable in enumerate(distinct):
            slot = lookup.arguments.index(variable)
            inward[unit, slot * size + numbers[slot][point[number]]] = 1
        outward[results[point], unit] = 2
    bias = torch.zeros(size)
    bias[common] = 1
    return inward, torch.full((len(kept),), 1.0 - len(distinct)), outward, bias


def counting_mlp(program: Program, name: str, lookup: NumericalLookup, size: int, read: int) -> Mlp:
    """Return an MLP that is constant between steps along the arguments, read as digits of one number; see `table_mlp`."""
    distinct = list(dict.fromkeys(lookup.arguments))
    bounds = numerical_bounds(program)
    reach = [bounds[variable] or 0 for variable in distinct]
    if prod(most + 1 for most in reach) > CHEAP_POINTS:
        found = reachable(program)
        if found.exact:
            reach = [len(found.values[variable]) - 1 for variable in distinct]
    points = list(product(*(range(most + 1) for most in reach)))
    if len(points) > MOST_POINTS:
        raise NotPublishable(f"{name} has arguments up to {max(reach):,}, too many for a table")
    strides = [prod(most + 1 for most in reach[place + 1 :]) for place in range(len(reach))]
    results = [
        lookup.index(tuple(point[distinct.index(one)] for one in lookup.arguments))
        for point in points
    ]
    steps = [at for at in range(1, len(results)) if results[at] != results[at - 1]]
    units = 2 * len(steps)
    if units * len(points) * 2 >= EXACT_SUM:
        raise NotPublishable(f"{name} changes at {len(steps):,} places, too many for float32")
    inward = torch.zeros(units, read)
    bias = torch.zeros(units)
    outward = torch.zeros(size, units)
    for place, stride in enumerate(strides):
        inward[:, lookup.arguments.index(distinct[place])] = float(stride)
    for order, at in enumerate(steps):
        for half, sign in ((0, 1.0), (1, -1.0)):
            unit = 2 * order + half
            bias[unit] = float(1 - at - half)
            outward[results[at], unit] += sign
            outward[results[at - 1], unit] -= sign
    out = torch.zeros(size)
    out[results[0]] = 1
    return inward, bias, outward, out
