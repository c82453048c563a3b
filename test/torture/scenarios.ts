import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { rootCertificates } from "node:tls";
import type { NewFile, SandboxOptions } from "../../source/sandbox/sandbox.ts";
import { modify } from "../crash/scenarios.ts";
import { doubleBucket } from "../support/fakes/s3-store.ts";
import { pathWithStubDuckDb } from "../support/program/stub-duckdb.ts";
import type { Step } from "./screens.ts";
import type { Stage } from "./stage.ts";

/** One call of the program, during which every system call is made to fail. */
export interface Scenario {
  name: string;
  files: readonly NewFile[];
  sandbox?: SandboxOptions;
  /** "kept": a kept session, and no credentials in the environment. */
  account?: "kept";
  unpacks?: boolean;
  environment?(stage: Stage): Readonly<Record<string, string>>;
  input?(stage: Stage): string;
  /** Creates the files that the call finds; each run gets a copy of them. */
  prepare?(stage: Stage): Promise<void>;
  /** True if the service changes too, so that it must be prepared again for each run. */
  isFresh?: boolean;
  /** What the service does during the call. */
  begin?(stage: Stage): void;
  words(stage: Stage): readonly string[];
  /** The next call, without a fault; the same call if left out. */
  again?(stage: Stage): readonly string[];
  /** The name of a file in the folder. */
  nameOf?(name: string): string;
  /** Keys for the terminal program. It shows failures on the screen, so it exits with 0 after them. */
  steps?: readonly Step[];
  /** True if the call fetches all files of the file set. */
  downloads?: boolean;
  /** True if the call puts all files of the file set below "esg/" of the object store. */
  uploads?: boolean;
  /** True if the call always prints the same output. */
  repeats?: boolean;
  /** Exit codes of the call besides those of its faults. */
  codes?: readonly number[];
}

const kilobyte = 1024;

const large: NewFile = { filename: "large.csv.gz", bytes: 900 * kilobyte, listedMd5: "missing" };
const small: readonly NewFile[] = [1, 2, 3].map((number) => ({
  filename: `small-${number}.csv.gz`,
  bytes: 3_000 + 900 * number,
}));
const zip: NewFile = { filename: "a.zip", bytes: 300 * kilobyte, listedMd5: "missing" };
const unsized: NewFile = {
  filename: "c.csv.gz",
  bytes: 100 * kilobyte,
  listedMd5: "missing",
  listedSize: "missing",
};
const nameless: NewFile = { filename: "README", bytes: 300 * kilobyte, listedMd5: "missing" };

const get = ({ fileSetId, folder }: Stage, ...more: string[]) => [
  ...["get", fileSetId, "-o", folder, "--json", "--quiet", ...more],
];
const sync = ({ folder }: Stage, ...more: string[]) => [
  ...["sync", "bulk-A", "--package", "Pack", "-o", folder, "--json", "--quiet", ...more],
];
const login = ({ sandbox: { username, appKey } }: Stage) => [
  ...["login", "--username", username, "--app-key", appKey, "--password-stdin", "--take-over"],
];

