"""Damaged copies of Python files, made from their syntax trees: what an editor, a fork or an attacker could leave."""

import ast
import copy
import random
from collections.abc import Callable, Sequence

# Statements that may be put anywhere; many do nothing, many change what the file does.
STATEMENTS = (
    "yield 1", "yield from ()", "pass", "return None", "return words", "raise ValueError('no')", "global VOTES",
    "nonlocal x", "del words", "words = words[::-1]", "words.reverse()", "PREFIX.append('0')", "import os",
    "from typing import get_args", "import json as sys", "x = 3", "sums = [[1]]", "run = print", "run = lambda *_: ['a']",
    "tokens = list(tokens)[:1]", "print(1)", "assert words", "assert False", "'a string'", "f'{words}'", "...", "3",
    "VOTES = {}", "VOTES.clear()", "VOTES['tokens'] = {}", "get_args = lambda *_: ('a', 'b')", "len = max",
    "A = [VOTES.clear()][0]", "A = Literal[PREFIX.append('0') or 1]", "A: Any = VOTES.clear()", "A = B = 1",
    "A, A = 1, 2", "def run(tokens): return ['a']", "def helper(a): return a", "class A: pass", "lambda: 0",
    "if True:\n    words = []", "while False: pass", "for word in []: pass", "with open('x'): pass",
    "try:\n    pass\nexcept Exception:\n    pass", "match 1:\n    case _: pass", "(a := 1)", "[VOTES.clear() for _ in [0]]",
    "__name__ = 'x'", "__builtins__ = {}", "x.more = words", "x.ones = [2] * len(words)", "wanted = 1", "wanted = key",
    "type A = int", "async def f(): pass", "if (key := '2') == 'a': pass", "if (yield): pass", "tokens, words = words, tokens", "exec('VOTES.clear()')", "MIN_LENGTH = 0",
)  # fmt: skip

EXPRESSIONS = (
    "True", "False", "None", "0", "1", "-1", "2", "0.0", "1.0", "1j", "'a'", "''", "b'a'", "()", "[]", "{}", "{1}",
    "(1,)", "[1]", "...", "x", "words", "key", "f'a'", "10**3", "3 * 2", "not 1", "+1", "~0", "'a' 'b'", "(yield)",
    "print(1)", "min(1, 2)", "max(key, 0)", "[key][0]", "(key,)[0]", "{key: 1}.get(key)", "lambda: 0", "key or key",
    "(key := 1)", "key if key else key", "[k for k in [1]][0]", "*key", "VOTES", "get_args(Token)", "'9'", "9", "0x7",
    "1_0", "'\\ud800'", "key.x", "abs(key)", "len('ab')", "True + 1", "'a' + 'b'", "{'a': True}.get({key}, False)", "('n', 'n', 'y')[key]", "{key} in {'a': 1}", "key == key", "key is key",
)  # fmt: skip

COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Is)
NAMES = (
    "rows", "x", "tokens", "words", "run", "VOTES", "count", "attend", "key", "query", "found", "sums", "name", "values",
    "observe", "get_args", "word", "table", "__class__", "__dict__", "__init__", "_a", "Token", "Label", "sys", "min", "list", "ones",
    "positions", "matches", "known", "allowed", "é", "ﬁn", "A", "print", "Any", "SYMBOLS", "t", "v", "n", "error",
)  # fmt: skip
HEADS = (
    "# -*- coding: utf-8 -*-\n", "# coding: latin-1\n", "# coding: utf-7\n", "\n# vim: set fileencoding=utf-8 :\n",
    "# coding: unicode_escape\n", "# coding=rot13\n", "\ufeff", "\x0c", "#!/usr/bin/env python3\n# coding: ascii\n",
    "# coding: utf-8-sig\n", "# coding: cp1252\n", "# plain\n", "from __future__ import annotations\n", "#\n#\n# coding: utf-7\n",
)  # fmt: skip

Change = Callable[[ast.Module, random.Random], None]


def mutant(text: str, random_: random.Random) -> bytes:
    """Return the bytes of a file with one to three changes of its syntax tree, its text or its encoding."""
    tree = ast.parse(text)
    for _ in range(random_.choice([1, 1, 1, 2, 3])):
        free = [n for n, statement in enumerate(tree.body) if _free(statement)]
        if free and random_.random() < 0.6:
            # Most of a file may not change at all; the parts that may are tried more often.
            place = random_.choice(free)
            part = ast.Module([tree.body[place]], [])
            random_.choice(CHANGES)(part, random_)
            tree.body[place : place + 1] = part.body
        else:
            random_.choice(CHANGES)(tree, random_)
    try:
        changed = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
    except (ValueError, TypeError, AttributeError, RecursionError):
        changed = text  # some combinations cannot be written at all
    if random_.random() < 0.15:
        changed = random_.choice(HEADS) + changed
    if random_.random() < 0.05:
        changed = changed.replace("\n", random_.choice(["\r\n", "\r", "\n\n", "\n\x0c"]))
    if random_.random() < 0.03:
        changed += random_.choice(
            ["\0", "\x1a", "#+AAo-VOTES.clear()\n", "\\", "    pass", "\t", "é"]
        )
    return changed.encode(random_.choice(["utf-8"] * 19 + ["latin-1"]), "replace")


