"""Find out which mistake a learner's function makes, and say it in a sentence.

Nothing here knows of notebooks, of a course or of who grades. In go a function, the names it sees,
and the cases of its exercise; out comes a `CheckResult`, in plain values and plain text::

    from mistakes.cases import cases_from
    from mistakes.checking import examine

    result = examine(function, cases_from(data), namespace)
    result.status    # "right", "wrong" or "not attempted"
    result.problems  # the examples that came out wrong: what was expected, and what came
    result.named     # what the mistake is, where it is certain

`examine` calls the function on every example, on copies and from the same seed (`calling`), and
compares what comes back (`comparing`). A mistake is then looked for in four ways; each says nothing
rather than something wrong:

1. An error is explained for the learner's own line that raised it (`errors`).
2. The results are those of a mistake that the author wrote down (`recognising`).
3. The function runs again with one expression changed, until it is right: that expression is
   the mistake (`mending`, with `changes` for what is tried and `hooking` to run it).
4. The code shows it without being run: no ``return``, an argument that is not used (`reading`).

What describes an exercise stands in `cases`, and how its values are written as JSON in `values`.
A function may run in another process; `remote` says what is asked of the handle on it.
"""
