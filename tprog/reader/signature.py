"""What a function reads and writes by its header. Owns parameter lists and annotations; refuses bodies."""

import ast

from tprog.reader.source import Source


def parameters(source: Source, function: ast.FunctionDef, wanted: int | None = None) -> list[str]:
    """Return the names of a function's parameters, which must be plain ones.

    Args:
        source: where the function stands.
        function: the function.
        wanted: how many there must be; any number from 1 where it is None.

    Raises:
        UnreadableSource: there are others, or not as many.
    """
    given = function.args
    extra = given.vararg or given.kwarg or given.kwonlyargs or given.posonlyargs or given.defaults
    if extra or function.decorator_list:
        raise source.error(
            function, f"{function.name} takes plain parameters only, without defaults or decorators"
        )
    names = [argument.arg for argument in given.args]
    if not names or (wanted is not None and len(names) != wanted):
        count = "at least one parameter" if wanted is None else f"{wanted} parameters"
        raise source.error(function, f"{function.name} must take {count}, not {len(names)}")
    return names
