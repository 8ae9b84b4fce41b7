"""Programs as checkpoints that the published code loads. Owns `model.pt` and `args.json`; refuses what its modules cannot do.

Every layer gets as many modules of each kind as the fullest one; dead ones fill the rest. Choices are one-hot, MLPs hold their
tables in hidden units whose sums are small integers, and votes are integers that float32 adds exactly.
"""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tprog.errors import TprogError
from tprog.evaluate import numerical_bounds, reachable
from tprog.files import write_bytes, write_text
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    CategoricalVotes,
    FiniteValues,
    First,
    Nearest,
    NumericalHead,
    NumericalLookup,
    Ones,
    Operation,
    Positions,
    Program,
    TextRule,
    Tokens,
    WordTable,
    predicate_table,
)
from tprog.learn.votes import within
from tprog.published.arguments import ARGUMENTS_FILE, LIMITS, Arguments
from tprog.published.kinds import MODEL_FILE
from tprog.published.sampling import run_names

# Below it every sum of integers is exact in float32.
EXACT_SUM = 1 << 24
# A look-up with more points than this is not written out.
MOST_POINTS = 1 << 18
CHOSEN = 10.0
FORBIDDEN = ("<pad>", "<unk>")
KINDS: tuple[type[Operation], ...] = (
    CategoricalHead,
    NumericalHead,
    CategoricalLookup,
    NumericalLookup,
)
# What the published loader asks for besides what shapes the network.
FURTHER: dict[str, Any] = {
    "d_model": 64,
    "d_head": None,
    "n_heads": 2,
    "dropout": 0.0,
    "mlp_type": "cat",
    "selector_width": 0,
    "sample_fn": "gumbel_soft",
    "glove_embeddings": "",
    "do_glove": 0,
    "lr": 0.05,
    "max_grad_norm": None,
    "gumbel_samples": 1,
    "n_epochs": 1,
    "batch_size": 512,
    "tau_init": 3.0,
    "tau_end": 0.01,
    "tau_schedule": "geomspace",
    "loss_agg": "per_token",
    "save": True,
    "save_code": False,
    "device": "cpu",
}


class NotPublishable(TprogError):
    """A program holds something that no published network can."""

    slug = "not-publishable"


@dataclass(frozen=True, slots=True)
class PublishedRun:
    """A Program as a run of the published code.

    Attributes:
        arguments: what shapes the network, and from which its symbols and labels are drawn again.
        unembed_mask: whether `<pad>` and `<unk>` are masked.
        tensors: the state dict.
        program: the Program whose votes the tensors hold; it predicts what the exported one does where `rounded` is false.
        rounded: whether votes had to be rounded, so that its predictions must be compared.
    """

    arguments: Arguments
    unembed_mask: bool
    tensors: Mapping[str, Tensor]
    program: Program
    rounded: bool


def write_published(folder: Path, run: PublishedRun) -> None:
    """Write `args.json` and `model.pt`, each whole or not at all.

    Raises:
        FileProblem: the disk refuses them.
    """
    content = io.BytesIO()
    torch.save(dict(run.tensors), content)
    entries = {
        **asdict(run.arguments),
        **FURTHER,
        "unembed_mask": int(run.unembed_mask),
        "output_dir": folder.name,
    }
    write_bytes(folder / MODEL_FILE, content.getvalue())
    write_text(folder / ARGUMENTS_FILE, json.dumps(entries, indent=2) + "\n")


def published_run(program: Program) -> PublishedRun:
    """Return a Program as a run that the published code loads.

    Args:
        program: for a generated task, within the published modules.

    Raises:
        NotPublishable: a part of it is none that a published network has; the message names it.
    """
    return _Writer(program).run()


