// The book's widgets, alive in the page: Python in a worker computes them, Jupyter's html-manager shows them.
// Nothing is loaded before a reader goes for the button, unless a page in this tab has loaded it already. Until then,
// and if it fails, the still picture stands.

const base = new URL(".", import.meta.url);
const places = {python: new URL("../lite/static/pyodide/", base), manager: new URL("html-manager/libembed-amd.js", base)};
const LOADED = "bpkit-python"; // noted for this tab once Python has been loaded
const made = new WeakMap(); // of cells: the Python that was asked for their widget, and its name there
let page; // what all widgets of the page share: the worker, and the manager of their views
let tell = () => {}; // says how far it is to the reader who waits

/** Load html-manager, which expects the `define` of an AMD loader. */
async function loadManager() {
  const modules = new Map();
  window.define = (name, needs, make) => modules.set(name, {needs, make});
  await new Promise((done, failed) => {
    const script = Object.assign(document.createElement("script"), {src: places.manager, onload: done});
    script.onerror = () => failed(new Error("the widget manager could not be loaded"));
    document.head.append(script);
  });
  delete window.define;
  const get = (name) => {
    if (name === "module") return {uri: places.manager.href};
    const one = modules.get(name);
    if (!one) throw new Error(`there is no ${name}`);
    return (one.value ??= one.make(...one.needs.map(get)));
  };
  if (window.MathJax) window.MathJax.Hub ??= {Queue() {}}; // the manager asks for MathJax 2, of which no widget has need
  const {HTMLManager} = get("@jupyter-widgets/html-manager");
  return new HTMLManager({loader: async (name) => get(name)});
}

/** Start Python and the manager, and pass the messages of widgets between them. */
async function start() {
  const worker = new Worker(new URL("worker.js", base), {type: "module"});
  const comms = new Map(), waiting = new Map(), early = [];
  let last = 0, manager;

  const post = (message) => new Promise((resolve, reject) => {
    waiting.set(++last, {resolve, reject});
    worker.postMessage({id: last, ...message});
  });
  const open = (id) => {
    const comm = {
      comm_id: id, target_name: "jupyter.widget", open() {}, close() {}, on_close() {},
      on_msg(act) { comm.act = act; },
      send(data, callbacks) {
        post({comm: id, text: JSON.stringify(data)})
          .finally(() => callbacks?.iopub?.status?.({content: {execution_state: "idle"}}));
        return String(last);
      },
    };
    comms.set(id, comm);
    return comm;
  };
  const take = ({type, comm, text}) => {
    const content = {comm_id: comm, ...JSON.parse(text)};
    const message = {content, metadata: content.metadata, buffers: []};
    if (type === "comm_open") manager.handle_comm_open(open(comm), message);
    else if (type === "comm_msg") comms.get(comm)?.act?.(message);
  };
  worker.onerror = () => waiting.forEach(({reject}) => reject(new Error("Python could not be started")));
  worker.onmessage = ({data}) => {
    if (data.type === "stage") tell(data.words);
    else if (data.type.startsWith("comm_")) manager ? take(data) : early.push(data);
    else {
      const {resolve, reject} = waiting.get(data.id);
      waiting.delete(data.id);
      data.error ? reject(new Error(data.error)) : resolve(data);
    }
  };
  const ready = post({start: places.python.href});
  ready.catch(() => {}); // it is told below, unless the manager could not be had
  try {
    manager = await loadManager();
    early.forEach(take);
    await ready;
  } catch (error) {
    worker.terminate(); // or it would go on, and say so
    throw error;
  }
  return {manager, post};
}

/** Start what all widgets share, if it is not there; where that failed, the next time starts anew. */
function begin() {
  page ??= start().then(noted);
  page.catch(() => { page = undefined; });
  return page;
}

function noted(started) {
  try {
    sessionStorage.setItem(LOADED, "yes");
  } catch {} // a browser may forbid to keep anything: then each page waits for its click
  return started;
}

function loadedBefore() {
  try {
    return sessionStorage.getItem(LOADED) !== null;
  } catch {
    return false;
  }
}

/** Have Python make a cell's widget, which takes up to a second and more, and say by which name it knows it. */
function make(cell) {
  const started = begin();
  if (made.get(cell)?.started !== started) { // not yet, or by a Python that has failed since
    const model = started
      .then(({post}) => post({show: cell.querySelector(".cell_input pre").textContent}))
      .then((answer) => answer.model);
    made.set(cell, {started, model});
    model.catch(() => made.delete(cell)); // the next time starts anew
  }
  return made.get(cell).model;
}

/** Let the seconds that Python takes begin before the click: at the button, or near a widget once all is loaded. */
function beginEarly(cell, button) {
  if (navigator.connection?.saveData) return;
  button.addEventListener("pointerenter", () => make(cell).catch(() => {}), {once: true});
  if (!loadedBefore()) return;
  const watcher = new IntersectionObserver((seen) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    watcher.disconnect();
    make(cell).catch(() => {});
  }, {rootMargin: "100%"}); // of the window: a screen before it is in sight
  watcher.observe(cell);
}

/** Put a living widget in the place of its picture. */
async function enliven(cell) {
  const model = await make(cell);
  const {manager} = await begin();
  const view = await manager.create_view(await manager.get_model(model));
  const live = Object.assign(document.createElement("div"), {className: "live", role: "group", ariaLabel: "widget"});
  live.tabIndex = -1;
  const output = cell.querySelector(".cell_output");
  output.replaceChildren(live);
  await manager.display_view(view, live);
}

for (const cell of document.querySelectorAll("div.cell.tag_widget")) {
  const button = Object.assign(document.createElement("button"), {className: "run", type: "button"});
  const said = Object.assign(document.createElement("span"), {className: "said", role: "status"});
  const name = "▶ Move it";
  button.textContent = name;
  button.addEventListener("click", async () => {
    button.disabled = true;
    said.textContent = " Loading Python, about 10 MB the first time …";
    try {
      tell = (words) => { said.textContent = ` ${words}`; };
      await enliven(cell);
      button.remove();
      said.remove();
      // Who has pressed the button by a key goes on in the widget.
      if (document.activeElement === document.body) cell.querySelector(".live").focus({preventScroll: true});
    } catch (error) {
      page = undefined; // the next click starts anew
      button.disabled = false;
      said.textContent = ` That did not work (${error.message}): the picture shows the widget as it starts.`;
    }
  });
  cell.append(button, said);
  beginEarly(cell, button);
}
