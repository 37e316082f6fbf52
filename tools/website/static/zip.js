// Reads and writes zip files, without a package: names in UTF-8, contents as they are when writing.

const TABLE = Uint32Array.from({length: 256}, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
  return byte;
});

export function checksum(bytes) {
  let sum = ~0;
  for (const byte of bytes) sum = TABLE[(sum ^ byte) & 255] ^ (sum >>> 8);
  return ~sum >>> 0;
}

/** Numbers as bytes, the lowest first; each is given with its length. */
function packed(...pairs) {
  return Uint8Array.from(pairs.flatMap(([value, length]) =>
    Array.from({length}, (_, at) => Math.floor(value / 2 ** (8 * at)) % 256)));
}

/** A zip file of texts by name. */
export function zipOf(files) {
  const parts = [], entries = [];
  let at = 0;
  const add = (...pieces) => { for (const piece of pieces) { parts.push(piece); at += piece.length; } };
  for (const [name, text] of files) {
    const title = new TextEncoder().encode(name), bytes = new TextEncoder().encode(text);
    // version 2.0, names in UTF-8, not compressed, at 1 January 1980: the same contents give the same file
    const facts = packed([20, 2], [0x0800, 2], [0, 2], [0, 2], [33, 2], [checksum(bytes), 4], [bytes.length, 4],
                         [bytes.length, 4], [title.length, 2], [0, 2]);
    entries.push([packed([0x02014b50, 4], [20, 2]), facts, packed([0, 2], [0, 2], [0, 2], [0, 4], [at, 4]), title]);
    add(packed([0x04034b50, 4]), facts, title, bytes);
  }
  const start = at;
  for (const entry of entries) add(...entry);
  add(packed([0x06054b50, 4], [0, 4], [entries.length, 2], [entries.length, 2], [at - start, 4], [start, 4], [0, 2]));
  return new Blob(parts, {type: "application/zip"});
}

/** The texts in a zip file, with their names. Throws an Error for what is no zip file. */
export async function textsIn(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer()), view = new DataView(bytes.buffer);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw new Error("it is not a zip file");
  const found = [];
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    const length = (place) => view.getUint16(at + place, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + length(28)));
    const local = view.getUint32(at + 42, true), size = view.getUint32(at + 20, true);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const content = new Blob([bytes.subarray(start, start + size)]);
    const plain = length(10) === 0 ? content.stream() : content.stream().pipeThrough(new DecompressionStream("deflate-raw"));
    if (!name.endsWith("/")) found.push([name, await new Response(plain).text()]);
    at += 46 + length(28) + length(30) + length(32);
  }
  return found;
}
