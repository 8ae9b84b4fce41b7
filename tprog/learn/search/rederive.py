"""Replacing a module by the best of its kind: reads are rated by a table of costs, and the best few are tried.

The best of these is kept where annealing would keep it.
"""

from dataclasses import dataclass

import numpy as np

from tprog.learn.search.anneal import (
    CAUTION,
    LEAST_GAIN,
    LESS,
    RELATIONS,
    change_of,
    make,
    write_relation,
)
from tprog.learn.search.arrays import (
    ARITY,
    BASE,
    CAT_HEAD,
    CAT_LIMIT,
    CAT_LOOKUP,
    CAUSAL,
    KIND,
    NUM_HEAD,
    NUM_LIMIT,
    OFFSET,
    ONES,
    READS,
    SCORE,
    SIZE,
    TIE,
    Board,
    Floats,
    Ints,
    Masks,
    Slots,
    Votes,
)
from tprog.learn.search.ratings import (
    Places,
    attended,
    best_rows,
    costs_of,
    count_scores,
    head_scores,
    improve_sets,
    lookup_sums,
    matches,
    rate_categorical_heads,
    rate_lookups,
    rate_numerical_heads,
)

PAIRS = 100
"""Pairs of a key and a value variable that are rated for a categorical head, at most."""
LEAST_SUM = 0.5
"""Nats, summed over the places rated, by which wanting more or fewer keys must lower the loss."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """A module that could take another's place.

    Attributes:
        reads: what it reads.
        masks: the predicate of a head, `(k)`.
        entries: the table of a look-up, in the shape of its arguments.
        causal: of a head.
        rating: the loss change that the costs promise, summed over the places rated, in nats.
    """

    reads: tuple[int, ...]
    masks: Masks | None = None
    entries: Ints | None = None
    causal: int = 0
    rating: float = 0.0


class Rederiver:
    """Replaces modules of one skeleton, in place."""

    def __init__(
        self,
        slots: Slots,
        board: Board,
        blocks: tuple[int, int],
        *,
        sample: int = 4,
        tries: int = 4,
        sets: bool = False,
        causal: bool = False,
    ) -> None:
        """Keep what is rated.

        Args:
            slots: the skeleton.
            board: the examples; in `blocks`, values and sums are kept up to date.
            blocks: the first block that is used, and the one after the last.
            sample: how many of these blocks costs are computed on.
            tries: how many of the best candidates are tried.
            sets: whether heads may count several keys.
            causal: whether heads may turn causal and back.
        """
        self.slots, self.board, self.blocks = slots, board, blocks
        self.sample, self.tries, self.sets, self.causal = sample, tries, sets, causal

    def replace(
        self, votes: Votes, module: int, temperature: float, random: np.random.Generator
    ) -> float | None:
        """Replace a module by the best that is found; return the loss change in nats per scored position, None if none is made.

        Args:
            votes: the classifier.
            module: which module.
            temperature: as of annealing; at 0 only gains are made.
            random: chooses among candidates that cannot all be rated.
        """
        start, stop = self.blocks
        total = float(self.board.weight[start:stop].sum())
        limit = -LEAST_GAIN
        if temperature > 0:
            limit = max(limit, -temperature * float(np.log1p(-random.random())))
        touched = np.zeros(len(self.slots.modules), np.uint8)
        touched[module] = 1
        kept = self._state(module)
        best, best_change = None, limit * total
        for candidate in self.candidates(votes, module, random):
            self.write(module, candidate)
            change, some, _ = change_of(
                self.slots,
                votes,
                self.board,
                start,
                stop,
                touched,
                module,
                best_change / total,
                CAUTION,
            )
            if some and change < best_change:
                best, best_change = candidate, change
            self.write(module, kept)
        if best is None:
            return None
        self.write(module, best)
        make(self.slots, votes, self.board, start, stop, touched, module)
        return best_change / total

    def candidates(self, votes: Votes, module: int, random: np.random.Generator) -> list[Candidate]:
        """Return the best-rated candidates for a module, the best first; none for a head that attends by score."""
        row = self.slots.modules[module]
        kind = row[KIND]
        if kind == CAT_HEAD and row[TIE] == SCORE:
            return []
        positions = self.board.valid.shape[1]
        values = positions + 1 if kind == NUM_HEAD else int(row[SIZE])
        if kind == CAT_HEAD:
            values = self.slots.masks.shape[1]
        start = self.blocks[0]
        blocks = (start, min(start + self.sample, self.blocks[1]))
        places = costs_of(self.slots, votes, self.board, blocks, module, values)
        if kind == CAT_HEAD:
            return self._heads(places, module, random)
        if kind == NUM_HEAD:
            return self._counts(places, module, random)
        return self._lookups(places, module)

    def _heads(self, places: Places, module: int, random: np.random.Generator) -> list[Candidate]:
        limit = int(self.slots.modules[module, CAT_LIMIT])
        ratings = np.zeros((limit, limit, limit), np.float32)
        chosen = np.zeros(limit * limit, np.uint8)
        chosen[random.permutation(limit * limit)[:PAIRS]] = 1
        self._flip(module, random)
        rate_categorical_heads(
            self.slots, self.board, places, module, chosen.reshape(limit, limit), ratings
        )
        found = []
        keys = self.slots.masks.shape[1]
        shape = (len(places.block), keys)
        for place in np.argsort(ratings, axis=None)[: self.tries]:
            query, key, value = (int(n) for n in np.unravel_index(place, ratings.shape))
            reached, scores = np.zeros(shape, np.uint8), np.zeros(shape, np.float32)
            sums = np.zeros((keys, keys), np.float32)
            attended(self.slots, self.board, places, module, key, reached)
            head_scores(self.board, places, reached, value, scores)
            best_rows(places, query, scores, sums)
            found.append(
                Candidate(
                    (query, key, value),
                    masks=self._single_masks(sums),
                    causal=int(self.slots.modules[module, CAUSAL]),
                    rating=float(ratings[query, key, value]),
                )
            )
        return found

    def _counts(self, places: Places, module: int, random: np.random.Generator) -> list[Candidate]:
        row = self.slots.modules[module]
        if row[ONES] < 0:
            return []
        limit = int(row[CAT_LIMIT])
        ratings = np.zeros((limit, limit), np.float32)
        self._flip(module, random)
        rate_numerical_heads(self.slots, self.board, places, module, int(self.sets), ratings)
        found = []
        for place in np.argsort(ratings, axis=None)[: self.tries]:
            query, key = (int(n) for n in np.unravel_index(place, ratings.shape))
            masks, rating = self._best_counts(places, module, query, key)
            reads = (query, key, int(row[ONES]))
            found.append(Candidate(reads, masks, causal=int(row[CAUSAL]), rating=rating))
        return found

    def _best_counts(
        self, places: Places, module: int, query: int, key: int
    ) -> tuple[Masks, float]:
        keys = self.slots.masks.shape[1]
        shape = (len(places.block), keys)
        counts, scores = np.zeros(shape, np.uint8), np.zeros(shape, np.float32)
        sums = np.zeros((keys, keys), np.float32)
        matches(self.slots, self.board, places, module, key, counts)
        count_scores(places, counts, scores)
        best_total = best_rows(places, query, scores, sums)
        best = self._single_masks(sums)
        if not self.sets:
            return best, best_total
        for relation in range(RELATIONS + 1):
            masks = np.zeros((1, keys), self.slots.masks.dtype)
            if relation == RELATIONS:
                masks[0] = self._single_masks(sums)
            elif relation >= LESS:
                write_relation(masks, 0, relation, 0)
            total = improve_sets(places, query, counts, masks, LEAST_SUM)
            if total < best_total - LEAST_SUM:
                best_total, best = total, masks[0]
        return best, best_total

    def _lookups(self, places: Places, module: int) -> list[Candidate]:
        row = self.slots.modules[module]
        if row[ARITY] != 2:
            return []
        if row[KIND] == CAT_LOOKUP:
            columns = places.cat[: row[CAT_LIMIT]].astype(np.int32)
            bases = np.full(len(columns), row[BASE], np.int32)
        else:
            # Both arguments are clamped alike, so that they can be exchanged.
            base = min(int(row[BASE]), int(row[BASE + 1]))
            columns = np.minimum(places.num[: row[NUM_LIMIT]], base - 1)
            bases = np.full(len(columns), base, np.int32)
        ratings = np.zeros((len(columns), len(columns)), np.float32)
        rate_lookups(columns, bases, places.cost, ratings)
        ratings[np.tril_indices(len(columns), -1)] = np.inf
        found = []
        shape = (int(row[BASE]), int(row[BASE + 1]))
        for place in np.argsort(ratings, axis=None)[: self.tries]:
            one, two = (int(n) for n in np.unravel_index(place, ratings.shape))
            if one > two:
                # There are fewer pairs than tries.
                break
            sums = np.zeros((bases[0] * bases[0], places.cost.shape[1]), np.float32)
            lookup_sums(columns, one, two, bases[0], places.cost, sums)
            best = sums.argmin(axis=1)
            unseen = ~sums.any(axis=1)
            best[unseen] = sums.sum(axis=0).argmin()
            entries = np.full(shape, sums.sum(axis=0).argmin(), np.int32)
            entries[: bases[0], : bases[0]] = best.reshape(bases[0], bases[0])
            rating = float(ratings[one, two])
            found.append(Candidate((one, two), entries=entries, rating=rating))
        return found

    def _single_masks(self, sums: Floats) -> Masks:
        masks: Masks = np.left_shift(1, sums.argmin(axis=1)).astype(self.slots.masks.dtype)
        return masks

    def _flip(self, module: int, random: np.random.Generator) -> None:
        """Make the head causal, or not, by chance: what its candidates will be."""
        if self.causal:
            self.slots.modules[module, CAUSAL] = random.integers(0, 2)

    def _state(self, module: int) -> Candidate:
        row = self.slots.modules[module]
        reads = tuple(int(n) for n in row[READS : READS + row[ARITY]])
        if row[KIND] in (CAT_HEAD, NUM_HEAD):
            return Candidate(reads, self.slots.masks[module].copy(), causal=int(row[CAUSAL]))
        shape = tuple(int(n) for n in row[BASE : BASE + row[ARITY]])
        size = int(np.prod(shape))
        entries = self.slots.table[row[OFFSET] : row[OFFSET] + size].reshape(shape)
        return Candidate(reads, entries=entries.astype(np.int32))

    def write(self, module: int, candidate: Candidate) -> None:
        """Put a candidate in a module's place; values and sums are not brought up to date."""
        row = self.slots.modules[module]
        row[READS : READS + len(candidate.reads)] = candidate.reads
        if candidate.masks is not None:
            self.slots.masks[module] = candidate.masks
            row[CAUSAL] = candidate.causal
        if candidate.entries is not None:
            size = candidate.entries.size
            self.slots.table[row[OFFSET] : row[OFFSET] + size] = candidate.entries.ravel()