def _free(statement: ast.stmt) -> bool:
    """Tell whether a statement may hold a head, a look-up or a table."""
    match statement:
        case ast.FunctionDef(name=name):
            return name != "run" and not name.startswith(("attend", "count", "matches"))
        case _:
            return isinstance(statement, ast.AnnAssign)


def _nodes(tree: ast.AST, *kinds: type[ast.AST]) -> list[ast.AST]:
    return [node for node in ast.walk(tree) if isinstance(node, kinds)] or [tree]


def _blocks(tree: ast.Module) -> list[list[ast.stmt]]:
    lists = [
        getattr(node, name, None)
        for node in ast.walk(tree)
        for name in ("body", "orelse", "finalbody")
    ]
    # The few lists that `ast` shares with expressions (lambda, if-else) are no lists of statements.
    return [found for found in lists if isinstance(found, list) and found]


def _parsed(texts: Sequence[str], random_: random.Random) -> ast.stmt:
    while True:
        try:
            return ast.parse(random_.choice(texts)).body[0]
        except SyntaxError:  # newer syntax than this Python's
            continue


def insert_statement(tree: ast.Module, random_: random.Random) -> None:
    """Put a statement anywhere."""
    block = random_.choice(_blocks(tree))
    block.insert(random_.randint(0, len(block)), _parsed(STATEMENTS, random_))


def copy_statement(tree: ast.Module, random_: random.Random) -> None:
    """Copy a statement of the file to another place."""
    statement = copy.deepcopy(random_.choice(random_.choice(_blocks(tree))))
    block = random_.choice(_blocks(tree))
    block.insert(random_.randint(0, len(block)), statement)


def move_statement(tree: ast.Module, random_: random.Random) -> None:
    """Exchange two statements of one block."""
    block = random_.choice(_blocks(tree))
    here, there = random_.randrange(len(block)), random_.randrange(len(block))
    block[here], block[there] = block[there], block[here]


def drop_statement(tree: ast.Module, random_: random.Random) -> None:
    """Leave a statement out."""
    blocks = [block for block in _blocks(tree) if len(block) > 1]
    if blocks:
        block = random_.choice(blocks)
        del block[random_.randrange(len(block))]


def wrap_statement(tree: ast.Module, random_: random.Random) -> None:
    """Put a statement under an if, a loop or a try, or give a branch an else."""
    block = random_.choice(_blocks(tree))
    place = random_.randrange(len(block))
    statement = block[place]
    if isinstance(statement, ast.If) and random_.random() < 0.5:
        statement.orelse = [_parsed(STATEMENTS, random_)]
        return
    text = random_.choice(
        ["if True: pass", "if 0: pass", "for _ in [0]: pass", "while 1: pass", "with x: pass"]
    )
    found = ast.parse(text).body[0]
    found.body = [statement]  # type: ignore[attr-defined]  # every one of them has a body
    block[place] = found


def replace_expression(tree: ast.Module, random_: random.Random) -> None:
    """Replace an expression by one of another kind, or by one of the file."""
    places: list[tuple[ast.AST, str, int | None]] = []
    for node in ast.walk(tree):
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.expr):
                places.append((node, name, None))
            elif isinstance(value, list):
                places += [
                    (node, name, n) for n, item in enumerate(value) if isinstance(item, ast.expr)
                ]
    node, name, number = random_.choice(places)
    found: ast.expr = ast.parse(
        random_.choice(EXPRESSIONS).replace("*key", "(*key,)"), mode="eval"
    ).body
    if random_.random() < 0.3:
        found = copy.deepcopy(random_.choice(_nodes(tree, ast.expr)))  # type: ignore[assignment]
    if number is None:
        setattr(node, name, found)
    else:
        getattr(node, name)[number] = found


def swap_container(tree: ast.Module, random_: random.Random) -> None:
    """Make a tuple a list, a list a set, a set a tuple, and so on."""
    kinds = (ast.Tuple, ast.List, ast.Set)
    node = random_.choice(_nodes(tree, *kinds))
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        elements = node.elts
        node.__class__ = random_.choice(kinds)
        node.__dict__.update(elts=elements, ctx=ast.Load())


def change_constant(tree: ast.Module, random_: random.Random) -> None:
    """Give a constant another value or type."""
    node = random_.choice(_nodes(tree, ast.Constant))
    if not isinstance(node, ast.Constant):
        return
    old = node.value
    values: list[object] = [
        True,
        False,
        None,
        0,
        1,
        2,
        -1,
        1.0,
        "a",
        "<s>",
        "9",
        "",
        b"a",
        "é",
        10**30,
        ...,
        str(old),
    ]
    if isinstance(old, int):
        values += [old + 1, old - 1, float(old), bool(old), -old]
    if isinstance(old, str):
        values += [old + " ", old.upper(), old.encode("utf-8", "surrogatepass")]
    node.value = random_.choice(values)  # type: ignore[assignment]  # of any type, on purpose


