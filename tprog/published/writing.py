"""Programs as runs (`model.pt`, `args.json`) that the published code loads.

Every layer gets as many modules of each kind as the fullest one; dead ones fill the rest. Choices are one-hot, MLPs hold their
tables in hidden units whose sums are small integers, and votes are integers that float32 adds exactly.
"""

import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

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
from tprog.learn.fit import within
from tprog.published.arguments import LIMITS, TRAINING, Arguments
from tprog.published.files import ARGUMENTS_FILE, MODEL_FILE
from tprog.published.mlps import EXACT_SUM, Mlp, NotPublishable, counting_mlp, table_mlp
from tprog.published.names import Unnamed, run_names

# An entry of what the network chooses the largest of: far above the others, so that its softmax is as good as one-hot.
CHOSEN = 10.0
FORBIDDEN = ("<pad>", "<unk>")
KINDS = (CategoricalHead, NumericalHead, CategoricalLookup, NumericalLookup)


@dataclass(frozen=True, slots=True)
class PublishedRun:
    """A Program as a run of the published code.

    Attributes:
        arguments: what shapes the network, and from which its symbols and labels are drawn again.
        unembed_mask: whether `<pad>` and `<unk>` are masked.
        tensors: the state dict.
        program: the Program whose votes the tensors hold, rounded where they were finer than float32.
    """

    arguments: Arguments
    unembed_mask: bool
    tensors: Mapping[str, Tensor]
    program: Program


def write_published(folder: Path, run: PublishedRun) -> None:
    """Write `args.json` and `model.pt`, each whole or not at all.

    Raises:
        FileProblem: the disk refuses them.
    """
    content = io.BytesIO()
    torch.save(dict(run.tensors), content)
    own = {"unembed_mask": int(run.unembed_mask), "output_dir": folder.name}
    entries = {**asdict(run.arguments), **TRAINING, **own}
    write_bytes(folder / MODEL_FILE, content.getvalue())
    write_text(folder / ARGUMENTS_FILE, json.dumps(entries, indent=2) + "\n")


