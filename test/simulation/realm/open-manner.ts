import type { OpenManner } from "../world/file-tree.ts";

export const constants = {
  O_RDONLY: 0,
  O_WRONLY: 1,
  O_RDWR: 2,
  O_CREAT: 64,
  O_EXCL: 128,
  O_TRUNC: 512,
  O_APPEND: 1_024,
  O_NONBLOCK: 2_048,
  O_NOFOLLOW: 131_072,
  W_OK: 2,
};

const flagWords: Readonly<Record<string, number>> = {
  r: constants.O_RDONLY,
  "r+": constants.O_RDWR,
  w: constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC,
  wx: constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_EXCL,
  a: constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND,
};

/** What the flags of an open call ask for. */
export function mannerOf(flags: string | number): OpenManner {
  const bits = typeof flags === "number" ? flags : (flagWords[flags] ?? 0);
  const has = (bit: number) => (bits & bit) !== 0;
  return {
    reads: !has(constants.O_WRONLY),
    writes: has(constants.O_WRONLY) || has(constants.O_RDWR),
    creates: has(constants.O_CREAT),
    exclusive: has(constants.O_EXCL),
    truncates: has(constants.O_TRUNC),
    appends: has(constants.O_APPEND),
  };
}
