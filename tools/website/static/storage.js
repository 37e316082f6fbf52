// What JupyterLite keeps in this browser, as files by their paths.

const DATABASE = `JupyterLite Storage - ${new URL("../lite/", import.meta.url).pathname}`;
export const PROGRESS = "progress.tsv"; // where `check` notes what is solved, a step on each line: day, problem, what
export const STEP = /^(\d{4}-\d\d-\d\d)\s+(\S+)\s+(tried|solved|hint \d+)\s*$/;
export const kept = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

/** Open JupyterLite's database to write; it is made if this browser has never opened JupyterLite. */
export async function openFiles(inTheWay) {
  const open = (version) => {
    const request = indexedDB.open(DATABASE, version);
    request.onupgradeneeded = () => {
      if (!request.result.objectStoreNames.contains("files")) request.result.createObjectStore("files");
    };
    request.onblocked = inTheWay;
    return kept(request);
  };
  const database = await open();
  if (database.objectStoreNames.contains("files")) return database;
  database.close();
  return open(database.version + 1);
}

/** Open JupyterLite's database to read; null, and nothing is made, if there is none. */
async function openToRead() {
  const request = indexedDB.open(DATABASE);
  let isNew = false;
  request.onupgradeneeded = () => {
    isNew = true;
    request.transaction.abort();
  };
  try {
    return await kept(request);
  } catch (error) {
    if (isNew) return null;
    throw error;
  }
}

/** What is read of the files that JupyterLite keeps; undefined if it keeps none. */
async function read(what) {
  const database = await openToRead();
  if (!database) return undefined;
  try {
    if (!database.objectStoreNames.contains("files")) return undefined;
    return await what(database.transaction("files").objectStore("files"));
  } finally {
    database.close();
  }
}

/** All that JupyterLite keeps: files and folders by their paths. */
export async function stored() {
  const all = await read((files) => Promise.all([kept(files.getAllKeys()), kept(files.getAll())]));
  const [names, files] = all ?? [[], []];
  return new Map(names.map((name, at) => [name, files[at]]));
}

/** The file at a path, or undefined. */
export const storedAt = (path) => read((files) => kept(files.get(path)));

/** A name beside one that is taken: "a_my_copy.ipynb", "a_my_copy_2.ipynb", …, with the word "my_copy". */
export function beside(name, word, taken) {
  const stem = name.replace(/\.ipynb$/, "");
  for (let number = 1; ; number++) {
    const found = `${stem}_${word}${number > 1 ? `_${number}` : ""}.ipynb`;
    if (!taken.has(found)) return found;
  }
}

/** The text of the list of steps; JupyterLite keeps some kinds of files as text, others as base64. */
export function textOfSteps(file) {
  if (file?.format !== "base64") return file?.content ?? "";
  return new TextDecoder().decode(Uint8Array.from(atob(file.content), (letter) => letter.charCodeAt(0)));
}
