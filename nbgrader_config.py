"""nbgrader's settings for this course: where things are, what is released, how it is graded."""

from pathlib import Path

from evenhand.preprocessors import grade_with_evenhand

c = get_config()  # noqa: F821 - nbgrader provides it
here = Path(__file__).resolve().parent

c.CourseDirectory.course_id = "neural-network-from-scratch"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
# Lesson sources, cases and leftovers beside the notebooks reach neither students nor graders.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "__pycache__",
    "*.py",
    "*.pyc",
    "*.md",
    ".evenhand*",
    ".DS_Store",
]

c.Exchange.root = str(here / "exchange")

c.ClearSolutions.code_stub = {"python": "raise NotImplementedError"}

c.OverwriteKernelspec.enabled = True
c.LabApp.news_url = None

# Learners' notebooks are run and judged by evenhand, in a sandbox; see docs/threat-model.md.
c.GradeNotebook.packages = ["nnlib", "mistakes"]
c.GradeNotebook.hidden = ["nnlib/cases/*"]
c.GradeNotebook.preload = [
    "numpy",
    "matplotlib.pyplot",
    "sklearn.datasets",
    "sklearn.linear_model",
    "nnlib",
]
c.GradeNotebook.companions = "authoring.companions:companions"
c.GradeNotebook.environment = "NNLIB_GRADING"

grade_with_evenhand(c)
