import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { rootCertificates } from "node:tls";
import { fileURLToPath } from "node:url";
import { type Sandbox, startSandbox } from "../../source/sandbox/sandbox.ts";
import { startS3Double } from "../support/fakes/s3-store.ts";
import { shareCode } from "../support/program/shared-code.ts";
import { credentialsOf } from "../support/sandbox/credentials.ts";

const program = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const stubs = fileURLToPath(new URL("stubs", import.meta.url));

/** Programs that the documents call and that are not run by test, each with what stands in for it. */
const stubbed = ["jq", "curl", "aria2c", "duckdb"] as const;

/** These change the machine that they run on: the call is taken for right. */
const silent = ["systemctl", "loginctl", "journalctl", "mail"] as const;

/** Whoever follows a document: a home with what the document takes for granted, and a service. */
export interface DocsRunner {
  home: string;
  environment: Record<string, string>;
  sandbox: Sandbox;
  /** `text` with the sandbox's ids and key in the place of the words that stand for them. */
  filledIn(text: string): string;
  /** Runs a shell script, which ends with the first line that fails. */
  run(script: string): Promise<{ code: number; stdout: string; stderr: string }>;
  close(): Promise<void>;
}

/** Small file sets under the names that the documents use. */
function fill({ catalogue }: Sandbox) {
  const bucketNames = ["bulk-ESG"];
  const scores = catalogue.addPackage({
    packageName: "Bulk-ESG-Global-Scores-Full-SchemeB-v1",
    bucketNames,
  });
  const attributes = [{ name: "ContentType", value: "ESG Scores" }];
  const { packageId } = catalogue.addPackage({ packageName: "RFT-ESG-PIT-SDI", bucketNames });
  const [file] = catalogue.filesOf(
    catalogue.addFileSet({
      packageId: scores.packageId,
      name: "Bulk-ESG-Global-Scores-Full-SchemeB-v1-Init-2026-11-18T16:04:11.525Z",
      attributes,
      files: [
        {
          filename: "Scores-Init-2026-11-18T16:04:11.525Z-part1.csv.gz",
          bytes: 20_000,
          kind: "esg-scores",
        },
        {
          filename: "Scores-Init-2026-11-18T16:04:11.525Z-part2.csv.gz",
          bytes: 20_000,
          kind: "esg-scores",
        },
        {
          filename: "Scores-Init-2026-11-18T16:04:11.525Z.jsonl.gz",
          bytes: 20_000,
          kind: "esg-scores",
        },
      ],
    }),
  );
  // Of the same date, as the service publishes them: --latest has to choose.
  catalogue.addFileSet({
    packageId: scores.packageId,
    name: "Bulk-ESG-Global-Scores-Full-SchemeB-v1-Delta-2026-11-18T16:04:11.525Z",
    attributes,
    files: [
      {
        filename: "Scores-Delta-2026-11-18T16:04:11.525Z.csv.gz",
        bytes: 20_000,
        kind: "esg-scores",
      },
    ],
  });
  const pit = catalogue.addFileSet({
    packageId,
    name: "RFT-ESG-PIT-SDI-2026-11-22",
    files: [{ filename: "EsgPITPillarScore.2020.F.2026-11-22-0857.zip", bytes: 20_000 }],
  });
  const [zip] = catalogue.filesOf(pit);
  if (!file || !zip) throw new Error("The catalogue has no file.");
  return {
    fileSetId: file.filesetId,
    fileId: file.id,
    fileName: file.filename,
    zipId: zip.id,
    name: pit.name,
  };
}

export async function openDocsRunner(): Promise<DocsRunner> {
  const home = await mkdtemp(join(tmpdir(), "cfs-test-"));
  const sandbox = await startSandbox({ empty: true });
  const { fileId, fileName, fileSetId, name, zipId } = fill(sandbox);
  const lake = await startS3Double();
  const bin = join(home, ".bin");
  await mkdir(bin);
  const node = process.execPath;
  const executable = async (called: string, call: string) => {
    await writeFile(join(bin, called), `#!/bin/sh\n${call}\n`);
    await chmod(join(bin, called), 0o755);
  };
  await executable("cfs", `exec "${node}" "${program}" "$@"`);
  for (const stub of stubbed) await executable(stub, `exec "${node}" "${stubs}/${stub}.mjs" "$@"`);
  // The other machine is this one.
  await executable("ssh", 'shift\nexec sh -c "$*"');
  for (const called of silent) await executable(called, "exit 0");
  await mkdir(join(home, ".config/cfs"), { recursive: true, mode: 0o700 });
  await writeFile(join(home, ".config/cfs/credentials"), "");
  shareCode(join(home, ".cache/cfs"));
  await mkdir(join(home, ".aws"));
  await writeFile(
    join(home, ".aws/config"),
    `[profile lake]
endpoint_url = ${lake.variables["AWS_ENDPOINT_URL_S3"]}
aws_access_key_id = ${lake.credentials.accessKeyId}
aws_secret_access_key = ${lake.credentials.secretAccessKey}
`,
  );
  await writeFile(join(home, "company.pem"), `${rootCertificates[0]}\n`);
  await writeFile(join(home, "password.txt"), `${sandbox.password}\n`);
  const environment = {
    PATH: `${bin}:${process.env["PATH"]}`,
    PYTHONPATH: stubs,
    PYTHONDONTWRITEBYTECODE: "1",
    HOME: home,
    LANG: "C.UTF-8",
    ...credentialsOf(sandbox),
  };
  return {
    home,
    environment,
    sandbox,
    filledIn: (words) =>
      words
        .replace(/\bZIP_FILE_ID\b/g, zipId)
        .replace(/\bFILE_ID\b/g, fileId)
        .replace(/\bFILE_NAME\b/g, fileName)
        .replace(/\bFILE_SET_ID\b/g, fileSetId)
        .replace(/\bNAME\b/g, name)
        .replace(/\bKEY\b/g, sandbox.appKey)
        .replaceAll("/srv/", `${home}/srv/`),
    async run(script) {
      const child = spawn("bash", ["-euo", "pipefail", "-c", script], {
        cwd: home,
        env: environment,
        stdio: ["ignore", "pipe", "pipe"],
      });
      const [stdout, stderr, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, "close"),
      ]);
      return { code: Number(code), stdout, stderr };
    },
    async close() {
      await sandbox.close();
      await lake.close();
      await rm(home, { recursive: true });
    },
  };
}
