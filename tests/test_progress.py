"""A reader's progress: never lost whatever happens to the file, never written where it does not belong."""

import html.parser
import json
import multiprocessing
import re
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit import check
from bpkit.command.my_work import MANIFEST as MANIFEST_OF_THE_COMMAND
from bpkit.problems import catalogue
from bpkit.problems.progress import description, memory
from bpkit.problems.progress.chapter_states import difficulty, overview
from bpkit.problems.progress.links import link_to
from bpkit.problems.progress.memory import add
from bpkit.problems.progress.proposal import propose
from bpkit.problems.progress.statements import exercises, statement_of
from bpkit.problems.progress.steps import Step, Steps, line_of, read_steps, state_of

ROOT = Path(__file__).parents[1]
IDS = list(catalogue.all_problems())
LAST = max(catalogue.chapters())
STEPS = st.builds(Step, st.sampled_from(IDS), st.sampled_from(["tried", "solved", "hint 1", "hint 12"]))


def squares(f, y):
    """The right answer to 7.4."""
    return 2 * (f - y)


def steps_in(folder):
    return read_steps((folder / "progress.tsv").read_bytes())


@pytest.fixture
def my_work(tmp_path, monkeypatch):
    """A my-work folder with all notebooks; this test runs in its folder of exercises, as their kernels do."""
    mine = tmp_path / "my work"
    for folder in ("chapters", "exercises", "solutions"):
        (mine / folder).mkdir(parents=True)
    for path in (ROOT / "exercises").glob("*.ipynb"):
        (mine / "exercises" / path.name).write_bytes(path.read_bytes())
        (mine / "solutions" / path.name).write_bytes((ROOT / "solutions" / path.name).read_bytes())
    (mine / ".delivered.json").write_text("{}")
    monkeypatch.chdir(mine / "exercises")
    return mine


# ---- what is noted


def test_a_browser_keeps_it_in_its_own_folder(tmp_path, monkeypatch):
    (tmp_path / "exercises").mkdir()
    monkeypatch.chdir(tmp_path / "exercises")
    monkeypatch.setattr("sys.platform", "emscripten")
    monkeypatch.setattr(memory, "DRIVE", tmp_path / "none")
    check("7.4", squares)
    assert "Nothing is remembered here" in repr(check.progress())
    monkeypatch.setattr(memory, "DRIVE", tmp_path)
    check("7.4", squares)
    assert steps_in(tmp_path).done == [Step("7.4", "solved")]
    assert "Results are noted in progress.tsv." in repr(check.progress())


def test_a_session_is_noted_once_and_in_order(my_work):
    check("7.4", None)
    check("7.4", lambda f, y: ...)
    assert not (my_work / "progress.tsv").exists()
    for _ in range(2):
        check.hint("7.4")
        check("7.4", lambda f, y: f)
        check("7.4", squares)
        check.hint("7.4", 3)
    assert steps_in(my_work) == Steps(
        [Step("7.4", "hint 1"), Step("7.4", "tried"), Step("7.4", "solved"), Step("7.4", "hint 3")], []
    )
    lines = (my_work / "progress.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ") and re.fullmatch(r"\d{4}-\d\d-\d\d\t7\.4\thint 1", lines[1])


@pytest.mark.parametrize("folder", ["", "chapters", "exercises"])
def test_it_is_noted_from_every_folder_of_my_work_in_one_file(my_work, monkeypatch, folder):
    monkeypatch.chdir(my_work / folder)
    assert check("7.4", squares)
    assert steps_in(my_work).done == [Step("7.4", "solved")]


@pytest.mark.parametrize("folder", ["my work/solutions", "my work/course/submitted/ada", "."])
def test_nothing_is_noted_for_the_books_solutions_a_course_and_elsewhere(my_work, monkeypatch, folder):
    elsewhere = my_work.parent / folder
    elsewhere.mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(elsewhere)
    before = sorted(my_work.parent.rglob("*"))
    assert check("7.4", squares) and check.hint("7.4") and not check("7.4")
    check(), check.progress(), check.next()
    assert sorted(my_work.parent.rglob("*")) == before
    if folder != "my work/solutions":
        assert "Nothing is remembered here" in repr(check())


