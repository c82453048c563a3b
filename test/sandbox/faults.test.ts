import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { namedFaults } from "../../source/sandbox/named-faults.ts";
import { addHostileNames, type Effect, fileBytes } from "../../source/sandbox/sandbox.ts";
import {
  fieldsOf,
  openSandbox,
  passwordForm,
  postForm,
  signedIn,
  tokenPath,
  withOneFile,
} from "../support/sandbox/client.ts";

const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const bytesOf = async (answer: Response) => new Uint8Array(await answer.arrayBuffer());

describe("when a fault hits", () => {
  test("it skips the given number of requests, then hits the given number that match", async () => {
    const sandbox = await openSandbox();
    const client = await signedIn(sandbox);
    sandbox.faults.add({
      on: "packages",
      when: ({ query }) => query.get("bucketName") === "bulk-ESG",
      after: 1,
      times: 2,
      effect: namedFaults.tokenExpired(),
    });
    const statuses = [];
    for (const bucket of ["bulk-ESG", "bulk-FMRD", "bulk-ESG", "bulk-ESG", "bulk-ESG"]) {
      statuses.push((await client.ask(`/file-store/v1/packages?bucketName=${bucket}`)).status);
    }
    expect(statuses).toEqual([200, 200, 401, 401, 200]);
  });

  test("until it is taken away", async () => {
    const sandbox = await openSandbox();
    const end = sandbox.faults.add({ on: "any", effect: namedFaults.serviceError(503, 7) });
    const refused = await postForm(sandbox, tokenPath, passwordForm(sandbox));
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("7");
    end();
    expect((await postForm(sandbox, tokenPath, passwordForm(sandbox))).status).toBe(200);
  });
});

describe("answers in the place of the right one", () => {
  const named: [keyof typeof namedFaults, number][] = [
    ["badPassword", 400],
    ["badAppKey", 401],
    ["deadRefreshToken", 400],
    ["sessionQuota", 400],
    ["tokenExpired", 401],
    ["missingScope", 403],
    ["notEntitled", 403],
    ["bucketNotFound", 404],
    ["fileSetNotFound", 404],
    ["tooManyRequests", 429],
    ["serviceError", 503],
    ["htmlPage", 502],
    ["urlExpired", 403],
    ["expiredToken", 400],
    ["signatureMismatch", 403],
    ["notThere", 404],
    ["slowDown", 503],
    ["internalError", 500],
  ];
  test.each(named)("%s is %i", (name, status) => {
    const effects: Record<string, (...none: never[]) => Effect> = namedFaults;
    expect(effects[name]?.()).toMatchObject({ kind: "answer", status });
  });

  test("lists and tokens can be changed on their way", async () => {
    const sandbox = await openSandbox();
    sandbox.faults.add({ on: "token", effect: namedFaults.expiresIn(8) });
    const answer = await postForm(sandbox, tokenPath, passwordForm(sandbox));
    expect((await fieldsOf(answer)).expires_in).toBe(8);
    sandbox.endSessions();
    const client = await signedIn(sandbox);
    sandbox.faults.add({ on: "buckets", effect: namedFaults.nextLink("https://else.where/x") });
    expect(await client.list("/file-store/v1/buckets")).toHaveProperty(
      "@nextLink",
      "https://else.where/x",
    );
    sandbox.faults.add({ on: "buckets", effect: namedFaults.emptyList() });
    expect(await client.one("/file-store/v1/buckets")).toEqual({ value: [] });
  });

  test("a lost answer is lost after its work was done", async () => {
    const sandbox = await openSandbox();
    sandbox.faults.add({ on: "token", times: 1, effect: { kind: "loseAnswer" } });
    await expect(postForm(sandbox, tokenPath, passwordForm(sandbox))).rejects.toThrow();
    const second = await postForm(sandbox, tokenPath, passwordForm(sandbox));
    expect(await second.text()).toContain("Session quota is reached.");
  });

  test("an answer can be held until the test lets it go", async () => {
    const sandbox = await openSandbox();
    const client = await signedIn(sandbox);
    let letGo = () => {};
    const until = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    sandbox.faults.add({ on: "buckets", effect: { kind: "hold", until } });
    const answer = client.ask("/file-store/v1/buckets");
    await client.ask("/file-store/v1/packages");
    expect(sandbox.requests.find((each) => each.place === "buckets")?.status).toBeUndefined();
    letGo();
    expect((await answer).status).toBe(200);
  });
});

