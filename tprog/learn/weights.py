"""Networks in files: safetensors, with the layout as JSON in the metadata. Pickles are never read.

History of the format: 1, the first.
"""

import json
import struct
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor

from tprog.errors import FileProblem, TprogError, UnreadableSource
from tprog.files import write_bytes
from tprog.ir import (
    Classifier,
    Domain,
    FiniteValues,
    Ones,
    Positions,
    TextRule,
    Tokens,
    WordTable,
)
from tprog.learn.layout import (
    NUMERICAL,
    HeadGroup,
    LookupGroup,
    NetworkLayout,
    NumericalLookupGroup,
    input_size,
)
from tprog.learn.network import Network
from tprog.visible import one_line

FORMAT = 1

_KINDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        *(Domain, FiniteValues, Ones, Positions, TextRule, Tokens, WordTable),
        *(HeadGroup, LookupGroup, NetworkLayout, NumericalLookupGroup),
    )
}
# What reading a file of another kind, or a damaged one, can raise; all of it means the same to a user.
_DAMAGE = (
    *(KeyError, TypeError, ValueError, IndexError, AttributeError, RuntimeError, OverflowError),
    *(RecursionError, AssertionError, SafetensorError, struct.error, TprogError),
)
Part = TypeVar("Part")


def save_network(path: Path, network: Network) -> None:
    """Write a network's layout and weights, whole or not at all.

    Raises:
        FileProblem: the disk refuses it.
    """
    write_bytes(path, network_bytes(network))


def network_bytes(network: Network) -> bytes:
    """Return what `save_network` writes."""
    return _tensor_bytes(dict(network.state_dict()), {"layout": encode(network.layout)})


def load_network(path: Path) -> Network:
    """Read a network that `save_network` wrote.

    Raises:
        FileProblem: the file cannot be read.
        UnreadableSource: it is damaged, or no network of ours.
    """
    tensors, about = read_tensors(path)
    try:
        layout = decode(about["layout"], NetworkLayout)
        _check_layout(layout)
        # Shapes are compared before any memory is taken for weights that a damaged layout may speak of.
        with torch.device("meta"):
            expected = Network(layout).state_dict()
        wrong = sorted(
            name
            for name in expected.keys() | tensors.keys()
            if name not in expected
            or name not in tensors
            or expected[name].shape != tensors[name].shape
            or expected[name].is_floating_point() != tensors[name].is_floating_point()
        )
        if wrong:
            raise ValueError(f"{wrong[0]} does not fit its layout")
        network = Network(layout, vote_type=tensors["votes"].dtype)
        network.load_state_dict(tensors)
        _check_gates(network)
    except _DAMAGE as error:
        raise _unreadable(path, "network", error) from error
    return network


def write_tensors(path: Path, tensors: dict[str, Tensor], about: dict[str, Any]) -> None:
    """Write tensors and JSON values beside them, whole or not at all."""
    write_bytes(path, _tensor_bytes(tensors, about))


def _tensor_bytes(tensors: dict[str, Tensor], about: dict[str, Any]) -> bytes:
    whole = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    about = {"format": FORMAT, **about}
    return save_tensors(whole, {"tprog": json.dumps(about, ensure_ascii=False)})


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Read what `write_tensors` wrote.

    Raises:
        FileProblem: the file cannot be read.
        UnreadableSource: it is damaged, or not of this format.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileProblem(f"cannot read {path}: {error.strerror or error}") from error
    try:
        tensors = load_tensors(content)
        (size,) = struct.unpack("<Q", content[:8])
        about = json.loads(json.loads(content[8 : 8 + size])["__metadata__"]["tprog"])
        if about["format"] != FORMAT:
            raise ValueError(f"it has format {about['format']!r}, this version reads {FORMAT}")
    except _DAMAGE as error:
        raise _unreadable(path, "file of weights", error) from error
    return tensors, about


def encode(part: object) -> Any:
    """Return a layout, or a part of one, as JSON values."""
    if is_dataclass(part):
        values = {field.name: encode(getattr(part, field.name)) for field in fields(part)}
        return {"kind": type(part).__name__, **values}
    if isinstance(part, tuple):
        return [encode(entry) for entry in part]
    return part


def decode(found: Any, kind: type[Part]) -> Part:
    """Return the layout, or the part of one, that `encode` wrote.

    Raises:
        ValueError: it is of another kind.
    """
    part = _decode(found)
    if not isinstance(part, kind):
        raise ValueError(f"it holds no {kind.__name__}")
    return part


def _decode(found: Any) -> object:
    if isinstance(found, dict):
        values = {name: _decode(value) for name, value in found.items() if name != "kind"}
        return _KINDS[found["kind"]](**values)
    if isinstance(found, list):
        return tuple(_decode(entry) for entry in found)
    return found


def _check_layout(layout: NetworkLayout) -> None:
    """Refuse labels and inputs that make no sense, and reads of variables that do not come before or have another size."""
    Classifier(layout.labels, (), layout.masked, layout.pooled, layout.first, layout.last)
    for variable, size in zip(layout.inputs, layout.input_sizes, strict=True):
        least = input_size(layout.domain, variable)
        if size < least or (size == NUMERICAL) != (least == NUMERICAL):
            raise ValueError("an input has the wrong size")
    sizes = layout.sizes
    for group, start in zip(layout.groups, layout.starts, strict=True):
        if isinstance(group, HeadGroup):
            reads = [(group.query, group.query_size), (group.key, group.key_size)]
            reads.append((group.value, sizes[group.value[0]]))
            names, width = group.names, len(group.causal)
        else:
            limits = group.sizes if isinstance(group, LookupGroup) else (0,) * len(group.caps)
            reads = list(zip(group.arguments, limits, strict=True))
            names, width = group.names, group.count
        if not len(names) == width == group.count > 0:
            raise ValueError("a group has the wrong number of modules")
        for candidates, size in reads:
            if not candidates or any(
                not 0 <= variable < start or sizes[variable] != size for variable in candidates
            ):
                raise ValueError("a group reads what it cannot")


def _check_gates(network: Network) -> None:
    for name, tensor in network.state_dict().items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise ValueError(f"{name} holds numbers that are not finite")
        if name.endswith("entries"):
            group = network.layout.groups[int(name.split(".")[1])]
            if isinstance(group, HeadGroup) or not bool(
                ((tensor >= 0) & (tensor < len(group.values))).all()
            ):
                raise ValueError(f"{name} lies outside its values")


def _unreadable(path: Path, kind: str, error: BaseException) -> UnreadableSource:
    reason = one_line(error)
    return UnreadableSource(
        f"{path} is no {kind} that can be read ({reason}); train again, or take another file"
    )