def test_the_repository_itself_is_no_my_work(monkeypatch):
    for folder in ("", "chapters", "exercises", "solutions"):
        monkeypatch.chdir(ROOT / folder)
        assert memory.my_work() is None


def test_my_work_is_recognised_by_what_the_command_leaves_there():
    assert memory.MANIFEST == MANIFEST_OF_THE_COMMAND


def test_a_folder_that_is_gone_is_nowhere(monkeypatch):
    def gone():
        raise FileNotFoundError

    monkeypatch.setattr(memory.Path, "cwd", gone)
    assert memory.my_work() is None and check("7.4", squares)


def test_a_result_is_given_even_if_it_cannot_be_noted(my_work):
    (my_work / "progress.tsv").mkdir()
    result = check("7.4", squares)
    assert result and re.fullmatch(r"This could not be noted in my work/progress\.tsv: .+\.", result.message[0])
    assert "7.4" in repr(check.hint("7.4"))
    assert "my work/progress.tsv cannot be read (" in repr(check())


# ---- the file


@given(st.lists(STEPS), st.binary(max_size=200), st.lists(STEPS, min_size=1))
def test_nothing_that_stands_in_the_file_is_lost_or_hides_what_comes_after(tmp_path_factory, before, damage, after):
    path = tmp_path_factory.mktemp("progress") / "progress.tsv"
    start = b"".join(line_of(step).encode() for step in before) + damage
    path.write_bytes(start)
    for step in after:
        add(path, line_of(step))
    content = path.read_bytes()
    assert content.startswith(start)
    found = read_steps(content)
    assert found.done[: len(before)] == before
    assert found.done[len(found.done) - len(after) :] == after


@given(
    st.lists(STEPS), st.sampled_from(["\n", "\r\n"]), st.sampled_from([b"", b"\xef\xbb\xbf"]), st.sampled_from(" \t")
)
def test_an_editor_may_change_line_ends_and_tabs(steps, end, mark, gap):
    text = "".join(line_of(step).replace("\n", end).replace("\t", gap) for step in steps)
    assert read_steps(mark + text.encode()) == Steps(steps, [])


@pytest.mark.parametrize(
    "line",
    [
        b"<<<<<<< HEAD",
        b"2026-11-28\t7.4",
        b"2026-11-28\t7.4\tsolvedish",
        b"2026-11-28\t7.4\thint 0",
        b"2026-11-28\t7.4\tsolved\tmore",
        b"2026-1\t7.4\tsolved",
        b"\xff\xfe2",
        b"2026-11-28\t7.4\tsolv\xffed",
        b"\x00" * 40,
    ],
)
def test_a_damaged_line_stays_is_said_and_does_not_count(my_work, line):
    check("7.9", lambda **_: 1)
    with (my_work / "progress.tsv").open("ab") as file:
        file.write(line)
    assert check("7.4", squares)
    assert steps_in(my_work) == Steps([Step("7.9", "tried"), Step("7.4", "solved")], [3])
    assert line in (my_work / "progress.tsv").read_bytes()
    assert "What cannot be read in it stays there and does not count: line 3." in repr(check())


def test_problems_of_another_version_stay_and_are_named(my_work):
    add(my_work / "progress.tsv", line_of(Step("9.z", "solved")))
    assert "problems that this version of the book does not: 9.z." in repr(check())
    assert overview().begun == 1 and propose(overview()).problem.id == "1.b"
    assert check("7.4", squares) and steps_in(my_work).done == [Step("9.z", "solved"), Step("7.4", "solved")]


def write_many(path, problem, start):
    start.wait()
    for number in range(1, 60):
        add(Path(path), line_of(Step(problem, f"hint {number}")))


