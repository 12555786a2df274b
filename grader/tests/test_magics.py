"""What IPython alone understands is taken out of a cell, and nothing else is."""

from __future__ import annotations

import pytest
from evenhand.magics import plain_python

PLAIN = [
    "expected = (\n    13\n% 5\n)\n",
    'text = """\n%matplotlib inline\n!ls\nwhat?\n"""\n',
    "share = part \\\n% whole\n",
    "name = '%s' % 3 if 5 % 2 else '?'\n",
    "# what is this?\nx = 1\n",
    "def f(:\n",
    "x = 1",
    "",
]
CHANGED = {
    "%matplotlib inline\nx = 1\n": "None\nx = 1\n",
    "def f():\n    %matplotlib inline\n    return 1\n": "def f():\n    None\n    return 1\n",
    "files = !ls\n": "files = None\n",
    "t = %timeit -o f(1)\n": "t = None\n",
    "%time x = f(1)\n": "x = f(1)\n",
    "y = %time f(1)\n": "y = f(1)\n",
    "np.tanh?\nf??\n?f\n": "None\nNone\nNone\n",
    "!ls \\\n  'é'\nx = 'é'\n": "None\nx = 'é'\n",
    ">>> x = 1\n": "x = 1\n",
    "get_ipython().run_line_magic(\n    'pwd', ''\n)\nx = 1\n": "None\nx = 1\n",
    "%%time\n%matplotlib inline\nx = 1\n": "None\nx = 1\n",
    "%%bash\nls\n": "",
    "\n%%writefile a.py\nx = 1\n": "",
}


@pytest.mark.parametrize("cell", PLAIN)
def test_python_stays_as_it_is(cell):
    assert plain_python(cell).rstrip("\n") == cell.rstrip("\n")


@pytest.mark.parametrize("cell", CHANGED)
def test_magics_become_none(cell):
    assert plain_python(cell) == CHANGED[cell]


KEPT = {
    "%matplotlib inline\nx = 1\n": "None\nx = 1\n",
    "%%time\nx = 1\n": "x = 1\n",
    "%%capture\nx = 1\n": "x = 1\n",
    "%%capture said\nx = 1\n": "get_ipython().run_cell_magic('capture', '', '')",
    "%%bash\nls\n": "get_ipython().run_cell_magic('bash', '', '')",
    "%%\nls\n": "get_ipython().run_cell_magic('', '', '')",
    "files = !ls\n": "files = get_ipython().getoutput('ls')\n",
    "!touch here\n": "get_ipython().system('touch here')\n",
    "t = %timeit -o f()\n": "t = get_ipython().run_line_magic('timeit', '-o f()')\n",
    "%run checks.py\n": "get_ipython().run_line_magic('run', 'checks.py')\n",
}


@pytest.mark.parametrize("cell", KEPT)
def test_what_only_the_shell_can_do_is_kept_in_a_test(cell):
    assert plain_python(cell, keep=True) == KEPT[cell]


def test_many_magics_in_a_long_cell_are_left_to_ipython():
    cell = "%pwd\n" * 400 + f"x = '{'y' * 20_000}'\n"
    assert plain_python(cell) == cell
