import type { Random } from "../../source/sandbox/model/random.ts";

/** The longest input, which keeps the corpus small and a run short. */
export const mostInputBytes = 4_000;

interface Materials {
  random: Random;
  /** Words that an input may contain. */
  words: readonly Buffer[];
  /** Inputs from which parts may be copied. */
  parents: readonly Buffer[];
}

type Change = (bytes: Buffer, materials: Materials) => Buffer;

/** A new input: one of the parents, changed a few times. */
export function mutate(materials: Materials): Buffer {
  const { random } = materials;
  let bytes = itemOf(materials.parents, random);
  const times = 1 + random.below(random.below(4) === 0 ? 12 : 3);
  for (let time = 0; time < times; time += 1) {
    bytes = itemOf(changes, random)(bytes, materials);
    if (bytes.length > mostInputBytes) bytes = bytes.subarray(0, mostInputBytes);
  }
  return bytes;
}

const nothing = Buffer.alloc(0);

function itemOf<Item>(items: readonly Item[], random: Random): Item {
  const item = items[random.below(items.length)];
  if (item === undefined) throw new Error("there is nothing to choose from");
  return item;
}

/** Positions of a part of the bytes; most parts are short. */
function partOf(bytes: Buffer, random: Random): [first: number, end: number] {
  const first = random.below(bytes.length + 1);
  const most = random.below(3) === 0 ? bytes.length : 8;
  return [first, Math.min(bytes.length, first + 1 + random.below(most + 1))];
}

function replaced(bytes: Buffer, first: number, end: number, by: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, first), by, bytes.subarray(end)]);
}

/** The strings, numbers and words of JSON, and the words of other texts. */
const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|[A-Za-z_]+/gi;

function replaceToken(bytes: Buffer, random: Random, by: (token: string) => Buffer): Buffer {
  const found = [...bytes.toString("latin1").matchAll(tokens)];
  const token = found[random.below(Math.max(1, found.length))];
  if (token === undefined) return bytes;
  return replaced(bytes, token.index, token.index + token[0].length, by(token[0]));
}

const edges = [
  0, 1, 2, 7, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0xffffffff,
];

function edgeNumber(random: Random): number {
  return Math.max(0, itemOf(edges, random) + random.below(3) - 1);
}

const changes: readonly Change[] = [
  function flipBit(bytes, { random }) {
    const copy = Buffer.from(bytes);
    const at = random.below(Math.max(1, bytes.length));
    if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    return copy;
  },
  function setByte(bytes, { random }) {
    const copy = Buffer.from(bytes);
    const at = random.below(Math.max(1, bytes.length));
    if (at < copy.length) copy[at] = random.below(256);
    return copy;
  },
  function remove(bytes, { random }) {
    return replaced(bytes, ...partOf(bytes, random), nothing);
  },
  function repeat(bytes, { random }) {
    const [first, end] = partOf(bytes, random);
    const part = bytes.subarray(first, end);
    return replaced(bytes, end, end, Buffer.concat(Array(1 + random.below(20)).fill(part)));
  },
  function cut(bytes, { random }) {
    return bytes.subarray(0, random.below(bytes.length + 1));
  },
  function insertWord(bytes, { random, words }) {
    const at = random.below(bytes.length + 1);
    return replaced(bytes, at, at, itemOf(words, random));
  },
  function replaceByWord(bytes, { random, words }) {
    return replaced(bytes, ...partOf(bytes, random), itemOf(words, random));
  },
  function tokenToWord(bytes, { random, words }) {
    return replaceToken(bytes, random, (token) => {
      const word = itemOf(words, random);
      const isBare = token.startsWith('"') && !/^["[{\d]/.test(word.toString("latin1", 0, 1));
      return isBare ? Buffer.from(JSON.stringify(word.toString())) : word;
    });
  },
  function tokenToNumber(bytes, { random }) {
    return replaceToken(bytes, random, () => Buffer.from(String(edgeNumber(random))));
  },
  function tokenToAnother(bytes, { random, parents }) {
    const other = itemOf(parents, random).toString("latin1").match(tokens) ?? [""];
    return replaceToken(bytes, random, () => Buffer.from(itemOf(other, random), "latin1"));
  },
  function stepNumber(bytes, { random }) {
    return replaceToken(bytes, random, (token) =>
      Buffer.from(/^-?\d/.test(token) ? String(Number(token) + random.below(5) - 2) : token),
    );
  },
  function writeNumber(bytes, { random }) {
    const copy = Buffer.from(bytes);
    const size = itemOf([1, 2, 4], random);
    if (copy.length < size) return copy;
    const value = edgeNumber(random) % 2 ** (8 * size);
    copy.writeUIntLE(value, random.below(copy.length - size + 1), size);
    return copy;
  },
  function insertPart(bytes, { random, parents }) {
    const other = itemOf(parents, random);
    const at = random.below(bytes.length + 1);
    return replaced(bytes, at, at, other.subarray(...partOf(other, random)));
  },
  function join(bytes, { random, parents }) {
    const other = itemOf(parents, random);
    const [first] = partOf(other, random);
    return replaced(bytes, random.below(bytes.length + 1), bytes.length, other.subarray(first));
  },
];
