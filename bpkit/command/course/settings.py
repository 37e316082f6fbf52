"""What a new course says of itself: its settings for nbgrader, and a page for the teacher."""

CONFIG = '''\
"""nbgrader's settings for this course: change them as you like, they are written once."""

from pathlib import Path

from nbgrader import preprocessors as nbgrader_has

c = get_config()  # noqa: F821, nbgrader defines it
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.course_id = {course_id!r}

# What is handed out has no worked reasoning: these cells of source/ have the tag "solution".
c.TagRemovePreprocessor.enabled = True
c.TagRemovePreprocessor.remove_cell_tags = {{"solution"}}
c.GenerateAssignment.preprocessors = [
    "nbconvert.preprocessors.TagRemovePreprocessor",
    nbgrader_has.LockCells,
    nbgrader_has.ClearSolutions,
    nbgrader_has.ClearOutput,
    nbgrader_has.CheckCellMetadata,
    nbgrader_has.ComputeChecksums,
    nbgrader_has.SaveCells,
    nbgrader_has.ClearHiddenTests,
    nbgrader_has.ComputeChecksums,
    nbgrader_has.CheckCellMetadata,
]
c.ClearSolutions.code_stub = {{"python": "pass  # your answer"}}

# A cell that takes longer is interrupted and costs its own problem alone. A check takes at most twenty seconds.
c.Execute.timeout = 45
'''

README = """\
# A course with bpkit and nbgrader

| | |
|---|---|
| `source/` | the assignments with answers, reasoning and hidden tests: keep it to yourself |
| `release/` | the same without them: hand this out |
| `handed-in/` | put here what comes back, `STUDENT/NOTEBOOK.ipynb` or files whose names have the student's id in them |
| `submitted/` | what is graded, in nbgrader's order; `nbgrader collect` fills it, too |
| `autograded/` | the notebooks as they ran |
| `grading/` | a small file for each graded submission; one that you delete is graded again |
| `reports/` | `marks.csv`, `problems.csv` and `statistics.html`, written anew by each run |
| `earlier/` | hand-ins in whose place a later one came |
| `gradebook.db` | nbgrader's gradebook |

In the clone, `python3 -m bpkit grade DIR`, with this folder for DIR, collects, grades and reports; stopped midway,
it goes on where it was. Then `nbgrader generate_feedback chapter_1`, in this folder, writes what each student gets back
to `feedback/`. Formgrader, in JupyterLab's menu Nbgrader, lets you change marks by hand: what you change there stays,
and is in the next `marks.csv`.

After a change in `source/` run `nbgrader generate_assignment chapter_1 --create --force`.
"""
