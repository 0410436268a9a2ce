"""The pages for readers of the code: every term has one place, and links lead somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
GLOSSARY = DOCS / "glossary.md"
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
PAGES = [GLOSSARY, DOCS / "architecture.md", DOCS / "decisions" / "README.md", *DECISIONS]
ALL_PAGES = sorted(
    {*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "examples").rglob("*.md"), *(ROOT / "equibel").rglob("*.md")}
)


def read(page):
    return page.read_text(encoding="utf-8")


def prose(page):
    """The text of a page without blocks of code, in which nothing is a link or a path."""
    return re.sub(r"^```.*?^```$", "", read(page), flags=re.MULTILINE | re.DOTALL)


def anchors(page):
    """What headings are called in links, as GitHub makes it of them."""
    titles = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles]


def test_every_term_has_one_anchor():
    """A link to a term leads to its one entry."""
    found = anchors(GLOSSARY)
    assert not {anchor for anchor in found if found.count(anchor) > 1}


def test_terms_are_in_alphabetical_order():
    """In each part of the glossary, terms are where one looks for them, and each is explained."""
    parts = re.split(r"^## .*$", read(GLOSSARY), flags=re.MULTILINE)[1:-1]
    assert len(parts) == 3
    for part in parts:
        terms = re.findall(r"^### (.*)$", part, re.MULTILINE)
        assert terms == sorted(terms, key=str.lower)
        assert all(text.strip() for text in re.split(r"^### .*$", part, flags=re.MULTILINE)[1:])


@pytest.mark.parametrize("page", ALL_PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    """Links lead to files of the project, and to headings that these have."""
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", prose(page)):
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def test_links_into_the_glossary():
    """Terms that other pages link to are there."""
    pages = [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "equibel").rglob("*.md")]
    wanted = {anchor for page in pages for anchor in re.findall(r"glossary\.md#([\w-]+)\)", read(page))}
    assert wanted <= set(anchors(GLOSSARY))


def test_papers_are_listed():
    """Every paper that an entry names is in the list, and all of the list is named."""
    body, papers = read(GLOSSARY).split("## Papers")
    named = re.findall(r"\[\(?(?:[Pp]aper )?(\d+)\)?\]\(#papers\)", body)
    assert set(named) == set(re.findall(r"^(\d+)\. ", papers, re.MULTILINE))


def test_decisions_are_listed():
    """Decisions are numbered one after the other, have the same parts, and are in the index with their titles."""
    index = re.findall(r"^\| \[(\d{4})\]\(([^)]+)\) \| (.*) \|$", read(DOCS / "decisions" / "README.md"), re.MULTILINE)
    assert [name for _, name, _ in index] == [page.name for page in DECISIONS]
    for number, (page, (shown, _, title)) in enumerate(zip(DECISIONS, index, strict=True), start=1):
        assert page.name.startswith(f"{number:04d}-")
        first, *parts = re.findall(r"^#+ (.*)$", read(page), re.MULTILINE)
        assert first == f"{shown}. {title}"
        assert parts == ["Context", "Decision", "Consequences", "Measured and checked"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_modules_that_pages_name_are_there(page):
    """Paths are those of the tree: below the package, or from the top."""
    named = set(re.findall(r"`(\w[\w./-]*(?:\.(?:py|lp|lark|md|toml)|/))`", prose(page)))
    assert not {path for path in named if not ((ROOT / "equibel" / path).exists() or (ROOT / path).exists())}


def test_modules_that_own_a_word_define_it():
    """Where the glossary says that a name is in a module, the module has it."""
    owners = re.findall(r"`(\w+)`\s+in\s+`([\w/]+\.py)`", read(GLOSSARY))
    assert owners
    for name, path in owners:
        source = read(ROOT / "equibel" / path)
        assert re.search(rf"^(class|def) {name}\b|^{name}\b.* = ", source, re.MULTILINE), (name, path)


def test_the_picture_names_what_is_there():
    """Folders and modules in the picture of the layers are in the package."""
    (picture,) = re.findall(r"^```text\n(.*?)^```$", read(DOCS / "architecture.md"), re.MULTILINE | re.DOTALL)
    named = re.findall(r"[\w/]+(?:/|\.py)", picture)
    assert named
    assert not {path for path in named if not (ROOT / "equibel" / path).exists()}
