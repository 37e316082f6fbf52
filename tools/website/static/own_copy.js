// Says on a notebook's page that this browser opens an older copy of its own, and gives the reader the new edition with
// what the reader wrote. The copy is never deleted: it gets another name.
import {carriedOver} from "./carried_over.js";
import {beside, kept, openFiles, storedAt} from "./storage.js";

const run = document.querySelector("a.run[data-edition]");
const path = run && new URL(run.href).searchParams.get("path");
const note = document.createElement("div");

function paragraph(...inside) {
  const made = document.createElement("p");
  made.append(...inside);
  return made;
}

/** The notebook as the site has it; null if it cannot be read, or is of another edition than this page. */
async function newEdition() {
  try {
    const answer = await fetch(new URL(`../lite/files/${path}`, import.meta.url), {cache: "no-cache"});
    const notebook = await answer.json();
    return notebook.metadata.bpkit.edition === run.dataset.edition ? notebook : null;
  } catch {
    return null;
  }
}

/**
 * Give the copy a name beside its own, and put the new edition with what was written in the copy in its place; with
 * nothing to put there, JupyterLite opens the notebook of the site again. Return that name and what was carried over.
 */
async function putAside() {
  const edition = await newEdition(), database = await openFiles(() => {});
  const change = database.transaction("files", "readwrite"), files = change.objectStore("files");
  const ended = new Promise((done, failed) => {
    change.oncomplete = done;
    change.onabort = () => failed(change.error ?? new Error("it was broken off")); // then all is as it was
  });
  try {
    const [file, names] = await Promise.all([kept(files.get(path)), kept(files.getAllKeys())]);
    if (!file) return {name: ""};
    const name = beside(path, "my_copy", new Set(names)), over = edition && carriedOver(file.content, edition);
    files.add({...file, path: name, name: name.split("/").at(-1)}, name);
    files.delete(path);
    if (over?.carried.length) {
      const text = JSON.stringify(over.notebook), now = new Date().toISOString();
      files.add({...file, content: over.notebook, size: text.length, last_modified: now}, path);
    }
    await ended;
    return {name, over};
  } finally {
    database.close();
  }
}

function link(address, words) {
  const made = document.createElement("a");
  made.href = address;
  made.textContent = words;
  return made;
}

/** What became of the cells that the reader wrote, in words. */
function fate(over) {
  if (!over) return ["What you wrote could not be put into it, and is in your copy alone. "];
  const {carried, left} = over, said = [];
  if (carried.length) said.push(carried.length === 1 ? "The cell that you wrote is in it. "
    : `The ${carried.length} cells that you wrote are in it. `);
  if (left.length) said.push("What you wrote where the book has changed, too, is in your copy alone: ");
  for (const [at, id] of left.entries()) said.push(at ? ", " : "", link(`#${id}`, id));
  return left.length ? [...said, ". "] : said;
}

async function renew(button) {
  button.disabled = true;
  try {
    const {name, over} = await putAside();
    const where = name ? [...fate(over), "Your copy is kept as ", link(run.href.replace(path, name), name), ". "] : [];
    note.replaceChildren(paragraph("The button above opens the new edition now. ", ...where,
      "Reload the tabs in which the book is open."));
  } catch (error) {
    note.replaceChildren(paragraph(`That did not work: ${error?.message ?? "the browser does not say why"}. `
      + "Nothing was changed."));
  }
}

function tell(file) {
  const {edition: mark, cells} = file.content?.metadata?.bpkit ?? {};
  const day = new Intl.DateTimeFormat("en-GB", {dateStyle: "medium"}).format(new Date(file.last_modified));
  const button = document.createElement("button");
  Object.assign(button, {className: "run", type: "button", textContent: "Take the new edition"});
  button.addEventListener("click", () => renew(button));
  note.replaceChildren(
    paragraph(`The button above opens a copy that this browser keeps, last changed on ${day}. `
      + (mark ? "It was made from an earlier edition of this notebook: what was changed in the book since then is not in it."
        : "Another edition of this notebook may be older or newer: the copy does not say which one it was made from.")),
    paragraph(button, cells ? " What you wrote is put into it, and your" : " Your",
      " copy stays beside it, under another name. What you have solved stays noted."));
}

/** Look whether there is a copy, and which edition it was made from; nothing is written. */
async function look() {
  const file = await storedAt(path).catch(() => undefined); // without storage there is no copy
  if (file && file.content?.metadata?.bpkit?.edition !== run.dataset.edition) tell(file);
}

if (run) {
  note.className = "own-copy";
  note.setAttribute("role", "status");
  run.closest("p").after(note);
  look();
}
