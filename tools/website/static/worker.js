// Python beside the page. Between the two go the messages of ipywidgets, as JSON.

const GLUE = `
import json, sys, types

class Nothing:
    "What ipywidgets imports of IPython and does not need here, where there is no notebook: it would be 13 MB."
    initialized = staticmethod(lambda: False)
    def __new__(cls, *args, **options):
        return None

for name in ("IPython", "IPython.display", "IPython.core", "IPython.core.interactiveshell"):
    module = sys.modules[name] = types.ModuleType(name)
    module.__path__, module.__getattr__ = [], lambda name: Nothing

import comm, comm.base_comm, js

comms = {}

class PageComm(comm.base_comm.BaseComm):
    def __init__(self, *args, **options):
        comms[options.setdefault("comm_id", f"comm-{len(comms)}")] = self
        super().__init__(*args, **options)

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        js.pageComm(msg_type, self.comm_id, json.dumps({"data": data, "metadata": metadata or {}, **keys}))

comm.create_comm = PageComm

def receive(comm_id, text):
    comms[comm_id].handle_msg({"content": {"data": json.loads(text)}, "buffers": []})

import numpy as np
import bpkit as bp
from bpkit import plot, widgets
`;

let receive, python;
self.pageComm = (type, comm, text) => self.postMessage({type, comm, text});

async function start(folder) {
  const stage = (words) => self.postMessage({type: "stage", words});
  stage("Loading Python, about 10 MB the first time …");
  const {loadPyodide} = await import(`${folder}pyodide.mjs`);
  const lock = fetch(`${folder}pyodide-lock.json`).then((answer) => answer.json());
  const wheels = Promise.all(["bpkit-book", "ipywidgets"].map(async (name) =>
    (await fetch(folder + (await lock).packages[name].file_name)).arrayBuffer()));
  wheels.catch(() => {}); // it is told below, unless Python itself could not be had
  python = await loadPyodide({indexURL: folder, packages: ["numpy", "traitlets", "comm"]}); // all at the same time
  const site = python.runPython("import site; site.getsitepackages()[0]");
  // Without what these two depend on: Matplotlib and IPython, of which no widget has need.
  for (const wheel of await wheels) python.unpackArchive(wheel, "wheel", {extractDir: site});
  stage("Starting the widget …");
  python.runPython(GLUE);
  receive = python.globals.get("receive");
}

function show(source) {
  const widget = python.runPython(source);
  const model = widget.model_id;
  widget.destroy();
  return model;
}

self.onmessage = async ({data}) => {
  const answer = {type: "answer", id: data.id};
  try {
    if (data.start) await start(data.start);
    else if (data.show) answer.model = show(data.show);
    else receive(data.comm, data.text);
  } catch (error) {
    answer.error = String(error.message ?? error).trim().split("\n").at(-1);
  }
  self.postMessage(answer);
};
