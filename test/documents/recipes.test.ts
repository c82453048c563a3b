import { execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { describe, expect } from "vitest";
import { parse } from "yaml";
import { exitCodes } from "../../source/base/errors.ts";
import { planTest } from "../commands/plan-fixture.ts";
import { builtProgramInShell } from "../support/program/built-program.ts";
import { inheritedEnvironment } from "../support/program/inherited-environment.ts";
import { missingPrograms } from "../support/program/missing-programs.ts";
import { indexedJob } from "./scheduler-schemas.ts";

const recipes = fileURLToPath(new URL("../../recipes", import.meta.url));
const read = (name: string) => readFileSync(join(recipes, name), "utf8");
const names = readdirSync(recipes);

interface ShellEnded {
  status: unknown;
  stdout: string;
  stderr: string;
}

const it = planTest
  /** AWS Batch as far as its command line asks for it. */
  .extend("batch", async ({}, { onCleanup }) => {
    const asked: [path: string | undefined, body: unknown][] = [];
    const server = createServer(async (request, response) => {
      asked.push([request.url, await json(request)]);
      const answer = { jobDefinitionName: "cfs-get", jobDefinitionArn: "arn", revision: 1 };
      response.end(JSON.stringify({ ...answer, jobName: "cfs-get", jobId: "1" }));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onCleanup(() => void server.close());
    const address = server.address();
    const port = typeof address === "object" ? address?.port : "";
    const variables = {
      AWS_ENDPOINT_URL_BATCH: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: "AKIA",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_DEFAULT_REGION: "eu-west-1",
      AWS_CONFIG_FILE: "/dev/null",
    };
    return { asked, variables };
  })
  /** The environment of a shell that finds this program as `cfs`, and other programs by their script. */
  .extend("shell", async ({ folder, program }) => {
    const bin = join(folder, "bin");
    await mkdir(bin);
    const add = async (name: string, script: string) => {
      await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
      await chmod(join(bin, name), 0o755);
    };
    await add("cfs", `exec ${builtProgramInShell} "$@"`);
    const environment = { ...inheritedEnvironment(), ...program.environment };
    return {
      add,
      run(words: readonly string[], variables: Readonly<Record<string, string>> = {}) {
        const [command = "", ...rest] = words;
        const env = { ...environment, ...variables, PATH: `${bin}:${process.env["PATH"]}` };
        return new Promise<ShellEnded>((resolve) => {
          execFile(command, rest, { cwd: folder, env }, (error, stdout, stderr) =>
            resolve({ status: error === null ? 0 : error.code, stdout, stderr }),
          );
        });
      },
    };
  });

it("every recipe is in the document", () => {
  const document = readFileSync(join(recipes, "../docs/scale.md"), "utf8");
  for (const name of names) expect(document).toContain(`(../recipes/${name})`);
});

it.for(names.filter((name) => name.endsWith(".sh")))("%s is a script for bash", (name) => {
  execFileSync("bash", ["-n", join(recipes, name)]);
});

describe("Slurm", () => {
  const task = (id: number) => ({
    SLURM_ARRAY_JOB_ID: "7",
    SLURM_ARRAY_TASK_ID: String(id),
    SLURM_ARRAY_TASK_MIN: "0",
    SLURM_ARRAY_TASK_MAX: "1",
    SLURM_ARRAY_TASK_COUNT: "2",
    SLURM_ARRAY_TASK_STEP: "1",
  });
  const script = ["bash", join(recipes, "slurm-array.sh"), "plan.jsonl"];

  it("the tasks fetch all files, and are requeued after a failure that may pass", async ({
    check,
    folder,
    offer,
    out,
    plan,
    shell,
  }) => {
    offer("Feed-2026-02-01", 50, { "a.csv": 3_000, "b.csv": 3_000 });
    const text = await plan();
    await writeFile(join(folder, "plan.jsonl"), text);
    await shell.add("scontrol", 'echo "$@" >> requeued');
    // A file in the place of the folder fails with 7.
    await writeFile(out, "");
    for (const variables of [task(0), task(1)])
      expect(await shell.run(script, variables)).toMatchObject({ status: 0 });
    expect(await readFile(join(folder, "requeued"), "utf8")).toBe("requeue 7_0\nrequeue 7_1\n");
    await rm(out);
    for (const variables of [task(0), task(1)])
      expect(await shell.run(script, variables)).toMatchObject({ status: 0, stderr: "" });
    expect((await check(text)).stderr).toContain("has all 2 files");
  });

  it("a failure that another start cannot change stays, and so does one after ten starts", async ({
    folder,
    offer,
    out,
    plan,
    shell,
  }) => {
    offer("Feed-2026-02-01", 50, { "a.csv": 3_000 });
    const text = await plan();
    await shell.add("scontrol", "touch requeued; exit 1");
    await writeFile(join(folder, "plan.jsonl"), text.slice(0, -9));
    expect((await shell.run(script, task(0))).status).toBe(exitCodes.usage);
    await writeFile(join(folder, "plan.jsonl"), text);
    await writeFile(out, "");
    const restarted = { ...task(0), SLURM_RESTART_COUNT: "10" };
    expect((await shell.run(script, restarted)).status).toBe(exitCodes.disk);
    expect(readdirSync(folder)).not.toContain("requeued");
  });
});

describe("Kubernetes", () => {
  const job: unknown = parse(read("kubernetes-indexed-job.yaml"));

  it("the pods run as the user of the image, who may write to the volume", () => {
    const image = readFileSync(join(recipes, "../Dockerfile"), "utf8");
    const [, user, group] = /^USER (\d+):(\d+)$/m.exec(image) ?? [];
    const securityContext = { runAsUser: Number(user), fsGroup: Number(group) };
    expect(job).toMatchObject({ spec: { template: { spec: { securityContext } } } });
  });

  it("the manifest has the fields of a Job, and as many shards as completions", () => {
    const fits = new Ajv({ allErrors: true }).compile(indexedJob);
    expect([fits(job), fits.errors]).toEqual([true, null]);
    expect(job).toMatchObject({
      spec: {
        completions: 16,
        template: {
          spec: {
            containers: [{ env: expect.arrayContaining([{ name: "CFS_SHARDS", value: "16" }]) }],
          },
        },
      },
    });
  });
});

describe("AWS Batch", () => {
  const definition: unknown = JSON.parse(read("aws-batch-job-definition.json"));

  it("the command follows the entry point of the image, which starts cfs", () => {
    expect(definition).toMatchObject({
      containerProperties: {
        command: ["get", "--plan", "Ref::plan", "--shard", "auto", "--quiet"],
      },
    });
  });

  // The command line of AWS refuses a field that the service does not have, and a value of another type.
  it.skipIf(missingPrograms("aws"))(
    "registers the job definition, and submits the array with the plan",
    async ({ batch, shell }) => {
      const definitionFile = join(recipes, "aws-batch-job-definition.json");
      for (const words of [
        ["aws", "batch", "register-job-definition", "--cli-input-json", `file://${definitionFile}`],
        ["bash", join(recipes, "aws-batch-array.sh"), "q", "p.jsonl"],
      ])
        expect(await shell.run(words, batch.variables)).toMatchObject({ status: 0, stderr: "" });
      expect(batch.asked).toEqual([
        ["/v1/registerjobdefinition", definition],
        [
          "/v1/submitjob",
          {
            jobName: "cfs-get",
            jobQueue: "q",
            jobDefinition: "cfs-get",
            arrayProperties: { size: 16 },
            parameters: { plan: "p.jsonl" },
          },
        ],
      ]);
    },
  );
});

describe.skipIf(missingPrograms("python3"))("Airflow", () => {
  it("the tasks plan, fetch and check; a second run has nothing to do", async ({
    folder,
    offer,
    out,
    shell,
  }) => {
    offer("Feed-2026-02-01", 50, { "a.csv": 3_000, "b.csv": 9_000 });
    const dag = read("airflow_dag.py")
      .replace('BUCKET = "bulk-ESG"', 'BUCKET = "bulk-A"')
      .replace('PACKAGE = "RFT-ESG-PIT-SDI"', 'PACKAGE = "Pack-A"')
      .replace('DESTINATION = "/shared/pit"', `DESTINATION = "${out}"`)
      .replace('PLAN = "/shared/pit.jsonl"', `PLAN = "${out}.jsonl"`)
      .replace("SHARDS = 16", "SHARDS = 2");
    await writeFile(join(folder, "dag.py"), dag);
    const stubs = fileURLToPath(new URL("stubs", import.meta.url));
    const variables = { PYTHONPATH: stubs, PYTHONDONTWRITEBYTECODE: "1" };
    const first = await shell.run(["python3", "dag.py"], variables);
    const paths = ["b.csv", "a.csv"].map((name) => `${join(out, name)}\n`);
    expect(first).toMatchObject({
      status: 0,
      stdout: `ran plan\n${paths[0]}ran fetch\n${paths[1]}ran fetch\nran check\n`,
    });
    expect(readdirSync(out).toSorted()).toEqual(["a.csv", "b.csv"]);
    const again = await shell.run(["python3", "dag.py"], variables);
    expect(again.stdout).toBe("skipped plan\n");
    const refused = await shell.run(["python3", "dag.py"], {
      ...variables,
      RDP_PASSWORD: "wrong",
      CFS_CONFIG_DIR: join(folder, "other"),
    });
    expect(refused.stdout).toBe("failed plan for good\n");
  });
});
