import { spawn } from "node:child_process";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { gunzipSync } from "node:zlib";
import { describe, expect } from "vitest";
import { printEntries, recordJson, recordText } from "../../source/commands/browse/peek-output.ts";
import { readEnvironment } from "../../source/config/environment.ts";
import type { Preview, PreviewContent } from "../../source/preview/preview.ts";
import { fileBytes } from "../../source/sandbox/sandbox.ts";
import { builtProgramInShell } from "../support/program/built-program.ts";
import { inheritedEnvironment } from "../support/program/inherited-environment.ts";
import { test } from "../support/test.ts";

const it = test
  .extend("runsHere", true)
  /** Lists one more file; with its text, unless it is large. */
  .extend("put", ({ sandbox: { catalogue } }) => {
    const { packageId } = catalogue.addPackage({ packageName: "One", bucketNames: ["bulk-One"] });
    const fileSet = catalogue.addFileSet({ name: "One", packageId });
    return (filename: string, bytes: number) => {
      const file = catalogue.addFile(fileSet, { filename, bytes });
      const body = bytes > 1e6 ? Buffer.alloc(0) : Buffer.from(fileBytes(file));
      const text = filename.endsWith(".gz") && body.length > 0 ? gunzipSync(body) : body;
      return { id: file.id, text: text.toString() };
    };
  })
  .extend(
    "peek",
    ({ program }) =>
      (...words: string[]) =>
        program.run(["peek", ...words]),
  );

const linesOf = (text: string, count: number) => `${text.split("\n").slice(0, count).join("\n")}\n`;

describe("cfs peek", () => {
  it("prints the first ten records unpacked, as they are in the file", async ({ put, peek }) => {
    const { id, text } = put("a.jsonl.gz", 300_000);
    expect(await peek(id)).toMatchObject({ code: 0, stdout: linesOf(text, 10), stderr: "" });
    expect((await peek(id, "-n", "3")).stdout).toBe(linesOf(text, 3));
  });

  it("prints the header of a csv too, and all of a file that has fewer records", async ({
    put,
    peek,
  }) => {
    const { id, text } = put("a.csv.gz", 20_000);
    expect((await peek(id, "-n", "2")).stdout).toBe(linesOf(text, 3));
    expect((await peek(id, "-n", "1000000")).stdout).toBe(text);
    expect(await peek(id, "-n", "0")).toMatchObject({
      code: 0,
      stdout: linesOf(text, 1),
      stderr: "",
    });
    expect((await peek(id, "-n", "0", "--json")).objects()).toEqual([
      expect.objectContaining({ fileId: id, format: "csv", records: 0 }),
    ]);
  });

  it("fetches no more than the beginning, and reports how much with --verbose", async ({
    sandbox,
    put,
    peek,
  }) => {
    const { id } = put("b.csv.gz", 20e9);
    const before = sandbox.requests.length;
    const { code, stderr } = await peek(id, "--verbose");
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "cfs: 10 records; fetched 65,536 of 20,000,000,000 bytes.\n",
    });
    const sent = sandbox.requests.slice(before).filter(({ place }) => place === "objects");
    expect(sent.map(({ bytesSent }) => bytesSent)).toEqual([65_536]);
  });

  it("with --json gives one object a line, and what was read in the last", async ({
    put,
    peek,
  }) => {
    const jsonl = put("c.jsonl.gz", 30_000);
    const { objects } = await peek(jsonl.id, "-n", "2", "--json");
    const records = jsonl.text.split("\n").map((line) => (line === "" ? "" : JSON.parse(line)));
    expect(objects()).toEqual([
      { n: 1, value: records[0] },
      { n: 2, value: records[1] },
      {
        fileId: jsonl.id,
        name: "c.jsonl.gz",
        format: "jsonl",
        records: 2,
        size: 30_000,
        bytesFetched: 30_000,
      },
    ]);
    const csv = put("c.csv.gz", 30_000);
    const [header = "", row = ""] = csv.text.split("\n");
    const [first, second] = (await peek(csv.id, "-n", "1", "--json")).objects();
    expect(first).toEqual({
      n: 1,
      value: Object.fromEntries(header.split(",").map((name, at) => [name, row.split(",")[at]])),
    });
    expect(second).toMatchObject({ format: "csv", records: 1 });
  });

  it("prints the records of the only entry of a zip, and with --entry those of any", async ({
    put,
    peek,
  }) => {
    const { id } = put("d.zip", 200_000);
    const rows = await peek(id, "-n", "1");
    expect(rows).toMatchObject({ code: 0, stderr: "" });
    expect(rows.stdout.split("\n")).toHaveLength(3);
    expect((await peek(id, "-n", "1", "--json")).objects()).toMatchObject([
      { n: 1, value: expect.any(Object) },
      { name: "d.zip", entry: "d.csv", format: "csv", records: 1 },
    ]);
    for (const entry of ["1", "d.csv"])
      expect((await peek(id, "--entry", entry, "-n", "1")).stdout).toBe(rows.stdout);
    const wrong = await peek(id, "--entry", "other");
    expect(wrong).toMatchObject({ code: 4, stdout: "" });
    expect(wrong.stderr).toContain('Looking for the entry "other" in d.zip');
  });

  it("shows several files in one call, each below its name, and continues after a failure", async ({
    program,
    put,
  }) => {
    const [one, other] = [put("g1.jsonl.gz", 30_000), put("g2.csv.gz", 30_000)];
    const empty = put("g3.csv", 0);
    const ended = await program.run(["peek", one.id, "4000-none", "-", "-n", "1"], {
      input: `${empty.id}\n${other.id}\n`,
    });
    expect(ended.code).toBe(4);
    expect(ended.stdout).toBe(
      [
        `==> g1.jsonl.gz <==\n${linesOf(one.text, 1)}`,
        "==> g3.csv <==\n",
        `==> g2.csv.gz <==\n${linesOf(other.text, 2)}`,
      ].join("\n"),
    );
    expect(ended.stderr).toMatch(
      /^cfs: [^\n]+4000-none[^\n]+\ncfs: g3\.csv: The file is empty\.\n$/,
    );
  });

  it("with --json names the file in each object, of several", async ({ put, peek }) => {
    const files = [put("h1.jsonl.gz", 30_000), put("h2.zip", 30_000)];
    const { code, objects } = await peek(...files.map(({ id }) => id), "-n", "1", "--json");
    expect(code).toBe(0);
    const [one, other] = files.map(({ id }) => id);
    expect(objects()).toEqual([
      { fileId: one, n: 1, value: expect.any(Object) },
      expect.objectContaining({ fileId: one, name: "h1.jsonl.gz", records: 1 }),
      { fileId: other, n: 1, value: expect.any(Object) },
      expect.objectContaining({ fileId: other, name: "h2.zip", entry: "h2.csv", records: 1 }),
    ]);
  });

  it("ends quietly when its reader has gone", async ({ program, put }) => {
    const { id } = put("e.csv.gz", 900_000);
    const child = spawn(
      "bash",
      ["-c", `${builtProgramInShell} peek ${id} -n 1000000 | head -1; exit \${PIPESTATUS[0]}`],
      {
        env: { ...inheritedEnvironment(), ...program.environment },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (text) => (stdout += text));
    child.stderr.on("data", (text) => (stderr += text));
    const [code] = await once(child, "close");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n")).toHaveLength(2);
  });

  it.for([
    ["of an unknown id", undefined, 4],
    ["the object store has not yet", 404, 4],
    ["the object store refuses", 403, 5],
  ] as const)(
    "a file %s ends with its code and a sentence",
    async ([_, status, code], { sandbox, put, peek }) => {
      const id = status === undefined ? "4000-none" : put("f.csv.gz", 20_000).id;
      if (status !== undefined) {
        sandbox.faults.add({ on: "objects", effect: { kind: "answer", status, body: "" } });
      }
      const ended = await peek(id);
      expect(ended).toMatchObject({ code, stdout: "" });
      expect(ended.stderr).toMatch(/^cfs: [^\n]+\n$/);
    },
  );

  it("the id of a file set ends with 4 and the command that lists its files", async ({
    sandbox: { catalogue },
    peek,
  }) => {
    const { packageId } = catalogue.addPackage({ packageName: "Two", bucketNames: ["bulk-Two"] });
    const { id } = catalogue.addFileSet({ name: "Two", packageId });
    const { code, stderr } = await peek(id);
    expect(code).toBe(4);
    expect(stderr).toContain(` cfs files ${id} lists its files if this is the id of a file set.\n`);
  });

  it.for([["-n", "-1"], ["-n", "x"], []] as const)(
    "with wrong words (%j) ends with 2",
    async (words, { peek }) => {
      expect((await peek(...(words.length > 0 ? ["id", ...words] : []))).code).toBe(2);
    },
  );
});

