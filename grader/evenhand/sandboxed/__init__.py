"""The learner's side: what runs inside the sandbox, and the formats that both sides share.

`evenhand.sandbox` mounts this package whole and starts it; nothing else of the grader is in the
sandbox. Nothing here is trusted: tests, expected values and verdicts never get here.

The warm process imports libraries once, each set that notebooks want in a fork of its own, and
waits. For each notebook it forks a child into new namespaces (user, mounts, processes, network, …),
which drops every privilege and then answers questions over a socket.

================ ===============================================================================
module           what it holds
================ ===============================================================================
`__main__`       the warm process
`settled`        a process made cheap to fork
`isolation`      namespaces, dropped privileges, resource limits
`system_calls`   the filter of system calls
`session`        the answers to the grader's questions; checkpoints
`handles`        names for objects that stay in one process
`deadline`       the time limit of a cell or a call
`shell`          the IPython shell and the outputs of cells
`errors`         records of exceptions
`figures`        figures as plain data
`imports`        which libraries a notebook imports
`watching`       signs of suspicious behaviour
`codec`          values in messages: the one table of what crosses
`forms`          what each kind of value says of itself
`standard`       values of Python and its standard library
`arrays`         values of NumPy
`tables`         tables, series and indexes of pandas
`folder`         files that have changed
`patched`        functions of modules that a test has replaced
`pure`           which functions leave nothing behind
`facts`          facts about functions and classes
`changes`        in-place changes in messages
`unchanged`      whether names still stand for the same objects
`channel`        messages over a socket
`turns`          whose turn it is to ask, among threads that share a channel
`stopwatch`      the cost of work
================ ===============================================================================
"""
