// The answers that a reader has saved: JupyterLite keeps them in this browser; here they become one file, and come back.
import {textsIn, zipOf} from "./zip.js";
import {PROGRESS, STEP, beside, kept, openFiles, stored, textOfSteps} from "./storage.js";
import {showDone} from "./done_here.js";

const FOLDERS = ["chapters", "exercises"]; // those of the site itself
const AROUND = /^((?:[^/]+\/)*?)(?:(?:chapters|exercises)\/|progress\.tsv$)/; // the folders around them
const said = document.getElementById("answers-said");
const inTheWay = () => {
  said.textContent = "Another tab of this site is in the way: close the others, and this goes on by itself.";
};

/** Add files, never in the place of another, and steps that are new; return how many. If one fails, none is added. */
async function store(files, came) {
  const database = await openFiles(inTheWay);
  const change = database.transaction("files", "readwrite"), all = change.objectStore("files");
  const ended = new Promise((done, failed) => {
    change.oncomplete = done;
    change.onabort = () => failed(change.error); // so it ends, without an error of its own, where there is no room left
  });
  for (const file of files) all.add(file, file.path);
  let added = 0;
  // Read and written at once: no step that Python notes in another tab meanwhile is lost.
  all.get(PROGRESS).onsuccess = ({target}) => {
    const [steps, more] = withSteps(target.result, came);
    if (more) all.put(steps, PROGRESS);
    added = more;
  };
  await ended.finally(() => database.close());
  return added;
}

const textOf = (file) => JSON.stringify(file.content, null, 1) + "\n";
const counted = (count, one) => count === 1 ? `1 ${one}` : `${count} ${one}s`;

async function download() {
  const here = await stored();
  const files = [...here].filter(([, file]) => file.type === "notebook").map(([name, file]) => [name, textOf(file)]);
  const inside = files.length ? [counted(files.length, "notebook")] : [];
  if (here.has(PROGRESS)) {
    files.push([PROGRESS, textOfSteps(here.get(PROGRESS))]);
    inside.push(`${inside.length ? "the" : "The"} list of what you have solved`);
  }
  if (!files.length) return "Nothing is saved in this browser yet: what you change in a notebook is, within seconds.";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(zipOf(files));
  link.download = "bpkit-answers.zip";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  return `${inside.join(" and ")} ${files.length === 1 ? "is" : "are"} in bpkit-answers.zip, among your downloads.`;
}

function notebookIn(text) {
  try {
    const content = JSON.parse(text);
    return Array.isArray(content.cells) && content.nbformat ? content : undefined;
  } catch {
    return undefined;
  }
}

/** The files where they were: without Windows' \, what a Mac adds, and folders that were packed around all of them. */
function placed(files) {
  const found = files.map(([name, text]) => [name.replaceAll("\\", "/"), text])
    .filter(([name]) => !name.endsWith("/") && !name.startsWith("__MACOSX/"));
  const around = found.map(([name]) => AROUND.exec(name)?.[1]).find((folders) => folders !== undefined) ?? "";
  const all = found.every(([name]) => name.startsWith(around));
  return all ? found.map(([name, text]) => [name.slice(around.length), text]) : found;
}

/** The folders around a path that have no entry yet, without which JupyterLite does not list what is in them. */
function foldersAround(path, here) {
  const parts = path.split("/").slice(0, -1);
  const folders = parts.map((_, at) => parts.slice(0, at + 1).join("/"));
  return folders.filter((folder) => !FOLDERS.includes(folder) && !here.has(folder));
}

/** The steps that are here and below them those that came and are new, as a file; and how many these are. */
function withSteps(file, came) {
  const mine = textOfSteps(file), lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
  const step = (line) => line.split(/\s+/).slice(1).join(" "); // the day does not matter
  const known = new Set(lines(mine).map(step));
  const more = lines(came).filter((line) => STEP.test(line) && !known.has(step(line)));
  const before = mine || (came.startsWith("#") ? `${lines(came)[0]}\n` : "");
  const text = `${before}${before && !before.endsWith("\n") ? "\n" : ""}${more.map((line) => `${line}\n`).join("")}`;
  const facts = {...file, format: "text", mimetype: "text/plain", size: text.length};
  return [entry(PROGRESS, "file", text, facts), more.length];
}

/** What JupyterLite keeps of a file or folder. */
function entry(path, type, content, more) {
  const now = new Date().toISOString(), name = path.split("/").at(-1);
  return {created: now, format: "json", writable: true, ...more, name, path, type, content, last_modified: now};
}

async function bringBack(blob) {
  const here = await stored(), moved = [], put = [];
  let back = 0, same = 0, left = 0, steps = "", renamed = false;
  const take = (file) => { here.set(file.path, file); put.push(file); };
  for (const [given, text] of placed(await textsIn(blob))) {
    const content = notebookIn(text), name = given.replaceAll("%", "_"); // JupyterLite finds no file with % in its name
    if (name === PROGRESS) {
      steps = text;
      continue;
    }
    if (!content || !name.endsWith(".ipynb") || name.split("/").some((part) => ["", ".", ".."].includes(part))) {
      left++;
      continue;
    }
    for (const folder of foldersAround(name, here)) take(entry(folder, "directory", null, {mimetype: "", size: 0}));
    if (here.has(name) && textOf(here.get(name)) === textOf({content})) {
      same++;
      continue;
    }
    const path = here.has(name) ? beside(name, "brought_back", here) : name;
    if (path !== name) moved.push(path);
    take(entry(path, "notebook", content, {mimetype: "application/json", size: text.length}));
    back++;
    renamed ||= name !== given;
  }
  const added = await store(put, steps), one = moved.length === 1;
  return [
    `${counted(back, "notebook")} brought back${same ? `; ${same} ${same === 1 ? "is" : "are"} here already` : ""}.`,
    moved.length ? `What you have here was kept, and ${one ? "this lies" : "these lie"} beside it: ${moved.join(", ")}.`
      : "",
    renamed ? "What was % in a name is _ here." : "",
    added ? `${counted(added, "step")} added to what you have solved.` : "",
    left === 1 ? "1 file is no notebook and was left out." : "",
    left > 1 ? `${left} files are no notebooks and were left out.` : "",
    put.length || added ? "Reload the tabs in which the book is open." : "",
  ].filter(Boolean).join(" ");
}

/** What went wrong, in words for a reader. */
function reason(error) {
  if (error?.name !== "QuotaExceededError") return error?.message ?? "the browser does not say why";
  return "this browser has no more room for this site: delete notebooks that you do not need, or make room on the disk";
}

async function tell(act) {
  said.textContent = "…";
  try {
    said.textContent = await act();
  } catch (error) {
    said.textContent = `That did not work: ${reason(error)}. Nothing was changed.`;
  }
}

if (said) {
  document.getElementById("answers-download").addEventListener("click", () => tell(download));
  const input = document.getElementById("answers-file");
  document.getElementById("answers-back").addEventListener("click", () => input.click());
  input.addEventListener("change", () => tell(() => bringBack(input.files[0])).then(() => {
    input.value = "";
    showDone();
  }));
  showDone();
  // On the way back from a notebook, in this tab or in another, the list is read again.
  window.addEventListener("pageshow", showDone);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) showDone(); });
}
