"""Import this before nbgrader or nbformat: a second and a half less, in each process.

jsonschema, which both import, builds the grammar of web addresses for checks that notebooks do not
have: more work than all other imports together.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)
