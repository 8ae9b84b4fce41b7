"""`python -m tprog` is the command `tprog`."""

from tprog.cli.main import main

if __name__ == "__main__":
    main()
