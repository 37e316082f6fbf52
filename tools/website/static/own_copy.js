// Says on a notebook's page that this browser opens an older copy of its own, and gives the reader the new edition.
// The copy is never deleted: it gets another name.
import {beside, kept, openFiles, storedAt} from "./storage.js";

const run = document.querySelector("a.run[data-edition]");
const path = run && new URL(run.href).searchParams.get("path");
const note = document.createElement("div");

function paragraph(...inside) {
  const made = document.createElement("p");
  made.append(...inside);
  return made;
}

/** Give the copy a name beside its own, so that JupyterLite opens the notebook of the site again; return that name. */
async function putAside() {
  const database = await openFiles(() => {});
  const change = database.transaction("files", "readwrite"), files = change.objectStore("files");
  const ended = new Promise((done, failed) => {
    change.oncomplete = done;
    change.onabort = () => failed(change.error ?? new Error("it was broken off")); // then all is as it was
  });
  try {
    const [file, names] = await Promise.all([kept(files.get(path)), kept(files.getAllKeys())]);
    if (!file) return "";
    const name = beside(path, "my_copy", new Set(names));
    files.add({...file, path: name, name: name.split("/").at(-1)}, name);
    files.delete(path);
    await ended;
    return name;
  } finally {
    database.close();
  }
}

async function renew(button) {
  button.disabled = true;
  try {
    const name = await putAside(), mine = document.createElement("a");
    mine.href = run.href.replace(path, name);
    mine.textContent = name;
    const where = name ? ["Your copy is kept as ", mine, ". "] : [];
    note.replaceChildren(paragraph("The button above opens the new edition now. ", ...where,
      "Reload the tabs in which the book is open."));
  } catch (error) {
    note.replaceChildren(paragraph(`That did not work: ${error?.message ?? "the browser does not say why"}. `
      + "Nothing was changed."));
  }
}

function tell(file) {
  const mark = file.content?.metadata?.bpkit?.edition;
  const day = new Intl.DateTimeFormat("en-GB", {dateStyle: "medium"}).format(new Date(file.last_modified));
  const button = document.createElement("button");
  Object.assign(button, {className: "run", type: "button", textContent: "Take the new edition"});
  button.addEventListener("click", () => renew(button));
  note.replaceChildren(
    paragraph(`The button above opens a copy that this browser keeps, last changed on ${day}. `
      + (mark ? "It was made from an earlier edition of this notebook: what was changed in the book since then is not in it."
        : "Another edition of this notebook may be older or newer: the copy does not say which one it was made from.")),
    paragraph(button, " Your copy stays beside it, under another name."));
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
