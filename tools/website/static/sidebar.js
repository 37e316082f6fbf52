// Lets the visible buttons of the contents work: the theme's scripts listen to the first button of each kind alone,
// and in this theme that is one in a header that is not shown.
for (const kind of ['.primary-toggle', '.secondary-toggle']) {
  const [first, ...others] = document.querySelectorAll(kind);
  for (const button of others) button.addEventListener('click', () => first.click());
}

// The theme remembers how far the contents were scrolled; the page that is shown must be in sight all the same.
addEventListener('load', () => {
  const current = document.querySelector('.bd-sidebar-primary li.current.active > a');
  const around = document.querySelector('.bd-sidebar-primary');
  if (!current || !around) return;
  const { top, bottom } = current.getBoundingClientRect();
  const frame = around.getBoundingClientRect();
  if (top < frame.top || bottom > frame.bottom) current.scrollIntoView({ block: 'center' });
});
