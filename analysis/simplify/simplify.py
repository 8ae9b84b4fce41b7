"""Simplifying a Program: sound passes where inputs are too many, else a search by trial; then the proof.

Whatever the passes did, the result is compared with the given Program once more, from scratch, and a result that breaks the
contract is an error, never an answer.
"""

from dataclasses import dataclass, fields, replace
from typing import Any, final

from tprog.analysis.measure.sizes import Sizes, sizes
from tprog.analysis.simplify.acceptance import Acceptance, ShouldStop
from tprog.analysis.simplify.checked import REWRITTEN, searched
from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.demand import LIMIT, Demand, Keep, Progress, make_demand
from tprog.analysis.simplify.pruning import named
from tprog.analysis.simplify.sound import PassStep, sound
from tprog.analysis.verify.compare import compare
from tprog.analysis.verify.verdict import Verdict
from tprog.codegen import emit
from tprog.errors import TprogError, UsageError
from tprog.hooks import Shown
from tprog.ir import Nearest, Program
from tprog.ir.facts import AccuracyFact, Fact, RankedHeads, SimplifiedFrom
from tprog.json_values import json_values
from tprog.tasks.task import Task

FORMAT = 1
SECONDS = 300.0
# Under the weakest contract, how much of the time goes to keeping every right answer, where mistakes are this rare.
NEARLY = 0.01
FIRST_SHARE = 0.8
# How often a search that goes by a sample is begun again with what another sample refutes, and with how many inputs of that.
ATTEMPTS = 4
COUNTEREXAMPLES = 400


class BrokenPass(TprogError):
    """The simplified Program does not answer what it must: a fault of a pass."""

    slug = "broken-pass"


@final
@dataclass(frozen=True, slots=True)
class Simplified(Shown):
    """A shorter Program, and what is known about it.

    Attributes:
        program: the result; the given Program where nothing shorter was found.
        keep: the contract.
        before, after: the sizes of both, with the lines of their files.
        steps: what each pass did, in order.
        inputs: on how many inputs the contract was checked at the end.
        exhaustive: whether these are all inputs.
        sound_only: whether only passes ran that need no trial.
        wanted: how many labels were wanted.
        missed: how many of them the given Program and the result miss.
        in_time: whether the passes ended by themselves.
        examples: whether the inputs are given examples, of which there may be any number of others.
        interrupted: whether they did not because somebody wanted to stop.
    """

    program: Program
    keep: Keep
    before: Sizes
    after: Sizes
    steps: tuple[PassStep, ...]
    inputs: int
    exhaustive: bool
    sound_only: bool
    wanted: int
    missed: tuple[int, int]
    in_time: bool
    examples: bool = False
    interrupted: bool = False

    @property
    def how(self) -> str:
        """What was kept and how that is known, in a sentence."""
        kept = {
            "exact": "the same labels",
            "correct": "every label that was right",
            "accuracy": "at least as many right labels as asked for",
        }[self.keep]
        if self.sound_only:
            return f"{kept} on every input, by what each pass proves; no difference on {self.inputs:,} samples"
        if self.exhaustive:
            every = (
                f"all {self.inputs:,} examples"
                if self.examples
                else f"every one of {self.inputs:,} inputs"
            )
            return f"{kept} on {every}"
        return f"{kept} on {self.inputs:,} samples, not proved"

    def __repr__(self) -> str:
        """Say in one line what was gained, and what was kept."""
        return f"<Simplified: {self.before.lines} lines before, {self.after.lines} now; {self.how}>"

    def to_json(self) -> dict[str, Any]:
        """Return everything but the Program as JSON values, with a format version."""
        own = [field.name for field in fields(self) if field.name not in ("program", "steps")]
        found = {name: json_values(getattr(self, name)) for name in own}
        steps = [
            {
                "pass": step.name,
                "kind": step.kind,
                "before": step.before._asdict(),
                "after": step.after._asdict(),
                "seconds": round(step.seconds, 3),
            }
            for step in self.steps
        ]
        return {"format": FORMAT, **found, "steps": steps, "how": self.how}