def all_there(path, problems):
    expected = {Step(problem, f"hint {number}") for problem in problems for number in range(1, 60)}
    steps = read_steps(path.read_bytes())
    return steps.damaged == [] and len(steps.done) == len(expected) and set(steps.done) == expected


def test_two_notebooks_write_at_once(tmp_path):
    path, problems = tmp_path / "progress.tsv", ["7.4", "7.9", "2.a"]
    context = multiprocessing.get_context("spawn")
    start = context.Event()
    writers = [context.Process(target=write_many, args=(str(path), problem, start)) for problem in problems]
    for writer in writers:
        writer.start()
    start.set()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert all_there(path, problems) and path.read_bytes().count(b"#") == 1


def test_threads_write_at_once(tmp_path):
    path, problems = tmp_path / "progress.tsv", ["7.4", "7.9", "2.a"]
    start = threading.Event()
    writers = [threading.Thread(target=write_many, args=(path, problem, start)) for problem in problems]
    for writer in writers:
        writer.start()
    start.set()
    for writer in writers:
        writer.join()
    assert all_there(path, problems)


@pytest.mark.skipif(sys.platform == "win32", reason="there the lock is msvcrt's, and threads show it above")
def test_the_lock_is_waited_for_and_not_for_ever(tmp_path, monkeypatch):
    path = tmp_path / "progress.tsv"
    monkeypatch.setattr(memory, "SECONDS", 0.2)
    with path.open("a+b") as held:
        assert memory.lock(held)
        waiting = threading.Thread(target=add, args=(path, line_of(Step("7.4", "tried"))))
        waiting.start()
        waiting.join(0.1)
        assert waiting.is_alive() and path.read_bytes() == b""
        waiting.join()
    assert read_steps(path.read_bytes()).done == [Step("7.4", "tried")]


# ---- what is shown


class Text(html.parser.HTMLParser):
    """Collects the tags, the links and the visible words of some HTML, and that every tag is closed."""

    def __init__(self, source):
        super().__init__()
        self.tags, self.links, self.words, self.open = [], [], [], []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.open.append(tag)
        self.links += [value for name, value in attributes if name == "href"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def shown(view):
    """The text and the HTML of a view."""
    bundle = view._repr_mimebundle_()
    assert repr(view) == bundle["text/plain"] and not view
    return bundle["text/plain"], Text(bundle["text/html"])


def rows(text):
    """The lines of the dashboard by the problem's id, cut into columns."""
    found = [re.split(r"\s{2,}", line.strip()) for line in text.splitlines() if re.match("  [✓◐○] ", line)]
    return {row[1]: row for row in found}


def test_the_dashboard_has_every_problem_with_its_state(my_work):
    check("7.4", squares)
    check("7.9", lambda **_: 1)
    text, page = shown(check())
    table = rows(text)
    assert list(table) == IDS
    assert table["7.4"] == ["✓ solved", "7.4", "The derivative of least squares", "1 point", "5 minutes", "easy"]
    assert table["7.9"][0] == "◐ tried" and all(
        table[name][0] == "○ open" for name in IDS if name not in ("7.4", "7.9")
    )
    problems = catalogue.all_problems().values()
    total = sum(problem.points for problem in problems)
    assert text.startswith(f"1 of {len(IDS)} problems solved, 1 of {total} points; ")
    assert "Results are noted in my work/progress.tsv." in text
    words = " ".join(page.words)
    for part in ("✓ solved", "◐ tried", "○ open", "The derivative of least squares"):
        assert part in words
    assert words.count("✓") == words.count("◐") == 1
    chapters = [attributes for tag, attributes in page.tags if tag == "details"]
    assert [index for index, attributes in enumerate(chapters, 1) if "open" in attributes] == [2]


def test_a_quiz_is_counted_apart_from_the_problems(my_work):
    check("2.q1", (20, 30))
    check("2.q2", "b")
    text, page = shown(check())
    assert text.startswith(f"0 of {len(IDS)} problems solved, 0 of ") and "; 1 of 45 quiz questions answered." in text
    assert "  quiz: ◐ 2.q1, ✓ 2.q2, ○ 2.q3, ○ 2.q4, ○ 2.q5" in text and "points; quiz: 1 of 5" in text
    assert " ".join(page.words).count("✓") == 1 and "unknown" not in text and "does not" not in text
    assert [index for index, (_, has) in enumerate((one for one in page.tags if one[0] == "details"), 1)
            if "open" in has] == [2]  # fmt: skip
    with pytest.raises(ValueError, match=r"those that begin like it are 2\.q1, 2\.q2, 2\.q3, 2\.q4 and 2\.q5"):
        check("2.q6", 1)


def test_views_need_no_script_and_have_no_colours_of_their_own(my_work):
    check("7.4", squares)
    for view in (check(), check.progress(), check.next()):
        source = view._repr_mimebundle_()["text/html"]
        page = Text(source)
        assert {tag for tag, _ in page.tags} <= {
            "div", "b", "details", "summary", "table", "thead", "tbody", "tr", "th", "td", "a", "code", "span"
        }  # fmt: skip
        assert not re.search(r"#[0-9a-f]{3,6}\b(?![^<]*ipynb)|rgb|(?<!-)color:|background: (?!currentColor)", source)
        assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)


