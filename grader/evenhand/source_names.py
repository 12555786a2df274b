"""What the source notebook says about names: which are exercises, imports, classes."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class SourceNames:
    """What the source notebook says about names; see `evenhand.source`.

    Attributes
    ----------
    exercises
        exercise -> names that its solution cell binds, in order.
    bound
        Names that any cell other than a test binds.
    imports
        Names that the source's cells import as they are released -> (module, attribute or None).
    modules
        Modules that its cells import, with its solutions and without its demonstrations.
    classes
        Names of classes that the source's cells make -> the special methods that they define,
        as far as the source shows it.
    mentioned
        Names that stand anywhere in a solution cell.
    functions
        Names of functions and classes that solution cells define.
    reads
        Names of the notebook that functions in solution cells read.
    text
        All cells that are no tests.
    """

    exercises: dict[str, tuple[str, ...]] = field(default_factory=dict)
    bound: frozenset[str] = frozenset()
    imports: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    modules: frozenset[str] = frozenset()
    classes: dict[str, frozenset[str]] = field(default_factory=dict)
    mentioned: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    text: str = ""

    @property
    def solved(self) -> frozenset[str]:
        """The names that solution cells bind."""
        return frozenset(name for names in self.exercises.values() for name in names)

    def not_before(self, exercise: str) -> frozenset[str]:
        """The names that this exercise and those after it bind.

        While an exercise is tested, the learner's process must not get the course's versions of
        these: from a later step, what an earlier one should give can be read off.
        """
        if exercise not in self.exercises:
            return frozenset()
        order = list(self.exercises)
        later = order[order.index(exercise) :]
        return frozenset(name for one in later for name in self.exercises[one])
