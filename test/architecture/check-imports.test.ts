import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { circles, sharedNames, violations } from "./check-imports.ts";
import { readImports, type SourceFile } from "./read-imports.ts";
import type { FolderRule, Rules } from "./rules.ts";

/** Writes the files into a folder of their own and reads them as the program's are read. */
async function filesOf(texts: Readonly<Record<string, string>>): Promise<SourceFile[]> {
  const root = await mkdtemp(join(tmpdir(), "cfs-test-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(texts)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return readImports(root);
}

/** A rule that allows nothing but what is given. */
function rule(allowed: Partial<FolderRule> = {}): FolderRule {
  return { values: [], packages: [], ...allowed };
}

const house = {
  "source/start.ts": 'import { draw } from "./ui/draw.ts";\ndraw();\n',
  "source/ui/draw.ts":
    'import type { Row } from "../store/row.ts";\n\nexport const draw = (row?: Row) => import("../api/client.ts");\n',
  "source/store/row.ts": "export interface Row {\n  id: string;\n}\n",
  "source/api/client.ts":
    'import { Agent } from "node:http";\n\nexport const agent = new Agent();\n',
};

const houseRules: Rules = {
  ".": rule({ values: ["ui"] }),
  ui: rule({ types: ["store"], late: ["api"], face: ["draw.ts"] }),
  store: rule(),
  api: rule({ packages: ["node:http"] }),
};

/** What is found when the files and rules of the house are changed like this. */
async function found(texts: Readonly<Record<string, string>>, changed: Rules = {}) {
  return violations(await filesOf({ ...house, ...texts }), { ...houseRules, ...changed });
}

describe("a rule", () => {
  test("allows values, types, late imports and packages that it lists", async () => {
    expect(await found({})).toEqual([]);
  });

  test("forbids values of another folder, and says where they are imported", async () => {
    const text =
      '// A store.\nimport {\n  agent,\n} from "../api/client.ts";\nexport const a = agent;\n';
    expect(await found({ "source/store/send.ts": text })).toEqual([
      "source/store/send.ts:2 imports source/api/client.ts: store may not import values of api",
    ]);
  });

  test.each([
    ['export { agent } from "../api/client.ts";', "import values of"],
    ['export * from "../api/client.ts";', "import values of"],
    ['import "../api/client.ts";', "import values of"],
    ['import { type Agent, agent } from "../api/client.ts";', "import values of"],
    ['import { type Agent } from "../api/client.ts";', "import types of"],
    ['export type { Agent } from "../api/client.ts";', "import types of"],
    ['export const late = () => import("../api/client.ts");', "load later"],
  ])("sees %s", async (text, what) => {
    expect(await found({ "source/store/send.ts": text })).toEqual([
      `source/store/send.ts:1 imports source/api/client.ts: store may not ${what} api`,
    ]);
  });

  test("of types allows no values, and one of late imports none at once", async () => {
    const text =
      'import { row } from "../store/row.ts";\nimport { agent } from "../api/client.ts";\n';
    expect(await found({ "source/ui/draw-all.ts": text })).toEqual([
      "source/ui/draw-all.ts:1 imports source/store/row.ts: ui may not import values of store",
      "source/ui/draw-all.ts:2 imports source/api/client.ts: ui may not import values of api",
    ]);
  });

  test("forbids packages that it does not list", async () => {
    expect(await found({ "source/store/read.ts": 'import { open } from "node:fs";\n' })).toEqual([
      "source/store/read.ts:1 imports node:fs: store may not import this package",
    ]);
  });

  test("is missing for a folder that is not listed", async () => {
    expect(await found({ "source/extra/deep/file.ts": "" })).toEqual([
      "the folder extra has no rule",
    ]);
  });

  test("of a folder without files is found, as after a folder was renamed", async () => {
    expect(await found({}, { keys: rule() })).toEqual(["the rule of keys has no files"]);
  });

  test("allows nothing that is not in use", async () => {
    const wide = rule({
      values: ["api", "ui"],
      types: ["store"],
      late: ["api"],
      packages: ["ink"],
    });
    expect(await found({}, { ".": wide })).toEqual([
      ". does not import values of api, which its rule allows",
      ". does not import types of store, which its rule allows",
      ". does not load later api, which its rule allows",
      ". does not import ink, which its rule allows",
    ]);
  });
});

describe("a face", () => {
  test("is all that other folders import, whatever the kind of import", async () => {
    const texts = {
      "source/ui/inner/widget.ts": "export interface Widget {}\n",
      "source/stop.ts":
        'import type { Widget } from "./ui/inner/widget.ts";\nexport type W = Widget;\n',
    };
    expect(await found(texts)).toEqual([
      "source/stop.ts:1 imports source/ui/inner/widget.ts: not part of the face of ui",
    ]);
  });

  test("has no file that no other folder imports", async () => {
    const ui = rule({ types: ["store"], late: ["api"], face: ["draw.ts", "gone.ts"] });
    expect(await found({}, { ui })).toEqual([
      "gone.ts is part of the face of ui and no other folder imports it",
    ]);
  });

  test("can be a subfolder", async () => {
    const texts = { "source/stop.ts": 'import "./ui/screens/table.ts";\n' };
    const ui = (face: readonly string[]) => rule({ types: ["store"], late: ["api"], face });
    expect(await found(texts, { ui: ui(["draw.ts", "screens/"]) })).toEqual([]);
    expect(await found(texts, { ui: ui(["draw.ts", "widgets/"]) })).toEqual([
      "source/stop.ts:1 imports source/ui/screens/table.ts: not part of the face of ui",
      "widgets/ is part of the face of ui and no other folder imports it",
    ]);
  });
});

describe("the order inside a folder", () => {
  const texts = {
    "source/store/program.ts": 'import "./actions/move.ts";\nimport "./actions/sort.ts";\n',
    "source/store/actions/move.ts": 'import "./sort.ts";\nimport "../row.ts";\n',
    "source/store/actions/sort.ts": "",
    "source/store/selectors/table.ts": 'import type { Row } from "../row.ts";\n',
  };
  const ordered = (...order: NonNullable<FolderRule["order"]>) => ({ store: rule({ order }) });

  test("lets each room import itself and those after it", async () => {
    expect(await found(texts, ordered("program", ["actions", "selectors"], "*"))).toEqual([]);
  });

  test("lets none import one before it, nor one beside it", async () => {
    const more = {
      ...texts,
      "source/store/row.ts": 'import type { T } from "./selectors/table.ts";\n',
      "source/store/selectors/rows.ts": 'import "../actions/sort.ts";\n',
    };
    expect(await found(more, ordered("program", ["actions", "selectors"], "row"))).toEqual([
      "source/store/row.ts:1 imports source/store/selectors/table.ts: against the order of store",
      "source/store/selectors/rows.ts:1 imports source/store/actions/sort.ts: against the order of store",
    ]);
  });

  test("names every room, and none without files", async () => {
    expect(await found(texts, ordered("program", "actions", "reducers", "row"))).toEqual([
      "the order of store names reducers, which has no files",
      "source/store/selectors/table.ts has no place in the order of store",
    ]);
  });
});

describe("circles", () => {
  test("are found through types and late imports", async () => {
    const files = await filesOf({
      "source/a.ts": 'import type { B } from "./b.ts";\nexport type A = B;\n',
      "source/b.ts": 'export const b = () => import("./deep/c.ts");\nexport type B = string;\n',
      "source/deep/c.ts": 'import { a } from "../a.ts";\n',
      "source/d.ts": 'import "./a.ts";\nimport "./e.ts";\n',
      "source/e.ts": 'import "./b.ts";\n',
    });
    expect(circles(files)).toEqual([
      "source/a.ts -> source/b.ts -> source/deep/c.ts -> source/a.ts",
    ]);
  });

  test("are none where two ways lead to one file", async () => {
    const files = await filesOf({
      "source/a.ts": 'import "./b.ts";\nimport "./c.ts";\n',
      "source/b.ts": 'import "./d.ts";\n',
      "source/c.ts": 'import "./d.ts";\n',
      "source/d.ts": "",
    });
    expect(circles(files)).toEqual([]);
  });
});

test("shared names are those that two files declare, not those that one passes on", async () => {
  const files = await filesOf({
    "source/a.ts": "export interface Line {}\nexport const { left, right } = sides;\n",
    "source/b.ts": 'export type Line = string;\nexport { left } from "./a.ts";\nconst right = 1;\n',
  });
  expect(sharedNames(files)).toEqual(["Line"]);
});
