"""The page and the schema of what commands print with `--json`, made from the types; `python tests/json_schema.py` writes both."""

import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints, is_typeddict

import msgspec

from tprog.analysis.explain.trace.output import PartName
from tprog.analysis.explain.unreadable.reading import NoProgram
from tprog.cli.outputs import OUTPUTS, Output
from tprog.json_values import Formatted

DOCS = Path(__file__).parent.parent / "docs"
PAGE, SCHEMA = DOCS / "json.md", DOCS / "json.schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
REFERENCE = "#/$defs/"
INTRODUCTION = """\
# What commands print with `--json`

This page and its [schema](json.schema.json) (JSON Schema; `$defs` has an entry for each command) are made from the types in the code by
`python tests/json_schema.py`, and the tests hold them to what the commands print. Every field is there unless it is *optional*; what does not
exist is `null`. `format` is the version of the output's form, and grows where a field changes its meaning or goes.
"""

Json = dict[str, Any]


def schema() -> Json:
    """Return the schema: a definition for each command, and one for each type that these use."""
    types = _types()
    text = json.dumps(
        msgspec.json.schema_components(
            types.values(), schema_hook=_text_schema, ref_template=f"{REFERENCE}{{name}}"
        )[1]
    )
    for name, kind in types.items():
        # Where two types have one name msgspec gives both the names of their modules.
        text = text.replace(f'{kind.__module__}.{kind.__qualname__}"', f'{name}"')
    defs: Json = json.loads(text)
    assert set(defs) == set(types)
    for name, found in defs.items():
        kind = types[name]
        found["description"] = found.get("description", "").partition("\n\nAttributes:")[0]
        for base in (*types.values(), PartName, Formatted, NoProgram):
            # A typed dictionary does not know which ones it extends, but it has all their fields.
            if get_type_hints(base).items() <= get_type_hints(kind).items() and (
                is_typeddict(kind) or issubclass(kind, base)
            ):
                for field, text in _fields(base).items():
                    found["properties"][field]["description"] = text
        if "format" in found["properties"]:
            # It is printed first.
            found["properties"] = {"format": found["properties"].pop("format")} | found[
                "properties"
            ]
        if is_dataclass(kind):
            found["required"] = list(found["properties"])
        found["additionalProperties"] = False
    commands = {output.command: _command(output, defs) for output in OUTPUTS}
    used = _used(commands, defs)
    return {"$schema": DIALECT, "$defs": commands | {name: defs[name] for name in used}}


def page() -> str:
    """Return the page."""
    defs = schema()["$defs"]
    commands = [output.command for output in OUTPUTS]
    parts = [INTRODUCTION]
    for name in commands:
        found = defs[name]
        item = found["items"]["anyOf"][0] if "items" in found else found
        lead = (
            "A list, with an entry for each; of what could not be read `path` and `problem` alone. "
            * ("items" in found)
        )
        parts.append(f"## `tprog {name} --json`\n\n{lead}{found['description']}\n\n{_table(item)}")
    parts.append("## Values in them\n")
    parts += [
        f"### {name}\n\n{found['description']}\n\n{_table(found)}"
        for name, found in defs.items()
        if name not in commands
    ]
    return "\n".join(parts)


def _text_schema(kind: type) -> Json:
    """Return the schema of a type that msgspec does not know; paths are printed as text."""
    assert issubclass(kind, Path)
    return {"type": "string"}


def _types() -> dict[str, type]:
    """Return every type that an output is made of, by a name of its own."""
    found: dict[str, type] = {}
    for kind in _reached():
        plain = kind.__name__
        module = kind.__module__.rpartition(".")[2].capitalize()
        found[module + plain if plain in found else plain] = kind
    return found


def _reached() -> Iterator[type]:
    """Yield every type that an output is made of, once."""
    roots = [one for output in OUTPUTS for one in (output.value, output.more, output.other) if one]
    left: list[Any] = [*reversed(roots)]
    seen: set[Any] = set()
    while left:
        found = left.pop()
        if found in seen:
            continue
        seen.add(found)
        if is_dataclass(found) or is_typeddict(found):
            assert isinstance(found, type)
            yield found
            left += reversed(get_type_hints(found).values())
        left += reversed(get_args(found))


def _fields(kind: Any) -> dict[str, str]:
    """Return what a type's docstring says of each field; what Python calls None is null in JSON."""
    found: dict[str, str] = {}
    _, _, section = (inspect.cleandoc(kind.__doc__ or "")).partition("Attributes:\n")
    for entry in re.findall(r"^ {4}(\w[\w, ]*): (.*(?:\n {8}.*)*)", section, re.MULTILINE):
        names, text = entry
        said = re.sub(r"\bNone\b", "null", " ".join(text.split()))
        found |= dict.fromkeys(names.split(", "), said)
    return found


def _merge(found: Json, more: Json) -> None:
    """Give a definition the fields of another one."""
    found["properties"] = {**found["properties"], **more["properties"]}
    found["required"] = list(dict.fromkeys([*found["required"], *more["required"]]))


def _command(output: Output, defs: Json) -> Json:
    """Return the definition of what a command prints."""
    found = json.loads(json.dumps(defs[output.value.__name__]))
    if output.more is not None:
        _merge(found, defs[output.more.__name__])
    if output.other is None:
        return dict(found)
    description = found.pop("description")
    other = {"$ref": f"{REFERENCE}{output.other.__name__}"}
    return {"description": description, "type": "array", "items": {"anyOf": [found, other]}}


def _used(commands: Json, defs: Json) -> list[str]:
    """Return the types that commands refer to, in the order in which they do."""
    used: dict[str, None] = {}
    left = [commands]
    while left:
        for name in re.findall(re.escape(REFERENCE) + r"(\w+)", json.dumps(left.pop())):
            if name not in used:
                used[name] = None
                left.append(defs[name])
    return list(used)


def _table(found: Json) -> str:
    rows = ["| field | value | what |", "|---|---|---|"]
    for name, form in found["properties"].items():
        optional = "" if name in found["required"] else " (optional)"
        rows.append(f"| `{name}`{optional} | {_value(form)} | {form.get('description', '')} |")
    return "\n".join(rows) + "\n"


def _value(form: Json) -> str:
    """Return what a value may be, in words."""
    if "anyOf" in form:
        return " or ".join(map(_value, form["anyOf"]))
    if "$ref" in form:
        name = form["$ref"].removeprefix(REFERENCE)
        return f"[{name}](#{name.lower()})"
    if "enum" in form:
        return " or ".join(f"`{one}`" if one is not None else "null" for one in form["enum"])
    match form.get("type"):
        case "array" if "prefixItems" in form:
            return f"[{', '.join(map(_value, form['prefixItems']))}]"
        case "array":
            return f"list of {_value(form['items'])}"
        case "object" if isinstance(form.get("additionalProperties"), dict):
            return f"object with values {_value(form['additionalProperties'])}"
        case str(name):
            return {"string": "text", "number": "number", "integer": "integer"}.get(name, name)
    return "anything"


def written() -> dict[Path, str]:
    """Return both files with their text."""
    found = schema()
    lines = [f"  {json.dumps(name)}: {json.dumps(one)}" for name, one in found["$defs"].items()]
    text = f'{{\n "$schema": "{DIALECT}",\n "$defs": {{\n' + ",\n".join(lines) + "\n }\n}\n"
    return {PAGE: page(), SCHEMA: text}


if __name__ == "__main__":
    for path, text in written().items():
        path.write_text(text, encoding="utf-8")
