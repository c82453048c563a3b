import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { bodyDigest } from "../../source/sandbox/sandbox.ts";
import { waitUntil } from "../support/wait-until.ts";
import { storeTest as it, threePartsBytes } from "./store-fixture.ts";

const isPart = ({ method, query }: { method: string; query: URLSearchParams }) =>
  method === "PUT" && query.has("partNumber");
const isCompletion = ({ method, query }: { method: string; query: URLSearchParams }) =>
  method === "POST" && query.has("uploadId");

describe("cfs get into an object store", () => {
  it("stores a small file with one request, with its checksums and ids", async ({
    expectStored,
    get,
    offerOne,
    out,
    store,
  }) => {
    const file = offerOne("a ü'(1).csv.gz", 3_000);
    const { code, stderr, objects } = await get([file.id, "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const sha256 = await bodyDigest(file, "sha256");
    expect(objects()).toEqual([
      {
        fileId: file.id,
        fileSetId: file.filesetId,
        name: "a ü'(1).csv.gz",
        path: `${out}/a ü'(1).csv.gz`,
        size: 3_000,
        sha256,
        verifiedBy: "md5",
        status: "saved",
        bytesFetched: 3_000,
        seconds: expect.any(Number),
      },
    ]);
    await expectStored("a ü'(1).csv.gz", file);
    expect(store.objects.get("esg/pit/a ü'(1).csv.gz")?.metadata).toEqual({
      "cfs-file-id": file.id,
      "cfs-file-set-id": file.filesetId,
      "cfs-md5": await bodyDigest(file, "md5"),
      "cfs-sha256": sha256,
    });
    expect(store.asked.map(({ method }) => method)).toEqual(["GET", "HEAD", "PUT"]);
  });

  it("stores a large file in parts, and skips it the next time", async ({
    expectStored,
    get,
    offerOne,
    store,
  }) => {
    const file = offerOne("a.csv.gz", threePartsBytes);
    expect(await get([file.id])).toMatchObject({ code: 0 });
    await expectStored("a.csv.gz", file);
    expect(store.asked.filter(isPart)).toHaveLength(3);
    expect(store.uploads.size).toBe(0);
    expect(store.objects.get("esg/pit/a.csv.gz")?.metadata).toEqual({
      "cfs-file-id": file.id,
      "cfs-file-set-id": file.filesetId,
    });
    const begun = store.asked.length;
    const again = await get([file.id, "--json"]);
    expect(again.objects()).toMatchObject([{ status: "skipped", bytesFetched: 0 }]);
    expect(store.asked.slice(begun).map(({ method }) => method)).toEqual(["GET", "HEAD"]);
  });

  it("continues a killed upload: what the store has is not sent again", async ({
    expectStored,
    offerOne,
    out,
    program,
    sandbox,
    store,
  }) => {
    const file = offerOne("a.csv.gz", threePartsBytes);
    const slow = { kind: "slow", bytesPerSecond: 4_000_000 } as const;
    sandbox.faults.add({ on: "objects", effect: slow });
    const killed = program.start(["get", file.id, "-o", out]);
    const [upload] = await waitFor(() => {
      const [first] = store.uploads.values();
      return first !== undefined && first.parts.size > 0 ? [first] : undefined;
    });
    killed.kill("SIGKILL");
    await killed.ended;
    // The store may still be reading what the killed call had sent.
    await store.settled();
    sandbox.faults.clear();
    const kept = [...upload.parts.keys()];
    const begun = store.asked.length;
    expect(await program.run(["get", file.id, "-o", out])).toMatchObject({ code: 0 });
    const sent = store.asked.slice(begun).filter(isPart);
    expect(sent.map(({ query }) => Number(query.get("partNumber"))).toSorted()).toEqual(
      [1, 2, 3].filter((number) => !kept.includes(number)),
    );
    await expectStored("a.csv.gz", file);
    expect(store.uploads.size).toBe(0);
  });

  it("continues by the SHA-256 of the parts in a store that encrypts with its own keys", async ({
    expectStored,
    get,
    offerOne,
    store,
  }) => {
    store.checksums = true;
    store.encrypts = true;
    const file = offerOne("a.csv.gz", threePartsBytes);
    store.fault = (asked) => {
      if (!isPart(asked) || asked.query.get("partNumber") !== "3") return undefined;
      const [upload] = store.uploads.values();
      return (upload?.parts.size ?? 0) < 2 ? "cut" : { status: 403, code: "AccessDenied" };
    };
    expect(await get([file.id])).toMatchObject({ code: 7 });
    store.fault = () => undefined;
    const begun = store.asked.length;
    expect(await get([file.id])).toMatchObject({ code: 0 });
    const sent = store.asked.slice(begun).filter(isPart);
    expect(sent.map(({ query }) => query.get("partNumber"))).toEqual(["3"]);
    await expectStored("a.csv.gz", file);
  });

  it("sends parts without a checksum to a store that refuses one", async ({
    expectStored,
    get,
    offerOne,
    store,
  }) => {
    store.checksums = "refuses";
    const file = offerOne("a.csv.gz", threePartsBytes);
    expect(await get([file.id])).toMatchObject({ code: 0 });
    await expectStored("a.csv.gz", file);
  });

  it("does not continue an upload of another file of the same name", async ({
    expectStored,
    get,
    offerOne,
    store,
  }) => {
    const file = offerOne("a.csv.gz", threePartsBytes);
    const parts = new Map([[1, Buffer.alloc(8 * 1024 * 1024)]]);
    store.uploads.set("other", { key: "esg/pit/a.csv.gz", metadata: {}, parts });
    expect(await get([file.id])).toMatchObject({ code: 0 });
    await expectStored("a.csv.gz", file);
    expect([...store.uploads.keys()]).toEqual(["other"]);
  });

  it.for([
    ["small", 3_000],
    ["large", threePartsBytes],
  ] as const)(
    "stores nothing of a %s file with wrong bytes",
    async ([, bytes], { get, offerOne, sandbox, store, stored }) => {
      const file = offerOne("a.csv.gz", bytes);
      sandbox.faults.add({ on: "objects", effect: { kind: "corrupt", at: 1_000 } });
      const { code, stderr } = await get([file.id]);
      expect(code).toBe(6);
      expect(stderr).toContain("Uploading a.csv.gz: its ");
      expect(stderr).toContain("Nothing was stored.");
      expect(stored()).toEqual([]);
      expect(store.uploads.size).toBe(0);
    },
  );

  it("keeps two different files of one name, and replaces one with --overwrite", async ({
    expectStored,
    get,
    offerOne,
    stored,
  }) => {
    const one = offerOne("a/same.csv.gz", 3_000);
    const other = offerOne("b/same.csv.gz", 4_000);
    expect(await get([one.id])).toMatchObject({ code: 0 });
    expect(await get([other.id, one.id])).toMatchObject({ code: 0 });
    expect(stored()).toEqual(["same (2).csv.gz", "same.csv.gz"]);
    await expectStored("same.csv.gz", one);
    await expectStored("same (2).csv.gz", other);
    expect(await get([other.id, "--overwrite"])).toMatchObject({ code: 0 });
    await expectStored("same.csv.gz", other);
  });

  it("never replaces what another program writes meanwhile", async ({
    expectStored,
    get,
    offerOne,
    store,
  }) => {
    const small = offerOne("a.csv.gz", 3_000);
    const large = offerOne("b.csv.gz", threePartsBytes);
    const theirs = { body: Buffer.from("theirs"), etag: "e", metadata: {} };
    store.fault = (asked) => {
      const isLast = isCompletion(asked) || (asked.method === "PUT" && !isPart(asked));
      if (isLast && !asked.key.includes("(")) store.objects.set(asked.key, theirs);
      return undefined;
    };
    expect(await get([small.id, large.id])).toMatchObject({ code: 0 });
    for (const name of ["a.csv.gz", "b.csv.gz"])
      expect(store.objects.get(`esg/pit/${name}`)?.body.toString()).toBe("theirs");
    await expectStored("a (2).csv.gz", small);
    await expectStored("b (2).csv.gz", large);
    expect(store.uploads.size).toBe(0);
  });

  it.for([false, "refuses"] as const)(
    "stores files and SHA256SUMS in a store without conditional writes: %s",
    async (conditions, { expectStored, get, offerOne, store }) => {
      store.conditions = conditions;
      const small = offerOne("a.csv.gz", 3_000);
      const large = offerOne("b.csv.gz", threePartsBytes);
      expect(await get([small.id, large.id, "--checksums"])).toMatchObject({ code: 0 });
      await expectStored("a.csv.gz", small);
      await expectStored("b.csv.gz", large);
      const sums = store.objects.get("esg/pit/SHA256SUMS")?.body.toString() ?? "";
      expect(sums.split("\n").toSorted()).toEqual(
        [
          "",
          `${await bodyDigest(small, "sha256")}  a.csv.gz`,
          `${await bodyDigest(large, "sha256")}  b.csv.gz`,
        ].toSorted(),
      );
    },
  );

  it("sends again what was refused with SlowDown or cut off, and looks after a lost completion", async ({
    expectStored,
    get,
    offerOne,
    store,
  }) => {
    const file = offerOne("a.csv.gz", threePartsBytes);
    const faults = [
      [isPart, { status: 503, code: "SlowDown" }],
      [isPart, "cut"],
      [isCompletion, "lost"],
    ] as const;
    const rest = [...faults];
    store.fault = (asked) => {
      const [next] = rest;
      if (next === undefined || !next[0](asked)) return undefined;
      rest.shift();
      return next[1];
    };
    expect(await get([file.id, "--json"])).toMatchObject({ code: 0 });
    expect(rest).toEqual([]);
    await expectStored("a.csv.gz", file);
    expect(store.uploads.size).toBe(0);
  });

  it("renews expired credentials from the process of a profile", async ({
    expectStored,
    folder,
    offerOne,
    out,
    program,
    store,
  }) => {
    const { AWS_ENDPOINT_URL_S3, AWS_REGION } = store.variables;
    const good = { accessKeyId: "AKIANEW", secretAccessKey: "new-secret", sessionToken: "token-2" };
    store.credentials = { ...good, sessionToken: "token-1" };
    const script = join(folder, "credentials.mjs");
    const count = join(folder, "count");
    await writeFile(count, "");
    await writeFile(
      script,
      `import { appendFileSync, readFileSync } from "node:fs";
appendFileSync(${JSON.stringify(count)}, "1");
const SessionToken = "token-" + readFileSync(${JSON.stringify(count)}, "utf8").length;
console.log(JSON.stringify({ Version: 1, AccessKeyId: "AKIANEW", SecretAccessKey: "new-secret", SessionToken }));`,
    );
    const config = join(folder, "aws-config");
    await writeFile(
      config,
      `[profile lake]
region = ${AWS_REGION}
services = own
credential_process = ${process.execPath} ${script}
[services own]
s3 =
  endpoint_url = ${AWS_ENDPOINT_URL_S3}
`,
    );
    store.fault = ({ method }) => {
      if (method === "HEAD") store.credentials = good;
      return undefined;
    };
    const file = offerOne("a.csv.gz", 3_000);
    const environment = {
      AWS_PROFILE: "lake",
      AWS_CONFIG_FILE: config,
      AWS_ENDPOINT_URL_S3: "",
      AWS_ACCESS_KEY_ID: "",
      AWS_SECRET_ACCESS_KEY: "",
      AWS_REGION: "",
    };
    const { code, stderr } = await program.run(["get", file.id, "-o", out, "--quiet"], {
      environment,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    await expectStored("a.csv.gz", file);
    expect(store.asked.at(-1)?.headers["x-amz-security-token"]).toBe("token-2");
  });

  it.for([
    [
      "without credentials",
      { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" },
      "s3://lake/esg/pit",
      "Could not load credentials from any providers",
    ],
    [
      "with a wrong secret",
      { AWS_SECRET_ACCESS_KEY: "not-the-secret" },
      "s3://lake/esg/pit",
      "SignatureDoesNotMatch",
    ],
    ["without the bucket", {}, "s3://nowhere", "Create the bucket nowhere"],
  ] as const)(
    "ends with 7 %s, before anything is fetched",
    async ([, environment, dest, words], { offerOne, program, sandbox }) => {
      const file = offerOne("a.csv.gz", 3_000);
      const { code, stderr } = await program.run(["get", file.id, "-o", dest], { environment });
      expect(code).toBe(7);
      expect(stderr).toContain(words);
      expect(stderr).not.toContain("not-the-secret");
      expect(sandbox.requests.filter(({ place }) => place === "objects")).toEqual([]);
    },
  );

  it("ends with 5 if the store does not answer", async ({ offerOne, out, program }) => {
    const file = offerOne("a.csv.gz", 3_000);
    const environment = { AWS_ENDPOINT_URL_S3: "http://127.0.0.1:1" };
    const { code, stderr } = await program.run(["get", file.id, "-o", out], { environment });
    expect(code).toBe(5);
    expect(stderr).toContain("127.0.0.1:1 could not be reached: connection refused");
  });

  it.for([
    [["get", "ID", "-o", "s3://lake/x", "--unpack"], "--unpack needs a folder"],
    [["get", "ID", "-o", "s3://lake/x", "--dry-run"], "--dry-run needs a folder"],
    [["get", "ID", "-o", "s3://lake/../x"], "s3://lake/../x is not valid"],
    [["get", "ID", "-o", "gs://lake/x"], "gs://lake/x is not a folder"],
    [["watch", "bulk-A", "-o", "s3://lake/x"], "s3://lake/x is not a folder"],
  ] as const)("refuses %j", async ([words, problem], { program }) => {
    const { code, stderr } = await program.run(words);
    expect(code).toBe(2);
    expect(stderr).toContain(problem);
  });
});

async function waitFor<Value>(find: () => Value | undefined): Promise<Value> {
  let found: Value | undefined;
  await waitUntil(() => {
    found = find();
    return found !== undefined;
  });
  if (found === undefined) throw new Error("It was not found.");
  return found;
}
