"""What docs/POSTULATES.md shows is what happens, and what it says is what the tests of the postulates check."""

import contextlib
import io
import re
from pathlib import Path

import pytest
from postulates import BOTH, COUNTEREXAMPLES, NAMED, POSTULATES
from test_readme import fenced_blocks

PAGE = Path(__file__).parents[1] / "docs" / "POSTULATES.md"
TEXT = PAGE.read_text(encoding="utf-8")
COLUMNS = {  # section: the operator and the optimum of every column of its table
    "Revision": [("revise", optimum) for optimum in BOTH],
    "Contraction": [("contract", optimum) for optimum in BOTH],
    "Merging": [(operator, optimum) for operator in ("merge", "consensus") for optimum in BOTH],
    "Extrapolation": [("extrapolate", optimum) for optimum in BOTH],
}
OF_SYNTAX = {"R4", "extensionality"}  # about spelling: a test of its own


def sections():
    """The text of every section, by its title."""
    parts = re.split(r"^## (.*)$", TEXT, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_python_blocks_print_what_the_next_block_says():
    """The Python blocks run one after the other, as in one session; a text block after one is its output."""
    blocks, session = fenced_blocks(TEXT), {}
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        if block.language == "python":
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(block.text, f"{PAGE.name}:{block.line}", "exec"), session)
            shown = following.text if following and following.language == "text" else ""
            assert printed.getvalue() == shown, f"{PAGE.name}, line {block.line}"
    assert {block.language for block in blocks} == {"python", "text"}


@pytest.mark.parametrize("section", COLUMNS)
def test_tables_say_what_is_tested(section):
    """Every postulate that is tested has a row, which says under which optima it holds."""
    lines = re.findall(r"^\|(.*)\|$", sections()[section], re.MULTILINE)
    header, _, *rows = ([cell.strip() for cell in line.split("|")] for line in lines)
    method = {"merge": "projection, ", "consensus": "consensus, "}
    assert header[2:] == [method.get(operator, "") + optimum for operator, optimum in COLUMNS[section]]
    stated = {name: status for name, _, *status in rows}
    for name, status in stated.items():
        expected = [
            "holds" if name in OF_SYNTAX or optimum in NAMED[operator, name].holds else "fails"
            for operator, optimum in COLUMNS[section]
        ]
        assert status == expected, name
    operators = {operator for operator, _ in COLUMNS[section]}
    assert set(stated) - OF_SYNTAX == {p.name for p in POSTULATES if p.operator in operators}


@pytest.mark.parametrize("example", COUNTEREXAMPLES, ids=lambda example: str(example.postulate))
def test_counterexamples_are_shown(example):
    """The formulas of every smallest counterexample occur in the code of its section."""
    (section,) = (title for title, columns in COLUMNS.items() if example.operator in dict(columns))
    code = "".join(block.text for block in fenced_blocks(sections()[section]) if block.language == "python")
    for text in example.texts():
        assert text == "True" or f'"{text}"' in code or f"({text})" in code, text


def test_references_are_listed():
    """Every number in brackets is in the list of literature, and all of the list is referred to."""
    body, literature = TEXT.split("## Literature")
    prose = re.sub(r"```.*?```", "", body, flags=re.DOTALL)
    referred = re.findall(r"\d+", " ".join(re.findall(r"\[(\d+(?:, \d+)*)\]", prose)))
    assert set(referred) == set(re.findall(r"^(\d+)\. ", literature, re.MULTILINE))