def published_run(program: Program) -> PublishedRun:
    """Return a Program as a run that the published code loads.

    Args:
        program: for a generated task, within the published modules.

    Raises:
        NotPublishable: a part of it is none that a published network has; the message names it.
    """
    for name, variable in zip(program.names, program.inputs, strict=False):
        if isinstance(variable, TextRule):
            raise NotPublishable(
                f"{name} is a rule over a word's text, which no published network has"
            )
    if program.domain.context_length is None:
        raise NotPublishable("the program has no greatest length, and every network has one")
    if program.classifier.pooled:
        raise NotPublishable("its outputs are pooled, and no generated task's network does that")
    # What is masked can then lose by half of what float32 adds exactly.
    return _Writer(within(program, EXACT_SUM // 4), program.domain.context_length).run()


class _Writer:
    """One export: the place of every variable in the network, and the network's tensors."""

    def __init__(self, program: Program, positions: int) -> None:
        self._program, self._positions = program, positions
        self._names_symbols()
        self._words = [
            index
            for index, variable in enumerate(program.inputs)
            if isinstance(variable, WordTable | Tokens)
        ]
        self._one_hot = not any(isinstance(variable, WordTable) for variable in program.inputs)
        self._place_variables()
        self._size = self._cardinality()
        lookups = self._operations(CategoricalLookup, NumericalLookup)
        self._read = max((len(one.arguments) for one in lookups), default=2)

    def _operations(self, *kinds: type[Any]) -> list[Any]:
        return [one for one in self._program.operations if isinstance(one, kinds)]

    def _numbered(self) -> Iterator[tuple[int, Operation, int]]:
        """Yield the variable, operation and layer of every module."""
        program = self._program
        pairs = zip(program.operations, program.layers, strict=True)
        for number, (one, layer) in enumerate(pairs, len(program.inputs)):
            yield number, one, layer

    def _names_symbols(self) -> None:
        """Find symbols and labels in the order of their numbers, and the arguments that give them."""
        program = self._program
        labels = {
            label
            for number, label in enumerate(program.classifier.labels)
            if number not in program.classifier.masked and label not in FORBIDDEN[:1]
        }
        task, domain = program.provenance.task, program.domain
        try:
            self._base, self._symbols, self._labels = run_names(
                task, domain, {*domain.alphabet}, labels
            )
        except Unnamed as error:
            raise NotPublishable(str(error)) from None

    def _place_variables(self) -> None:
        """Give each operation its slot among the modules of its layer, each variable its place among those that modules read."""
        program = self._program
        used: Counter[tuple[type[Operation], int]] = Counter()
        self._slots: dict[int, int] = {}
        for number, one, layer in self._numbered():
            self._slots[number] = used[type(one), layer]
            used[type(one), layer] += 1
        self._layers = max(program.layers, default=0) + 1
        counts = {kind: max(used[kind, layer] for layer in range(self._layers)) for kind in KINDS}
        # The published code asks every layer for its categorical heads.
        counts[CategoricalHead] = max(1, counts[CategoricalHead])
        self._counts: dict[type[Operation], int] = counts
        inner: dict[type[Operation], int] = {
            CategoricalHead: 0,
            CategoricalLookup: counts[CategoricalHead],
            NumericalLookup: counts[CategoricalHead] + counts[CategoricalLookup],
        }
        # How many vectors embed a symbol, and how many categorical variables each layer adds.
        self._vectors = max(1, len(self._words))
        self._width = sum(counts[kind] for kind in inner)
        self._places = {index: number for number, index in enumerate(self._words)}
        for index, variable in enumerate(program.inputs):
            if isinstance(variable, Positions | Ones):
                self._places[index] = self._vectors if isinstance(variable, Positions) else 0
        for number, one, layer in self._numbered():
            slot = self._slots[number]
            if isinstance(one, NumericalHead):
                self._places[number] = 1 + layer * counts[NumericalHead] + slot
            else:
                before = self._vectors + 1 + layer * self._width
                self._places[number] = before + inner[type(one)] + slot

    def _cardinality(self) -> int:
        program = self._program
        sizes = [len(values) for values in program.values if isinstance(values, FiniteValues)]
        size = max(*sizes, len(self._symbols), self._positions)
        for head in self._operations(CategoricalHead, NumericalHead):
            empty = any(not row for row in self._predicate(head))
            # A query that wants no key wants one that nothing is.
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
        mlps: dict[int, Mlp] = {}
        for number, one, _ in self._numbered():
            if isinstance(one, CategoricalLookup):
                numbers = [self._numbers(variable) for variable in one.arguments]
                mlps[number] = table_mlp(one, numbers, self._size, self._read)
            elif isinstance(one, NumericalLookup):
                name = program.names[number]
                mlps[number] = counting_mlp(program, name, one, self._size, self._read)
        hidden = max((len(bias) for _, bias, _, _ in mlps.values()), default=1)
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
        masked = {program.classifier.labels[one] for one in program.classifier.masked}
        answers = {*program.classifier.labels} - masked
        mask = not answers & {*FORBIDDEN}
        found = self._tensors(arguments, mask, mlps)
        tensors = {name: tensor.contiguous() for name, tensor in found.items()}
        return PublishedRun(arguments, mask, tensors, program)

    def _check_heads(self) -> None:
        program = self._program
        ties = set()
        for number, head, _ in self._numbered():
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

    def _tensors(
        self, arguments: Arguments, mask: bool, mlps: Mapping[int, Mlp]
    ) -> dict[str, Tensor]:
        size, positions = self._size, self._positions
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
            found |= self._bias(f"{name}.cat_attn", arguments.rel_pos_bias)
            if self._counts[NumericalHead]:
                found |= self._heads(
                    f"{name}.num_attn", NumericalHead, layer, categorical, numerical
                )
            categorical += self._counts[CategoricalHead]
            numerical += self._counts[NumericalHead]
            for kind, part, variables, wide in (
                (CategoricalLookup, "cat_mlp", categorical, size),
                (NumericalLookup, "num_mlp", numerical, 1),
            ):
                own = {slot: (one, mlps[number]) for slot, number, one in self._of(kind, layer)}
                for slot in range(self._counts[kind]):
                    found |= self._mlp(
                        f"{name}.{part}.mlps.{slot}",
                        own.get(slot),
                        variables,
                        wide,
                        arguments.d_mlp,
                    )
            categorical += self._width - self._counts[CategoricalHead]
        found["unembed.W_U"] = self._votes(categorical, numerical)
        if mask:
            hidden = [label in FORBIDDEN for label in self._labels]
            found["unembed.mask"] = torch.tensor(hidden).view(1, 1, -1)
        return found

    def _embeddings(self) -> Tensor:
        size, program = self._size, self._program
        if self._one_hot:
            return torch.eye(size)[:, : len(self._symbols)] * 2 * CHOSEN - CHOSEN
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
        return [
            (self._slots[number], number, one)
            for number, one, at in self._numbered()
            if type(one) is kind and at == layer
        ]

    def _heads(
        self, name: str, kind: type[Operation], layer: int, variables: int, values: int
    ) -> dict[str, Tensor]:
        count, size, positions = self._counts[kind], self._size, self._positions
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

    def _bias(self, name: str, rule: str) -> dict[str, Tensor]:
        """Return the preference for each offset, key position minus query position; negative ones from the end."""
        positions = self._positions
        offsets = torch.arange(2 * positions)
        distance = torch.where(offsets > positions - 1, 2 * positions - offsets, offsets)
        near = -(distance - 1) / positions
        near[0] = -2
        bias = near if rule == "fixed" else torch.zeros(2 * positions)
        return {
            f"{name}.rel_pos_bias.bias": bias.repeat(self._counts[CategoricalHead], 1),
            f"{name}.rel_pos_bias.idxs": offsets,
        }

    def _mlp(
        self, name: str, own: tuple[Any, Mlp] | None, variables: int, wide: int, hidden: int
    ) -> dict[str, Tensor]:
        """Return the tensors of a look-up's MLP, or of a dead one."""
        found = {
            f"{name}.W_read.W": torch.zeros(self._read, variables),
            f"{name}.W_read.E": torch.eye(wide).repeat(variables, 1, 1),
            f"{name}.W_in": torch.zeros(hidden, wide * self._read),
            f"{name}.b_in": torch.zeros(hidden),
            f"{name}.W_out": torch.zeros(self._size, hidden),
            f"{name}.b_out": torch.zeros(self._size),
        }
        if own is not None:
            lookup, (inward, bias, outward, out) = own
            for place in range(self._read):
                variable = lookup.arguments[min(place, len(lookup.arguments) - 1)]
                found[f"{name}.W_read.W"][place, self._places[variable]] = CHOSEN
            found[f"{name}.W_in"][: len(bias)] = inward
            found[f"{name}.b_in"][: len(bias)] = bias
            found[f"{name}.W_out"][:, : len(bias)] = outward
            found[f"{name}.b_out"][:] = out
        return found

    def _votes(self, categorical: int, numerical: int) -> Tensor:
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
