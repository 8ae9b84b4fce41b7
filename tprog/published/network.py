"""A trained network's tensors as variables and votes: what each tensor means once it is discretised.

Every choice of the network is its largest entry (paper, section 3.2): which variables a module reads, which key each query
value wants, what an MLP answers. The tensors come as NumPy arrays under the names of the published implementation.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from itertools import product
from math import prod

import numpy as np
import numpy.typing as npt

from tprog.errors import UnreadableSource
from tprog.evaluate import numerical_bounds
from tprog.evaluate.bounds import most_matches
from tprog.evaluate.cover import cover_cells
from tprog.evaluate.reach import reachable
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalLookup,
    Classifier,
    Constant,
    FiniteValues,
    First,
    Nearest,
    NumericalHead,
    NumericalLookup,
    Ones,
    Positions,
    Predicate,
    Program,
    Table,
    TieBreak,
    Tokens,
    WordTable,
)
from tprog.published.arguments import Arguments
from tprog.published.assemble import Drafts, Scores

FloatArray = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]

# A look-up with more entries than this is not written out.
MOST_ENTRIES = 1 << 18
# Domains with more inputs than this are sampled for what counts reach.
MOST_INPUTS = 300_000
SAMPLES = 20_000
# The published code keeps a learned bias of positions within this.
CLIPPED = 10
# Two outputs of an MLP that are closer than this, relative to their size, may change places with the order of a sum.
CLOSE = 1e-5


@dataclass(slots=True, eq=False)
class Tensors:
    """The tensors of a checkpoint by name, its file for errors, and the options that only a fork of the script has."""

    place: str
    arrays: Mapping[str, npt.NDArray[np.float32]]
    foreign: tuple[str, ...] = ()

    def error(self, message: str) -> UnreadableSource:
        """Return an error that names the file."""
        return UnreadableSource(f"{self.place}:1: {message}")

    @property
    def misfit(self) -> str:
        """What may be the reason that the tensors are not what the arguments ask for."""
        if self.foreign:
            shown = ", ".join(self.foreign[:4])
            return f"its args.json has options of a changed training script ({shown}), whose networks are not known here"
        return "args.json and model.pt do not belong together"

    def get(self, name: str, *shape: int) -> FloatArray:
        """Return an array."""
        if name not in self.arrays:
            raise self.error(f"there is no {name}, which its arguments ask for; {self.misfit}")
        found = self.arrays[name]
        if found.shape != shape:
            raise self.error(
                f"{name} has shape {found.shape}, its arguments ask for {shape}; {self.misfit}"
            )
        if not np.isfinite(found).all():
            raise self.error(
                f"{name} is not finite everywhere: the training diverged; give another run"
            )
        return found

    def size(self, name: str, axis: int) -> int:
        """Return the length of a two-dimensional array's axis."""
        found = self.arrays.get(name)
        if found is None or found.ndim != 2:
            raise self.error(f"there is no {name} of a Transformer Program; give its model.pt")
        return int(found.shape[axis])


