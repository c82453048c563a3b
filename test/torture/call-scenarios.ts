import path from "node:path";
import { doubleBucket } from "../support/fakes/s3-store.ts";
import { pathWithStubDuckDb } from "../support/program/stub-duckdb.ts";
import {
  certificate,
  fileIdOf,
  get,
  killed,
  kilobyte,
  large,
  login,
  must,
  put,
  type Scenario,
  screens,
  small,
  zip,
} from "./scenario.ts";

/** From the file sets of a package. */
const toDownloadAll: Scenario["steps"] = [
  { shows: "1/1 file set", press: "\r" },
  { shows: "1/4 files", press: "ad" },
  { shows: /Saved \d|already/, press: "q" },
];

/** All other calls, and the terminal program. */
export const callScenarios: readonly Scenario[] = [
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
    // An access token lives for ten minutes, which is shorter than a whole run.
    isFresh: true,
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
    steps: toDownloadAll,
    downloads: true,
  },
  {
    name: "the screens, with downloads that a killed program left",
    files: [large, ...small],
    prepare: (stage) => killed(stage, 2, screens),
    words: () => screens,
    steps: toDownloadAll,
    downloads: true,
  },
  {
    name: "the demo",
    files: [],
    words: () => ["--demo", "packages", "bulk-ESG", "--json"],
  },
];
