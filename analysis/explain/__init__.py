"""What a Program does, told in words: heads, circuits, traces, and Python files that are no Programs."""
