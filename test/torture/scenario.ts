import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { rootCertificates } from "node:tls";
import type { NewFile, SandboxOptions } from "../../source/sandbox/sandbox.ts";
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

export const kilobyte = 1024;

export const large: NewFile = {
  filename: "large.csv.gz",
  bytes: 900 * kilobyte,
  listedMd5: "missing",
};
export const small: readonly NewFile[] = [1, 2, 3].map((number) => ({
  filename: `small-${number}.csv.gz`,
  bytes: 3_000 + 900 * number,
}));
export const zip: NewFile = { filename: "a.zip", bytes: 300 * kilobyte, listedMd5: "missing" };
export const unsized: NewFile = {
  filename: "c.csv.gz",
  bytes: 100 * kilobyte,
  listedMd5: "missing",
  listedSize: "missing",
};
export const nameless: NewFile = {
  filename: "README",
  bytes: 300 * kilobyte,
  listedMd5: "missing",
};

export const get = ({ fileSetId, folder }: Stage, ...more: string[]) => [
  ...["get", fileSetId, "-o", folder, "--json", "--quiet", ...more],
];
export const sync = ({ folder }: Stage, ...more: string[]) => [
  ...["sync", "bulk-A", "--package", "Pack", "-o", folder, "--json", "--quiet", ...more],
];
export const login = ({ sandbox: { username, appKey } }: Stage) => [
  ...["login", "--username", username, "--app-key", appKey, "--password-stdin", "--take-over"],
];

export async function must(stage: Stage, words: readonly string[]): Promise<void> {
  const { code, stderr } = await stage.run(words);
  if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}: ${stderr}`);
}

/** Kills the program when this many blocks of the large file were written. */
export async function killed(stage: Stage, blocks: number, words = get(stage)): Promise<void> {
  const order = { call: "write", path: "large.*\\.part$", after: blocks, signal: "SIGKILL" };
  const environment = {
    DISK_FAULTS: JSON.stringify([order]),
    SIGNAL_MARK: path.join(stage.root, "..", `killed-${process.hrtime.bigint()}`),
  };
  await stage.run(words, { environment });
}

export function put(file: string, text: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

export const fileIdOf = ({ files }: Stage, name: string) =>
  files.find(({ filename }) => filename === name)?.id ?? "";

export const screens = ["bulk-A/Pack"];

/** The lock of an ended process: Linux gives no pid as large. */
export const deadHolder = JSON.stringify({ id: "dead", pid: 2 ** 22, host: os.hostname() });

/** Any certificate that Node trusts. */
export function certificate(): string {
  return `${rootCertificates[0]}\n`;
}
