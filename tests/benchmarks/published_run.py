"""Trains and runs networks with the published code; a script, for a Python that has torch, pandas and scikit-learn.

Usage: python published_run.py ROOT train FOLDER ARGUMENT...: trains a network into a folder.
       python published_run.py ROOT predict FOLDER: loads it as the published code does; the line of standard input is a JSON
       list of framed inputs, the answer a line of JSON with a list of labels for each.
"""

import importlib
import json
import sys
import types
from typing import Any
from unittest import mock

# Libraries that the published code imports for text data alone.
TEXT_ONLY = (
    *("datasets", "gensim", "gensim.downloader", "nltk", "nltk.tokenize", "seqeval"),
    *("seqeval.metrics", "seqeval.scheme", "black"),
)


class Absent(types.ModuleType):
    """A module that is not installed: every name in it is there and does nothing."""

    def __getattr__(self, name: str) -> Any:
        """Return something that can be imported."""
        if name.startswith("__"):
            raise AttributeError(name)
        return mock.MagicMock()


def main(root: str, what: str, folder: str, *arguments: str) -> None:
    """Train or predict."""
    for name in TEXT_ONLY:
        try:
            importlib.import_module(name)
        except ImportError:
            sys.modules[name] = Absent(name)
    sys.path.insert(0, root)
    if what == "train":
        sys.argv = ["run.py", "--output_dir", folder, "--device", "cpu", "--save", *arguments]
        run: Any = importlib.import_module("src.run")
        found = run.parse_args()
        with open(f"{folder}/args.json", "w") as stream:  # noqa: PTH123 - any Python may run this
            json.dump(vars(found), stream)
        run.run(found)
        return
    torch: Any = importlib.import_module("torch")
    torch.set_num_threads(1)
    decompile: Any = importlib.import_module("src.decompile")
    model, about, words, labels, _ = decompile.load_model(folder)
    number = {word: place for place, word in enumerate(words.tolist())}
    inputs = json.loads(sys.stdin.readline())
    answers: list[Any] = [None] * len(inputs)
    by_length: dict[int, list[int]] = {}
    for place, tokens in enumerate(inputs):
        by_length.setdefault(len(tokens), []).append(place)
    model.eval()
    for length, places in by_length.items():
        for start in range(0, len(places), 512):
            part = places[start : start + 512]
            indices = torch.tensor([[number[word] for word in inputs[place]] for place in part])
            mask = torch.ones(len(part), length, length, dtype=torch.bool)
            if about["autoregressive"]:
                mask = torch.tril(mask)
            with torch.no_grad():
                best = model(indices, mask=mask).argmax(-1)
            for place, row in zip(part, best.tolist()):  # noqa: B905 - any Python may run this
                answers[place] = [str(labels[label]) for label in row]
    print(json.dumps(answers), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
