// Puts into a new edition of a notebook what the reader wrote in a copy of an earlier one.
import {checksum} from "./zip.js";

const textOf = (cell) => Array.isArray(cell.source) ? cell.source.join("") : cell.source;
const marksOf = (notebook) => notebook.metadata?.bpkit?.cells; // of its cells, as the book had them
const markOf = (cell) => checksum(new TextEncoder().encode(textOf(cell)));

/** A cell of the reader's as one that has not been run: its outputs were of the earlier edition. */
function notRun(cell) {
  return cell.cell_type === "code" ? {...cell, outputs: [], execution_count: null} : cell;
}

/**
 * The new edition with the cells that the reader changed, where the book did not change them too, and with those that
 * the reader added, each below the cell that it followed. Also the ids of those cells, and of the changed ones that
 * the book has changed too or no longer has: these are left out. Null if it is not known what the reader wrote.
 */
export function carriedOver(copy, edition) {
  const before = marksOf(copy), now = marksOf(edition);
  if (!before || !now) return null;
  const cells = [...edition.cells], place = ({id}) => cells.findIndex((cell) => cell.id === id);
  const carried = [], left = [];
  for (const [at, cell] of copy.cells.entries()) {
    const mark = before[cell.id], there = place(cell);
    if (mark === undefined ? !textOf(cell).trim() : mark === markOf(cell)) continue; // it is the book's, or empty
    if (mark === undefined && there < 0) {
      const above = copy.cells.slice(0, at).findLast((one) => place(one) >= 0);
      cells.splice(above ? place(above) + 1 : 0, 0, notRun(cell));
    } else if (mark !== undefined && mark === now[cell.id]) {
      cells[there] = notRun(cell);
    } else {
      if (there < 0 || textOf(cells[there]) !== textOf(cell)) left.push(cell.id);
      continue;
    }
    carried.push(cell.id);
  }
  return {notebook: {...edition, cells}, carried, left};
}
