"""What is said of a result, on a terminal, in a notebook, as a graph and as a report.

One function for each kind of result makes a page of the blocks in `model.py`, and `terminal.py` and `html.py` show it: a new table or
sentence goes into that function, and stands in both. `notebook.py` is where a type meets its page. A new JSON field goes into the
value's own type, or into the type that its `to_json` names (`tprog/json_values.py`).
"""
