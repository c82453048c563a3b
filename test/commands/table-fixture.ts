import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as v from "valibot";
import { pathWithStubDuckDb } from "../support/program/stub-duckdb.ts";
import { syncTest } from "./sync-fixture.ts";

const callShape = v.object({
  sql: v.string(),
  words: v.array(v.string()),
  directory: v.string(),
  variables: v.array(v.string()),
});

/** Tests of `cfs table` with a stand-in for duckdb. */
export const tableTest = syncTest
  .extend("environment", async ({ folder }): Promise<Record<string, string>> => {
    return { PATH: await pathWithStubDuckDb(folder), STUB_LOG: join(folder, "duckdb.log") };
  })
  .extend("table", ({ environment, out, program }) => {
    return (...words: string[]) => program.run(["table", out, ...words], { environment });
  })
  /** What duckdb was called with. */
  .extend("calls", ({ folder }) => async () => {
    const lines = (await readFile(join(folder, "duckdb.log"), "utf8")).trimEnd().split("\n");
    return lines.map((line) => v.parse(callShape, JSON.parse(line)));
  })
  /** Puts csv files into the folder. */
  .extend("put", ({ out }) => {
    return async (files: Record<string, string>) => {
      await mkdir(out, { recursive: true });
      for (const [name, rows] of Object.entries(files)) {
        const text = rows.endsWith("\n") ? rows : `${rows.split(" ").join("\n")}\n`;
        await writeFile(join(out, name), name.endsWith(".gz") ? gzipSync(text) : text);
      }
    };
  })
  /** The records of the table that the stand-in wrote. */
  .extend("recordsOf", ({ folder }) => async (name: string) => {
    const text = await readFile(join(folder, name), "utf8");
    return text
      .trimEnd()
      .split("\n")
      .map((line) => Object.values(JSON.parse(line)).join(","));
  });
