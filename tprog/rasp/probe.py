"""Inputs on which expressions are tried, and those on which the result is checked against the Program."""

import time
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from tprog.evaluate import all_inputs, count_inputs, predict, sample_inputs
from tprog.ir import FiniteValues, Program
from tprog.rasp.evaluate import Evaluation, RaspError, batches, label
from tprog.rasp.fitting import Codes, Kind, Known
from tprog.rasp.graph import Const, SOp

PROBE = 300
"""Inputs on which expressions are tried; what a name gets wrong elsewhere joins them."""

FIRST = 12
"""Long inputs that are tried before all others: most expressions fail on them."""

WHOLE = 400_000
"""Up to so many inputs of a domain are all checked; of more, a sample of `SAMPLE`."""
SAMPLE = 50_000


SLICE = 20_000
"""So many inputs are compared at least, and between two questions whether time is over."""

LEARNED = 100
"""Wrong inputs that join the probe in a round."""


class Probe:
    """Inputs, and what s-ops hold on them as flat arrays of codes."""

    def __init__(self, program: Program, sequences: Sequence[Sequence[str]]) -> None:
        texts: set[str] = set(program.domain.alphabet) | set(program.classifier.labels) | {""}
        for values in program.values:
            if isinstance(values, FiniteValues):
                texts |= {str(one) for one in values.values if isinstance(one, str)}
        self.texts = sorted(texts)
        self.code = {text: number for number, text in enumerate(self.texts)}
        longest = sorted(sequences, key=len)[-FIRST:]
        parts = [*batches(longest), *list(batches(sequences))[::-1]]
        self.evaluations = [Evaluation(tokens) for _, tokens in parts]
        scored = program.domain.scored
        self.scored = np.concatenate(
            [
                np.isin(
                    tokens.codes,
                    [n for n, one in enumerate(tokens.values) if scored is None or one in scored],
                ).reshape(-1)
                for _, tokens in parts
            ]
        )

    def _codes(self, evaluation: Evaluation, node: SOp) -> tuple[set[Kind], Codes]:
        column = evaluation.column(node)
        kinds: set[Kind] = set()
        table = []
        for value in column.values:
            if isinstance(value, str):
                kinds.add("str")
                table.append(self.code[value])
            else:
                whole = int(value)  # type: ignore[arg-type]
                if whole != value:
                    raise RaspError("not whole")
                kinds.add("bool" if isinstance(value, bool) else "int")
                table.append(whole)
        return kinds, np.array(table, dtype=np.int64)[column.codes].reshape(-1)

    def known(self, node: SOp) -> Known | None:
        """Return an s-op with its values, None where it has none."""
        kinds: set[Kind] = set()
        parts = []
        try:
            for evaluation in self.evaluations:
                some, codes = self._codes(evaluation, node)
                kinds |= some
                parts.append(codes)
        except (RaspError, KeyError, TypeError):
            return None
        if kinds == {"bool", "int"}:
            kinds = {"int"}
        if len(kinds) != 1:
            return None
        return Known(node, kinds.pop(), np.concatenate(parts))

    def offset(self, node: SOp, target: Known) -> int | None:
        """Return what must be added to an s-op to have the target's values everywhere; None where that differs."""
        start, found = 0, None
        for evaluation in self.evaluations:
            try:
                kinds, codes = self._codes(evaluation, node)
            except (RaspError, KeyError, TypeError):
                return None
            if ("str" in kinds) != (target.kind == "str"):
                return None
            away = target.values[start : start + len(codes)] - codes
            start += len(codes)
            first = int(away[0]) if found is None else found
            if (away != first).any() or (first and target.kind == "str"):
                return None
            found = first
        return found

    def written(self, code: int, kind: Kind) -> SOp:
        """Return the constant that a code stands for."""
        return Const(self.texts[code] if kind == "str" else code)


class Checked:
    """The inputs on which a graph must give a Program's labels.

    Attributes:
        compared: on how many of them the last graph was compared.
    """

    def __init__(self, program: Program, seconds: float) -> None:
        """Take the Program, and how long all comparisons together may take."""
        self.program = program
        self.left = seconds
        self.compared = 0
        domain = program.domain
        count = count_inputs(domain)
        self.exhaustive = count is not None and count <= WHOLE
        found = all_inputs(domain) if self.exhaustive else sample_inputs(domain, SAMPLE, 0)
        self.sequences = [
            batch.data(row, domain) for batch in found for row in range(len(batch.indices))
        ]

    @cached_property
    def labels(self) -> list[list[str]]:
        """What the Program answers."""
        return predict(self.program, self.sequences)

    @property
    def probe(self) -> list[tuple[str, ...]]:
        """A few of the inputs: of every length, at random."""
        random = np.random.default_rng(0)
        by_length: dict[int, list[int]] = {}
        for place, one in enumerate(self.sequences):
            by_length.setdefault(len(one), []).append(place)
        share = max(20, PROBE // len(by_length))
        return [
            self.sequences[place]
            for places in by_length.values()
            for place in random.permutation(places)[:share]
        ]

    def wrong(self, output: SOp) -> list[tuple[str, ...]]:
        """Return some of the inputs on which an s-op does not give the Program's labels.

        They are compared in random order until time is over, the first `SLICE` in any case.
        """
        start, found = time.monotonic(), list[tuple[str, ...]]()
        order, self.compared = np.random.default_rng(0).permutation(len(self.sequences)), 0
        while self.compared < len(order) and len(found) < LEARNED:
            chosen = order[self.compared : self.compared + SLICE].tolist()
            found += self._wrong_among(output, chosen)
            self.compared += len(chosen)
            if time.monotonic() - start > self.left:
                break
        self.left -= time.monotonic() - start
        return found[:LEARNED]

    def _wrong_among(self, output: SOp, chosen: Sequence[int]) -> list[tuple[str, ...]]:
        scored, pooled = self.program.domain.scored, self.program.classifier.pooled
        found: list[tuple[str, ...]] = []
        for rows, tokens in batches([self.sequences[place] for place in chosen]):
            places = [chosen[row] for row in rows]
            try:
                column = Evaluation(tokens).column(output)
            except RaspError:
                found += [self.sequences[place] for place in places[:LEARNED]]
                continue
            texts = np.array([label(one) for one in column.values], dtype=object)[column.codes]
            wanted = np.array([self.labels[place] for place in places], dtype=object)
            differs = texts != wanted
            if scored is not None and not pooled:
                differs &= np.array([one in scored for one in tokens.values])[tokens.codes]
            bad = np.flatnonzero(differs.any(axis=1))
            found += [self.sequences[places[row]] for row in bad[:LEARNED].tolist()]
        return found
