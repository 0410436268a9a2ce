"""Reading and writing of files with scenarios: BCF and node-link JSON; ASP facts and DIMACS CNF are only written.

`read_graph` and `write_graph` choose the format by the ending of the file name.  For every format that can be read, a
function ``parse_...`` reads text, and a function ``format_...`` writes it.  Notes say what a format cannot hold: functions
have an argument ``note``, a callable that receives one sentence at a time.  By default, notes are Python warnings.
"""

from equibel.files.attributes import get_constraints, get_weights, set_constraints, set_weights, unheeded
from equibel.files.bcf import parse_bcf
from equibel.files.bcf_writing import format_bcf
from equibel.files.formats import format_asp, read_graph, write_dimacs, write_graph
from equibel.files.json_format import format_json, parse_json
from equibel.files.node_link_reading import graph_from_node_link
from equibel.files.node_link_writing import node_link
from equibel.files.text import FileNote, Note

__all__ = [
    "FileNote",
    "Note",
    "format_asp",
    "format_bcf",
    "format_json",
    "get_constraints",
    "get_weights",
    "graph_from_node_link",
    "node_link",
    "parse_bcf",
    "parse_json",
    "read_graph",
    "set_constraints",
    "set_weights",
    "unheeded",
    "write_dimacs",
    "write_graph",
]
