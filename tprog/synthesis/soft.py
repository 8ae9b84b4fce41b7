"""RASP with distributions instead of values, and a tape that differentiates it.

An s-op is `(sequences, positions, values)`, a selector `(sequences, queries, keys)`, all from 0 to 1. Where every
distribution is certain, this is RASP itself on values within range (a mean of several values is their mixture).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ALMOST = 1 - 1e-6
"""Where a key is certain to be selected, so much of its weight keeps the logarithm of the rest finite."""

NARROW = 0.05
"""Variance of a count that is certain: other integers have less than a ten-thousandth then."""


@dataclass(slots=True, eq=False)
class Var:
    """A value on the tape; what it was made from, each with the function from this one's gradient to a share of that one's."""

    value: Array
    sources: tuple[tuple["Var", Callable[[Array], Array]], ...] = ()
    grad: Array | None = None
    wanted: bool = field(default=False)

    def __post_init__(self) -> None:
        """What is made from something whose gradient is wanted has one."""
        self.sources = tuple(one for one in self.sources if one[0].wanted)
        self.wanted = self.wanted or bool(self.sources)


def differentiate(loss: Var) -> None:
    """Fill in the gradients of everything that a number was made from."""
    order: list[Var] = []
    seen: set[int] = set()
    stack = [(loss, False)]
    while stack:
        one, ready = stack.pop()
        if ready:
            order.append(one)
        elif id(one) not in seen:
            seen.add(id(one))
            stack.append((one, True))
            stack += [(source, False) for source, _ in one.sources]
    loss.grad = np.ones_like(loss.value)
    for one in reversed(order):
        for source, back in one.sources:
            assert one.grad is not None
            share = back(one.grad)
            source.grad = share if source.grad is None else source.grad + share


def einsum(spec: str, *given: Var) -> Var:
    """Return numpy's `einsum`; each index of an operand stands in another one or in the result."""
    terms, result = spec.split("->")
    names = terms.split(",")

    def back(place: int) -> Callable[[Array], Array]:
        others = [number for number in range(len(given)) if number != place]
        turned = ",".join([result, *(names[one] for one in others)]) + "->" + names[place]
        return lambda grad: np.einsum(turned, grad, *(given[one].value for one in others))

    value = np.einsum(spec, *(one.value for one in given))
    return Var(value, tuple((one, back(place)) for place, one in enumerate(given)))


def mapped(given: Var, value: Array, slope: Array | float) -> Var:
    """Return a function of each entry, by its values and derivatives."""
    return Var(value, ((given, lambda grad: grad * slope),))


def added(left: Var, right: Var) -> Var:
    """Return a sum of two of one shape."""
    return Var(left.value + right.value, ((left, lambda grad: grad), (right, lambda grad: grad)))


def negated(selector: Var, inside: Array) -> Var:
    """Return what a selector does not select of the pairs inside the sequences."""
    return mapped(selector, inside - selector.value, -1.0)


def softmax(scores: Var) -> Var:
    """Return distributions along the last axis."""
    powers = np.exp(scores.value - scores.value.max(axis=-1, keepdims=True))
    value = powers / powers.sum(axis=-1, keepdims=True)

    def back(grad: Array) -> Array:
        return np.asarray(value * (grad - (grad * value).sum(axis=-1, keepdims=True)))

    return Var(value, ((scores, back),))


def sigmoid(scores: Var) -> Var:
    """Return probabilities."""
    value = 0.5 * (1 + np.tanh(scores.value / 2))
    return mapped(scores, value, value * (1 - value))


def function(table: Array, *arguments: Var) -> Var:
    """Return a function of distributions, `(values, …, results)` of ones and zeros."""
    found, letters = arguments[0], "ijl"[: len(arguments)]
    for place, other in enumerate(arguments[1:], start=1):
        before, here = letters[:place], letters[place]
        found = einsum(f"bq{before},bq{here}->bq{before}{here}", found, other)
    shape, size = found.value.shape, table.shape[-1]
    flat = table.reshape(-1, size)
    value = found.value.reshape(-1, len(flat)) @ flat
    return Var(
        value.reshape(*shape[:2], size),
        ((found, lambda grad: (grad.reshape(-1, size) @ flat.T).reshape(shape)),),
    )


def select(table: Array, keys: Var, queries: Var) -> Var:
    """Return the selector of a relation, `(key values, query values)` of ones and zeros."""
    return einsum("bkj,bqj->bqk", einsum("bki,ij->bkj", keys, Var(table)), queries)


def closest(selector: Var, nearer: Array) -> Var:
    """Return how probable it is that a key is selected and none nearer is; nearer: `(query, key, other key)`."""
    rest = 1 - ALMOST * selector.value
    logs = mapped(selector, np.log(rest), -ALMOST / rest)
    summed = einsum("bqo,qko->bqk", logs, Var(nearer))
    free = np.exp(summed.value)
    return einsum("bqk,bqk->bqk", selector, mapped(summed, free, free))


def count(selector: Var, numbers: Sequence[int]) -> Var:
    """Return how many keys are selected: a normal distribution over the integers, with the mean and variance of the count."""
    keys, given = Var(np.ones(selector.value.shape[-1])), selector.value
    ones = Var(np.ones(len(numbers)))
    total = einsum("bq,v->bqv", einsum("bqk,k->bq", selector, keys), ones)
    away = total.value - np.array(numbers, dtype=np.float64)
    variance = einsum("bqk,k->bq", mapped(selector, given * (1 - given), 1 - 2 * given), keys)
    wide = 2 * (variance.value + NARROW)
    scores = einsum(
        "bqv,bq->bqv",
        mapped(total, -(away**2), -2 * away),
        mapped(variance, 1 / wide, -2 / wide**2),
    )
    return softmax(scores)


def aggregate(selector: Var, value: Var, default: Array) -> Var:
    """Return the mixture of what the selected keys hold; as far as none is selected, the default, `(sequences, positions, values)`."""
    keys = Var(np.ones(selector.value.shape[-1]))
    total = einsum("bqk,k->bq", selector, keys)
    most = np.maximum(total.value, 1.0)
    share = mapped(total, 1 / most, np.where(total.value > 1, -1 / most**2, 0.0))
    none = mapped(total, np.maximum(1 - total.value, 0.0), np.where(total.value < 1, -1.0, 0.0))
    copied = einsum("bqk,bkv,bq->bqv", selector, value, share)
    return added(copied, einsum("bq,bqv->bqv", none, Var(default)))