def test_every_link_leads_to_the_problem_s_cell(my_work):
    _, page = shown(check())
    assert len(page.links) == 3 * len(IDS) + len(catalogue.questions())
    ids = {path: {cell["id"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]}
           for folder in ("exercises", "solutions") for path in (my_work / folder).glob("*.ipynb")}  # fmt: skip
    for link in page.links:
        address, _, cell = link.partition("#cell-id=")
        assert " " not in link and cell in ids[(Path.cwd() / address).resolve()]
    assert link_to("7.4", "exercises").endswith("02_matrix_backpropagation.ipynb#cell-id=problem-7-4")
    assert link_to("7.4", "solutions").startswith("../solutions/")


def test_no_link_to_what_is_not_there(my_work, monkeypatch):
    for path in (my_work / "solutions").glob("*"):
        path.unlink()
    assert link_to("7.4", "solutions") == "" and "solution</a>" not in check()._repr_mimebundle_()["text/html"]
    monkeypatch.chdir(my_work.parent)
    assert shown(check())[1].links == []


def test_the_bars_show_points(my_work):
    bars = re.findall("[█░]+", repr(check.progress()))
    assert bars == ["░" * 24] * len(catalogue.chapters())
    add(my_work / "progress.tsv", line_of(Step("1.b", "solved")))  # 1 of 26 points: less than one of 24 parts
    assert repr(check.progress()).splitlines()[0].count("█") == 1
    for problem in catalogue.chapters()[1][:-1]:
        add(my_work / "progress.tsv", line_of(Step(problem.id, "solved")))
    add(my_work / "progress.tsv", line_of(Step("7.4", "tried")))
    first, second, *_ = repr(check.progress()).splitlines()
    left = catalogue.chapters()[1][-1].points
    total = sum(problem.points for problem in catalogue.chapters()[1])
    assert f"{total - left} of {total} points" in first and "░" in first
    assert first.count("█") == 24 * (total - left) // total
    assert "  0 of " in second and ", 1 tried" in second and "█" not in second
    add(my_work / "progress.tsv", line_of(Step(catalogue.chapters()[1][-1].id, "solved")))
    assert "░" not in repr(check.progress()).splitlines()[0]
    assert "width: 100%" in check.progress()._repr_mimebundle_()["text/html"]