it("lists the entries of a zip that has several", () => {
  const stdout = new PassThrough();
  const entryNamed = (name: string) => {
    return { name, at: 0, method: 8, crc32: 0, packedBytes: 14, bytes: 12 };
  };
  const preview: Preview = {
    format: "zip",
    entries: ["a.csv", "b.csv"].map(entryNamed),
    entryCount: 2,
    next: async () => [],
    progress: () => ({ bytesFetched: 0, objectBytes: 0, isOver: true }),
  };
  const call = {
    stdin: new PassThrough(),
    stdout,
    stderr: new PassThrough(),
    environment: readEnvironment({}),
    signal: new AbortController().signal,
    nowMs: Date.now,
  };
  const warnings: string[] = [];
  const warn = (words: string) => void warnings.push(words);
  printEntries(preview, { options: { records: 10 }, call, ofFile: {}, warn });
  expect(String(stdout.read())).toBe("1\ta.csv\t12\t14\n2\tb.csv\t12\t14\n");
  expect(warnings).toEqual([]);
});

describe("one record", () => {
  const preview = (content: PreviewContent): Preview => ({
    ...content,
    next: async () => [],
    progress: () => ({ bytesFetched: 0, objectBytes: 0, isOver: true }),
  });
  const record = (text: string, isCut = false) => ({ number: 7, raw: Buffer.from(text), isCut });

  it.each([
    ["jsonl", '{"id":12345678901234567890}', '{"n":7,"value":{"id":12345678901234567890}}'],
    ["jsonl", "no JSON", '{"n":7,"text":"no JSON"}'],
    ["text", 'a "line"\r', '{"n":7,"value":"a \\"line\\""}'],
  ] as const)("of %s %j is %s", (format, text, json) => {
    expect(recordJson(preview({ format }))(record(text))).toBe(json);
  });

  it("keeps the order of a csv's columns, and names those without a header", () => {
    const header = Buffer.from("b,2004,2003\r");
    const toJson = recordJson(preview({ format: "csv", header, delimiter: "," }));
    expect(toJson(record('1,"x,y",3,4'))).toBe(
      '{"n":7,"value":{"b":"1","2004":"x,y","2003":"3","column 4":"4"}}',
    );
    expect(toJson(record("1,2", true))).toBe('{"n":7,"text":"1,2","cut":true}');
  });

  it("steers no terminal, and is left alone in a pipe", () => {
    const raw = Buffer.from("a\tb\u001b[2J\u202e\nc\r");
    expect(recordText(raw, true)).toBe("a\tb[2J\nc\n");
    expect(recordText(raw, false)).toEqual(Buffer.concat([raw, Buffer.from("\n")]));
  });
});
