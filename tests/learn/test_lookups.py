"""Look-ups."""

from typing import TypeVar

import pytest
import torch
from torch import Tensor

from tprog.ir import FiniteValues
from tprog.learn.layout import LookupGroup, NumericalLookupGroup
from tprog.learn.lookups import Lookups, NumericalLookups
from tprog.learn.relaxation import Relaxation, Stream

COLD = Relaxation(1e-4)
WRITTEN = FiniteValues(tuple(range(3)))


AnyLookups = TypeVar("AnyLookups", Lookups, NumericalLookups)


def drawn(module: AnyLookups) -> AnyLookups:
    """Return a module with random weights; biases too, so that no two logits are equal."""
    noise = torch.Generator().manual_seed(0)
    module.initialise(noise)
    if module.network is not None:
        torch.nn.init.normal_(module.network.b_out, generator=noise)
    return module


def categorical(hidden: int, arity: int = 2) -> Lookups:
    """Return two random look-ups over two categorical variables of 4 values."""
    group = LookupGroup(2, ((0, 1),) * arity, (4,) * arity, WRITTEN, hidden, 0, ("", ""))
    return drawn(Lookups(group))


def numerical() -> NumericalLookups:
    """Return two random look-ups over two numerical variables."""
    group = NumericalLookupGroup(2, ((0, 1),) * 2, (3, 5), WRITTEN, 16, 0, 0, ("", ""))
    return drawn(NumericalLookups(group))


@pytest.mark.parametrize("hidden", [0, 16])
@pytest.mark.parametrize("arity", [1, 2, 3])
def test_cold_look_ups_write_what_their_tables_say(hidden: int, arity: int) -> None:
    """Near temperature 0 tables and ReLU networks write the one-hot form of the exact entry."""
    module = categorical(hidden, arity)
    values = torch.randint(0, 4, (2, 30, 5), generator=torch.Generator().manual_seed(1))
    stream = Stream(torch.ones(30, 5, dtype=torch.bool))
    stream.append(torch.nn.functional.one_hot(values, 4).float())
    exact = torch.stack(module.exact([values[0], values[1]]))
    expected = torch.nn.functional.one_hot(exact, 3).float()
    assert torch.allclose(module.relaxed(stream, COLD), expected, atol=1e-3)
    assert len(set(exact.flatten().tolist())) > 1


def test_cold_numerical_look_ups_write_what_their_tables_say() -> None:
    """Near temperature 0 a numerical look-up writes the entry of the clamped point."""
    module = numerical()
    values = torch.randint(0, 9, (2, 30, 5), generator=torch.Generator().manual_seed(1))
    stream = Stream(torch.ones(30, 5, dtype=torch.bool))
    stream.append(values.float())
    exact = torch.stack(module.exact([values[0], values[1]]))
    expected = torch.nn.functional.one_hot(exact, 3).float()
    assert torch.allclose(module.relaxed(stream, COLD), expected, atol=1e-3)


def boxes(bounds: Tensor, entries: Tensor) -> NumericalLookups:
    """Return a look-up of boxes over one numerical variable with cap 4."""
    group = NumericalLookupGroup(1, ((0,),), (4,), WRITTEN, 0, len(bounds), 0, ("",))
    module = NumericalLookups(group)
    module.bounds.copy_(bounds)
    module.entries.copy_(entries)
    return module


def test_the_first_box_wins_and_the_default_holds_the_rest() -> None:
    """Overlapping boxes answer in order; a point in none gets the default; large numbers are clamped."""
    module = boxes(torch.tensor([[[1, 2]], [[2, 4]]]), torch.tensor([1, 2, 0]))
    values = torch.tensor([[0, 1, 2, 3, 4, 50]])
    assert module.exact([values])[0].tolist() == [[0, 1, 1, 2, 2, 2]]
    empty = boxes(torch.zeros(0, 1, 2, dtype=torch.int64), torch.tensor([2]))
    assert empty.exact([values])[0].tolist() == [[2] * 6]


def test_boxes_are_not_tabulated() -> None:
    """A look-up of boxes has no table, whatever its caps."""
    with pytest.raises(ValueError, match="boxes"):
        boxes(torch.zeros(0, 1, 2, dtype=torch.int64), torch.tensor([2])).tables()
