"""The learner's side: what runs inside the sandbox, and the formats both sides speak.

`evenhand.sandbox` shows this package, whole, to the warm process and starts it; the sandbox sees
nothing else of the grader. It is not trusted with anything: tests, expected values and verdicts
never come here.

The warm process imports the libraries once and waits. For each notebook it forks a child, which
enters namespaces of its own (user, mounts, processes, network, …), gives up every privilege, and
then answers questions over a socket.

================ ===============================================================================
module           what it does
================ ===============================================================================
`__main__`       the warm process
`isolation`      namespaces, privileges, limits
`system_calls`   the filter of system calls
`session`        the answers to the grader's questions; checkpoints
`handles`        what stays in one process, and is a number in the other
`deadline`       stops code that takes too long
`shell`          the IPython shell in which cells run, and its outputs
`errors`         what is told of an exception
`figures`        figures as plain data, and drawn anew
`watching`       what else the learner's code does
`codec`          values in a message
`channel`        messages over a socket
`stopwatch`      what work costs
================ ===============================================================================
"""
