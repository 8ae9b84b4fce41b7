"""A training step beside that of the published implementation, in one run.

`TPROG_REFERENCE` names a folder with the published code, which whoever runs this has fetched; `TPROG_REFERENCE_PYTHON` a Python
with torch to run it in, this one where it is not set.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from tprog.ir import Domain
from tprog.learn.fused.step import FusedStep
from tprog.learn.gradient import Adam
from tprog.learn.layout import NetworkSizes, network_layout
from tprog.learn.network import Network
from tprog.learn.relaxation import Relaxation
from tprog.learn.warm_start import mean_loss

REFERENCE = os.environ.get("TPROG_REFERENCE", "")
PYTHON = os.environ.get("TPROG_REFERENCE_PYTHON", sys.executable)
BATCH = 512
ROUNDS = 5

Times = tuple[float, float]


def example(values: int) -> tuple[Network, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return the published module set at a size, and a batch of full sequences."""
    domain = Domain(tuple(map(str, range(values - 3))), values - 2, suffix="</s>")
    labels = tuple(map(str, range(values)))
    network = Network(network_layout(domain, labels, NetworkSizes(values=values))).initialise(0)
    noise = torch.Generator().manual_seed(0)
    tokens = torch.randint(0, len(domain.alphabet), (BATCH, values), generator=noise)
    truth = torch.randint(1, values, (BATCH, values), generator=noise)
    return network, tokens, torch.ones_like(tokens, dtype=torch.bool), truth


def measured(step: Callable[[], object], count: int) -> Times:
    """Return the median seconds of a step, by the clock and of the processor."""
    clock, processor = [], []
    for _ in range(count):
        began, used = time.perf_counter(), time.process_time()
        step()
        clock.append(time.perf_counter() - began)
        processor.append(time.process_time() - used)
    return statistics.median(clock), statistics.median(processor)


@contextmanager
def published(values: int, threads: int) -> Iterator[Callable[[int], Times]]:
    """Yield a function that times so many published steps."""
    script = Path(__file__).with_name("published_step.py")
    arguments = [PYTHON, str(script), REFERENCE, str(values), str(BATCH), str(threads)]
    with subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        stdin, stdout = process.stdin, process.stdout

        def run(count: int) -> Times:
            stdin.write(f"{count}\n")
            stdin.flush()
            clock, processor = stdout.readline().split()
            return float(clock), float(processor)

        yield run
        stdin.close()


@pytest.mark.slow
@pytest.mark.skipif(not REFERENCE, reason="TPROG_REFERENCE names no folder with published code")
@pytest.mark.parametrize(("values", "least"), [(8, 8.0), (16, 5.0)])
def test_a_step_is_several_times_as_fast_as_published(values: int, least: float) -> None:
    """At batch 512 the fused step takes an eighth of the published one's processor time at k = 8, a fifth at k = 16."""
    network, *batch = example(values)
    tokens, valid, labels = batch
    adam, noise = Adam(network), torch.Generator().manual_seed(0)
    print(f"\nk = {values}, batch {BATCH}: milliseconds a step by the clock (of the processor)")

    def torch_step() -> None:
        logits = network.relaxed(tokens, valid, Relaxation(1.0, noise))
        mean_loss(logits, labels).backward()  # type: ignore[no-untyped-call]
        adam.step(0.05)

    for threads in (1, 2):
        torch.set_num_threads(threads)
        fused = FusedStep(network, adam)

        def fused_step(fused: FusedStep = fused) -> None:
            fused.step(tokens, valid, labels, temperature=1.0, rate=0.05, seed=1)

        rows: dict[str, list[Times]] = {"published": [], "torch": [], "fused": []}
        with published(values, threads) as published_steps:
            published_steps(1)
            fused_step()
            for _ in range(ROUNDS):
                rows["published"].append(published_steps(2))
                rows["torch"].append(measured(torch_step, 2))
                rows["fused"].append(measured(fused_step, 10))
        medians = {
            name: tuple(statistics.median(column) for column in zip(*found, strict=True))
            for name, found in rows.items()
        }
        for name, (clock, processor) in medians.items():
            ratio = medians["published"][0] / clock, medians["published"][1] / processor
            print(
                f"  {threads} threads  {name:10}{clock * 1e3:8.1f} ({processor * 1e3:6.1f})"
                f"   {ratio[0]:5.1f} x ({ratio[1]:5.1f} x)"
            )
        if threads == 1:
            assert medians["published"][1] / medians["fused"][1] >= least
    torch.set_num_threads(1)
