import { readdirSync } from "node:fs";
import { join } from "node:path";
import { partPathsOf } from "../../source/transfer/part-file/part-file.ts";
import { test as base } from "../support/test.ts";

/** A file "a.csv" that goes into the folder. */
export const test = base
  .extend("final", ({ folder }) => join(folder, "a.csv"))
  .extend("paths", ({ final }) => partPathsOf(final))
  /** Returns the names in the folder, sorted. */
  .extend("names", ({ folder }) => {
    return () => readdirSync(folder).sort();
  });
