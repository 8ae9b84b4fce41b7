"""The command line: one file per command. Parses, calls one function, prints; refuses logic."""
