// Leads out of a notebook in JupyterLite: its toolbar has a link to the notebook's page in the book, and the links in
// its cells open what they name, in both of JupyterLite's apps, the lab and the one for a single notebook. A notebook
// that is renamed is found again: its address exists, and names that JupyterLite does not find are refused.
"use strict";
{ // names of its own: JupyterLab loads extensions as plain scripts, beside each other

const PLUGIN = "bpkit-book-pages:plugin";
const lite = new URL("../../../", document.currentScript.src), book = new URL("../", lite);
const files = new URL("files/", lite).href, single = new URL("notebooks/index.html", lite);
// The pages of the book without their endings; those of notebooks that are files here too have the edition's mark.
const {litePluginSettings} = JSON.parse(document.getElementById("jupyter-config-data").textContent);
const {pages} = litePluginSettings[PLUGIN];
let asked = location.hash; // for which cell
const askedPath = new URLSearchParams(location.search).get("path"); // JupyterLite drops both when it shows the notebook
let Widget, showErrorMessage; // Lumino's and JupyterLab's, which are shared

// On a telephone there is room for all menus if they stand closer, and beside them for the beginning of Python's state.
const narrow = document.createElement("style");
narrow.textContent = `@media (max-width: 480px) {
  #jp-MainMenu { flex: none }
  #jp-MainMenu .lm-MenuBar-item { padding: 0 4px }
  .jp-NotebookKernelStatus { min-width: 0; overflow: hidden; white-space: nowrap }
}`;
document.head.append(narrow);

const nameOf = (path) => path.replace(/\.(ipynb|md)$/, "");
const pageOf = (path) => Object.hasOwn(pages, nameOf(path)) ? new URL(`${nameOf(path)}.html`, book).href : "";

/** Put the link into a notebook's toolbar; where the book has no such page, there is none. */
function createNew(panel, context) {
  const link = document.createElement("a"), item = new Widget();
  link.target = "_blank"; // the notebook's Python goes on
  link.style.cssText = "align-self: center; padding: 0 6px; white-space: nowrap; color: var(--jp-content-link-color)";
  const show = () => {
    const {edition, page: own} = context.model.sharedModel.getMetadata("bpkit") ?? {};
    const page = pageOf(context.path) || pageOf(own ?? ""); // a copy under another name has the same page
    const old = edition !== undefined && pageOf(context.path) && edition !== pages[nameOf(context.path)];
    item.setHidden(!page);
    link.href = page;
    link.textContent = old ? "New edition: its page" : "Page in the book";
    link.title = old ? "This browser has a copy from an earlier edition; the page in the book gives you the new one." : "";
  };
  item.node.append(link);
  panel.toolbar.insertItem(0, "page-in-the-book", item);
  new MutationObserver(() => { // JupyterLab puts its own items in later, before it
    const {layout} = panel.toolbar;
    if (layout.widgets.indexOf(item) > 0) layout.insertWidget(0, item);
  }).observe(panel.toolbar.node, {childList: true});
  context.pathChanged.connect(show);
  context.ready.then(show);
  goToProblem(panel, context);
  show();
  return item;
}

/** Keep a place in sight while the cells above it get their formulas, until the reader does something. */
function stayAt(panel, place) {
  const again = setInterval(() => panel.setFragment(place), 300), end = () => clearInterval(again);
  for (const event of ["wheel", "pointerdown", "keydown"]) addEventListener(event, end, {once: true, capture: true});
  setTimeout(end, 20_000);
}

/**
 * Go to the problem from whose page the reader comes: JupyterLite itself does so too early, when there are no cells yet.
 * The imports are run, which this reader has not seen: the first cell of code.
 */
function goToProblem(panel, context) {
  if (!asked.startsWith("#cell-id=problem-") || context.path !== askedPath) return; // other tabs are open again, too
  const place = asked;
  asked = "";
  Promise.all([context.ready, panel.revealed]).then(() => stayAt(panel, place));
  Promise.all([context.ready, panel.sessionContext.ready]).then(() => {
    const code = context.model.sharedModel.cells.find((cell) => cell.cell_type === "code")?.getSource();
    panel.sessionContext.session?.kernel?.requestExecute({code, silent: true, store_history: false});
  });
}

/** Where a link to a file leads, if JupyterLite itself would open nothing: to a page, or to the other notebook alone. */
function placeOf(path) {
  if (pageOf(path) && !pages[nameOf(path)]) return pageOf(path);
  if (!path.endsWith(".ipynb") || location.pathname !== single.pathname) return "";
  return `${single}?path=${encodeURIComponent(path)}`;
}

function follow(event) {
  const link = event.target.closest?.(".jp-Notebook a[href]");
  if (!link?.href.startsWith(files)) return;
  const [path, hash] = link.href.slice(files.length).split("#");
  const place = placeOf(decodeURIComponent(path));
  if (!place) return;
  event.preventDefault();
  event.stopPropagation();
  open(hash ? `${place}#${hash}` : place, "_blank");
}

// When a notebook alone is renamed, JupyterLite shows an address that its server in Python would have, and a folder of
// files has not: there a reload would find nothing.
const {pushState} = history, folder = new URL(".", single).href;
history.pushState = function (state, title, url) {
  const to = url ? new URL(url, location).href : "";
  const renamed = to.startsWith(folder) && !to.startsWith(single.href);
  return pushState.call(this, state, title, renamed ? `${single}?path=${to.slice(folder.length)}` : url);
};

addEventListener("click", follow, true); // before JupyterLab, which looks for a file of its own

const REFUSED = "In the browser a file cannot have % in its name: choose another name.";

/** An error that JupyterLab's dialog shows; it has none where a notebook is renamed by its tab or the menu. */
function refusal() {
  const error = Object.assign(new Error(REFUSED), {response: {status: 400}});
  setTimeout(() => document.querySelector(".jp-Dialog") ?? showErrorMessage("Rename Error", error), 300);
  return error;
}

/** Refuse to give a file a name with % in it: JupyterLite takes that for a code, and never finds the file again. */
function refuseNames(contents) {
  const {get, rename, save} = contents, refused = (path) => path.includes("%") && Promise.reject(refusal());
  contents.rename = (from, to) => refused(to) || rename.call(contents, from, to);
  contents.save = (path, ...more) => refused(path) || save.call(contents, path, ...more);
  contents.get = (path, ...more) => get.call(contents, path, ...more) // which "Save As" asks whether the name is taken
    .catch((error) => { throw error instanceof URIError ? refusal() : error; });
}

/**
 * Give every notebook a Python of its own, one after another: JupyterLite shares one between files of one name, as a
 * chapter and its problems are, and of two that it starts at once none becomes ready.
 */
function startOneByOne(sessions) {
  const {startNew} = sessions;
  let before = Promise.resolve();
  sessions.startNew = (options, ...more) => {
    const name = options.type === "notebook" ? options.path : options.name;
    const started = before.then(() => startNew.call(sessions, {...options, name}, ...more));
    before = Promise.race([started.then(({kernel}) => kernel?.info), new Promise((done) => setTimeout(done, 60_000))])
      .catch(() => {}); // the notebook itself says that it has no Python
    return started;
  };
}

/**
 * Forget the tabs of last time for a reader who comes for one notebook: it would wait for the Pythons of the others. The
 * notebooks stay in the list of files.
 */
function forgetTabs() {
  return new Promise((done) => {
    const request = indexedDB.open(`JupyterLite Storage - ${lite.pathname}`);
    request.onupgradeneeded = () => request.transaction.abort(); // there is none yet, and none is made
    request.onerror = request.onblocked = done;
    request.onsuccess = () => {
      const database = request.result;
      const end = () => { database.close(); done(); };
      if (!database.objectStoreNames.contains("statedb")) return end();
      const change = database.transaction("statedb", "readwrite"), states = change.objectStore("statedb");
      change.oncomplete = change.onabort = end;
      states.openCursor().onsuccess = ({target: {result: cursor}}) => {
        if (!cursor) return;
        const {value} = cursor, open = /^(notebook|editor|console|docmanager)[\w-]*:/;
        for (const key of Object.keys(value?.data ?? {})) if (open.test(key)) delete value.data[key];
        if (value?.data?.["layout-restorer:data"]) delete value.data["layout-restorer:data"].main;
        cursor.update(value);
        cursor.continue();
      };
    };
  });
}

const plugin = {
  id: PLUGIN,
  autoStart: true,
  activate: (app) => {
    refuseNames(app.serviceManager.contents);
    startOneByOne(app.serviceManager.sessions);
    app.docRegistry.addWidgetExtension("Notebook", {createNew});
  },
};
const container = {
  async init(shared) {
    if (askedPath && location.pathname !== single.pathname) await forgetTabs();
    const [[lumino], [apputils]] = ["@lumino/widgets", "@jupyterlab/apputils"].map((name) => Object.values(shared[name]));
    ({Widget} = (await lumino.get())());
    ({showErrorMessage} = (await apputils.get())());
  },
  get: async () => () => ({__esModule: true, default: plugin}),
};
(window._JUPYTERLAB ??= {})["bpkit-book-pages"] = container;

}
