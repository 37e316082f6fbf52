// In a narrow window, as on a telephone, what runs a notebook opens it alone, without the panels of JupyterLab.
const lab = new URL("../lite/lab/index.html", import.meta.url);
const narrow = matchMedia("(width < 768px)");

addEventListener("click", ({target}) => {
  const link = target.closest?.("a[href]"), to = link && new URL(link.href);
  if (!narrow.matches || to?.pathname !== lab.pathname) return;
  link.href = new URL(`../notebooks/index.html${to.search}${to.hash}`, lab);
}, true);
