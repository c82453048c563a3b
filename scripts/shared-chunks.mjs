import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

function modulesIn(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((name) => /\.tsx?$/.test(name));
}

/** Loaded by nearly every call, with what they import themselves. */
const core = [
  "source/main/run-program.ts",
  ...modulesIn("source/domain"),
  "source/api/session/session-store.ts",
  "source/config/state-store.ts",
  "source/config/preferences.ts",
  "source/text/cells.ts",
];

/** What the terminal program shows first; no command loads it. */
const firstScreen = "source/ui/first-screen.ts";

/** What is loaded behind the first screen. */
const screens = [
  "source/ui/start.ts",
  "source/ui/draw-screens.tsx",
  "source/ui/plain/start-plain.ts",
];

/** The modules that are imported where they are needed first, by the texts of all. */
function loadedLater() {
  return ["cli.tsx", ...modulesIn("source")].flatMap((name) =>
    [...readFileSync(name, "utf8").matchAll(/\bimport\("(\..*?)"\)/g)].map(([, path]) =>
      join(dirname(name), path),
    ),
  );
}

/**
 * Puts what nearly every call loads into one file, and what the first screen needs into another: each file
 * costs a start a read and some turns, and what several files share would else be cut into one small file
 * for each way of sharing it. Whatever is loaded later is made to import these too, so that there is one
 * way of sharing them; they are there by then.
 */
export const sharedChunks = {
  name: "shared-chunks",
  setup({ initialOptions, onLoad }) {
    const root = initialOptions.absWorkingDir ?? process.cwd();
    const later = new Set(loadedLater());
    // These are loaded before all others.
    later.delete("source/main/keep-compiled.ts");
    later.delete("source/main/keep-code.ts");
    onLoad({ filter: /\.tsx?$/ }, ({ path }) => {
      const name = path.slice(root.length + 1);
      if (!later.has(name)) return undefined;
      const needs = screens.includes(name) ? [...core, firstScreen] : core;
      const imports = needs
        .filter((need) => need !== name)
        .map((need) => `import ${JSON.stringify(join(root, need))};`);
      return {
        contents: `${readFileSync(path, "utf8")}\n${imports.join("")}\n`,
        loader: path.endsWith("x") ? "tsx" : "ts",
      };
    });
  },
};