describe("objects", () => {
  async function fetched(effect: Effect, headers: Record<string, string> = {}, bytes = 600_000) {
    const one = await withOneFile(bytes);
    one.sandbox.faults.add({ on: "objects", effect });
    return { ...one, answer: await fetch(one.url, { headers }) };
  }

  test("cut after so many bytes", async () => {
    const { answer, sandbox } = await fetched({ kind: "cutAfter", bytes: 300_000 });
    await expect(bytesOf(answer)).rejects.toThrow();
    expect(sandbox.requests.at(-1)?.bytesSent).toBe(300_000);
  });

  test("stalled after so many bytes, until the client gives up", async () => {
    const { answer, sandbox } = await fetched({ kind: "stall", afterBytes: 50_000 });
    const reader = answer.body?.getReader();
    let bytes = 0;
    while (bytes < 50_000) bytes += (await reader?.read())?.value?.length ?? 0;
    expect(bytes).toBe(50_000);
    expect(sandbox.requests.at(-1)?.ended).toBe(false);
    await reader?.cancel();
  });

  test("wrong Content-Length, both ways, and none", async () => {
    const long = await fetched({ kind: "wrongLength", by: 10 });
    expect(long.answer.headers.get("content-length")).toBe("600010");
    await expect(bytesOf(long.answer)).rejects.toThrow();
    const short = await fetched({ kind: "wrongLength", by: -10 });
    expect(await bytesOf(short.answer)).toHaveLength(599_990);
    const none = await fetched({ kind: "noLength" });
    expect(none.answer.headers.get("content-length")).toBeNull();
    expect(await bytesOf(none.answer)).toHaveLength(600_000);
  });

  test("Range not honoured, or another one answered", async () => {
    const range = { Range: "bytes=100-199" };
    const whole = await fetched({ kind: "ignoreRange" }, range);
    expect(whole.answer.status).toBe(200);
    expect(await bytesOf(whole.answer)).toHaveLength(600_000);
    const shifted = await fetched({ kind: "shiftRange", by: 5 }, range);
    expect(shifted.answer.headers.get("content-range")).toBe("bytes 105-204/600000");
  });

  test("one byte corrupt, in whichever range it lies", async () => {
    const { answer, file } = await fetched(
      { kind: "corrupt", at: 300_000 },
      { Range: "bytes=299990-300009" },
    );
    const right = fileBytes(file, 299_990, 300_009);
    const wrong = [...(await bytesOf(answer))].flatMap((byte, at) =>
      byte === right[at] ? [] : [at],
    );
    expect(wrong).toEqual([10]);
  });

  test("another object at the same place", async () => {
    const { answer, file, url, sandbox } = await fetched({ kind: "changed" });
    const changed = await bytesOf(answer);
    expect(changed).toHaveLength(600_000);
    expect(digest(changed)).not.toBe(digest(fileBytes(file)));
    sandbox.faults.clear();
    const again = await fetch(url);
    expect(again.headers.get("etag")).not.toBe(answer.headers.get("etag"));
    expect(digest(await bytesOf(again))).toBe(digest(fileBytes(file)));
    file.version++;
    expect((await fetch(url)).headers.get("etag")).toBe(answer.headers.get("etag"));
  });

  test("headers set and left out", async () => {
    const { answer } = await fetched({ kind: "header", name: "etag", value: undefined });
    expect(answer.headers.get("etag")).toBeNull();
  });

  test("addresses that live for seconds", async () => {
    let nowMs = Date.now();
    const { sandbox, file, client } = await withOneFile(10, { now: () => nowMs });
    sandbox.faults.add({ on: "stream", effect: { kind: "urlSeconds", seconds: 2 } });
    const url = await client.locate(file.id);
    expect((await fetch(url)).status).toBe(200);
    nowMs += 3000;
    expect((await fetch(url)).status).toBe(403);
  });

  test("a limit of bytes a second for each connection", async () => {
    const { answer } = await fetched({ kind: "slow", bytesPerSecond: 2_000_000 }, {}, 300_000);
    expect(await bytesOf(answer)).toHaveLength(300_000);
  });
});

describe("files", () => {
  test("whose listing lacks facts, or has them wrong", async () => {
    const { file, fileSet, client } = await withOneFile(5000);
    const listed = async () =>
      (await client.list(`/file-store/v1/files?filesetId=${fileSet.id}`)).value[0];
    const md5 = (await listed())?.md5;
    file.listedMd5 = "wrong";
    file.listedSize = "wrong";
    const wrong = await listed();
    expect(wrong?.md5).toMatch(/^[0-9a-f]{32}$/);
    expect(wrong?.md5).not.toBe(md5);
    expect(wrong?.fileSizeInBytes).not.toBe(5000);
    file.listedMd5 = "missing";
    file.listedSize = "missing";
    expect(await listed()).not.toHaveProperty("md5");
    expect(await listed()).not.toHaveProperty("fileSizeInBytes");
  });

  test("with hostile names are listed as they are and can be fetched", async () => {
    const { sandbox, owner, client } = await withOneFile(10);
    const fileSet = addHostileNames(sandbox.catalogue, owner);
    const { items } = await client.all(`/file-store/v1/files?filesetId=${fileSet.id}`);
    const files = sandbox.catalogue.filesOf(fileSet);
    expect(items.map((item) => item.filename)).toEqual(files.map((file) => file.filename));
    for (const file of files) {
      const answer = await fetch(await client.locate(file.id));
      expect(answer.status).toBe(200);
      expect(digest(await bytesOf(answer))).toBe(digest(fileBytes(file)));
    }
  });

  test("of a set that goes while its pages are read", async () => {
    const { sandbox, fileSet, client } = await withOneFile(10);
    sandbox.faults.add({
      on: "files",
      effect: {
        kind: "meanwhile",
        run: () => {
          fileSet.availableToMs = 0;
        },
      },
    });
    const answer = await client.ask(`/file-store/v1/files?filesetId=${fileSet.id}`);
    expect(answer.status).toBe(404);
  });
});