@dataclass(slots=True, eq=False)
class TrainedNetwork:
    """Turns tensors into variables and votes; `cardinality` is the number of values of a categorical variable."""

    tensors: Tensors
    arguments: Arguments
    drafts: Drafts
    cardinality: int
    warnings: list[str] = field(default_factory=list)
    _categorical: list[int] = field(default_factory=list)
    _numerical: list[int] = field(default_factory=list)

    def read(self, symbols: Sequence[str], positions: int, labels: int) -> list[Scores]:
        """Add every variable and return all votes, of a network with these symbols by number, and so many positions and labels."""
        self._inputs(symbols, positions)
        for layer in range(self.arguments.n_layers):
            categorical, numerical = tuple(self._categorical), tuple(self._numerical)
            for head in range(self.arguments.n_heads_cat):
                self._categorical.append(self._head(layer, head, categorical, positions))
            for head in range(self.arguments.n_heads_num):
                self._numerical.append(self._counting_head(layer, head, categorical, numerical))
            categorical, numerical = tuple(self._categorical), tuple(self._numerical)
            for number in range(self.arguments.n_cat_mlps):
                self._categorical.append(self._lookup(layer, number, categorical))
            for number in range(self.arguments.n_num_mlps):
                self._categorical.append(self._counting_lookup(layer, number, numerical))
        return self._votes(labels)

    def _inputs(self, symbols: Sequence[str], positions: int) -> None:
        arguments, size, drafts = self.arguments, self.cardinality, self.drafts
        table = self.tensors.get("embed.W_E", arguments.n_vars_cat * size, len(symbols))
        numbers = {symbol: number for number, symbol in enumerate(symbols)}
        alphabet = [numbers[symbol] for symbol in drafts.domain.alphabet]
        if arguments.one_hot_embed:
            self._categorical.append(drafts.add(Tokens(), tuple(alphabet)))
        for variable in range(0 if arguments.one_hot_embed else arguments.n_vars_cat):
            chosen = table[variable * size : (variable + 1) * size].argmax(axis=0)[alphabet]
            used, places = np.unique(chosen, return_inverse=True)
            values, entries = tuple(used.tolist()), tuple(places.tolist())
            word = WordTable(FiniteValues(values), entries, name=f"var{variable}_embeddings")
            self._categorical.append(drafts.add(word, values))
        longest = drafts.domain.context_length or positions
        self._categorical.append(drafts.add(Positions(), tuple(range(longest))))
        units = self.tensors.get("num_embed.W_E", len(symbols), arguments.n_vars_num)
        if not (units == 1).all():
            raise self.tensors.error(
                "its numerical embeddings are learned reals (trained without count_only), which no Program holds; "
                "train with --count_only"
            )
        if arguments.n_vars_num:
            self._numerical = [drafts.add(Ones(), None)] * arguments.n_vars_num

    def _reads(self, name: str, rows: int, variables: Sequence[int]) -> list[int]:
        """Return the variable that each row of gates chooses."""
        gates = self.tensors.get(f"{name}.W", rows, len(variables))
        return [variables[place] for place in gates.argmax(axis=1).tolist()]

    def _entries(self, variable: int) -> tuple[int, ...]:
        """Return the network's number of each value that a variable has."""
        entries = self.drafts.variables[variable].entries
        return tuple(entry for entry in entries or () if isinstance(entry, int))

    def _scores(self, name: str, head: int, heads: int) -> FloatArray:
        """Return how much each query value wants each key value."""
        size = self.cardinality
        found: FloatArray = self.tensors.get(f"{name}.W_pred.W", heads, size, size)[head]
        return found

    def _predicate(self, name: str, head: int, heads: int, query: int, key: int) -> Table:
        keys = {entry: index for index, entry in enumerate(self._entries(key))}
        best = self._scores(name, head, heads).argmax(axis=1).tolist()
        wanted = (best[entry] for entry in self._entries(query))
        return Table(tuple((keys[entry],) if entry in keys else () for entry in wanted))

    def _head(self, layer: int, head: int, variables: Sequence[int], positions: int) -> int:
        name, heads = f"blocks.{layer}.cat_attn", self.arguments.n_heads_cat
        key, query, value = (
            self._reads(f"{name}.W_{role}", heads, variables)[head] for role in "KQV"
        )
        if self.arguments.attention_type == "score":
            predicate: Predicate = Constant(True)
            tie: TieBreak = self._by_score(name, head, heads, query, key)
        else:
            predicate = table = self._predicate(name, head, heads, query, key)
            tie = self._tie(f"{name}.rel_pos_bias.bias", head, query, key, table, positions)
        causal, shown = self.arguments.autoregressive, f"attn_{layer}_{head}"
        node = CategoricalHead(query, key, value, predicate, tie, causal, name=shown, layer=layer)
        return self.drafts.add(node, self.drafts.variables[value].entries)

    def _by_score(self, name: str, head: int, heads: int, query: int, key: int) -> ByScore:
        # The network divides before it compares, and division may make neighbours equal.
        divided = self._scores(name, head, heads) / np.float32(np.sqrt(self.cardinality))
        ranks = np.unique(divided, return_inverse=True)[1].reshape(divided.shape)
        used = ranks[np.ix_(self._entries(query), self._entries(key))]
        return ByScore(tuple(map(tuple, used.tolist())))

    def _tie(
        self, name: str, head: int, query: int, key: int, predicate: Table, positions: int
    ) -> TieBreak:
        """Return how a head chooses among matches: by the bias of the offset, then the first."""
        if self.arguments.rel_pos_bias == "none":
            return First()
        bias = self.tensors.get(name, self.arguments.n_heads_cat, 2 * positions)[head]
        if self.arguments.rel_pos_bias == "clipped":
            bias = bias.clip(-CLIPPED, CLIPPED)
        # Bias is indexed by key position minus query position; negative offsets count from its end.
        preference = bias / np.float32(np.sqrt(self.cardinality))
        longest = self.drafts.domain.context_length or positions
        offsets = range(1 - longest, 1 if self.arguments.autoregressive else longest)
        for tie in (Nearest("last"), First()):
            if _same_order(preference, offsets, longest, tie):
                return tie
        if self._single(query, key, predicate):
            return Nearest("last")
        both = (self.drafts.variables[query].node, self.drafts.variables[key].node)
        if all(isinstance(node, Positions) for node in both):
            ranks = np.unique(preference, return_inverse=True)[1].reshape(preference.shape)
            return ByScore(
                tuple(tuple(int(ranks[j - i]) for j in range(longest)) for i in range(longest))
            )
        if self.arguments.rel_pos_bias == "fixed":
            raise self.tensors.error(
                f"{name}: head {head} ranks positions by fixed numbers, whose rounding prefers the right of two neighbours "
                "or the farther of two positions somewhere, and no Program chooses like that; import the program beside "
                "it, where there is one"
            )
        raise self.tensors.error(
            f"{name}: head {head} has a learned bias (rel_pos_bias clipped) that prefers neither the nearest nor the "
            "first position, and no Program chooses like that; train with --rel_pos_bias fixed"
        )

    def _single(self, query: int, key: int, predicate: Table) -> bool:
        """Tell whether no query ever has two matches, so that there is nothing to choose."""
        ones = self.drafts.ones()
        counting = NumericalHead(query, key, ones, predicate)
        program, final = self._program()
        renumbered = NumericalHead(final[query], final[key], final[ones], counting.predicate)
        most = most_matches(program, renumbered, self.drafts.domain.context_length)
        return most is not None and most <= 1

    def _program(self) -> tuple[Program, dict[int, int]]:
        """Return a Program of all variables so far, and where each of them stands in it."""
        inputs, operations, final = self.drafts.finished(range(len(self.drafts.variables)))
        return Program(self.drafts.domain, inputs, operations, Classifier(("-",), ())), final

    def _counting_head(
        self, layer: int, head: int, categorical: Sequence[int], numerical: Sequence[int]
    ) -> int:
        name, heads = f"blocks.{layer}.num_attn", self.arguments.n_heads_num
        key, query = (self._reads(f"{name}.W_{role}", heads, categorical)[head] for role in "KQ")
        value = self._reads(f"{name}.W_V", heads, numerical)[head]
        predicate = self._predicate(name, head, heads, query, key)
        causal, shown = self.arguments.autoregressive, f"num_attn_{layer}_{head}"
        node = NumericalHead(query, key, value, predicate, causal, name=shown, layer=layer)
        return self.drafts.add(node, None)

    def _lookup(self, layer: int, number: int, variables: Sequence[int]) -> int:
        name, size = f"blocks.{layer}.cat_mlp.mlps.{number}", self.cardinality
        read = self._reads(f"{name}.W_read", self.arguments.mlp_vars_in, variables)
        distinct = list(dict.fromkeys(read))
        entries = prod(len(self._entries(variable)) for variable in distinct)
        if entries > MOST_ENTRIES:
            raise self.tensors.error(
                f"{name} reads {len(distinct)} variables (mlp_vars_in), a table of {entries} entries; "
                f"at most {MOST_ENTRIES} are written out"
            )
        points = np.array(list(product(*map(self._entries, distinct))), dtype=np.int64)
        columns = points[:, [distinct.index(variable) for variable in read]]

        def hidden(inward: Floats) -> Floats:
            # A one-hot input picks one column of the weights for each argument.
            picked: list[Floats] = [
                inward[:, place * size : (place + 1) * size].T[columns[:, place]]
                for place in range(len(read))
            ]
            return reduce(operator.add, picked)

        shown = f"mlp_{layer}_{number}"
        table = tuple(self._answers(shown, name, size * len(read), hidden).tolist())
        values = FiniteValues(tuple(range(size)))
        node = CategoricalLookup(tuple(distinct), values, table, name=shown, layer=layer)
        return self.drafts.add(node, tuple(range(size)))

    def _counting_lookup(self, layer: int, number: int, variables: Sequence[int]) -> int:
        name, shown = f"blocks.{layer}.num_mlp.mlps.{number}", f"num_mlp_{layer}_{number}"
        if not variables:
            raise self.tensors.error(f"{name} has no numerical variable to read (n_vars_num is 0)")
        read = self._reads(f"{name}.W_read", self.arguments.mlp_vars_in, variables)
        distinct = list(dict.fromkeys(read))
        caps = self._caps(shown, distinct)
        axes = [np.arange(cap + 1) for cap in caps]
        grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(distinct))
        columns = grid[:, [distinct.index(variable) for variable in read]].astype(np.float64)
        answers = self._answers(shown, name, len(read), lambda inward: columns @ inward.T)
        table = answers.reshape([cap + 1 for cap in caps])
        rectangles, default = cover_cells(table, [range(cap + 1) for cap in caps])
        entries = tuple(range(self.cardinality))
        node = NumericalLookup(
            tuple(distinct),
            FiniteValues(entries),
            caps,
            rectangles,
            default,
            name=shown,
            layer=layer,
        )
        return self.drafts.add(node, entries)

    def _caps(self, shown: str, variables: Sequence[int]) -> tuple[int, ...]:
        """Return how far a numerical MLP is written out: as far as its arguments reach, where that is feasible."""
        program, final = self._program()
        bounds = numerical_bounds(program)
        caps = tuple(bounds[final[variable]] or 0 for variable in variables)
        if prod(cap + 1 for cap in caps) <= MOST_ENTRIES:
            return caps
        found = reachable(program, limit=MOST_INPUTS, samples=SAMPLES)
        reached = tuple(len(found.values[final[variable]]) - 1 for variable in variables)
        if found.exact and prod(reach + 1 for reach in reached) <= MOST_ENTRIES:
            return reached
        most = int(MOST_ENTRIES ** (1 / len(caps))) - 1
        limited = tuple(min(cap, most) for cap in caps)
        self.warnings.append(
            f"{shown}: its arguments may reach up to {max(caps)}; it is exact up to {most}, from where on all numbers "
            f"are taken for {most}; {found.inputs} {'inputs' if found.exact else 'random inputs'} reach {max(reached)} at most"
        )
        return limited

    def _answers(
        self, shown: str, name: str, inputs: int, preactivations: Callable[[Floats], Floats]
    ) -> npt.NDArray[np.int64]:
        """Return the largest output of an MLP at every point, given what its first weights make of the points."""
        width, size = self.arguments.d_mlp, self.cardinality
        shapes = {
            "W_in": (width, inputs),
            "b_in": (width,),
            "W_out": (size, width),
            "b_out": (size,),
        }
        inward, inward_bias, outward, outward_bias = (
            self.tensors.get(f"{name}.{part}", *shape).astype(np.float64)
            for part, shape in shapes.items()
        )
        hidden = preactivations(inward) + inward_bias
        outputs = np.maximum(hidden, 0) @ outward.T + outward_bias
        if outputs.shape[1] > 1:
            best = np.sort(outputs, axis=1)[:, -2:]
            close = int((best[:, 1] - best[:, 0] <= CLOSE * (1 + np.abs(best[:, 1]))).sum())
            if close:
                self.warnings.append(
                    f"{shown}: {close} of its {len(outputs)} entries are decided by less than the network's rounding; "
                    "there the network may answer otherwise"
                )
        answers: npt.NDArray[np.int64] = outputs.argmax(axis=1)
        return answers

    def _votes(self, labels: int) -> list[Scores]:
        size = self.cardinality
        rows = len(self._categorical) * size + len(self._numerical)
        weights = self.tensors.get("unembed.W_U", rows, labels)
        found = []
        for place, variable in enumerate(self._categorical):
            block = weights[place * size : (place + 1) * size]
            chosen = tuple(_fractions(block[entry]) for entry in self._entries(variable))
            found.append(Scores(variable, chosen))
        for place, variable in enumerate(self._numerical, len(self._categorical) * size):
            found.append(Scores(variable, (_fractions(weights[place]),)))
        return found


def _fractions(row: FloatArray) -> tuple[Fraction, ...]:
    return tuple(Fraction(float(weight)) for weight in row)


def _same_order(preference: FloatArray, offsets: range, positions: int, tie: TieBreak) -> bool:
    """Tell whether a bias chooses between any two keys, less than `positions` apart, as a tie-break does.

    The bias is by offset, key position minus query position; of equals the first position is chosen.
    """
    for left in offsets:
        for right in range(left + 1, min(left + positions, offsets.stop)):
            takes_left = bool(preference[left] >= preference[right])
            if takes_left != _takes_left(tie, left, right):
                return False
    return True


def _takes_left(tie: TieBreak, left: int, right: int) -> bool:
    if tie == First():
        return True
    if tie != Nearest("last"):
        raise ValueError(f"relative positions do not break ties by {tie}")
    return left != 0 and (right == 0 or abs(left) <= abs(right))
