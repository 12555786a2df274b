"""Grade the notebooks of any nbgrader course: safely, fairly and fast.

Learners' code runs in a sandbox. Tests run unchanged outside of it, in a process of their own, and
call what the learner wrote through stand-ins. So whatever a test may do with an answer has to work
between two processes, not only with numbers and arrays: operators on a class that the learner
wrote, generators in both directions, callbacks, arguments changed in place, figures, exceptions,
and values such as Fraction, Decimal and deque. Nothing here knows a particular lesson, or imports a
course's own package; what that may rely on is in `contract`.

The command ``evenhand grade`` grades a class and writes nbgrader's gradebook. In a course's
``nbgrader_config.py``, `preprocessors` makes nbgrader's own commands grade in the same way. From
Python, start at :func:`evenhand.grader.grade_notebook`: one submitted notebook in, one
:class:`evenhand.results.NotebookResult` out.

===================== ==========================================================================
module                what it holds
===================== ==========================================================================
*The command*
`commands`            ``evenhand grade`` and ``rehearse``, and what they say where they cannot go on
`arguments`           their arguments, and what they choose: names, options, graders
`rehearsing`          the sources rehearsed, and what the instructor is told of it
`regrading`           ``regrade``: whose points a mended test changes
`class_grading`       from what a class handed in to the gradebook and the report
`arrivals`            ``--watch``: what is handed in, graded as it arrives
`bounds`              how often it was graded, and may be
`own_notebooks`       ``--mine``: one's own notebooks; nothing is recorded
`head_start`          a grader that begins with it while nbgrader is imported
`comparison`          ``--compare-with-stock``: where stock nbgrader differs, and why
`stock`               stock nbgrader, at work in a copy
`terminal`            what is shown in the terminal
`quick_imports`       imported before nbgrader, to spare it slow imports

*The instructor's week*
`instructor`          the commands around grading
`collect`             what an LMS gives, brought into submitted/
`lms_layouts`         whose a file is, as its path tells
`check_in`            before the deadline: what is missing, and small slips
`people`              ``roster``: the command
`similar`             hand-ins that are alike, side by side
`lms_export`          grades in an LMS's own file
`lms_feedback`        feedback pages, named for an LMS's bulk upload
`lti`                 roster and grades over LTI 1.3
`roster`              who is in the class
`variants`            whose copy draws its data with which seeds

*The course*
`course`              where its folders lie
`options`             the settings of grading
`contract`            what the grader and a course's package agree on
`preprocessors`       what plugs into nbgrader
`releases`            what learners were given: every version of a notebook
`nbgrader_steps`      nbgrader's own steps that make it of a source

*What was handed in*
`handins`             the files of a folder, and which notebook each is
`archives`            archives, unpacked in the cache
`jobs`                a job for each notebook to be graded
`fingerprint`         what a grade depends on, so that only changes are graded again
`cells`               the cells of any notebook
`source`              the instructor's notebook
`source_names`        its exercises, imports and classes
`submission`          a learner's notebook, read as far as possible
`syntax`              which names a cell binds, and whether two cells are alike
`magics`              Python without magics and shell lines
`planning`            what to run, in which order

*Who grades*
`pool`                the graders of this machine
`cluster`             the graders of a Dask cluster
`grader`              one grader: a notebook in, a result out
`examiner_process`    its process, which forks a child for each notebook
`sandbox`             the start of the sandbox
`sandboxed`           what runs inside the sandbox, and the formats that both sides share
`memory`              how much memory a notebook takes, and its limit

*One notebook*
`rehearsal`           how each test of a source is judged, and where that is kept
`one_notebook`        as many runs as it takes to be certain
`notebook_run`        one run of a plan
`learner_process`     the learner's process: questions, checkpoints, deaths
`beside`              test cells that run in the learner's process
`examiner`            test cells, and what they come to
`namespace`           the names that a test cell sees
`learner_names`       what the learner's names stand for
`bridge`              calls between a test and the learner's code
`callbacks`           a test's functions, called by the learner's code
`stand_ins`           objects that stay in the learner's process
`figures`             figures, drawn anew for the tests
`facts`               signatures, code and source of functions
`learner_error`       exceptions of the learner's code, as a test sees them
`seeding`             random numbers that both processes share
`patches`             functions of modules that a test has replaced
`working_folder`      where tests run: the course's files, and what learners' code writes

*What comes of it*
`verdicts`            points, status and sentence of a test
`failing_call`        the call on which a test failed, by its shapes
`results`             the results of a notebook; every status and kind of flag
`regrade_requests`    what learners ask a person to look at again
`evidence`            suspicious behaviour, made into flags
`document`            the graded notebook
`outputs`             what the learner's code printed and drew, made harmless
`quoting`             text from a hand-in, made fit to be shown

*Where it is written*
`record`              the writer of nbgrader's gradebook
`late`                late work: a policy, and extensions
`by_hand`             what a person gave in formgrader
`registering`         which cells are graded, told to the gradebook
`gradebook_database`  how the gradebook is opened
`gradebook_errors`    what a database says, in sentences
`graded_files`        the files where nbgrader looks for them
`replacing`           a file written as a whole, in the place of another
`feedback`            a learner's page
`class_summary`       a class summed up
`report`              the class on a page
`attempts`            hand-ins in the order of time
`exports`             the class as JSON and CSV
`pages`               HTML from templates
===================== ==========================================================================
"""
