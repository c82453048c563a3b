import fs from "node:fs";
import path from "node:path";
import { modify } from "../crash/scenarios.ts";
import {
  deadHolder,
  get,
  killed,
  kilobyte,
  large,
  must,
  nameless,
  put,
  type Scenario,
  small,
  sync,
  unsized,
  zip,
} from "./scenario.ts";

const packed: Scenario["files"] = [
  { filename: "a.csv.gz", bytes: 60 * kilobyte },
  { filename: "b.zip", bytes: 50 * kilobyte, listedMd5: "missing" },
];

/** Downloads and syncs into folders, and what they find there. */
export const folderScenarios: readonly Scenario[] = [
  {
    name: "a download of large and small files",
    files: [large, ...small, zip, unsized, nameless],
    words: get,
    downloads: true,
  },
  {
    name: "a resume after a kill",
    files: [large, ...small.slice(0, 1)],
    prepare: (stage) => killed(stage, 3),
    words: get,
    downloads: true,
  },
  {
    name: "a resume after the machine was started again",
    files: [large],
    environment: () => ({ CFS_CONNECTIONS: "1" }),
    async prepare(stage) {
      stage.environment["FAULT_BOOT"] = "first";
      await killed(stage, 4);
      stage.environment["FAULT_BOOT"] = "second";
    },
    words: get,
    downloads: true,
  },
  {
    name: "wrong bytes that are fetched again",
    files: [{ filename: "a.csv", bytes: 400 * kilobyte, listedMd5: "true" }],
    begin: ({ sandbox }) =>
      void sandbox.faults.add({
        on: "objects",
        times: 1,
        effect: { kind: "corrupt", at: 100 },
      }),
    words: get,
    downloads: true,
  },
  {
    name: "wrong bytes of a small file",
    files: small.slice(0, 1),
    begin: ({ sandbox }) =>
      void sandbox.faults.add({
        on: "objects",
        times: 1,
        effect: { kind: "corrupt", at: 100 },
      }),
    words: get,
    downloads: true,
  },
  {
    name: "an overwriting",
    files: [{ ...large, bytes: 500 * kilobyte }, ...small.slice(0, 1)],
    async prepare(stage) {
      await must(stage, get(stage));
      stage.change("large.csv.gz");
      stage.change("small-1.csv.gz");
    },
    words: (stage) => get(stage, "--overwrite"),
    downloads: true,
  },
  {
    name: "names that other files have",
    files: [{ ...large, bytes: 400 * kilobyte }, ...small.slice(0, 2)],
    async prepare(stage) {
      for (const { filename } of stage.files) {
        put(path.join(stage.folder, filename), `a file of the user, ${filename}`);
        stage.others.set(path.join("out", filename), `a file of the user, ${filename}`);
      }
    },
    words: get,
    nameOf: (name) => name.replace(/\.csv\.gz$/, " (2).csv.gz"),
    downloads: true,
  },
  {
    name: "files that are there already",
    files: [{ ...large, bytes: 400 * kilobyte }, ...small.slice(0, 2), zip],
    prepare: (stage) => must(stage, get(stage)),
    words: get,
    downloads: true,
  },
  {
    name: "an unpacking",
    files: packed,
    unpacks: true,
    words: (stage) => get(stage, "--unpack"),
    downloads: true,
  },
  {
    name: "an unpacking of what is unpacked already",
    files: packed,
    unpacks: true,
    prepare: (stage) => must(stage, get(stage, "--unpack")),
    words: (stage) => get(stage, "--unpack"),
    downloads: true,
  },
  {
    name: "a first sync",
    files: [...small.slice(0, 2), { filename: "d.csv.gz", bytes: 300 * kilobyte }],
    words: sync,
    downloads: true,
  },
  {
    name: "a sync after a change, which reads all and prunes",
    files: [...small.slice(0, 2), { filename: "d.csv.gz", bytes: 300 * kilobyte }],
    async prepare(stage) {
      const { catalogue } = stage.sandbox;
      const [first] = stage.files;
      const packageId = catalogue.fileSets.get(stage.fileSetId)?.packageId ?? "";
      const gone = catalogue.addFileSet({
        name: "Old",
        packageId,
        files: [{ filename: "old.csv", bytes: 4_000 }],
      });
      await must(stage, sync(stage));
      gone.status = "PENDING";
      stage.change(first?.filename ?? "");
      const set = catalogue.fileSets.get(stage.fileSetId);
      if (set !== undefined) modify(set);
    },
    words: (stage) => sync(stage, "--verify", "--prune"),
    downloads: true,
  },
  {
    name: "a sync that is only planned",
    files: small,
    words: (stage) => sync(stage, "--dry-run"),
  },
  {
    name: "bytes that stay wrong",
    files: [{ filename: "a.csv", bytes: 400 * kilobyte, listedMd5: "true" }],
    begin: ({ sandbox }) =>
      void sandbox.faults.add({ on: "objects", effect: { kind: "corrupt", at: 100 } }),
    words: get,
    downloads: true,
    codes: [6],
  },
  {
    name: "what a power loss leaves beside complete files",
    files: small,
    async prepare(stage) {
      await must(stage, get(stage));
      const [one, two] = stage.files.map(({ filename }) => path.join(stage.folder, filename));
      put(`${one}.part.lock`, deadHolder);
      put(`${two}.part.journal`, "");
    },
    words: (stage) => sync(stage, "--verify"),
    downloads: true,
  },
  {
    name: "locks without a text, and a guard of a dead process",
    files: [{ ...large, bytes: 300 * kilobyte }],
    async prepare({ folder }) {
      const lock = path.join(folder, "large.csv.gz.part.lock");
      put(lock, "");
      put(`${lock}.guard`, deadHolder);
      fs.utimesSync(lock, 1, 1);
    },
    words: get,
    downloads: true,
  },
  {
    name: "an unpacking beside and over other files",
    files: [
      { filename: "a.csv.gz", bytes: 60 * kilobyte },
      { filename: "b.zip", bytes: 50 * kilobyte, listedMd5: "missing" },
    ],
    async prepare(stage) {
      await must(stage, get(stage, "--unpack"));
      const unpacked = path.join(stage.folder, "a.csv");
      fs.truncateSync(unpacked, fs.statSync(unpacked).size - 1);
    },
    words: (stage) => get(stage, "--unpack", "--overwrite"),
    unpacks: true,
    downloads: true,
  },
  {
    name: "an unpacking beside a file of the same size",
    files: [{ filename: "a.csv.gz", bytes: 20 * kilobyte }, nameless],
    async prepare(stage) {
      await must(stage, get(stage, "--unpack"));
      const unpacked = path.join(stage.folder, "a.csv");
      const bytes = fs.readFileSync(unpacked);
      bytes.write("another", bytes.length - 20);
      fs.writeFileSync(unpacked, Buffer.concat([bytes, Buffer.from("x")]));
      stage.others.set("out/a.csv", fs.readFileSync(unpacked, "utf8"));
    },
    words: (stage) => get(stage, "--unpack"),
    unpacks: true,
    nameOf: (name) => (name === "a.csv" ? "a (2).csv" : name),
    downloads: true,
  },
  {
    name: "a sync after one that was killed",
    files: small,
    async prepare(stage) {
      const order = { call: "write", path: "/log$", after: 2, signal: "SIGKILL" };
      await stage.run(sync(stage), {
        environment: {
          DISK_FAULTS: JSON.stringify([order]),
          SIGNAL_MARK: path.join(stage.root, "..", "killed"),
        },
      });
    },
    words: (stage) => sync(stage, "--prune"),
    downloads: true,
  },
  {
    name: "a long debug output",
    files: [],
    environment: ({ root }) => ({ CFS_DEBUG_FILE: path.join(root, "debug.log") }),
    begin({ root }) {
      const file = path.join(root, "debug.log");
      fs.writeFileSync(file, "");
      fs.truncateSync(file, 21 * kilobyte * kilobyte);
    },
    words: () => ["status"],
    codes: [2],
  },
];
