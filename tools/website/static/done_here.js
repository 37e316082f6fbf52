// Lists on the page *Your answers* what this browser holds: the notebooks changed here, and the problems done.
import {PROGRESS, STEP, stored, textOfSteps} from "./storage.js";

const NOTHING = "Nothing yet: as soon as you change a notebook or check an answer in this browser, it is listed here.";
const book = () => JSON.parse(document.getElementById("book").textContent);

function element(name, ...inside) {
  const made = document.createElement(name);
  made.append(...inside);
  return made;
}

function link(address, words) {
  const made = element("a", words);
  made.href = address;
  return made;
}

/** A link that opens a notebook in JupyterLite, at a cell if it is named. */
function opening(path, words, cell) {
  const place = path.split("/").map(encodeURIComponent).join("/");
  return link(`lite/lab/index.html?path=${place}${cell ? `#cell-id=${cell}` : ""}`, words);
}

function day(date, more) {
  const time = new Date(date);
  if (Number.isNaN(time.getTime())) return "";
  return new Intl.DateTimeFormat("en-GB", {dateStyle: "medium", ...more}).format(time);
}

function table(caption, headings, rows) {
  const head = element("thead", element("tr", ...headings.map((words) => {
    const cell = element("th", words);
    cell.scope = "col";
    return cell;
  })));
  const body = element("tbody", ...rows.map((row) => element("tr", ...row.map((cell) => element("td", cell)))));
  const made = element("table", element("caption", caption), head, body), around = element("div", made);
  made.className = "table";
  around.className = "pst-scrollable-table-container";
  return around;
}

/** What was done with each problem: when it was solved, whether it was tried, and how many hints were taken. */
function doneIn(text) {
  const done = new Map();
  for (const line of text.split("\n")) {
    const [, date, problem, what] = STEP.exec(line.trim()) ?? [];
    if (!problem) continue;
    if (!done.has(problem)) done.set(problem, {hints: new Set()});
    const seen = done.get(problem);
    if (what.startsWith("hint")) seen.hints.add(what);
    else seen[what] ??= date;
  }
  return done;
}

function stateOf({solved, tried}) {
  if (solved) return `✓ solved, ${day(`${solved}T12:00`)}`;
  return tried ? "◐ tried, not solved yet" : "○ not tried yet";
}

function rowOf(name, [title, cell], notebook, done) {
  const place = link(`${notebook.path.replace(/\.ipynb$/, ".html")}#${cell}`, `${name} · ${title}`);
  return [place, stateOf(done), hintsOf(done), opening(notebook.path, notebook.title.split(" · ")[0], cell)];
}

function hintsOf({hints}) {
  return hints.size === 0 ? "none" : hints.size === 1 ? "1 hint" : `${hints.size} hints`;
}

/** The problems done, in the book's order; those that this edition does not have come last. */
function problemRows(done) {
  const left = new Map(done), rows = [];
  for (const notebook of book()) {
    for (const [name, problem] of Object.entries(notebook.problems)) {
      if (!left.has(name)) continue;
      rows.push(rowOf(name, problem, notebook, left.get(name)));
      left.delete(name);
    }
  }
  return [...rows, ...[...left].map(([name, one]) => [name, stateOf(one), hintsOf(one), "no longer in the book"])];
}

/** The notebooks changed here, the newest first. */
function notebookRows(files) {
  const titles = new Map(book().map(({path, title}) => [path, title]));
  const dated = [...files].filter(([, file]) => file.type === "notebook")
    .map(([path, file]) => [path, String(file.last_modified)]);
  return dated.sort(([, a], [, b]) => a < b ? 1 : -1)
    .map(([path, date]) => [opening(path, titles.get(path) ?? path), day(date, {timeStyle: "short"})]);
}

/** How much of the book is solved, in a sentence. */
function summary(done) {
  const all = book().flatMap(({problems}) => Object.keys(problems)), isQuestion = (name) => /q\d+$/.test(name);
  const solved = all.filter((name) => done.get(name)?.solved), count = (names, quiz) =>
    names.filter((name) => isQuestion(name) === quiz).length;
  return `You have solved ${count(solved, false)} of ${count(all, false)} problems and answered ` +
    `${count(solved, true)} of ${count(all, true)} quiz questions.`;
}

function listOf(files) {
  const done = doneIn(textOfSteps(files.get(PROGRESS))), notebooks = notebookRows(files);
  if (!notebooks.length && !done.size) return [element("p", NOTHING)];
  const list = [element("p", summary(done))];
  if (notebooks.length) list.push(table("Notebooks changed here", ["Notebook", "Last change"], notebooks));
  if (done.size) list.push(table("Problems", ["Problem", "So far", "Hints taken", "Open"], problemRows(done)));
  return list;
}

/** Read what is stored, and list it; nothing is written. */
export async function showDone() {
  const here = document.getElementById("done-here"), made = document.createElement("div");
  try {
    made.append(...listOf(await stored()));
  } catch (error) {
    made.append(element("p", `What this browser holds could not be read: ${error?.message ?? "it does not say why"}.`));
  }
  if (here.innerHTML !== made.innerHTML) here.replaceChildren(...made.childNodes); // the focus stays if nothing is new
}
