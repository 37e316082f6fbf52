// Shares a chapter out among slides of 1280 × 720 by measuring what fits, then starts reveal.js.
'use strict';

const WIDTH = 1184, BOTTOM = 680;  // of a sheet's content: how wide it is, and where it ends below
const SMALLEST = 0.6;  // what cannot be divided is made smaller, but not below this
const GREATEST = 1.5;  // and a picture with room around it is made greater

const make = (name, classes = '') => Object.assign(document.createElement(name), {className: classes});
const measuring = document.getElementById('measuring');
const pages = [];
let page, heading, isNewStack;  // heading: the last one, which stands small over the pages that go on with its text

function newPage() {
  const section = make('section'), sheet = make('div', 'sheet'), content = make('div', 'content');
  section.append(sheet);
  sheet.append(content);
  measuring.append(sheet);
  page = {section, sheet, content, startsStack: isNewStack, notes: []};
  if (!isNewStack && heading) {
    const running = make('div', 'running');
    running.textContent = heading;
    content.before(running);
  }
  isNewStack = false;
  pages.push(page);
}

const isEmpty = () => page.content.childElementCount === 0;
const top_ = () => page.sheet.getBoundingClientRect().top;
function overflow() {  // how many pixels stand out below the sheet
  return page.content.getBoundingClientRect().bottom - top_() - BOTTOM;
}

function widest(block) {  // the width that a block would like to have
  const inside = [...block.querySelectorAll('table, mjx-container svg')].map(one => one.getBoundingClientRect());
  const left = block.getBoundingClientRect().left;
  return Math.max(block.scrollWidth, ...inside.map(one => one.right - left));
}

function shrink(block, factor) {
  block.style.zoom = Math.max(SMALLEST, factor) * (parseFloat(block.style.zoom) || 1);
}

function narrow(block) {
  const room = page.content.getBoundingClientRect().right - block.getBoundingClientRect().left;
  if (widest(block) > room + 1) shrink(block, room / widest(block));
}

// Puts a block on the page, or on the next, together with the headings and questions that must not be left behind.
function place(block) {
  if (block.dataset.keep === 'heading') heading = block.textContent.trim();
  page.content.append(block);
  narrow(block);
  if (overflow() <= 0) return;
  if (page.content.childElementCount > 1) {
    const moved = [block];
    while (moved[0].previousElementSibling?.dataset.keep && moved[0].previousElementSibling.previousElementSibling) {
      moved.unshift(moved[0].previousElementSibling);
    }
    if (moved[0].previousElementSibling && !moved[0].previousElementSibling.dataset.keep) {
      newPage();
      page.content.append(...moved);
      if (overflow() <= 0) return;
    }
  }
  const rest = divide(block);
  if (rest) {
    newPage();
    place(rest);
  } else {
    fitWhole(block);
  }
}

// Makes what cannot be divided smaller; its height does not shrink evenly, so it is tried again.
function fitWhole(block) {
  for (let tries = 0; tries < 8 && overflow() > 0; tries++) {
    const height = block.getBoundingClientRect().height;
    shrink(block, Math.min(0.97, (height - overflow()) / height));
    if (parseFloat(block.style.zoom) <= SMALLEST) break;
  }
}

// Takes from a block that is too long what does not fit, and returns it as a block of its own; null if it cannot.
function divide(block) {
  const pre = block.querySelector('pre');
  if (pre && !block.querySelector('table')) return divideLines(block, pre);
  const list = block.querySelector('tbody') ?? (block.matches('ul, ol, blockquote') ? block : null);
  if (!list || list.childElementCount < 2) return null;
  const rest = block.cloneNode(true);
  const target = rest.querySelector('tbody') ?? rest;
  target.replaceChildren();
  while (overflow() > 0 && list.childElementCount > 1) target.prepend(list.lastElementChild);
  if (block.matches('ol')) rest.start = (block.start || 1) + block.childElementCount;
  return overflow() > 0 ? null : rest;
}

// Breaks at the last empty line of the code, or where a statement begins at the margin, or else at any line.
function divideLines(block, pre) {
  const lines = pre.innerHTML.replace(/\n$/, '').split('\n');
  const words = pre.textContent.replace(/\n$/, '').split('\n');
  let most = lines.length;
  do pre.innerHTML = lines.slice(0, --most).join('\n'); while (most > 1 && overflow() > 0);
  if (overflow() > 0) return null;
  const least = Math.ceil(most / 3);
  const isGood = [at => !words[at - 1].trim(), at => /^[^\s)\]}#]/.test(words[at]), () => true];
  const from = Array.from({length: most - least + 1}, (_, back) => most - back);
  const at = isGood.map(good => from.find(good)).find(Boolean);
  pre.innerHTML = lines.slice(0, at).join('\n').trimEnd();
  const rest = block.cloneNode(true);
  rest.querySelector('pre').innerHTML = lines.slice(at).join('\n');
  return rest;
}

