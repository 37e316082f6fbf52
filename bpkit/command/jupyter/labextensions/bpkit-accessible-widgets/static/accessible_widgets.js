// Tells screen readers what ipywidgets shows to the eye alone, and lets a widget have the keys that are pressed in it.
// JupyterLab loads this file as an extension, the site as a script; either way it watches the page from then on.

/** Name a slider and the number beside it by the label, and let the slider have the number as its value. */
function slider(place) {
  const name = place.querySelector("label").textContent, readout = place.querySelector(".widget-readout");
  const handles = place.querySelectorAll(".noUi-handle");
  const off = Boolean(place.querySelector(".noUi-target[disabled]"));
  for (const handle of handles) {
    handle.setAttribute("aria-label", name);
    handle.setAttribute("aria-disabled", off);
    // A logarithmic slider's own value is the exponent.
    if (readout && handles.length === 1) handle.setAttribute("aria-valuetext", readout.textContent);
  }
  readout?.setAttribute("role", "textbox");
  readout?.setAttribute("aria-label", `${name}, as a number`);
  readout?.setAttribute("aria-disabled", off);
}

/** Say which of several buttons is pressed, and what they choose. */
function toggles(place) {
  const {textContent, title} = place.querySelector("label");
  const group = place.querySelector("div");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", textContent || title);
  for (const one of group.children) one.setAttribute("aria-pressed", one.matches(".mod-active"));
}

/** Name the buttons of a player, which have pictures only. */
function player(place) {
  const [play, stop, repeat] = place.children;
  play.setAttribute("aria-label", play.querySelector(".fa-pause") ? "pause" : "play");
  stop.setAttribute("aria-label", "stop and go back to the start");
  repeat.setAttribute("aria-label", "repeat");
}

/** Name a button that has a sign and no word by its tooltip. One that is no stop for Tab repeats another control. */
function button(place) {
  if (/\p{L}/u.test(place.textContent)) place.removeAttribute("aria-label");
  else place.setAttribute("aria-label", place.title);
  if (place.tabIndex < 0) place.setAttribute("aria-hidden", "true");
}

// A sentence that comes with the place it stands in is not read aloud. So there is one place, which always stays.
const spoken = document.createElement("div");
spoken.setAttribute("role", "status");
spoken.className = "bpkit-spoken";
spoken.style.cssText = "position: fixed; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)";
const PAUSE = 700; // milliseconds without a change: who moves a slider hears where it has come to
const changed = new Set();
let waiting;

/** Let a new picture or sentence be read aloud, after a pause. */
function page(place) {
  const known = place.dataset.known;
  place.dataset.known = "yes";
  for (const one of place.querySelectorAll("[aria-live]")) one.setAttribute("aria-live", "off"); // not twice
  if (!known) return;
  const widget = (one) => one.closest(".jp-OutputArea-output, .live");
  for (const one of changed) if (widget(one) !== widget(place)) changed.delete(one); // of what is used now
  changed.add(place);
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const places = [...changed].filter((one) => one.isConnected);
    changed.clear();
    const sentences = places.map((one) => one.querySelector("[aria-live]")?.textContent.trim()).filter(Boolean);
    const pictures = places.map((one) => one.querySelector("svg[aria-label]")?.getAttribute("aria-label"));
    const words = (sentences.length ? sentences : pictures.filter(Boolean)).join(" ");
    if (words) spoken.textContent = words;
  }, PAUSE);
}

const KINDS = {
  ".widget-hslider": slider,
  ".widget-toggle-buttons": toggles,
  ".widget-play": player,
  ".widget-button": button,
  ".widget-html-content": page,
};
const CHANGES = {childList: true, subtree: true, attributes: true, attributeFilter: ["class", "disabled", "title"]};
const seen = new WeakSet();

/** Describe the controls and pictures in a part of the page that are new, and again whenever they change. */
function look(part) {
  for (const [selector, describe] of Object.entries(KINDS)) {
    for (const place of part.querySelectorAll(selector)) {
      if (seen.has(place)) continue;
      seen.add(place);
      describe(place);
      new MutationObserver(() => describe(place)).observe(place, CHANGES);
    }
  }
}

function lookAtNew(records) {
  for (const one of records.flatMap(({addedNodes}) => [...addedNodes])) {
    const inside = one.parentElement?.closest(".jupyter-widgets");
    if (inside || one.querySelector?.(".jupyter-widgets")) look((inside ?? one).parentElement ?? document);
  }
}

/** In JupyterLab a letter pressed on a slider or in a list would be a command: x cuts the cell. */
function keepKey(event) {
  if (!event.target.closest?.(".jupyter-widgets")) return;
  const command = event.ctrlKey || event.metaKey || event.altKey || event.key === "Escape"
    || (event.shiftKey && event.key === "Enter");
  event.target.toggleAttribute("data-lm-suppress-shortcuts", !command);
}

new MutationObserver(lookAtNew).observe(document, {childList: true, subtree: true});
document.body.append(spoken);
look(document);
addEventListener("keydown", keepKey, true); // the window's turn is before the document's, where JupyterLab listens

// What JupyterLab asks an extension for. Nothing is left to do when it is activated.
const plugin = {id: "bpkit-accessible-widgets:plugin", autoStart: true, activate() {}};
const container = {init() {}, get: async () => () => ({__esModule: true, default: plugin})};
(window._JUPYTERLAB ??= {})["bpkit-accessible-widgets"] = container;