def simplify(
    program: Program,
    keep: Keep = "exact",
    *,
    task: Task | None = None,
    floor: float | None = None,
    sampled: bool = False,
    seconds: float | None = SECONDS,
    seed: int = 0,
    limit: int = LIMIT,
    other: Program | None = None,
    progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
) -> Simplified:
    """Return the shortest Program that can be found and shown to answer the same.

    Args:
        program: a valid Program.
        keep: `exact`: the same prediction at every scored position of every input; `correct`: right answers stay right;
            `accuracy`: no fewer right answers in all, or `floor`.
        task: the truth; needed by the weaker contracts.
        floor: for `accuracy`: the least share of right labels, 0 to 1; by default what the Program reaches.
        sampled: whether a sample may stand for a domain that cannot be enumerated; otherwise only sound passes run there.
        seconds: when to stop searching; None for no end.
        seed: of samples.
        limit: the most inputs that are enumerated.
        other: a Program for the same task whose modules may take the place of this one's.
        progress: called with the pass that runs, how many have run and None.
        should_stop: asked again and again; the best so far is then checked as any result is, and returned.

    Raises:
        UsageError: a weaker contract without a task, or a floor that is no share.
        BrokenPass: a pass broke the contract; nothing can be trusted.
        InvalidProgram: a number could exceed 64 bits.
    """
    if floor is not None and keep != "accuracy":
        raise UsageError("a floor goes with --keep accuracy")
    if floor is not None and not 0 <= floor <= 1:
        raise UsageError(f"a floor of {floor} is no share; give a number from 0 to 1")
    asked = _Asked(
        named(program), keep, task, floor, sampled, seed, limit, other, progress, should_stop
    )
    demand = asked.demand()
    steps: list[PassStep] = []
    in_time = True
    if demand is None:
        changed = sound(asked.given, steps)
    else:
        begin, seconds = _keeping_right_answers(asked, demand, seconds, steps)
        changed, demand, in_time = _shortest(asked, begin, demand, seconds, steps)
    if cost(changed) >= cost(asked.given):
        changed, steps = program, []
    found = _proved(program, changed, keep, demand, steps, in_time, seed)
    return replace(found, interrupted=not in_time and should_stop is not None and should_stop())


@dataclass(frozen=True, slots=True)
class _Asked:
    """What `simplify` was asked for; `given` is the Program with all names written down."""

    given: Program
    keep: Keep
    task: Task | None
    floor: float | None
    sampled: bool
    seed: int
    limit: int
    other: Program | None
    progress: Progress | None
    should_stop: ShouldStop | None

    def demand(self, keep: Keep | None = None, further: int = 0) -> Demand | None:
        """Return what a contract demands, or the one asked for; `further` counts the samples before."""
        return make_demand(
            self.given,
            keep or self.keep,
            self.task,
            floor=self.floor if keep is None else None,
            sampled=self.sampled,
            seed=self.seed + further,
            limit=self.limit,
        )

    def search(
        self, begin: Program, demand: Demand, seconds: float | None, steps: list[PassStep]
    ) -> tuple[Program, Acceptance]:
        """Return the shortest Program found, and what judged it."""
        acceptance = Acceptance(begin, demand, seconds, self.seed, self.should_stop)
        return searched(begin, acceptance, steps, self.progress, self.other), acceptance


def _keeping_right_answers(
    asked: _Asked, demand: Demand, seconds: float | None, steps: list[PassStep]
) -> tuple[Program, float | None]:
    """Under the weakest contract, where mistakes are rare: search first for a Program that keeps every right answer.

    That also keeps their number, and needs no rates to be estimated. Returns where to begin, and the seconds that are left.
    """
    if asked.keep != "accuracy" or demand.allowed >= NEARLY * demand.wanted:
        return asked.given, seconds
    right = asked.demand("correct")
    assert right is not None
    share = None if seconds is None else seconds * FIRST_SHARE
    changed, _ = asked.search(asked.given, right, share, steps)
    return changed, None if seconds is None else seconds - (share or 0.0)


def _shortest(
    asked: _Asked, begin: Program, demand: Demand, seconds: float | None, steps: list[PassStep]
) -> tuple[Program, Demand | None, bool]:
    """Return the shortest Program found, the demand that it holds (None: only sound passes ran), and whether in time.

    A search that goes by a sample is begun again with inputs of another sample that refute its result.
    """
    for attempt in range(ATTEMPTS):
        share = seconds if demand.exhaustive or seconds is None else seconds / 2
        taken: list[PassStep] = []
        changed, acceptance = asked.search(begin, demand, share, taken)
        in_time = not acceptance.over
        more = _with_counterexamples(asked, demand, changed, attempt)
        if more is demand:
            steps += taken
            return changed, demand, in_time
        demand, seconds = more, share
    # What samples keep refuting is not believed.
    return sound(asked.given, steps), None, False