// Returns the blocks of a cell, in order; what the text has folded is a note to the speaker.
function blocksOf(cell) {
  const text = cell.querySelector('.jp-MarkdownOutput');
  if (text) return [...text.children].map(textBlock);
  const code = [...cell.querySelectorAll('.jp-InputArea-editor .highlight')];
  for (const one of code) one.classList.add('code');
  const shown = [...cell.querySelectorAll('.jp-OutputArea-output')];
  for (const one of shown) one.classList.add('shown');
  const all = [...code, ...shown];
  for (const one of all) if (one.closest('.answer')) one.classList.add('answer');
  return all.filter(one => one.textContent.trim() || one.querySelector('img'));
}

function textBlock(element) {
  if (/^H[1-6]$/.test(element.tagName)) element.dataset.keep = 'heading';
  else if (/:\s*$/.test(element.textContent) && element.tagName === 'P') element.dataset.keep = 'colon';
  if ([...element.querySelectorAll('strong')].some(one => /^Predict/.test(one.textContent))) element.classList.add('predict');
  return element;
}

function withoutLinks(cell) {  // a link to another notebook leads nowhere from here
  for (const mark of cell.querySelectorAll('.anchor-link')) mark.remove();
  for (const link of cell.querySelectorAll('a:not([href^="http"])')) link.replaceWith(...link.childNodes);
}

function fitsAlone(blocks) {  // whether a cell fits on a page that has nothing else
  const tried = make('div', 'content');
  page.content.replaceWith(tried);
  tried.append(...blocks);
  const height = tried.getBoundingClientRect().bottom - top_();
  tried.replaceWith(page.content);
  return height <= BOTTOM;
}

function fitsHere(blocks) {
  page.content.append(...blocks);
  const fits = overflow() <= 0;
  for (const one of blocks) one.remove();
  return fits;
}

function placeCell(cell) {
  withoutLinks(cell);
  const all = blocksOf(cell);
  const notes = all.filter(one => one.tagName === 'DETAILS');
  if (cell.dataset.step === 'skip') return void page.notes.push(...notes);
  const blocks = all.filter(one => one.tagName !== 'DETAILS');
  isNewStack = cell.dataset.step === 'slide' || !page;
  if (isNewStack || cell.dataset.step === 'subslide') newPage();
  else if (!isEmpty() && !fitsHere(blocks) && fitsAlone(blocks)) {
    const kept = [];
    while (page.content.lastElementChild?.dataset.keep && page.content.childElementCount > 1) {
      const last = page.content.lastElementChild;
      last.remove();
      kept.unshift(last);
    }
    newPage();
    blocks.unshift(...kept);
  }
  page.notes.push(...notes);
  for (const block of blocks) place(block);
}

// An answer, with the text after it that may explain it, is a step of its own, unless its page begins with it.
function holdBack(content) {
  let step = -1, before = 'answer';
  for (const block of content.children) {
    const kind = block.matches('.answer') ? 'answer' : 'other';
    if (kind === 'answer' && before === 'other') step += 1;
    before = kind;
    if (step < 0) continue;
    block.classList.add('fragment');
    block.dataset.fragmentIndex = step;
  }
}

// A picture grows into the room that its page leaves.
function grow(content) {
  const images = content.querySelectorAll('img');
  if (images.length !== 1) return;
  const {width, height} = images[0].getBoundingClientRect();
  const free = content.parentElement.getBoundingClientRect().top + BOTTOM - content.getBoundingClientRect().bottom;
  const factor = Math.min(GREATEST, (WIDTH - 20) / width, (height + free) / height);
  if (factor > 1.02) Object.assign(images[0].style, {width: `${width * factor}px`, maxHeight: 'none'});
}

function finish() {
  const slides = document.querySelector('.slides');
  let stack;
  for (const {content} of pages) {
    grow(content);
    holdBack(content);
  }
  for (const one of pages.filter(one => one.content.childElementCount || one.notes.length)) {
    if (one.startsStack || !stack) slides.append(stack = make('section'));
    one.section.append(one.sheet);
    if (one.notes.length) {
      const notes = make('aside', 'notes');
      for (const note of one.notes) notes.append(...note.childNodes);
      one.section.append(notes);
    }
    stack.append(one.section);
  }
  measuring.remove();
}

async function begin() {
  await window.MathJax.startup.promise;
  await document.fonts.ready;
  await Promise.all([...document.images].map(image => image.decode().catch(() => null)));
  const cells = [...document.querySelectorAll('#chapter .cell')];
  document.getElementById('chapter').remove();  // what is in the page is laid out again and again
  for (const cell of cells) placeCell(cell);
  finish();
  const deck = new Reveal({
    width: 1280, height: 720, margin: 0, minScale: 0.1, maxScale: 4, center: false, hash: true, transition: 'none',
    slideNumber: 'c/t', scrollActivationWidth: null, plugins: [RevealNotes],
  });
  await deck.initialize();
  window.deck = deck;
}

begin();
