import fs from "node:fs";
import * as v from "valibot";
import type { MappedProgram } from "./program.ts";

/** A system call that can fail, and the places of the program that lead to it. */
export interface Site {
  /** "fs.openSync at source/files/lock.ts:88 from source/files/lock.ts:150". */
  id: string;
  /** The kind of call, which decides how it can fail. */
  kind: string;
  name: string;
  /** Innermost first, in the source and in packages. */
  places: readonly string[];
  /** The keys by which the injector recognises it. */
  keys: Set<string>;
  /** The number of calls. */
  calls: number;
}

const callShape = v.object({ name: v.string(), kind: v.string(), at: v.array(v.string()) });
const openShape = v.object({ open: v.string() });
const lineShape = v.union([callShape, openShape]);

export interface CallLog {
  sites: Map<string, Site>;
  /** The number of files that were open when the process ended. */
  leftOpen: string[];
}

const isOwn = (place: string) => /^(source\/|cli\.tsx)/.test(place);

/** Calls of the test service are left out: their failures would be failures of the service. */
const isOfSandbox = (place: string) => place.startsWith("source/sandbox/");

export function readCallLog(file: string, { sourceOf }: MappedProgram): CallLog {
  const sites = new Map<string, Site>();
  const leftOpen: string[] = [];
  const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const call = v.parse(lineShape, JSON.parse(line));
    if ("open" in call) {
      leftOpen.push(call.open);
      continue;
    }
    const places = call.at.map(sourceOf);
    const own = places.filter(isOwn);
    if (own[0] === undefined || isOfSandbox(own[0])) continue;
    const id = idOf(call.name, places, own);
    const key = [call.name, ...call.at].join("|");
    const site = sites.get(id);
    if (site === undefined) {
      const { kind, name } = call;
      sites.set(id, { id, kind, name, places, keys: new Set([key]), calls: 1 });
    } else {
      site.keys.add(key);
      site.calls += 1;
    }
  }
  return { sites, leftOpen };
}

/** Distinguishes the calls of a helper by the caller of its caller. */
function idOf(name: string, [first = ""]: string[], [own = "", caller]: string[]): string {
  const inPackage = isOwn(first) ? "" : `${first} from `;
  return `${name} at ${inPackage}${own}${caller === undefined ? "" : ` from ${caller}`}`;
}
