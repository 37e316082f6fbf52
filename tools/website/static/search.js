// Says of a result of the search which problem, equation or figure it is: Sphinx gives the title of the page alone.
Scorer.score = (result) => {
  const [, kind, chapter, number] = /^#(problem|equation|figure)-(\d)-(\w+)$/.exec(result[2]) ?? [];
  if (kind && result[6] === SearchResultKind.index) result[1] += ` › ${kind} ${chapter}.${number}`;
  return result[4];
};

// A summary is of the page's text, without the buttons that the theme has above it.
const textOf = Search.htmlToText;
Search.htmlToText = (page, anchor) => textOf(page, anchor || '.bd-article');
