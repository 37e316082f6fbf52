// Leads out of a notebook in JupyterLite: its toolbar has a link to the notebook's page in the book, and the links in
// its cells open what they name, in both of JupyterLite's apps, the lab and the one for a single notebook.
"use strict";
{ // names of its own: JupyterLab loads extensions as plain scripts, beside each other

const PLUGIN = "bpkit-book-pages:plugin";
const lite = new URL("../../../", document.currentScript.src), book = new URL("../", lite);
const files = new URL("files/", lite).href, single = new URL("notebooks/index.html", lite);
// The pages of the book without their endings; those of notebooks that are files here too have the edition's mark.
const {litePluginSettings} = JSON.parse(document.getElementById("jupyter-config-data").textContent);
const {pages} = litePluginSettings[PLUGIN];
let Widget; // Lumino's, which JupyterLab shares

const nameOf = (path) => path.replace(/\.(ipynb|md)$/, "");
const pageOf = (path) => Object.hasOwn(pages, nameOf(path)) ? new URL(`${nameOf(path)}.html`, book).href : "";

/** Put the link into a notebook's toolbar; where the book has no such page, there is none. */
function createNew(panel, context) {
  const link = document.createElement("a"), item = new Widget();
  link.target = "_blank"; // the notebook's Python goes on
  link.style.cssText = "align-self: center; padding: 0 6px; white-space: nowrap; color: var(--jp-content-link-color)";
  const show = () => {
    const page = pageOf(context.path), mine = context.model.sharedModel.getMetadata("bpkit")?.edition;
    const old = mine !== undefined && mine !== pages[nameOf(context.path)];
    item.setHidden(!page);
    link.href = page;
    link.textContent = old ? "New edition: its page" : "Page in the book";
    link.title = old ? "This browser has a copy from an earlier edition; the page in the book gives you the new one." : "";
  };
  item.node.append(link);
  panel.toolbar.insertItem(0, "page-in-the-book", item);
  context.pathChanged.connect(show);
  context.ready.then(show);
  show();
  return item;
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

addEventListener("click", follow, true); // before JupyterLab, which looks for a file of its own

const plugin = {
  id: PLUGIN,
  autoStart: true,
  activate: (app) => { app.docRegistry.addWidgetExtension("Notebook", {createNew}); },
};
const container = {
  async init(shared) {
    const [lumino] = Object.values(shared["@lumino/widgets"]);
    ({Widget} = (await lumino.get())());
  },
  get: async () => () => ({__esModule: true, default: plugin}),
};
(window._JUPYTERLAB ??= {})["bpkit-book-pages"] = container;

}
