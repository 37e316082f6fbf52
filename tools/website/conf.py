"""Sphinx's settings for the site: pages from notebooks as they are stored; nothing is run."""

import html
import json
import os
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.nodes import document
from search_entries import add_entries
from sphinx.application import Sphinx

project, author, copyright = "bpkit", "the bpkit authors", "the bpkit authors: text CC BY 4.0, code MIT"
extensions = ["myst_nb"]
nb_execution_mode = "off"
nb_merge_streams = True
nb_code_prompt_show = "Show the answer"
nb_code_prompt_hide = "Hide the answer"
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
myst_links_external_new_tab = False
suppress_warnings = ["myst.header"]  # a cell may begin with a heading of any level
exclude_patterns = ["**.ipynb_checkpoints"]
pygments_style = "a11y-light"
html_theme = "sphinx_book_theme"
html_title = "bpkit"
html_baseurl = os.environ.get("BPKIT_ADDRESS", "")
html_static_path = os.environ["BPKIT_STATIC"].split(os.pathsep)
html_css_files = ["book.css"]
html_favicon = str(Path(__file__).parent / "static" / "favicon.svg")
SCRIPTS = ["sidebar.js"]
if os.environ.get("BPKIT_LIVE"):
    SCRIPTS += ["accessible_widgets.js", "widgets.js", "answers.js", "narrow.js", "own_copy.js"]
html_js_files: list[Any] = [(script, {"type": "module"}) for script in SCRIPTS]
html_copy_source = html_show_sourcelink = html_use_index = False  # the index is for the search alone
mathjax_path = "mathjax/es5/tex-chtml-full.js"
html_theme_options = {
    "show_navbar_depth": 1,
    "home_page_in_toc": True,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
ANCHOR = re.compile(r'<span id="([\w-]+)"></span>')  # as sources.page_of writes it
NAME = re.compile(r'(?<=<h[123]>)[\w.]+(?=<a class="headerlink")')  # the heading of a thing in the library
LONG = 40  # letters: in a narrow window such a cell of a table is not squeezed to a word a line
EQUATIONS: set[str] = set()  # those that a page before this one has
DESCRIPTION = "Gradients and initialization, as a book you run: backpropagation in a few legible lines of NumPy."


def keep_tags_of_equations(tree: document) -> None:
    r"""Sphinx would put `split` around the lines of an equation, where MathJax allows no `\tag`."""
    for node in tree.findall(nodes.math_block):
        if r"\tag" in node.astext():
            node.children[:] = [nodes.Text(rf"\[{node.astext()}\]")]
            node["no-wrap"] = node["nowrap"] = True


def name_cells(app: Sphinx, tree: document) -> None:
    """Make the id of each cell an anchor, and tell the search. Those of text are in the page's source already."""
    keep_tags_of_equations(tree)
    file = Path(app.env.doc2path(app.env.current_document.docname))
    if file.suffix == ".ipynb":
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        for node in tree.findall(nodes.Element):
            if node.get("nb_element") == "cell_code":
                node["ids"].append(cells[node["cell_index"]]["id"])
        names = {cell["id"] for cell in cells}
        for section in tree.findall(nodes.section):  # an id must be there once, and links are made with a cell's
            section["ids"] = [f"section-{name}" if name in names else name for name in section["ids"]]
        move_anchors(tree)
    add_entries(app.env.current_document.docname, tree, Path(app.srcdir), EQUATIONS)
    for entry in tree.findall(nodes.entry):
        if len(entry.astext()) > LONG:
            entry["classes"].append("long")


def move_anchors(tree: document) -> None:
    """Give the id of a cell of text to what it begins with: the search shows the words of what has the id."""
    for mark in list(tree.findall(nodes.paragraph)):
        anchor = ANCHOR.fullmatch(mark.astext())
        begins = mark.next_node(descend=False, ascend=True)
        if anchor and isinstance(begins, nodes.section | nodes.paragraph):
            begins["ids"].insert(0, anchor[1])
            mark.parent.remove(mark)


def describe(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: document | None) -> None:
    """Say what others show of a link to the page."""
    title = context.get("title", "bpkit")
    tags = {"og:title": title, "og:type": "book", "og:site_name": "bpkit", "og:description": DESCRIPTION}
    if html_baseurl:
        tags |= {"og:url": f"{html_baseurl}{page}.html", "og:image": f"{html_baseurl}_static/toy_explorer.png"}
        tags |= {"og:image:alt": "The toy explorer: sliders, and the graph of the toy example with its derivatives."}
    more = "".join(f'<meta property="{name}" content="{attribute(words)}" />\n' for name, words in tags.items())
    if page == "search":
        app.add_js_file("search.js", type="module")
    context["metatags"] = context.get("metatags", "") + more + f'<meta name="description" content="{DESCRIPTION}" />\n'


def let_names_break(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: document | None) -> None:
    """Let the library's names go on in a next line after a dot or an underscore, and nowhere else."""
    if page.startswith("api/"):
        context["body"] = NAME.sub(lambda name: breakable(name[0]), context["body"])
        for neighbour in filter(None, (context["prev"], context["next"])):
            neighbour["title"] = breakable(neighbour["title"])


def breakable(name: str) -> str:
    return re.sub(r"[._](?=.)", r"\g<0><wbr>", name)


def attribute(words: str) -> str:
    """Words without the tags of HTML, which a title may have, as a value of an attribute."""
    return html.escape(html.unescape(re.sub(r"<[^>]*>", "", words)))


def setup(app: Sphinx) -> None:
    app.connect("doctree-read", name_cells, priority=100)  # before Sphinx lists the sections
    app.connect("html-page-context", describe)
    app.connect("html-page-context", let_names_break)