def _with_counterexamples(asked: _Asked, demand: Demand, changed: Program, attempt: int) -> Demand:
    """Return the demand with inputs of another sample that refute a result; the same one where there are none."""
    if demand.exhaustive or demand.allowed:
        return demand
    fresh = asked.demand(asked.keep, 1 + attempt)
    assert fresh is not None
    missed = fresh.counterexamples(changed, COUNTEREXAMPLES)
    return demand.joined(fresh, missed) if missed else demand


def _proved(
    program: Program,
    changed: Program,
    keep: Keep,
    demand: Demand | None,
    steps: list[PassStep],
    in_time: bool,
    seed: int,
) -> Simplified:
    """Return the result after the last check, made from scratch."""
    wanted, missed, inputs, exhaustive = 0, (0, 0), 0, False
    if demand is None or keep == "exact":
        checked = demand is not None and demand.exhaustive
        limit = max(demand.count, 1) if demand is not None and checked else None
        verdict = compare(changed, program, limit=limit, seed=seed)
        if verdict.outcome == "different" and demand is not None and not checked:
            # A sample was believed that should not have been; sound passes need none.
            return _proved(program, sound(named(program)), keep, None, [], False, seed)
        _refuse_difference(verdict)
        inputs, exhaustive, wanted = verdict.inputs, verdict.exhaustive, verdict.positions
    if demand is not None:
        missed = (demand.missed, demand.mistakes(changed))
        if missed[1] > demand.allowed:
            raise BrokenPass(
                f"the simplified program misses {missed[1]:,} labels, {demand.allowed:,} are allowed; this is a "
                "fault of tprog, nothing is written: please report it with the program"
            )
        inputs, exhaustive, wanted = demand.count, demand.exhaustive, demand.wanted
    before, after = sizes(program, emit(program)), sizes(changed, emit(changed))
    if _extent(after) >= _extent(before):
        # The estimate was wrong, or only weights became smaller: a file that gains nothing stays as it is.
        changed, after, steps, missed = program, before, [], (missed[0], missed[0])
    found = Simplified(
        changed,
        keep,
        before,
        after,
        tuple(steps),
        inputs,
        exhaustive,
        demand is None,
        wanted,
        missed,
        in_time,
        demand is not None and demand.examples,
    )
    return found if changed is program else replace(found, program=_told(changed, found))


def _extent(size: Sizes) -> tuple[int, int, int]:
    return (size.lines or 0, size.modules, size.votes)


def _refuse_difference(verdict: Verdict) -> None:
    if verdict.outcome != "different":
        return
    example = verdict.counterexample
    shown = " ".join(example.tokens) if example is not None else "an input"
    raise BrokenPass(
        f"the simplified program answers differently on {shown!r}; this is a fault of tprog, "
        "nothing is written: please report it with the program"
    )


def _told(program: Program, found: Simplified) -> Program:
    """Return the Program with a fact on how it was simplified; facts that need not hold any longer go."""
    ranked = sum(getattr(one, "tie", None) == Nearest("matches") for one in program.operations)
    gone = (SimplifiedFrom,) if found.keep == "exact" else (SimplifiedFrom, AccuracyFact)
    facts: list[Fact] = []
    for fact in program.provenance.facts:
        if isinstance(fact, RankedHeads):
            facts += [RankedHeads(ranked)] if ranked else []
        elif not isinstance(fact, gone):
            facts.append(fact)
    if found.keep == "accuracy" and found.wanted:
        share = 100 * (found.wanted - found.missed[1]) / found.wanted
        facts.append(AccuracyFact(f"{int(share * 1000) / 1000:g} % of {found.wanted:,} labels."))
    put_in = any(step.name == REWRITTEN for step in found.steps)
    how = f"{found.how}, by modules that it did not have" if put_in else found.how
    facts.append(SimplifiedFrom(found.before.lines or 0, how))
    return replace(program, provenance=replace(program.provenance, facts=tuple(facts)))
