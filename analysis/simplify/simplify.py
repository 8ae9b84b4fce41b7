"""Simplifying a Program: the passes, then the proof. Owns the contract with the caller; refuses to write files.

Whatever the passes did, the result is compared with the given Program once more, from scratch, and a result that breaks the
contract is an error, never an answer.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any, final

from tprog.analysis.measure.sizes import Sizes, sizes
from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.demand import LIMIT, Demand, Keep, Progress, make_demand
from tprog.analysis.simplify.edit import named
from tprog.analysis.simplify.pipeline import Step, searched, sound
from tprog.analysis.simplify.rewrite import Rewrite
from tprog.analysis.simplify.trials import ShouldStop, Trials
from tprog.analysis.verify.compare import compare
from tprog.errors import TprogError, UsageError
from tprog.ir import Nearest, Program
from tprog.ir.facts import AccuracyFact, Fact, RankedHeads, SimplifiedFrom
from tprog.tasks import Task

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
class Simplified:
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
    steps: tuple[Step, ...]
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

    def _repr_html_(self) -> str:
        """Show what simplifying did in a notebook."""
        from tprog.analysis.show.page.outcome_html import simplified_snippet

        return simplified_snippet(self)

    def to_json(self) -> dict[str, Any]:
        """Return everything but the Program as JSON values, with a format version."""
        found = asdict(replace(self, program=_EMPTY, steps=()))
        del found["program"]
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
    _check(keep, floor)
    given = named(program)

    def demanded(what: Keep) -> Demand | None:
        return make_demand(
            given,
            what,
            task,
            floor=floor if what == keep else None,
            sampled=sampled,
            seed=seed,
            limit=limit,
        )

    demand = demanded(keep)
    rewrite = None if other is None else Rewrite(other)
    steps: list[Step] = []
    changed, in_time = given, True
    if demand is None:
        changed = sound(given, steps)
    else:
        near = demand.allowed < NEARLY * demand.wanted
        first = demanded("correct") if keep == "accuracy" and near else None
        if first is not None:
            # What keeps every right answer also keeps their number, and needs no rates to be estimated.
            share = None if seconds is None else seconds * FIRST_SHARE
            trials = Trials(given, first, share, seed, should_stop)
            changed = searched(given, trials, steps, progress, rewrite)
            seconds = None if seconds is None else seconds - (share or 0.0)
        begin = changed
        for attempt in range(ATTEMPTS):
            share = seconds if demand.exhaustive or seconds is None else seconds / 2
            trials = Trials(begin, demand, share, seed, should_stop)
            taken: list[Step] = []
            changed = searched(begin, trials, taken, progress, rewrite)
            in_time = not trials.over
            if demand.exhaustive or demand.allowed:
                steps += taken
                break
            # Another sample shows what the first one did not.
            fresh = make_demand(
                given, keep, task, sampled=sampled, seed=seed + 1 + attempt, limit=limit
            )
            assert fresh is not None
            missed = fresh.counterexamples(changed, COUNTEREXAMPLES)
            if not missed:
                steps += taken
                break
            demand = demand.joined(fresh, missed)
            seconds = share
        else:
            # What samples keep refuting is not believed.
            demand, in_time = None, False
            changed = sound(given, steps)
    if cost(changed) >= cost(given):
        changed, steps = program, []
    found = _proved(program, changed, keep, demand, steps, in_time, seed)
    return replace(found, interrupted=not in_time and should_stop is not None and should_stop())


def _check(keep: Keep, floor: float | None) -> None:
    if floor is not None and keep != "accuracy":
        raise UsageError("a floor goes with --keep accuracy")
    if floor is not None and not 0 <= floor <= 1:
        raise UsageError(f"a floor of {floor} is no share; give a number from 0 to 1")


def _proved(
    program: Program,
    changed: Program,
    keep: Keep,
    demand: Demand | None,
    steps: list[Step],
    in_time: bool,
    seed: int,
) -> Simplified:
    """Return the result after the last check, made from scratch."""
    from tprog.codegen import emit

    wanted, missed, inputs, exhaustive = 0, (0, 0), 0, False
    if demand is None or keep == "exact":
        checked = demand is not None and demand.exhaustive
        verdict = compare(
            changed,
            program,
            limit=max(demand.count, 1) if demand is not None and checked else None,
            seed=seed,
        )
        if verdict.outcome == "different" and demand is not None and not checked:
            # A sample was believed that should not have been; sound passes need none.
            return _proved(program, sound(named(program)), keep, None, [], False, seed)
        if verdict.outcome == "different":
            example = verdict.counterexample
            shown = " ".join(example.tokens) if example is not None else "an input"
            raise BrokenPass(
                f"the simplified program answers differently on {shown!r}; this is a fault of tprog, "
                "nothing is written: please report it with the program"
            )
        inputs, exhaustive, wanted = verdict.inputs, verdict.exhaustive, verdict.positions
    if demand is not None:
        missed = (demand.missed, demand.mistakes(changed))
        if missed[1] > demand.allowed:
            raise BrokenPass(
                f"the simplified program misses {missed[1]:,} labels, {demand.allowed:,} are allowed; this is a "
                "fault of tprog, nothing is written: please report it with the program"
            )
        inputs, exhaustive, wanted = demand.count, demand.exhaustive, demand.wanted
    before, text = sizes(program, emit(program)), emit(changed)
    after = sizes(changed, text)
    if (after.lines or 0, after.modules, after.votes) >= (
        before.lines or 0,
        before.modules,
        before.votes,
    ):
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


def _told(program: Program, found: Simplified) -> Program:
    """Return the Program with a fact on how it was simplified; facts that need not hold any longer go."""
    ranked = sum(getattr(one, "tie", None) == Nearest("matches") for one in program.operations)
    facts: list[Fact] = []
    for fact in program.provenance.facts:
        match fact:
            case RankedHeads():
                facts += [RankedHeads(ranked)] if ranked else []
            case SimplifiedFrom():
                pass
            case AccuracyFact() if found.keep != "exact":
                pass
            case _:
                facts.append(fact)
    if found.keep == "accuracy" and found.wanted:
        share = 100 * (found.wanted - found.missed[1]) / found.wanted
        facts.append(AccuracyFact(f"{int(share * 1000) / 1000:g} % of {found.wanted:,} labels."))
    put_in = any(step.name == Rewrite.name for step in found.steps)
    how = f"{found.how}, by modules that it did not have" if put_in else found.how
    facts.append(SimplifiedFrom(found.before.lines or 0, how))
    return replace(program, provenance=replace(program.provenance, facts=tuple(facts)))


def _empty() -> Program:
    from tprog.ir import Classifier, Domain

    return Program(Domain(("x",), 1), (), (), Classifier(("x",), ()))


_EMPTY = _empty()