@given(st.lists(STEPS, max_size=40))
def test_what_is_proposed_is_unsolved_and_easiest_where_the_reader_is(done):
    """Against a plain reading of the rule, for any history."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bpkit.problems.progress.chapter_states.recall", lambda: Steps(done))
        patch.setattr("bpkit.problems.progress.chapter_states.my_work", lambda: Path("my-work"))
        proposal = propose(overview())
    where = {problem.id: chapter for chapter, problems in catalogue.chapters().items() for problem in problems}
    states = {name: state_of(name, done) for name in IDS}
    begun = where[done[-1].problem] if done else 1
    chapters = list(catalogue.chapters())
    chapter = next(
        number for number in chapters[chapters.index(begun) :] + chapters if any(
            states[problem.id] != "solved" for problem in catalogue.chapters()[number]))  # fmt: skip
    left = [problem for problem in catalogue.chapters()[chapter] if states[problem.id] != "solved"]
    left = [problem for problem in left if states[problem.id] == "open"] or left
    assert proposal.problem in left and proposal.problem.minutes == min(problem.minutes for problem in left)
    assert f"chapter {chapter}" in proposal.reason
    assert ("You have tried it" in proposal.reason) == (states[proposal.problem.id] == "tried")


def test_the_proposal_says_why(my_work):
    assert "Next: 1.b · Which nudge" in repr(check.next()) and "where the book begins" in repr(check.next())
    check("7.4", squares)
    assert "Next: 2.g" in repr(check.next()) and "of chapter 2, where you were last" in repr(check.next())
    for name in IDS:
        add(my_work / "progress.tsv", line_of(Step(name, "solved" if name != "7.1" else "tried")))
    assert "Next: 7.1" in repr(check.next()) and f"in chapter {LAST} all is solved" in repr(check.next())
    add(my_work / "progress.tsv", line_of(Step("7.1", "solved")))
    assert repr(check.next()) == "All problems are solved."


def test_a_problem_without_an_answer_is_described(my_work):
    check.hint("7.4", 2)
    text = repr(check("7.4"))
    assert text.startswith("7.4 · The derivative of least squares (1 point, about 5 minutes, easy; ○ open)\n")
    assert "Compute its derivative with respect to the output" in text and "\\tag{7.35}" in text
    assert (
        "Hint 2: What is squared is y − f" in text and '1 of 3 hints taken; for the next: `check.hint("7.4")`' in text
    )
    rich = check("7.4")._repr_mimebundle_()["text/markdown"]
    assert f"[exercises/02_matrix_backpropagation.ipynb]({link_to('7.4', 'exercises')})" in rich
    check.hint("7.4", 1)
    check.hint("7.4", 3)
    assert "for the next" not in repr(check("7.4"))


@pytest.mark.parametrize("problem", IDS)
def test_every_problem_is_stated_and_its_record_agrees(problem):
    """The statement stands in the exercises alone; title, points and minutes stand there and in the record."""
    stated, record = statement_of(problem), catalogue.find(problem)
    cells = json.loads((ROOT / "exercises" / stated.notebook).read_text(encoding="utf-8"))["cells"]
    heading = next("".join(cell["source"]) for cell in cells if cell["id"] == stated.cell).splitlines()[0]
    points = f"{record.points} point{'s' * (record.points != 1)}"
    assert heading == f"## {problem} · {record.title} ({points}, {record.minutes} minutes)"
    assert (
        stated.notebook == exercises()[next(n for n, them in catalogue.chapters().items() if record in them)].notebook
    )
    beginning = repr(description(record)).split("\n\n")[1]
    assert len(beginning) > 30 and beginning in stated.text


def test_without_the_notebooks_there_is_a_table_all_the_same(monkeypatch):
    monkeypatch.setattr("bpkit.problems.progress.statements.FOLDERS", ())
    exercises.cache_clear()
    try:
        assert list(rows(repr(check()))) == IDS and "Chapter 1: 0 of" in repr(check())
        assert repr(check("7.4")).startswith("7.4 · The derivative")
        assert len(repr(check.progress()).splitlines()) >= 7
    finally:
        exercises.cache_clear()


def test_difficulty_follows_points_and_minutes():
    order = ["easy", "medium", "hard"]
    for one in catalogue.all_problems().values():
        for other in catalogue.all_problems().values():
            if one.points <= other.points and one.minutes <= other.minutes:
                assert order.index(difficulty(one)) <= order.index(difficulty(other))
    assert {difficulty(problem) for problem in catalogue.all_problems().values()} == set(order)
