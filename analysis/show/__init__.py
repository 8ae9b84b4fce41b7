"""What is said of a result, on a terminal, in a notebook, as a graph and as a page."""
