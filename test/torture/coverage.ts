import { type CallSite, callSites } from "./call-sites.ts";
import type { Site } from "./sites.ts";
import { unreached } from "./unreached.ts";

export interface Coverage {
  /** The number of calls in the source that can fail. */
  all: number;
  reached: number;
  /** Calls that no scenario reaches, with the reason. */
  explained: string[];
  unexplained: string[];
}

/** Compares the calls in the source with the calls that the scenarios reached. */
export function coverageOf(sites: Iterable<Site>): Coverage {
  const reached = new Set<string>();
  for (const { name, places } of sites) {
    const own = name.replace(/^(fs\.|promises\.|handle\.|new )/, "");
    for (const place of places) reached.add(`${own} ${place}`);
  }
  const all = callSites();
  const others = all.filter(({ file, line, name }) => !reached.has(`${name} ${file}:${line}`));
  const explained = others.filter((site) => unreached[keyOf(site)] !== undefined);
  return {
    all: all.length,
    reached: all.length - others.length,
    explained: explained.map((site) => `${describe(site)}: ${unreached[keyOf(site)]}`),
    unexplained: others.filter((site) => !explained.includes(site)).map(describe),
  };
}

/** Entries for calls that the source no longer makes. */
export function staleReasons(): string[] {
  const keys = new Set(callSites().map(keyOf));
  return Object.keys(unreached).filter((key) => !keys.has(key));
}

function keyOf({ name, within }: CallSite): string {
  return `${name} in ${within}`;
}

function describe({ file, line, name, within }: CallSite): string {
  return `${name} in ${within} (${file}:${line})`;
}