class _Writer:
    """One export."""

    def __init__(self, program: Program) -> None:
        self._check_inputs(program)
        if program.classifier.pooled:
            raise NotPublishable(
                "its outputs are pooled, and no generated task's network does that"
            )
        fitted = within(program, EXACT_SUM // 4)
        self._rounded = fitted.classifier != program.classifier
        self._program = fitted
        self._symbols, self._labels, self._base = self._names()
        self._first = len(program.inputs)
        self._layers = max(program.layers, default=0) + 1
        self._counts = {
            kind: max(
                (
                    sum(
                        type(one) is kind and at == layer
                        for one, at in zip(program.operations, program.layers, strict=True)
                    )
                    for layer in range(self._layers)
                ),
                default=0,
            )
            for kind in KINDS
        }
        # The published code asks every layer for its categorical heads.
        self._counts[CategoricalHead] = max(1, self._counts[CategoricalHead])
        self._words = [
            index
            for index, variable in enumerate(program.inputs)
            if isinstance(variable, WordTable | Tokens)
        ]
        self._one_hot = not any(isinstance(variable, WordTable) for variable in program.inputs)
        self._places = self._order()
        self._size = self._cardinality()
        self._read = max(
            [len(one.arguments) for one in self._operations(CategoricalLookup, NumericalLookup)]
            or [2]
        )
        self._hidden: dict[str, tuple[Tensor, Tensor, Tensor, Tensor]] = {}

    def _operations(self, *kinds: type[Any]) -> list[Any]:
        return [one for one in self._program.operations if isinstance(one, kinds)]

    def _check_inputs(self, program: Program) -> None:
        for index, variable in enumerate(program.inputs):
            if isinstance(variable, TextRule):
                raise NotPublishable(
                    f"{program.names[index]} is a rule over a word's text, which no published network has"
                )
        if program.domain.context_length is None:
            raise NotPublishable("the program has no greatest length, and every network has one")

    def _names(self) -> tuple[tuple[str, ...], tuple[str, ...], Arguments]:
        """Return symbols and labels in the order of their numbers, and the arguments that give them."""
        program = self._program
        spec = program.provenance.task
        wanted = (
            {*program.domain.alphabet},
            {
                label
                for number, label in enumerate(program.classifier.labels)
                if number not in program.classifier.masked and label not in FORBIDDEN[:1]
            },
        )
        found = run_names(spec, program.domain, wanted[0], wanted[1])
        if isinstance(found, str):
            raise NotPublishable(found)
        arguments, symbols, labels = found
        return symbols, labels, arguments

    def _order(self) -> dict[int, int]:
        """Return for each variable its place among the network's categorical, or numerical, variables."""
        program, counts = self._program, self._counts
        places: dict[int, int] = {}
        vectors = max(1, len(self._words))
        for number, index in enumerate(self._words):
            places[index] = number
        for index, variable in enumerate(program.inputs):
            if isinstance(variable, Positions):
                places[index] = vectors
            elif isinstance(variable, Ones):
                places[index] = 0
        inner = {
            CategoricalHead: 0,
            CategoricalLookup: counts[CategoricalHead],
            NumericalLookup: counts[CategoricalHead] + counts[CategoricalLookup],
        }
        width = sum(counts[kind] for kind in inner)
        used: dict[tuple[type[Operation], int], int] = {}
        self._slots: dict[int, int] = {}
        for number, (one, layer) in enumerate(
            zip(program.operations, program.layers, strict=True), self._first
        ):
            kind = type(one)
            slot = used.get((kind, layer), 0)
            used[kind, layer] = slot + 1
            self._slots[number] = slot
            places[number] = (
                1 + layer * counts[NumericalHead] + slot
                if kind is NumericalHead
                else vectors + 1 + layer * width + inner[kind] + slot
            )
        self._vectors, self._width = vectors, width
        return places

    def _cardinality(self) -> int:
        program = self._program
        sizes = [len(values) for values in program.values if isinstance(values, FiniteValues)]
        size = max(*sizes, len(self._symbols), program.domain.context_length or 1)
        for head in self._operations(CategoricalHead, NumericalHead):
            empty = any(not row for row in self._predicate(head))
            if empty and not isinstance(program.variables[head.key], Tokens):
                size = max(size, len(program.finite_values(head.key)) + 1)
        return size

    def _predicate(self, head: CategoricalHead | NumericalHead) -> tuple[tuple[int, ...], ...]:
        program = self._program
        query, key = program.finite_values(head.query), program.finite_values(head.key)
        return predicate_table(head.predicate, query, key).rows

    def _numbers(self, variable: int) -> list[int]:
        """Return the network's number for each value of a variable."""
        program = self._program
        while isinstance(one := program.variables[variable], CategoricalHead):
            variable = one.value
        if isinstance(one, Tokens):
            return [self._symbols.index(symbol) for symbol in program.domain.alphabet]
        return list(range(len(program.finite_values(variable))))

    def run(self) -> PublishedRun:
        program = self._program
        self._check_heads()
        for number, one in enumerate(program.operations, self._first):
            if isinstance(one, CategoricalLookup):
                self._hidden[program.names[number]] = self._table(one)
            elif isinstance(one, NumericalLookup):
                self._hidden[program.names[number]] = self._counting_table(number, one)
        hidden = max([len(found[1]) for found in self._hidden.values()] or [1])
        if hidden > LIMITS["d_mlp"]:
            raise NotPublishable(f"a look-up needs {hidden:,} hidden units; simplify the program")
        heads = self._operations(CategoricalHead)
        arguments = replace(
            self._base,
            n_vars_cat=self._vectors,
            n_vars_num=1,
            d_var=self._size,
            n_heads_cat=self._counts[CategoricalHead],
            n_heads_num=self._counts[NumericalHead],
            d_mlp=hidden,
            n_cat_mlps=self._counts[CategoricalLookup],
            n_num_mlps=self._counts[NumericalLookup],
            mlp_vars_in=self._read,
            n_layers=self._layers,
            one_hot_embed=self._one_hot,
            count_only=True,
            rel_pos_bias="none" if any(head.tie == First() for head in heads) else "fixed",
            autoregressive=self._causal(),
        )
        masked = {self._program.classifier.labels[one] for one in program.classifier.masked}
        answers = {*program.classifier.labels} - masked
        mask = not answers & {*FORBIDDEN}
        tensors = {
            name: tensor.contiguous() for name, tensor in self._tensors(arguments, mask).items()
        }
        return PublishedRun(arguments, mask, tensors, program, self._rounded)

    def _check_heads(self) -> None:
        program = self._program
        ties = set()
        for number, head in enumerate(program.operations, self._first):
            if not isinstance(head, CategoricalHead | NumericalHead):
                continue
            name = program.names[number]
            if any(len(row) > 1 for row in self._predicate(head)):
                raise NotPublishable(
                    f"{name} wants several keys for one query value, and a published head wants one"
                )
            if isinstance(head, NumericalHead):
                continue
            if head.tie == Nearest("matches"):
                raise NotPublishable(
                    f"{name} ranks its own position at the number of matches, which no network does; "
                    "import the program with --as-network"
                )
            if head.tie not in (Nearest("last"), First()):
                raise NotPublishable(
                    f"{name} chooses by scores, and export writes predicates alone"
                )
            ties.add(head.tie)
        if len(ties) > 1:
            raise NotPublishable(
                "some heads choose the nearest match and some the first, and a network has one rule for all"
            )

    def _causal(self) -> bool:
        heads = self._operations(CategoricalHead, NumericalHead)
        causal = {head.causal for head in heads}
        if len(causal) > 1:
            raise NotPublishable(
                "some heads look to the left alone and some do not, and a network has one rule for all"
            )
        return causal == {True}

    def _table(self, lookup: CategoricalLookup) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return an MLP with a hidden unit for each entry that is not the commonest result."""
        size = self._size
        distinct = list(dict.fromkeys(lookup.arguments))
        numbers = [self._numbers(variable) for variable in lookup.arguments]
        domains = [range(len(self._program.finite_values(one))) for one in distinct]
        if prod(map(len, domains)) > MOST_POINTS:
            raise NotPublishable(
                f"{lookup.name or 'a look-up'} has more than {MOST_POINTS:,} entries"
            )
        sizes = [len(found) for found in numbers]
        results = {}
        for point in product(*domains):
            whole = [point[distinct.index(variable)] for variable in lookup.arguments]
            results[point] = lookup.table[int(np.ravel_multi_index(whole, sizes))]
        listed = list(results.values())
        common = max(sorted(set(listed)), key=listed.count)
        kept = [point for point, result in results.items() if result != common]
        inward = torch.zeros(len(kept), size * self._read)
        outward = torch.zeros(size, len(kept))
        for unit, point in enumerate(kept):
            for number, variable in enumerate(distinct):
                slot = lookup.arguments.index(variable)
                inward[unit, slot * size + numbers[slot][point[number]]] = 1
            outward[results[point], unit] = 2
        bias = torch.zeros(size)
        bias[common] = 1
        return inward, torch.full((len(kept),), 1.0 - len(distinct)), outward, bias

    def _counting_table(
        self, number: int, lookup: NumericalLookup
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return an MLP that is constant between steps along the arguments, read as digits of one number."""
        program, name = self._program, self._program.names[number]
        distinct = list(dict.fromkeys(lookup.arguments))
        bounds = numerical_bounds(program)
        reach = [bounds[variable] or 0 for variable in distinct]
        if prod(most + 1 for most in reach) > MOST_POINTS // 16:
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
        inward = torch.zeros(units, self._read)
        bias = torch.zeros(units)
        outward = torch.zeros(self._size, units)
        for place, stride in enumerate(strides):
            inward[:, lookup.arguments.index(distinct[place])] = float(stride)
        for order, at in enumerate(steps):
            for half, sign in ((0, 1.0), (1, -1.0)):
                unit = 2 * order + half
                bias[unit] = float(1 - at - half)
                outward[results[at], unit] += sign
                outward[results[at - 1], unit] -= sign
        out = torch.zeros(self._size)
        out[results[0]] = 1
        return inward, bias, outward, out

    def _tensors(self, arguments: Arguments, mask: bool) -> dict[str, Tensor]:
        size, positions = self._size, self._program.domain.context_length or 1
        found = {
            "embed.W_E": self._embeddings(),
            "num_embed.W_E": torch.ones(len(self._symbols), 1),
            "pos_embed.W": torch.eye(positions, size),
        }
        categorical, numerical = self._vectors + 1, 1
        for layer in range(self._layers):
            name = f"blocks.{layer}"
            found |= self._heads(
                f"{name}.cat_attn", CategoricalHead, layer, categorical, categorical
            )
            found |= self._bias(f"{name}.cat_attn", arguments.rel_pos_bias, positions)
            if self._counts[NumericalHead]:
                found |= self._heads(
                    f"{name}.num_attn", NumericalHead, layer, categorical, numerical
                )
            categorical += self._counts[CategoricalHead]
            numerical += self._counts[NumericalHead]
            found |= self._lookups(
                f"{name}.cat_mlp", CategoricalLookup, layer, categorical, size, arguments.d_mlp
            )
            found |= self._lookups(
                f"{name}.num_mlp", NumericalLookup, layer, numerical, 1, arguments.d_mlp
            )
            categorical += self._width - self._counts[CategoricalHead]
        found["unembed.W_U"] = self._votes(categorical, numerical, mask)
        if mask:
            hidden = [label in FORBIDDEN for label in self._labels]
            found["unembed.mask"] = torch.tensor(hidden).view(1, 1, -1)
        return found

    def _embeddings(self) -> Tensor:
        size, program = self._size, self._program
        if self._one_hot:
            return torch.eye(size)[:, : len(self._symbols)] * 20 - 10
        blocks = []
        for index in self._words:
            variable = program.inputs[index]
            block = torch.full((size, len(self._symbols)), -CHOSEN)
            block[0] = 0
            for symbol, number in enumerate(self._numbers_of_symbols(variable)):
                if number is not None:
                    block[number, symbol] = CHOSEN
            blocks.append(block)
        return torch.cat(blocks)

    def _numbers_of_symbols(self, variable: object) -> list[int | None]:
        alphabet = self._program.domain.alphabet
        if isinstance(variable, WordTable):
            known = dict(zip(alphabet, variable.table, strict=True))
            return [known.get(symbol) for symbol in self._symbols]
        return list(range(len(self._symbols)))

    def _of(self, kind: type[Operation], layer: int) -> list[tuple[int, int, Any]]:
        """Return slot, variable and operation of every module of a kind in a layer."""
        program = self._program
        return [
            (self._slots[number], number, one)
            for number, one in enumerate(program.operations, self._first)
            if type(one) is kind and program.layers[number - self._first] == layer
        ]

    def _heads(
        self, name: str, kind: type[Operation], layer: int, variables: int, values: int
    ) -> dict[str, Tensor]:
        count, size = self._counts[kind], self._size
        positions = self._program.domain.context_length or 1
        gates = {role: torch.zeros(count, variables) for role in "KQ"}
        gates["V"] = torch.zeros(count, values)
        predicate = torch.zeros(count, size, size)
        for slot, _, head in self._of(kind, layer):
            for role, variable in (("K", head.key), ("Q", head.query), ("V", head.value)):
                gates[role][slot, self._places[variable]] = CHOSEN
            keys, queries = self._numbers(head.key), self._numbers(head.query)
            spare = next((number for number in range(size) if number not in keys), 0)
            for query, row in zip(queries, self._predicate(head), strict=True):
                predicate[slot, query, keys[row[0]] if row else spare] = CHOSEN
        found = {f"{name}.W_pred.W": predicate}
        for role, gate in gates.items():
            wide = 1 if kind is NumericalHead and role == "V" else size
            found[f"{name}.W_{role}.W"] = gate
            found[f"{name}.W_{role}.E"] = torch.eye(wide).repeat(gate.shape[1], 1, 1)
        found[f"{name}.mask"] = torch.ones(positions, positions).tril()
        if kind is CategoricalHead:
            found[f"{name}.pos_bias"] = torch.arange(positions, 0, -1)
        return found

    def _bias(self, name: str, rule: str, positions: int) -> dict[str, Tensor]:
        """Return the preference for each offset, key position minus query position; negative ones from the end."""
        offsets = torch.arange(2 * positions)
        distance = torch.where(offsets > positions - 1, 2 * positions - offsets, offsets)
        near = -(distance - 1) / positions
        near[0] = -2
        bias = near if rule == "fixed" else torch.zeros(2 * positions)
        return {
            f"{name}.rel_pos_bias.bias": bias.repeat(self._counts[CategoricalHead], 1),
            f"{name}.rel_pos_bias.idxs": offsets,
        }

    def _lookups(
        self, name: str, kind: type[Operation], layer: int, variables: int, wide: int, hidden: int
    ) -> dict[str, Tensor]:
        found: dict[str, Tensor] = {}
        for slot in range(self._counts[kind]):
            own = f"{name}.mlps.{slot}"
            found[f"{own}.W_read.W"] = torch.zeros(self._read, variables)
            found[f"{own}.W_read.E"] = torch.eye(wide).repeat(variables, 1, 1)
            found[f"{own}.W_in"] = torch.zeros(hidden, wide * self._read)
            found[f"{own}.b_in"] = torch.zeros(hidden)
            found[f"{own}.W_out"] = torch.zeros(self._size, hidden)
            found[f"{own}.b_out"] = torch.zeros(self._size)
        for slot, number, one in self._of(kind, layer):
            own = f"{name}.mlps.{slot}"
            reads: Sequence[int] = one.arguments
            for place in range(self._read):
                variable = reads[min(place, len(reads) - 1)]
                found[f"{own}.W_read.W"][place, self._places[variable]] = CHOSEN
            inward, bias, outward, out = self._hidden[self._program.names[number]]
            found[f"{own}.W_in"][: len(bias)] = inward
            found[f"{own}.b_in"][: len(bias)] = bias
            found[f"{own}.W_out"][:, : len(bias)] = outward
            found[f"{own}.b_out"][:] = out
        return found

    def _votes(self, categorical: int, numerical: int, mask: bool) -> Tensor:
        program, size = self._program, self._size
        labels, known = self._labels, program.classifier.labels
        columns = [known.index(label) if label in known else None for label in labels]
        votes = torch.zeros(categorical * size + numerical, len(labels))
        for vote in program.classifier.votes:
            rows = torch.tensor(
                vote.weights if isinstance(vote, CategoricalVotes) else (vote.weights,),
                dtype=torch.float32,
            )
            if isinstance(vote, CategoricalVotes):
                start = self._places[vote.variable] * size
                numbers = [start + number for number in self._numbers(vote.variable)]
            else:
                numbers = [categorical * size + self._places[vote.variable]]
            for column, own in enumerate(columns):
                if own is not None:
                    votes[numbers, column] = rows[:, own]
        # What cannot be predicted here loses at every position.
        first = self._vectors * size
        for column, own in enumerate(columns):
            if own is None or own in program.classifier.masked:
                votes[:, column] = 0
                votes[first : first + size, column] = -float(EXACT_SUM // 2)
        return votes
