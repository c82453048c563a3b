import path from "node:path";
import { isDamagedState, readState } from "../../../source/config/state-schema.ts";
import { type Check, type CheckParts, createReader, goesOn } from "./check.ts";

/** The settings are valid, and hold the newest refresh token that the program has relied on. */
export function createKeptSession({ disk, facts, scratch }: CheckParts): Check {
  const conf = path.join(facts.settings, "config.json");
  /** "" if no token is kept; undefined if the settings are invalid. */
  const copy = path.join(scratch, "config.json");
  const tokenIn = createReader([copy], () => {
    try {
      return readState(copy).sessions[0]?.refreshToken ?? "";
    } catch (thrown) {
      if (isDamagedState(thrown)) return undefined;
      throw thrown;
    }
  });
  const tokens: string[] = [];
  /** How many of them were written when the program last relied on one. */
  let owed = 0;

  return {
    follow(operation) {
      if (operation.op === "rename" && operation.to === conf) {
        const token = tokenIn(disk.contentNow(conf) ?? Buffer.alloc(0));
        if (token && !tokens.includes(token)) tokens.push(token);
      }
      if (goesOn(operation)) owed = tokens.length;
    },
    problemOf({ files }) {
      const content = files.get(conf)?.();
      const token = content === undefined ? "" : tokenIn(content);
      if (token === undefined) return "the settings are invalid";
      if (owed === 0) return undefined;
      if (token === "") return "the session was kept and is missing";
      return tokens.indexOf(token) + 1 < owed ? "an older refresh token is kept" : undefined;
    },
  };
}
