import { createHash } from "node:crypto";
import path from "node:path";
import * as v from "valibot";
import type { Tree } from "../disk-model.ts";
import type { Facts } from "../stage.ts";
import { type Check, parsed, type SavedNames } from "./check.ts";

const savedLine = v.object({
  path: v.string(),
  status: v.picklist(["saved", "skipped"]),
  sha256: v.string(),
  unpacked: v.optional(v.array(v.string()), []),
});

/** A final name always holds a complete file of the service, and a file reported as saved stays. */
export function createFinalNames(facts: Facts): Check & { saved: SavedNames } {
  const { folder, finals, unpackedFolders } = facts;
  const saved = new Map<string, number>();
  const sha256s = new Map([...finals].map(([name, bodies]) => [name, bodies.map(sha256Of)]));

  const hear = (line: string) => {
    const said = v.safeParse(savedLine, parsed(line));
    if (!said.success) return;
    const name = path.relative(folder, said.output.path);
    const index = sha256s.get(name)?.indexOf(said.output.sha256) ?? -1;
    if (index < 0) throw new Error(`it reported a content as saved that is not ${name}`);
    saved.set(name, index);
    for (const each of said.output.unpacked) saved.set(path.relative(folder, each), 0);
  };

  const problemOfFile = (name: string, content: Buffer): string | undefined => {
    const right = finals.get(name);
    if (right === undefined) return `${name} exists, and no file of the service has that name`;
    const index = right.findIndex((body) => body.equals(content));
    if (index < 0) return `${name} has bytes that are not the service's`;
    return index < (saved.get(name) ?? 0)
      ? `${name} is older than the one reported as saved`
      : undefined;
  };

  const problemOfFiles = ({ files }: Tree): string | undefined => {
    for (const [file, content] of files) {
      const name = path.relative(folder, file);
      if (isFinal(name)) {
        const problem = problemOfFile(name, content());
        if (problem !== undefined) return problem;
      }
    }
    const lost = [...saved.keys()].filter((name) => !files.has(path.join(folder, name)));
    return lost.length > 0 ? `${lost.join(", ")} was saved and is missing` : undefined;
  };

  const problemOfFolders = ({ files, folders }: Tree): string | undefined => {
    for (const [name, entries] of unpackedFolders) {
      const at = path.join(folder, name);
      const missing = entries.filter((entry) => !files.has(path.join(at, entry)));
      if (folders.has(at) && missing.length > 0) return `${name} lacks ${missing.join(", ")}`;
    }
    return undefined;
  };

  return {
    saved,
    follow(operation) {
      if (operation.op === "said" && operation.stream === "stdout")
        for (const line of operation.text.split("\n")) hear(line);
    },
    problemOf: (tree) => problemOfFiles(tree) ?? problemOfFolders(tree),
  };
}

function isFinal(name: string): boolean {
  return !/^\.\.|^\.cfs-sync|\.(part|lock)(\/|\.|$)/.test(name);
}

function sha256Of(body: Buffer): string {
  return createHash("sha256").update(body).digest("hex");
}