def change_operator(tree: ast.Module, random_: random.Random) -> None:
    """Change a comparison, an and, an or or a sum, or negate a condition."""
    node = random_.choice(_nodes(tree, ast.Compare, ast.BoolOp, ast.BinOp, ast.UnaryOp))
    match node:
        case ast.Compare():
            place = random_.randrange(len(node.ops))
            node.ops[place] = random_.choice(COMPARISONS)()
            if random_.random() < 0.2:
                node.ops.append(random_.choice(COMPARISONS)())
                node.comparators.append(
                    ast.parse(random_.choice(EXPRESSIONS[:20]), mode="eval").body
                )
            if random_.random() < 0.2:
                node.left, node.comparators[0] = node.comparators[0], node.left
        case ast.BoolOp():
            node.op = random_.choice([ast.And, ast.Or])()
        case ast.BinOp():
            node.op = random_.choice([ast.Add, ast.Sub, ast.Mult, ast.BitOr, ast.Mod])()
        case ast.UnaryOp():
            node.op = random_.choice([ast.Not, ast.USub, ast.UAdd, ast.Invert])()
        case _:
            pass


def rename(tree: ast.Module, random_: random.Random) -> None:
    """Rename one use of a name, or all of them, to a name of the file or of Python."""
    named = [node for node in ast.walk(tree) if _name(node) is not None]
    old = _name(random_.choice(named))
    known = [found for node in named if (found := _name(node)) is not None]
    new = random_.choice([*NAMES, random_.choice(known), random_.choice(known)])
    same = [node for node in named if _name(node) == old]
    for node in same if random_.random() < 0.7 else [random_.choice(same)]:
        for name in ("id", "name", "arg", "attr"):
            if hasattr(node, name):
                setattr(node, name, new)
    if random_.random() < 0.7:
        # Votes name variables by text.
        for constant in _nodes(tree, ast.Constant):
            if isinstance(constant, ast.Constant) and constant.value == old:
                constant.value = new


def _name(node: ast.AST) -> str | None:
    match node:
        case (
            ast.Name(id=name)
            | ast.FunctionDef(name=name)
            | ast.arg(arg=name)
            | ast.Attribute(attr=name)
        ):
            return name
        case _:
            return None


def change_function(tree: ast.Module, random_: random.Random) -> None:
    """Give a function a decorator, a default, other annotations, another parameter, or make it a generator."""
    function = random_.choice(_nodes(tree, ast.FunctionDef))
    if not isinstance(function, ast.FunctionDef):
        return
    expression: ast.expr = ast.parse(random_.choice(EXPRESSIONS[:20]), mode="eval").body
    annotation: ast.expr = ast.parse(
        random_.choice(
            ("'A' | None", "None | None", "sys | None", "Callable[Token]", "Literal['a'] | 'b c'", "int", "Literal[1]", "Literal[print(1)]", "Literal[PREFIX.append('0') or 1]", "'Token'", "x", "list[print(1)]", "Token | None")
        ),
        mode="eval",
    ).body  # fmt: skip
    match random_.randrange(6):
        case 0:
            text = random_.choice(
                (
                    "cache",
                    "lru_cache(maxsize=1)",
                    "print",
                    "staticmethod",
                    "(lambda f: f)",
                    "lambda f: print",
                )
            )
            function.decorator_list.insert(0, ast.parse(text, mode="eval").body)
        case 1:
            function.args.defaults = [expression]
        case 2 if function.args.args:
            random_.choice(function.args.args).annotation = annotation
        case 3:
            function.returns = annotation
        case 4:
            new = ast.arg(random_.choice(NAMES))
            function.args.args.insert(random_.randint(0, len(function.args.args)), new)
        case _:
            function.args.vararg = ast.arg("more")


def change_call(tree: ast.Module, random_: random.Random) -> None:
    """Give a call one more argument, plain, starred or named, or take one away."""
    call = random_.choice(_nodes(tree, ast.Call))
    if not isinstance(call, ast.Call):
        return
    text = random_.choice(
        (*EXPRESSIONS, "words", "x.tokens", "words.reverse() or ()", "VOTES.clear() or ()")
    )
    value: ast.expr = ast.parse(text.replace("*key", "(*key,)"), mode="eval").body
    match random_.randrange(4):
        case 0:
            call.args.insert(random_.randint(0, len(call.args)), value)
        case 1:
            call.args.append(ast.Starred(value, ast.Load()))
        case 2:
            call.keywords.append(ast.keyword(random_.choice([*NAMES, None]), value))
        case _ if call.args:
            call.args.pop()


CHANGES: tuple[Change, ...] = (
    *(change_call, change_call),
    *(
        insert_statement,
        insert_statement,
        replace_expression,
        replace_expression,
        replace_expression,
    ),
    *(
        copy_statement,
        move_statement,
        drop_statement,
        wrap_statement,
        swap_container,
        swap_container,
    ),
    *(
        change_constant,
        change_constant,
        change_constant,
        change_operator,
        change_operator,
        rename,
        rename,
    ),
    change_function,
)
