import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { buffer, text } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { describe, expect } from "vitest";
import { switchFault } from "../../source/sandbox/named-faults.ts";
import { type Effect, fileBytes, type NewFile, namedFaults } from "../../source/sandbox/sandbox.ts";
import { builtProgram, builtProgramInShell } from "../support/program/built-program.ts";
import { throughSilences } from "../support/program/silences.ts";
import { runInTerminal } from "../support/terminal/run-in-terminal.ts";
import { test } from "../support/test.ts";
import { waitUntil } from "../support/wait-until.ts";

const [command, ...first] = builtProgram;

const it = test
  /** Lists one more file; with its bytes, unless it is large. */
  .extend("put", ({ sandbox: { catalogue } }) => {
    const { packageId } = catalogue.addPackage({ packageName: "One", bucketNames: ["bulk-One"] });
    const fileSet = catalogue.addFileSet({ name: "One", packageId });
    return (filename: string, bytes: number, more: Partial<NewFile> = {}) => {
      const file = catalogue.addFile(fileSet, { filename, bytes, ...more });
      const body = bytes > 1e8 ? Buffer.alloc(0) : Buffer.from(fileBytes(file));
      return { id: file.id, body };
    };
  })
  .extend(
    "objectRequests",
    ({ sandbox }) =>
      () =>
        sandbox.requests.filter(({ place }) => place === "objects"),
  )
  .extend(
    "spawned",
    ({ folder, program }) =>
      (line: string) =>
        spawn("bash", ["-o", "pipefail", "-c", line.replace("cfs", builtProgramInShell)], {
          cwd: folder,
          env: { PATH: process.env["PATH"], ...program.environment },
          stdio: ["ignore", "pipe", "pipe"],
        }),
  )
  /** Runs `cfs cat` and returns the exact bytes. */
  .extend("cat", ({ folder, program }) => async (...words: string[]) => {
    const child = spawn(command, [...first, "cat", ...words], {
      cwd: folder,
      env: { PATH: process.env["PATH"], ...program.environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = once(child, "exit");
    const [stdout, stderr] = await Promise.all([buffer(child.stdout), text(child.stderr)]);
    const [code] = await ended;
    return { code, stderr, stdout };
  });

/** Compares without a long report. */
function expectSame(found: Buffer, wanted: Buffer): void {
  expect([found.length, found.equals(wanted)]).toEqual([wanted.length, true]);
}

describe("cfs cat", () => {
  it("prints the bytes of a finished get, and nothing else", async ({
    cat,
    folder,
    program,
    put,
  }) => {
    const { id } = put("a.csv.gz", 3_000_000);
    const { code, stderr, stdout } = await cat(id);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    await program.run(["get", id, "-o", "made"]);
    expectSame(stdout, await readFile(`${folder}/made/a.csv.gz`));
  });

  it("prints what is inside with --unpack", async ({ cat, put }) => {
    const { body, id } = put("a.csv.gz", 900_000);
    const { code, stderr, stdout } = await cat(id, "--unpack");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expectSame(stdout, gunzipSync(body));
  });

  it("prints several files one after the other, by ids, names and standard input", async ({
    program,
    put,
  }) => {
    const files = [put("a.csv", 5_000), put("b.csv", 6_000), put("c.csv", 0)];
    const [a, b, c] = files.map(({ id }) => id);
    const all = files.map(({ body }) => body.toString()).join("");
    const whole = { code: 0, stdout: all, stderr: "" };
    expect(await program.run(["cat", `${a}`, `${b}`, `${c}`])).toMatchObject(whole);
    expect(await program.run(["cat", "-"], { input: `${a}\n${b}\n` })).toMatchObject(whole);
    const named = ["cat", "--bucket", "bulk-One", "a.csv", "b.csv"];
    expect(await program.run(named)).toMatchObject(whole);
  });

  it("ends with the first failure, so that nothing is printed in the wrong place", async ({
    program,
    put,
  }) => {
    const { body, id } = put("a.csv", 5_000);
    const missing = "4000-0000-00000000-0000-000000000000";
    const { code, stderr, stdout } = await program.run(["cat", id, missing, id]);
    expect({ code, stdout }).toEqual({ code: 4, stdout: body.toString() });
    expect(stderr).toMatch(/^cfs: .+\n$/);
  });

  it("reports a file that only its size verified", async ({ program, put }) => {
    const { body, id } = put("a.csv", 5_000, { listedMd5: "missing" });
    expect(await program.run(["cat", id])).toMatchObject({
      code: 0,
      stdout: body.toString(),
      stderr: "cfs: a.csv was verified by its size only: no checksum is known. Reported once.\n",
    });
    expect(await program.run(["cat", id, "--quiet"])).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("a fault in the middle is invisible to the reader", () => {
  it.for<[string, Effect]>([
    ["a cut", { kind: "cutAfter", bytes: 100_000 }],
    ["a reset", { kind: "cutAfter", bytes: 100_000, reset: true }],
    ["a connection that is closed", { kind: "hangUp" }],
    ["an expired address", namedFaults.urlExpired()],
    ["expired credentials", namedFaults.expiredToken()],
    ["503", namedFaults.slowDown()],
    ["500", namedFaults.internalError()],
    ["a page of a gateway", namedFaults.htmlPage(502)],
    ["the whole object in place of a part", { kind: "ignoreRange" }],
    ["another part than requested", { kind: "shiftRange", by: 5 }],
  ])("%s", async ([_, effect], { cat, put, sandbox }) => {
    const { body, id } = put("a.csv.gz", 1_500_000);
    sandbox.faults.add({ on: "objects", after: 2, times: 2, effect });
    const { code, stderr, stdout } = await cat(id);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expectSame(stdout, body);
  });

  it("every answer is cut", async ({ cat, put, sandbox }) => {
    const { body, id } = put("a.csv.gz", 1_500_000);
    switchFault(sandbox.faults, "cut");
    const { code, stderr, stdout } = await cat(id, "--unpack");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expectSame(stdout, gunzipSync(body));
  });

  it("a stall", async ({ objectRequests, program, put, sandbox }) => {
    const { body, id } = put("a.csv", 1_500_000);
    const effect: Effect = { kind: "stall", afterBytes: 70_000 };
    sandbox.faults.add({ on: "objects", after: 1, times: 1, effect });
    const silences = () =>
      objectRequests().filter(({ ended, bytesSent }) => !ended && bytesSent >= 70_000).length;
    const running = program.start(["cat", id], { clockSeconds: 31 });
    const { code, stderr, stdout } = await throughSilences(running, silences);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout === body.toString()).toBe(true);
  });
});

describe("bytes that are not what the service lists", () => {
  it("end with 6 after the last one", async ({ cat, put, sandbox }) => {
    const { body, id } = put("a.csv.gz", 700_000);
    sandbox.faults.add({ on: "objects", effect: { kind: "corrupt", at: 300_000 } });
    const { code, stderr, stdout } = await cat(id);
    expect({ code, stderr }).toEqual({
      code: 6,
      stderr: expect.stringMatching(
        /^cfs: Reading a\.csv\.gz: its md5 is \w{32}, the service lists \w{32}\. Discard the output\. [^\n]+\n$/,
      ),
    });
    expect(stdout.length).toBe(body.length);
  });

  it("end with 6 if their count is another than listed", async ({ cat, put }) => {
    const { id } = put("a.csv.gz", 70_000, { listedSize: "wrong" });
    expect(await cat(id)).toMatchObject({ code: 6, stdout: Buffer.alloc(0) });
  });
});

describe("a failure that lasts", () => {
  it("is reported after the bytes before it, with the exit code of get", async ({
    cat,
    put,
    sandbox,
  }) => {
    const { body, id } = put("a.csv.gz", 700_000);
    const effect: Effect = { kind: "answer", status: 410 };
    let refusedFrom = body.length;
    const isLater = ({ headers }: { headers: { range?: string } }) => {
      const first = Number(/\d+/.exec(headers.range ?? ""));
      if (first >= 262_144) refusedFrom = Math.min(refusedFrom, first);
      return first >= 262_144;
    };
    sandbox.faults.add({ on: "objects", when: isLater, effect });
    const { code, stderr, stdout } = await cat(id);
    expect({ code, stderr }).toEqual({
      code: 5,
      stderr: expect.stringMatching(/^cfs: .+ answered 410\. The output is incomplete\. .+\n$/),
    });
    expectSame(stdout, body.subarray(0, refusedFrom));
  });
});

describe("a reader that goes away", () => {
  it("ends it quietly with 0, while requests are open", async ({ put, sandbox, spawned }) => {
    const { id } = put("a.csv.gz", 20e9);
    const child = spawned(`cfs cat ${id}`);
    const stderr = text(child.stderr);
    const ended = once(child, "exit");
    await once(child.stdout, "data");
    sandbox.faults.add({ on: "objects", effect: { kind: "slow", bytesPerSecond: 200_000 } });
    child.stdout.destroy();
    expect({ code: (await ended)[0], stderr: await stderr }).toEqual({ code: 0, stderr: "" });
  });

  it("has caused few small requests", async ({ objectRequests, put, spawned }) => {
    const { id } = put("a.csv.gz", 20e9);
    const child = spawned(`cfs cat ${id} | zcat | head -n 1`);
    const ended = once(child, "exit");
    const [line, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    await ended;
    expect({ lines: line.split("\n").length, stderr }).toEqual({ lines: 2, stderr: "" });
    // zcat may have read more before head ended.
    const sent = objectRequests().reduce((sum, { bytesSent }) => sum + bytesSent, 0);
    expect(sent).toBeLessThanOrEqual(10 * 262_144);
  });
});

describe("a reader that stops", () => {
  it("stops the requests, and no bytes are lost when it continues", async ({
    objectRequests,
    put,
    spawned,
  }) => {
    const { body, id } = put("a.csv.gz", 9_000_000);
    const child = spawned(`cfs cat ${id}`);
    const ended = once(child, "exit");
    const pieces: Buffer[] = [];
    let taken = 0;
    for await (const piece of child.stdout.iterator({ destroyOnReturn: false })) {
      pieces.push(piece);
      taken += piece.length;
      if (taken > 1_000_000) break;
    }
    const sent = () => objectRequests().reduce((sum, { bytesSent }) => sum + bytesSent, 0);
    await waitUntil(() => objectRequests().every((request) => request.ended));
    // The pipe and its reader hold some bytes that this loop has not seen.
    expect(sent()).toBeLessThan(262_144 + 5 * (taken + 262_144));
    pieces.push(await buffer(child.stdout));
    expect((await ended)[0]).toBe(0);
    expectSame(Buffer.concat(pieces), body);
  });
});

describe("on a terminal", () => {
  const inTerminal = it.extend(
    "start",
    ({ folder, program }) =>
      (...words: string[]) =>
        runInTerminal({
          words: ["cat", ...words],
          directory: folder,
          columns: 200,
          environment: program.environment,
        }),
  );

  inTerminal("refuses binary data, and says what to do", async ({ put, start }) => {
    const { id } = put("a.csv.gz", 5_000);
    const run = start(id);
    expect(await run.ended).toBe(2);
    expect(run.screen().join(" ").replace(/\s+/g, " ")).toContain(
      `Printing a.csv.gz: it is gzip data, and standard output is a terminal. Use --unpack, or redirect it: cfs cat ${id} > FILE.`,
    );
  });

  inTerminal("prints text", async ({ put, start }) => {
    const { body, id } = put("a.csv.gz", 2_000);
    const run = start(id, "--unpack");
    expect(await run.ended).toBe(0);
    const lines = gunzipSync(body).toString().trimEnd().split("\n");
    expect(run.screen().join("\n")).toContain((lines.at(-1) ?? "").slice(-40));
  });
});
