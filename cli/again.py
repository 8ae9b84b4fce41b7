"""Commands as somebody would type them: any, and the present one with changes."""

from collections.abc import Collection, Mapping

import typer

from tprog.visible import shell_word


def command(name: str, *words: object) -> str:
    """Return a command as somebody would type it."""
    return " ".join(map(shell_word, ["tprog", name, *map(str, words)]))


def again(
    context: typer.Context, changed: Mapping[str, object], dropped: Collection[str] = ()
) -> str:
    """Return the present command as somebody would type it, with some options changed or dropped.

    Args:
        context: of the command that runs; what was not typed is not repeated.
        changed: values by parameter name, added where they were not typed; a tuple is written with commas.
        dropped: names of parameters that are left out.
    """
    words = ["tprog", *([context.info_name] if context.info_name else [])]
    for parameter in context.command.params:
        name = parameter.name or ""
        value = changed.get(name, context.params.get(name))
        source = context.get_parameter_source(name)
        typed = source is not None and source.name == "COMMANDLINE"
        if name in dropped or not (typed or name in changed) or value is None:
            continue
        text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        if parameter.param_type_name == "argument":
            words.append(text)
        elif value is True:
            words.append(parameter.opts[0])
        elif value is not False:
            words += [parameter.opts[0], text]
    return " ".join(map(shell_word, words))
