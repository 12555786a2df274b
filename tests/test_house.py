"""The house as CONTRIBUTING describes it: who imports whom, and how large a room may be."""

import ast
import re
import subprocess
import sys

import pytest
from evenhand.results import Status

from authoring import drawing
from authoring.source import SOLUTIONS

ROOT = SOLUTIONS.parent


@pytest.fixture(scope="module")
def trees():
    return drawing.trees()


@pytest.fixture(scope="module")
def imports(trees):
    return drawing.imports(trees)


def package(name):
    return name.partition(".")[0]


def test_no_package_imports_what_it_must_not_know(imports):
    allowed = {
        "mistakes": {"mistakes"},
        "nnlib": {"nnlib", "mistakes"},
        "nntools": {"nntools", "nnlib"},
        "evenhand": {"evenhand"},
    }
    for name, others in imports.items():
        found = {package(other) for other in others}
        assert found <= allowed.get(package(name), set(drawing.PACKAGES)), name


def test_no_circle(imports):
    waiting = dict(imports)
    while leaves := [name for name, others in waiting.items() if not others & waiting.keys()]:
        for name in leaves:
            del waiting[name]
    assert not waiting


def test_no_private_name_is_imported(trees):
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                private = [a.name for a in node.names if a.name.startswith("_")]
                assert not private, f"{name} imports {private}"
        ours = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for alias in node.names
            if ".".join(filter(None, (getattr(node, "module", ""), alias.name))) in trees
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
                assert ast.unparse(node.value) not in ours, f"{name} uses {ast.unparse(node)}"


def test_no_module_is_too_long():
    lines = {name: len(path.read_text("utf-8").splitlines()) for name, path in drawing.modules()}
    assert not {name: number for name, number in lines.items() if number > 600}


def test_what_notebooks_import_is_small():
    sizes = [len(p.read_text("utf-8").splitlines()) for p in (ROOT / "nnlib").rglob("*.py")]
    assert 0 < sum(sizes) < 3500


def test_mistakes_are_found_without_the_course_and_without_a_notebook(trees):
    names = [name for name in trees if package(name) == "mistakes"]
    page = ast.get_docstring(trees["mistakes"])
    assert not [name for name in names if not re.search(rf"\b{name.rpartition('.')[2]}\b", page)]
    code = f"import sys, {', '.join(names)}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {package(name) for name in done.stdout.split()}
    assert "mistakes" in loaded
    assert not loaded & {"nnlib", "nntools", "authoring", "evenhand", "IPython", "matplotlib"}
    for name in names:  # nor does an import wait in a function
        for node in ast.walk(trees[name]):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                assert node in trees[name].body, f"{name}: {ast.unparse(node)}"


def test_one_word_is_for_one_thing(trees):
    places = {}
    for name, tree in trees.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(name)
    assert not {word: names for word, names in places.items() if len(names) > 1}


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ({"NNLIB_GRADING"}, "nnlib.contract"),
        ({"learner_warnings", "learner_line", "learner_unwritten"}, "mistakes.remote"),
    ],
)
def test_what_a_grader_and_this_side_agree_on_stands_in_one_place(words, place, trees):
    found = {
        name
        for name, tree in trees.items()
        if package(name) in ("nnlib", "mistakes")
        for node in ast.walk(tree)
        if words & {str(getattr(node, key, "")) for key in ("value", "attr", "id")}
    }
    assert found == {place}


def test_markers_are_written_once_for_the_course_and_once_for_the_grader(trees):
    places = {
        name
        for name, tree in trees.items()
        for text in strings(tree)
        if re.search(r"(BEGIN|END)\W* (SOLUTION|HIDDEN TESTS)", text)
    }
    assert places == {"nnlib.statements", "evenhand.options"}


def test_statuses_are_no_bare_words(trees):
    for name, tree in trees.items():
        if package(name) != "evenhand":
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare):
                sides = [node.left, *node.comparators]
                words = {text for side in sides for text in strings(side)} & {*map(str, Status)}
                about = {getattr(side, "attr", "") for side in sides}
                assert not (words and "status" in about), f"{name}: {ast.unparse(node)}"


def test_titles_of_commits_are_short_imperatives():
    """Since 543219b; those before are as they are."""
    if not (ROOT / ".git").exists():
        pytest.skip("There is no git history here.")
    # Named, the folder may belong to somebody else, and nobody else's history is read.
    command = ["git", "--git-dir=.git", "log", "--no-merges", "--format=%s"]
    command += ["--since=2026-11-29T01:34:35Z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    wrong = [title for title in done.stdout.splitlines() if not is_good_title(title)]
    assert not wrong


def is_good_title(title):
    other = re.match(r"(?!Bring|Embed)\w+([^e]ed|ing|[^s]s)\b", title)  # Added, Adding, Adds
    return len(title) <= 60 and re.fullmatch(r"[A-Z].*[^.]", title) and not other


@pytest.mark.parametrize(
    "title, good",
    [
        ("Refuse a gradebook that is a folder", True),
        ("Pass what needs no test", True),
        ("refuse a gradebook", False),
        ("Refuse a gradebook.", False),
        ("Refused a gradebook", False),
        ("Refusing a gradebook", False),
        ("Refuses a gradebook", False),
        ("Refuse a gradebook that is a folder, and say what to do then", True),
        ("Refuse a gradebook that is a folder, and say what to do next!", False),
    ],
)
def test_what_a_good_title_is(title, good):
    assert bool(is_good_title(title)) == good


def strings(tree):
    """Return the texts in a tree that are no docstrings."""
    bare = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = (n for n in ast.walk(tree) if isinstance(n, ast.Constant) and n not in bare)
    return [node.value for node in constants if isinstance(node.value, str)]
