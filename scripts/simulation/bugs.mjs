import { readFile } from "node:fs/promises";

/** Known bugs, each a change of one place in the source, to prove that the simulation finds them. */
export const bugs = JSON.parse(
  await readFile(new URL("../../test/simulation/bugs.json", import.meta.url), "utf8"),
);

/** An esbuild plugin that builds the bug in. Throws if the source has changed and the bug no longer applies. */
export function withBug(name) {
  const bug = bugs[name];
  if (bug === undefined) throw new Error(`there is no bug "${name}"`);
  return {
    name: "bug",
    setup({ onLoad }) {
      onLoad({ filter: new RegExp(`${bug.file}$`) }, async ({ path }) => {
        const source = await readFile(path, "utf8");
        if (!source.includes(bug.right)) throw new Error(`${bug.file} has no "${bug.right}"`);
        return { contents: source.replace(bug.right, bug.wrong), loader: "ts" };
      });
    },
  };
}
