// The answers that a reader has saved: JupyterLite keeps them in this browser; here they become one file, and come back.
import {textsIn, zipOf} from "./zip.js";

const DATABASE = `JupyterLite Storage - ${new URL("../lite/", import.meta.url).pathname}`;
const said = document.getElementById("answers-said");
const kept = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

/** Open JupyterLite's database; it is made if this browser has never opened JupyterLite. */
async function openFiles() {
  const open = (version) => {
    const request = indexedDB.open(DATABASE, version);
    request.onupgradeneeded = () => {
      if (!request.result.objectStoreNames.contains("files")) request.result.createObjectStore("files");
    };
    return kept(request);
  };
  const database = await open();
  if (database.objectStoreNames.contains("files")) return database;
  database.close();
  return open(database.version + 1);
}

async function saved() {
  const database = await openFiles();
  const store = database.transaction("files").objectStore("files");
  const [names, files] = await Promise.all([kept(store.getAllKeys()), kept(store.getAll())]);
  database.close();
  return new Map(names.map((name, at) => [name, files[at]]).filter(([, file]) => file.type === "notebook"));
}

const textOf = (file) => JSON.stringify(file.content, null, 1) + "\n";
const notebooks = (count) => count === 1 ? "1 notebook" : `${count} notebooks`;

async function download() {
  const files = [...await saved()].map(([name, file]) => [name, textOf(file)]);
  if (!files.length) return "Nothing is saved in this browser yet: Ctrl+S saves the notebook you are in.";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(zipOf(files));
  link.download = "bpkit-answers.zip";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  return `${notebooks(files.length)} are in bpkit-answers.zip, among your downloads.`.replace("1 notebook are", "1 notebook is");
}

/** A name beside one that is taken: "a_brought_back.ipynb", "a_brought_back_2.ipynb", … */
function beside(name, taken) {
  const stem = name.replace(/\.ipynb$/, "");
  for (let number = 1; ; number++) {
    const found = `${stem}_brought_back${number > 1 ? `_${number}` : ""}.ipynb`;
    if (!taken.has(found)) return found;
  }
}

function notebookIn(text) {
  try {
    const content = JSON.parse(text);
    return Array.isArray(content.cells) && content.nbformat ? content : undefined;
  } catch {
    return undefined;
  }
}

async function bringBack(blob) {
  const here = await saved(), moved = [], now = new Date().toISOString();
  let back = 0, same = 0, left = 0;
  const put = [];
  for (const [name, text] of await textsIn(blob)) {
    const content = notebookIn(text);
    if (!content || !name.endsWith(".ipynb") || name.split("/").some((part) => ["", ".", ".."].includes(part))) {
      left++;
      continue;
    }
    if (here.has(name) && textOf(here.get(name)) === textOf({content})) {
      same++;
      continue;
    }
    const path = here.has(name) ? beside(name, here) : name;
    if (path !== name) moved.push(path);
    const file = {name: path.split("/").at(-1), path, last_modified: now, created: now, format: "json", content,
                  mimetype: "application/json", size: text.length, writable: true, type: "notebook"};
    here.set(path, file);
    put.push(file);
    back++;
  }
  const database = await openFiles();
  const change = database.transaction("files", "readwrite");
  for (const file of put) change.objectStore("files").add(file, file.path); // never in the place of another
  await new Promise((done, failed) => { change.oncomplete = done; change.onerror = () => failed(change.error); });
  database.close();
  return [
    `${notebooks(back)} brought back${same ? `, ${same} as they are here already` : ""}.`,
    moved.length ? `What you have here was kept, and these lie beside it: ${moved.join(", ")}.` : "",
    left ? `${left} files are no notebooks and were left out.` : "",
    back ? "Reload the tabs in which the book is open." : "",
  ].filter(Boolean).join(" ");
}

async function tell(act) {
  said.textContent = "…";
  try {
    said.textContent = await act();
  } catch (error) {
    said.textContent = `That did not work: ${error.message}. Nothing was changed.`;
  }
}

if (said) {
  document.getElementById("answers-download").addEventListener("click", () => tell(download));
  const input = document.getElementById("answers-file");
  document.getElementById("answers-back").addEventListener("click", () => input.click());
  input.addEventListener("change", () => tell(() => bringBack(input.files[0])).then(() => { input.value = ""; }));
}
