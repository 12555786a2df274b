"""What the grader and a course's own package agree on: neither imports the other.

A course may have its tests call a package of its own, which judges answers, compares them with
the course's and says what is wrong. Under the grader that package runs in the tests' process, and
what the learner wrote is there as a stand-in, whose code runs elsewhere. Four things tell the
package what it would otherwise find out itself; it reads attributes with ``getattr`` and a default,
and works without any of them.

**Exceptions** that a call of the learner's raises have these attributes (`annotate`):

``learner_line``
    The learner's own line that failed, as text; empty where there is none.
``learner_unwritten``
    The name of the learner's function that only raises NotImplementedError, if that is what
    failed; else empty.
``learner_called``
    The learner's function that the call went into first; empty where that is not known.
``learner_kind``
    One of `KINDS`, or empty for what the learner's code raised itself.
``learner_warnings``
    The warnings that the call gave, a list of sentences.

They are of the built-in class of the same name, or of `evenhand.learner_error.LearnerError`.

An AssertionError of the package's own may have ``learner_call``: the stand-in and the arguments, a
tuple, of the call that it is about. Learners may be shown the arguments' shapes, never the values.

**Stand-ins** for functions and objects have ``learner_warnings`` too, from their last call.

**Names.** A package may take the test's globals and assign to them for a while: its own version of
an exercise in place of the learner's, so that one mistake costs once, and then what stood there
before. The learner's code sees such a function under the same name, but never one for the exercise
that is tested, those that come after it, or those that have another test to come: their results
would give the answer away. Names that the source notebook does not bind are the test's alone,
unless they are a second name of an exercise's function. A method is replaced by assigning to the
class.

**The course's own versions** lie in the folder that the variable of ``Options.environment`` names,
for as long as a notebook is graded. In the sandbox it holds only what ``Options.companions`` gives
for that notebook.
"""

from typing import Any

from evenhand.results import STOPPED
from evenhand.sandboxed.errors import NOT_PLAIN

#: What ends a call without an exception of the learner's own.
KINDS = (*STOPPED, NOT_PLAIN)

_TEXTS = ("learner_line", "learner_unwritten", "learner_called", "learner_kind")


def annotate(error: BaseException, **known: Any) -> None:
    """Give an exception all attributes that it is to have; what is not known is empty."""
    for name in _TEXTS:
        setattr(error, name, known.get(name, ""))
    error.learner_warnings = known.get("learner_warnings", [])