async function must(stage: Stage, words: readonly string[]): Promise<void> {
  const { code, stderr } = await stage.run(words);
  if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}: ${stderr}`);
}

/** Kills the program when this many blocks of the large file were written. */
async function killed(stage: Stage, blocks: number, words = get(stage)): Promise<void> {
  const order = { call: "write", path: "large.*\\.part$", after: blocks, signal: "SIGKILL" };
  const environment = {
    DISK_FAULTS: JSON.stringify([order]),
    SIGNAL_MARK: path.join(stage.root, "..", `killed-${process.hrtime.bigint()}`),
  };
  await stage.run(words, { environment });
}

function put(file: string, text: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

const fileIdOf = ({ files }: Stage, name: string) =>
  files.find(({ filename }) => filename === name)?.id ?? "";

const screens = ["bulk-A/Pack"];

/** The lock of an ended process. */
const deadHolder = JSON.stringify({ id: "dead", pid: 2 ** 22 - 1, host: os.hostname() });

/** Any certificate that Node trusts. */
function certificate(): string {
  return `${rootCertificates[0]}\n`;
}

export const scenarios: readonly Scenario[] = [
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
    files: [
      { filename: "a.csv.gz", bytes: 60 * kilobyte },
      { filename: "b.zip", bytes: 50 * kilobyte, listedMd5: "missing" },
    ],
    unpacks: true,
    words: (stage) => get(stage, "--unpack"),
    downloads: true,
  },
  {
    name: "an unpacking of what is unpacked already",
    files: [
      { filename: "a.csv.gz", bytes: 60 * kilobyte },
      { filename: "b.zip", bytes: 50 * kilobyte, listedMd5: "missing" },
    ],
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
  {
    name: "the help",
    files: [],
    words: () => ["help"],
    repeats: true,
  },
  {
    name: "certificates of an own authority",
    files: [],
    environment: ({ root }) => ({ NODE_EXTRA_CA_CERTS: path.join(root, "ca.pem") }),
    prepare: async ({ root }) => put(path.join(root, "ca.pem"), certificate()),
    words: ({ root }) => ["--ca-file", path.join(root, "ca.pem"), "status"],
    codes: [2],
  },
  {
    name: "a download through a proxy",
    files: small.slice(0, 1),
    environment: ({ proxy }) => ({ HTTP_PROXY: proxy, NO_PROXY: "<-loopback>" }),
    words: get,
    downloads: true,
  },
  {
    name: "a sign-in",
    account: "kept",
    files: [],
    isFresh: true,
    input: ({ sandbox }) => `${sandbox.password}\n`,
    words: login,
  },
  {
    name: "a download with a kept session",
    // If the answer with the next refresh token is lost, only a sign-in helps.
    codes: [3],
    account: "kept",
    files: small.slice(0, 1),
    isFresh: true,
    input: ({ sandbox }) => `${sandbox.password}\n`,
    prepare: (stage) => must(stage, login(stage)),
    words: get,
    downloads: true,
  },
  {
    name: "a sign-out",
    codes: [3],
    account: "kept",
    files: [],
    isFresh: true,
    input: ({ sandbox }) => `${sandbox.password}\n`,
    prepare: (stage) => must(stage, login(stage)),
    words: () => ["logout"],
  },
  {
    name: "settings that are damaged",
    files: small.slice(0, 1),
    prepare: async ({ root }) => put(path.join(root, "settings", "config.json"), '{ "sessions'),
    words: () => ["packages", "bulk-A", "--json"],
  },
  {
    name: "a listing of packages",
    files: small,
    words: () => ["packages", "bulk-A", "--json"],
    repeats: true,
  },
  {
    name: "a listing of file sets, with debug output",
    files: small,
    environment: ({ root }) => ({ CFS_DEBUG_FILE: path.join(root, "debug.log") }),
    words: () => ["file-sets", "bulk-A", "--json"],
    codes: [2],
    repeats: true,
  },
  {
    name: "a listing of files",
    files: small,
    words: ({ fileSetId }) => ["files", fileSetId, "--json"],
    repeats: true,
  },
  {
    name: "the buckets",
    files: small,
    words: () => ["buckets", "--json"],
    repeats: true,
  },
  {
    name: "an address",
    files: small,
    words: (stage) => ["url", fileIdOf(stage, "small-1.csv.gz")],
  },
  {
    name: "the first records of a gzip file",
    files: [large],
    words: (stage) => ["peek", fileIdOf(stage, "large.csv.gz"), "-n", "3"],
    repeats: true,
  },
  {
    name: "the first records of an entry of a zip file",
    files: [zip],
    words: (stage) => ["peek", fileIdOf(stage, "a.zip"), "-n", "3", "--entry", "1"],
    repeats: true,
  },
  {
    name: "who is signed in",
    files: [],
    words: () => ["status"],
  },
  {
    name: "the settings",
    files: [],
    prepare: async ({ root }) =>
      put(path.join(root, "settings", "config.json"), '{ "settings": { "jobs": 9999 } }'),
    words: () => ["config", "--json"],
  },
  {
    name: "names for completion",
    files: [],
    words: () => ["names", "buckets"],
    repeats: true,
  },
  {
    name: "a look at the machine",
    files: [],
    environment: ({ root }) => ({ NODE_EXTRA_CA_CERTS: path.join(root, "ca.pem") }),
    async prepare({ root }) {
      put(path.join(root, "settings", "config.json"), '{ "settings": { "jobs": 2 } }');
      put(path.join(root, "ca.pem"), certificate());
    },
    words: () => ["doctor", "--json"],
    codes: [1, 2, 3, 4, 5, 7],
  },
  {
    name: "a download with checksums for others",
    files: [{ ...large, bytes: 400 * kilobyte }, ...small.slice(0, 2)],
    words: (stage) => get(stage, "--checksums"),
    downloads: true,
  },
  {
    name: "a verification of what was downloaded",
    files: [{ ...large, bytes: 400 * kilobyte }, ...small.slice(0, 2)],
    prepare: (stage) => must(stage, get(stage, "--checksums")),
    words: ({ folder }) => ["verify", folder],
    downloads: true,
    repeats: true,
    // A file that cannot be read is not verified.
    codes: [6],
  },
  {
    name: "a plan",
    files: small,
    words: ({ folder }) => ["plan", "bulk-A", "-o", folder],
  },
  {
    name: "a download by a plan",
    files: small,
    async prepare(stage) {
      const { code, stderr, stdout } = await stage.run(["plan", "bulk-A", "-o", stage.folder]);
      if (code !== 0) throw new Error(`the plan ended with ${code}: ${stderr}`);
      put(path.join(stage.root, "plan.jsonl"), stdout);
    },
    words: ({ root }) => ["get", "--plan", path.join(root, "plan.jsonl"), "--quiet"],
    downloads: true,
    // A plan that cannot be opened is a wrong word.
    codes: [2],
  },
  {
    name: "a download to an object store",
    files: [{ filename: "d.csv.gz", bytes: 300 * kilobyte }, ...small.slice(0, 2)],
    environment: ({ store }) => store.variables,
    begin: ({ store }) => store.objects.clear(),
    words: ({ fileSetId }) => ["get", fileSetId, "-o", `s3://${doubleBucket}/esg`, "--quiet"],
    uploads: true,
  },
  {
    name: "a sync to an object store",
    files: small.slice(0, 2),
    environment: ({ store }) => store.variables,
    begin: ({ store }) => store.objects.clear(),
    words: () => [
      ...["sync", "bulk-A", "--package", "Pack", "-o", `s3://${doubleBucket}/esg`, "--quiet"],
    ],
    uploads: true,
  },
  {
    name: "a zip file on standard output",
    files: [zip],
    words: (stage) => ["cat", fileIdOf(stage, "a.zip")],
    repeats: true,
  },
  {
    name: "a gzip file on standard output, unpacked",
    files: [large],
    words: (stage) => ["cat", fileIdOf(stage, "large.csv.gz"), "--unpack"],
    repeats: true,
  },
  {
    name: "a table of a folder",
    files: [],
    environment: ({ root }) => ({ PATH: `${path.join(root, "bin")}:${process.env["PATH"]}` }),
    async prepare({ folder, root }) {
      await pathWithStubDuckDb(root);
      put(path.join(folder, "Feed-Init-2026-11-01.csv"), "Id,V\n1,a\n2,b\n");
      put(path.join(folder, "Feed-Delta-2026-11-02.csv"), "Id,V\n2,c\n");
    },
    words: ({ folder, root }) => [
      ...["table", folder, "--key", "Id", "-o", path.join(root, "current.csv"), "--quiet"],
    ],
    // Without duckdb, and without its result.
    codes: [1, 7],
  },
  {
    name: "a token of another process",
    files: small,
    environment: ({ root }) => ({ CFS_TOKEN_COMMAND: `cat ${path.join(root, "token.json")}` }),
    async prepare(stage) {
      const { stdout } = await stage.run(["token", "--json"], {
        environment: { CFS_TOKEN_COMMAND: "" },
      });
      put(path.join(stage.root, "token.json"), stdout);
    },
    words: () => ["packages", "bulk-A", "--json"],
    repeats: true,
    // Without the command there is no token.
    codes: [3],
  },
  {
    name: "a change of the settings",
    files: [],
    words: () => ["config", "set", "downloadDirectory", "."],
    // A folder that cannot be written to is a wrong word.
    codes: [2],
  },
  {
    name: "the screens, from a package to files on disk",
    files: [large, ...small],
    words: () => screens,
    steps: [
      { shows: "1/1 file set", press: "\r" },
      { shows: "1/4 files", press: "ad" },
      { shows: /Saved \d|already/, press: "q" },
    ],
    downloads: true,
  },
  {
    name: "the screens, with downloads that a killed program left",
    files: [large, ...small],
    prepare: (stage) => killed(stage, 2, screens),
    words: () => screens,
    steps: [
      { shows: "1/1 file set", press: "\r" },
      { shows: "1/4 files", press: "ad" },
      { shows: /Saved \d|already/, press: "q" },
    ],
    downloads: true,
  },
  {
    name: "the demo",
    files: [],
    words: () => ["--demo", "packages", "bulk-ESG", "--json"],
  },
];
