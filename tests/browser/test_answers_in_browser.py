"""Answers are judged in a browser tab, on 32 bits and without threads, as they are by the Python of this machine."""

import base64
import io
import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from verdicts import SHARE, modules

TESTS = Path(__file__).parents[1]
START = """async ([folder, files]) => {
  const {loadPyodide} = await import(`${folder}pyodide.mjs`);
  window.python = await loadPyodide({indexURL: folder});
  await python.loadPackage(["numpy", "bpkit-book"], {messageCallback() {}});
  const bytes = Uint8Array.from(atob(files), letter => letter.charCodeAt(0));
  python.unpackArchive(bytes, "zip", {extractDir: "/tests"});
  python.runPython("import sys; sys.path.append('/tests/browser'); import verdicts, json");
}"""
CODE = "import sys, json; sys.path.append(sys.argv[1] + '/browser'); import verdicts; print(json.dumps({"
CODE += "name: verdicts.verdicts(sys.argv[1], name, int(sys.argv[2])) for name in sys.argv[3:]}))"

# NumPy tells a singular matrix by a flag of the processor, which there is none of in a browser: it returns nan there.
MAY_DIFFER = {("chapter_04_more", "4.n, wrong answer 20")}

pytestmark = pytest.mark.slow  # minutes: thousands of answers, in Python that a browser interprets


def packed() -> str:
    """The answers, as what a page can be handed."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path in [*(TESTS / "answers").glob("*.py"), TESTS / "browser" / "verdicts.py"]:
            archive.write(path, path.relative_to(TESTS))
    return base64.b64encode(made.getvalue()).decode()


def test_answers_are_judged_in_a_tab_as_natively(page, address, request):
    share = 1 if request.config.getoption("--all") else SHARE
    page.goto(f"{address}licence.html")
    page.evaluate(START, [f"{address}lite/static/pyodide/", packed()])
    start, there = time.monotonic(), {}
    for name in modules(TESTS):
        code = f"json.dumps(verdicts.verdicts('/tests', {name!r}, {share}))"
        begin = time.monotonic()
        there[name] = json.loads(page.evaluate("code => python.runPythonAsync(code)", code))
        print(f"{name}: {len(there[name])} answers, {time.monotonic() - begin:.1f} s", flush=True)
    command = [sys.executable, "-W", "ignore", "-c", CODE, str(TESTS), str(share), *modules(TESTS)]
    here = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    print(f"{sum(map(len, here.values()))} answers, {time.monotonic() - start:.0f} s")
    pairs = [((name, words), said, there[name][words]) for name in here for words, said in here[name].items()]
    different = [(which, said, told) for which, said, told in pairs if said != told and which not in MAY_DIFFER]
    assert not different, "\n".join(map(str, different))
    assert all(said[0] == told[0] for _, said, told in pairs), "passed and not passed are the same everywhere"
