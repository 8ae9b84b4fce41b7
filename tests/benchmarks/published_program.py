"""Runs a published program as it is, input by input; a script, for a Python that has what the program needs.

Usage: python published_program.py ROOT FILE source|network. The program runs in the folder from which it was made. Each line
of standard input is a JSON list of inputs, framed; the answer is a line of JSON with the labels of each input, or the name
of the exception that it raised, and the seconds of
the processor that each took. With `network` the query's own position is the last
choice of its heads.
"""

import contextlib
import io
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

Rows = list[list[bool]]


def nearest(causal: bool) -> Callable[..., Rows]:
    """Return a choice among matches: the nearest, to the left of two, the query's own position last, else the first of all."""

    def choose(
        keys: Sequence[Any], queries: Sequence[Any], predicate: Callable[[Any, Any], Any]
    ) -> Rows:
        found = []
        for place, query in enumerate(queries):
            seen = keys[: place + 1] if causal else keys
            ranked = [
                (other == place, abs(other - place), other)
                for other, key in enumerate(seen)
                if predicate(query, key)
            ]
            best = min(ranked)[2] if ranked else 0
            found.append([other == best for other in range(len(keys))])
        return found

    return choose


def main(root: str, file: str, meaning: str) -> None:
    """Serve lines of standard input."""
    os.chdir(root)
    sys.path.insert(0, root)
    with open(file, encoding="utf-8") as stream:  # noqa: PTH123 - any Python may run this
        text = stream.read()
    module: dict[str, Any] = {"__name__": "published"}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(text, file, "exec"), module)
    if meaning == "network":
        module["select_closest"] = nearest(causal="enumerate(keys[: i + 1])" in text)
    for line in sys.stdin:
        answers: list[Any] = []
        seconds = []
        for tokens in json.loads(line):
            began = time.process_time()
            try:
                answer = module["run"](tokens)
            except (
                Exception
            ) as error:  # An exception is an answer, which the comparison has to show.
                answer = type(error).__name__
            seconds.append(time.process_time() - began)
            answers.append(answer)
        print(json.dumps({"answers": answers, "seconds": seconds}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
