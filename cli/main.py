"""The command `tprog`: the list of commands, the one-line errors and the exit codes.

Exit codes: 0 done, 1 error, 2 bad usage, 3 the check ran and did not hold, 4 undecided within its budget, 130 interrupted.
A command's module is imported when the command is asked for, and imports what it needs when it runs, so that `tprog --help`
answers at once.
"""

import io
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from importlib import import_module

import typer

from tprog.cli.console import remark, say
from tprog.errors import TprogError, UsageError

INTERRUPTED = 130

# Each command, in the order of the help, with its module and function.
COMMANDS = {
    "train": ("train", "train"),
    "text": ("text", "text"),
    "run": ("run", "run"),
    "analyze": ("analyze", "analyze"),
    "circuits": ("circuits", "circuits"),
    "diff": ("diff", "diff"),
    "simplify": ("simplify", "simplify"),
    "lift": ("lift", "lift"),
    "verify": ("verify", "verify"),
    "trace": ("trace", "trace"),
    "graph": ("graph", "graph"),
    "report": ("report", "report"),
    "rasp": ("rasp", "rasp"),
    "compile": ("compile", "compile_rasp"),
    "synth": ("synth", "synth"),
    "tasks": ("tasks", "tasks"),
    "grid": ("grid", "grid"),
    "results": ("results", "results"),
    "lengths": ("lengths", "lengths"),
    "demo": ("demo", "demo"),
    "import": ("importing", "import_published"),
    "export": ("exporting", "export"),
}


def print_version(wanted: bool) -> None:
    """Print the version and end, where it is asked for."""
    if wanted:
        from tprog import __version__

        say(f"tprog {__version__}")
        raise typer.Exit


def options(
    version: bool = typer.Option(
        False, "--version", is_eager=True, callback=print_version, help="Print the version."
    ),
) -> None:
    """Take the options that stand before any command; each acts by itself."""


def command_line(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """Return the command line with some of its commands, by default all."""
    app = typer.Typer(
        name="tprog",
        help="Train Transformers that are programs, and read, check and draw the programs.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(options)
    for name in names:
        module, function = COMMANDS[name]
        app.command(name)(getattr(import_module(f"tprog.cli.{module}"), function))
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code; a user's mistake ends in one line."""
    for stream in (sys.stdout, sys.stderr):
        # What others print, such as typer its help, may lack a place in the encoding too.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    code = invoke(sys.argv[1:] if arguments is None else arguments)
    if code == INTERRUPTED:
        # Whoever interrupts does not wait until every library is taken down, which takes seconds on a busy machine.
        with suppress(OSError):  # A terminal that was closed takes nothing any more.
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def invoke(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    try:
        # A command that is named stands alone: the modules of the others are not needed.
        wanted = arguments[:1] if arguments and arguments[0] in COMMANDS else COMMANDS
        code = command_line(wanted)(list(arguments), prog_name="tprog", standalone_mode=False)
        sys.stdout.flush()
        if code == INTERRUPTED and arguments[:1] != ["train"]:
            # typer makes a Ctrl-C this code; train says itself what was kept.
            _complain("interrupted")
        return code if isinstance(code, int) else 0
    except typer.Exit as stop:
        return stop.exit_code
    except typer.TyperException as error:
        if arguments:
            _complain(f"{error.format_message()} {_advice(error, arguments[0])}")
        else:
            say(error.format_message(), keep="\n")
        return error.exit_code
    except TprogError as error:
        _complain(str(error))
        for line in error.excerpt:
            remark(line)
        return 2 if isinstance(error, UsageError) else 1
    except (KeyboardInterrupt, typer.Abort):
        _complain("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        return _unread()
    except SystemExit as stop:
        # This is how typer and rich end on a broken pipe.
        if not isinstance(stop.__context__, BrokenPipeError):
            raise
        return _unread()
    except OSError as error:
        place = f" {error.filename}" if error.filename else ""
        _complain(f"cannot use{place}: {error.strerror or error}")
        return 1
    except MemoryError:
        _complain("out of memory; give a smaller size, or --up-to a smaller length")
        return 1


def _advice(error: typer.TyperException, command: str) -> str:
    """Return where to look after bad usage."""
    if command == "run" and type(error).__name__ == "NoSuchOption":
        return "(a token that begins with - goes behind --, or into --input)"
    return "(see `tprog --help`)"


def _unread() -> int:
    """Return the exit code for a reader who has gone (`tprog ... | head`); there is nobody left to tell."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
    return 0


def _complain(message: str) -> None:
    remark("tprog: " + " ".join(message.split()))


if __name__ == "__main__":
    main()
