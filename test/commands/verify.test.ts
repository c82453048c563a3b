import { execFileSync } from "node:child_process";
import { appendFile, chmod, mkdir, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { test } from "../support/test.ts";
import { syncTest } from "./sync-fixture.ts";

/** Calls that need no account: a verification sends no request. */
const it = test
  .extend("variables", {})
  .extend("data", async ({ folder }) => {
    const data = join(folder, "data");
    await mkdir(data);
    for (const name of ["a.csv", "b.csv", "c.csv"]) await writeFile(join(data, name), `of ${name}`);
    execFileSync("sh", ["-c", "sha256sum *.csv > SHA256SUMS"], { cwd: data });
    return data;
  })
  .extend("verify", ({ data, program }) => {
    return (...words: string[]) => program.run(["verify", data, ...words]);
  });

describe("a folder with SHA256SUMS", () => {
  it("is verified without an account", async ({ verify }) => {
    expect(await verify()).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "cfs: 3 files verified, 24 B.\n",
    });
  });

  it("shows what is missing and what differs, and ends with 6", async ({ data, verify }) => {
    await rm(join(data, "a.csv"));
    await writeFile(join(data, "c.csv"), "of C.csv");
    const { code, stdout, stderr } = await verify();
    expect({ code, stdout }).toEqual({
      code: 6,
      stdout: "a.csv: missing\nc.csv: differs: SHA-256\n",
    });
    expect(stderr).toContain("1 missing, 1 different of 3 files");
  });

  it("gives an object for each file with --json", async ({ data, verify }) => {
    await rm(join(data, "a.csv"));
    await writeFile(join(data, "c.csv"), "changed");
    const { code, stdout } = await verify("--json", "--quiet");
    expect(code).toBe(6);
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { name: "a.csv", status: "missing", size: null },
      { name: "b.csv", path: join(data, "b.csv"), status: "right", size: 8 },
      { name: "c.csv", status: "differs", how: "sha256", size: 7 },
    ]);
  });

  it("prints a name with control characters as one line without them", async ({ data, verify }) => {
    const digest = "0".repeat(64);
    await appendFile(join(data, "SHA256SUMS"), `\\${digest}  x\\ny\n${digest}  \u001b[2Jz\n`);
    const { stdout } = await verify();
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toEqual([
      expect.stringMatching(/^x.?y: missing$/),
      expect.stringMatching(/z: missing$/),
    ]);
    expect(stdout).not.toContain("\u001b");
  });

  it("reports a folder in the place of a file", async ({ data, verify }) => {
    await rm(join(data, "a.csv"));
    await mkdir(join(data, "a.csv"));
    const { code, stdout } = await verify();
    expect({ code, stdout }).toEqual({
      code: 6,
      stdout: "a.csv: unreadable: it is not a regular file\n",
    });
  });

  it("warns of lines that it cannot read", async ({ data, verify }) => {
    await appendFile(join(data, "SHA256SUMS"), "of the desk\n");
    const { code, stderr } = await verify("--quiet");
    expect(code).toBe(0);
    expect(stderr).toBe("cfs: 1 line of SHA256SUMS could not be read and will be ignored.\n");
  });

  it("does not count as right if no line can be read", async ({ data, verify }) => {
    await writeFile(join(data, "SHA256SUMS"), "of the desk\n");
    const { code, stderr } = await verify();
    expect(code).toBe(6);
    expect(stderr).toContain("no checksums are listed");
  });
});

it("a folder without a list is a usage error that says how to get one", async ({
  data,
  verify,
}) => {
  await rm(join(data, "SHA256SUMS"));
  const { code, stderr } = await verify();
  expect(code).toBe(2);
  expect(stderr).toContain("--checksums");
});

it("a folder that does not exist ends with 7", async ({ program }) => {
  const { code, stderr } = await program.run(["verify", "nowhere"]);
  expect(code).toBe(7);
  expect(stderr).toContain("does not exist");
});

it("many files at a time cause no warning of Node", async ({ data, verify }) => {
  for (let number = 0; number < 20; number += 1)
    await writeFile(join(data, `${number}.csv`), "x".repeat(200_000));
  execFileSync("sh", ["-c", "sha256sum *.csv > SHA256SUMS"], { cwd: data });
  expect(await verify()).toMatchObject({
    code: 0,
    stderr: "cfs: 23 files verified, 4.0 MB.\n",
  });
});

it("large folders are read by threads", async ({ data, verify }) => {
  await chmod(join(data, "SHA256SUMS"), 0o600);
  for (const name of ["d.csv", "e.csv"]) {
    await writeFile(join(data, name), "");
    await truncate(join(data, name), 20_000_000);
  }
  execFileSync("sh", ["-c", "sha256sum *.csv > SHA256SUMS"], { cwd: data });
  await writeFile(join(data, "e.csv"), "x", { flag: "r+" });
  const { code, stdout } = await verify();
  expect({ code, stdout }).toEqual({ code: 6, stdout: "e.csv: differs: SHA-256\n" });
});

syncTest("a synced folder is verified by its manifest", async ({ offer, out, program, sync }) => {
  offer("Feed-1", 5, ["a.csv", "b.csv"]);
  expect(await sync()).toMatchObject({ code: 0 });
  expect(await program.run(["verify", out])).toMatchObject({ code: 0, stdout: "" });
  await appendFile(join(out, "a.csv"), "more");
  expect(await program.run(["verify", out])).toMatchObject({
    code: 6,
    stdout: "a.csv: differs: 3,004 B instead of 3,000 B\n",
  });
});

syncTest("a damaged manifest is reported as such", async ({ offer, out, program, sync }) => {
  offer("Feed-1", 5, ["a.csv"]);
  await sync("--checksums");
  await writeFile(join(out, ".cfs-sync", "manifest.json"), "{");
  expect(await program.run(["verify", out, "--quiet"])).toMatchObject({
    code: 0,
    stderr: "cfs: Verifying by SHA256SUMS only: its manifest is damaged.\n",
  });
  await rm(join(out, "SHA256SUMS"));
  expect(await program.run(["verify", out])).toMatchObject({
    code: 6,
    stderr: `cfs: Verifying ${out}: its manifest is damaged. Run cfs sync again; it makes another one.\n`,
  });
});
