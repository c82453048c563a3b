import { createHash } from "node:crypto";
import { once } from "node:events";
import { Agent, get } from "node:http";
import { buffer } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { bodyDigest, entityTag, fileBytes } from "../../source/sandbox/sandbox.ts";
import { openSandbox, signedIn, withOneFile } from "../support/sandbox/client.ts";

const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex");
const bytesOf = async (answer: Response) => new Uint8Array(await answer.arrayBuffer());

describe("a presigned address", () => {
  test("gives the bytes whose md5 the listing has", async () => {
    const { sandbox, file, fileSet, client, url } = await withOneFile(300_000);
    const answer = await fetch(url);
    const body = await bytesOf(answer);
    const { value } = await client.list(`/file-store/v1/files?filesetId=${fileSet.id}`);
    expect(value[0]).toMatchObject({ fileSizeInBytes: 300_000, md5: md5(body) });
    expect(answer.headers.get("etag")).toBe(`"${md5(body)}"`);
    expect(md5(fileBytes(file))).toBe(md5(body));
    expect(sandbox.requests.at(-1)?.bytesSent).toBeGreaterThan(0);
  });

  /** Recorded, without their secrets. */
  const recorded: [what: string, packageName: string, path: string, query: string][] = [
    [
      "a file of a weekly delivery",
      "Bulk-ESG-Global-Raw-Wealth-Standard-v2",
      "/Bulk-ESG-Global-Raw-Wealth-Standard-v2/2025/06/08/Bulk-ESG-Global-Raw-Wealth-Standard-v2-ValueScores-Delta-2025-06-08T18%3A15%3A15.433Z.csv.gz",
      "x-request-Id=REMOVED&x-package-id=408c-ba29-cae68349-abb7-ba38f6d7fce7&x-client-app-id=REMOVED&x-file-name=Bulk-ESG-Global-Raw-Wealth-Standard-v2-ValueScores-Delta-2025-06-08T18%3A15%3A15.433Z.csv.gz&x-fileset-id=4035-af6c-bcf9f923-834d-c845673b9608&x-bucket-name=bulk-ESG&x-uuid=REMOVED&x-file-Id=412d-ab1a-f20f60b8-8279-b0bc7f78a804&x-fileset-name=Bulk-ESG-Global-Raw-Wealth-Standard-v2-ValueScores-Csv-Delta-2025-06-08T18%3A15%3A15.433Z&x-event-external-name=cfs-claimCheck-download&X-Amz-Security-Token=IQoJb3JpZ2luX2VjREMOVED&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20250617T083506Z&X-Amz-SignedHeaders=host&X-Amz-Expires=21600&X-Amz-Credential=ASIAREMOVED%2F20250617%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=REMOVED",
    ],
    [
      "one of a folder that is not named after the package, the day before it came",
      "ESGPIT",
      "/ESGPIT/2023/12/10/EsgPITAnalyticValueScore.2006.F.2023-12-10-0857.zip",
      "x-request-Id=REMOVED&x-package-id=4173-aec7-8a0b0ac9-96f9-48e83ddbd2ad&x-client-app-id=REMOVED&x-file-name=EsgPITAnalyticValueScore.2006.F.2023-12-10-0857.zip&x-fileset-id=4476-df94-84b63642-9f49-5e7725d0925c&x-bucket-name=bulk-ESG&x-uuid=REMOVED&x-file-Id=406c-a513-aedc4978-8e8b-07ee5f25686b&x-fileset-name=RFT-ESG-PIT-SDI-2023-12-10&x-event-external-name=cfs-claimCheck-download&X-Amz-Security-Token=IQoJb3JpZ2luX2VjREMOVED&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20231215T071024Z&X-Amz-SignedHeaders=host&X-Amz-Expires=21600&X-Amz-Credential=ASIAREMOVED%2F20231215%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=REMOVED",
    ],
    [
      "one without an extension",
      "GE-11328",
      "/GE-11328/2025/09/11/TESTDEVDATALIBRARY2025-09-11T09%3A00%3A00.000-04%3A00",
      "x-request-Id=REMOVED&x-package-id=41c7-5071-e124b4b7-a663-0c40a5c74a6d&x-client-app-id=REMOVED&x-file-name=TESTDEVDATALIBRARY2025-09-11T09%3A00%3A00.000-04%3A00&x-fileset-id=4209-0738-ec37e8ea-bdd1-0cbea8789282&x-bucket-name=bulk-custom&x-uuid=REMOVED&x-file-Id=4267-a4de-807e4752-986f-43fd7eb2c26e&x-fileset-name=TESTDEVDATALIBRARY2025-09-11T09%3A00%3A00.000-04%3A00&x-event-external-name=cfs-claimCheck-download&X-Amz-Security-Token=IQoJb3JpZ2luX2VjREMOVED&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20250912T073719Z&X-Amz-SignedHeaders=host&X-Amz-Expires=21600&X-Amz-Credential=ASIAREMOVED%2F20250912%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=REMOVED",
    ],
  ];

  /** The address with what differs each time in the form that is checked here taken out. */
  const withoutSecrets = (address: string) =>
    address
      .replace(/(?<=x-request-Id=)[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}(?=&)/, "REMOVED")
      .replace(/(?<=x-client-app-id=)[\da-f]{40}(?=&)/, "REMOVED")
      .replace(/(?<=x-uuid=)GESG1-\d{6}(?=&)/, "REMOVED")
      .replace(/(?<=IQoJb3JpZ2luX2Vj)([\w]|%2B|%2F|%3D)+(?=&)/, "REMOVED")
      .replace(/(?<=X-Amz-Credential=ASIA)[\dA-Z]{16}(?=%2F)/, "REMOVED")
      .replace(/(?<=X-Amz-Signature=)[\da-f]{64}$/, "REMOVED");

  test.each(recorded)("is as recorded: %s", async (_, folder, path, query) => {
    const given = new URLSearchParams(query);
    const field = (name: string) => given.get(name) ?? "";
    const [, year, month, day, hour, minute, second] =
      field("X-Amz-Date").match(/(\d{4})(..)(..)T(..)(..)(..)Z/) ?? [];
    const nowMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    const sandbox = await openSandbox({ empty: true, now: () => nowMs });
    const owner = sandbox.catalogue.addPackage({
      packageName: "Package",
      packageId: field("x-package-id"),
      bucketNames: [field("x-bucket-name")],
      folder,
    });
    const fileSet = sandbox.catalogue.addFileSet({
      id: field("x-fileset-id"),
      name: field("x-fileset-name"),
      packageId: owner.packageId,
    });
    const id = field("x-file-Id");
    sandbox.catalogue.addFile(fileSet, { id, filename: field("x-file-name"), bytes: 10 });
    const url = await (await signedIn(sandbox)).locate(id);
    expect(withoutSecrets(url)).toBe(`${sandbox.objectHost}${path}?${query}`);
    expect((await fetch(url)).status).toBe(200);
  });

  test("is in the folder of the package, and of the day the file was created if its name has no date", async () => {
    const nowMs = Date.UTC(2026, 4, 14);
    const { url } = await withOneFile(10, { now: () => nowMs + 1000 });
    expect(new URL(url).pathname).toBe("/One/2026/05/14/a.csv.gz");
  });

  test.each([
    ["a parameter added", (url: string) => `${url}&extra=1`],
    ["a parameter changed", (url: string) => url.replace("x-uuid=G", "x-uuid=g")],
    ["the path changed", (url: string) => url.replace("/One/", "/Two/")],
    ["a path that makes no sense", (url: string) => url.replace("/One/", "/%E0%A4/")],
  ])("dies when changed: %s", async (_, change) => {
    const { url } = await withOneFile(10, {}, "a:b.csv.gz");
    expect(change(url)).not.toBe(url);
    const answer = await fetch(change(url));
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain("<Code>SignatureDoesNotMatch</Code>");
  });

  test("is valid with other percent-encoding", async () => {
    const { url } = await withOneFile(10, {}, "a:b.csv.gz");
    const { origin, pathname, searchParams } = new URL(url.replaceAll("%3A", ":"));
    expect((await fetch(`${origin}${pathname}?${searchParams}`)).status).toBe(200);
  });

  test("dies after its time, is refused for HEAD, and without a signature", async () => {
    let nowMs = Date.now();
    const { url } = await withOneFile(10, { now: () => nowMs });
    expect((await fetch(url, { method: "HEAD" })).status).toBe(403);
    expect((await fetch(url.split("?")[0] ?? "")).status).toBe(403);
    nowMs += 21_600_000;
    const expired = await fetch(url);
    expect(expired.status).toBe(403);
    expect(await expired.text()).toMatch(
      /<Code>AccessDenied<\/Code><Message>Request has expired<.*<Expires>.*<ServerTime>/,
    );
  });

  test("dies with the credentials that signed it, and a fresh one lives", async () => {
    const { sandbox, file, client, url } = await withOneFile(10);
    sandbox.expireUrls();
    const dead = await fetch(url);
    expect(dead.status).toBe(400);
    expect(await dead.text()).toContain("<Code>ExpiredToken</Code>");
    expect((await fetch(await client.locate(file.id))).status).toBe(200);
  });

  test("is refused with an Authorization header, which the log shows", async () => {
    const { sandbox, url } = await withOneFile(10);
    const answer = await fetch(url, { headers: { Authorization: "Bearer x" } });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("<Code>InvalidArgument</Code>");
    expect(
      sandbox.requests.filter((each) => each.origin === "objects" && each.authorized),
    ).toHaveLength(1);
  });
});

describe("ranges and conditions", () => {
  test.each([
    ["bytes=0-0", 0, 0],
    ["bytes=100-299", 100, 299],
    ["bytes=4990-", 4990, 4999],
    ["bytes=-10", 4990, 4999],
    ["bytes=4000-9000", 4000, 4999],
  ])("%s", async (range, first, last) => {
    const { file, url } = await withOneFile(5000);
    const answer = await fetch(url, { headers: { Range: range } });
    expect(answer.status).toBe(206);
    expect(answer.headers.get("content-range")).toBe(`bytes ${first}-${last}/5000`);
    expect(md5(await bytesOf(answer))).toBe(md5(fileBytes(file, first, last)));
  });

  test("a range past the end is 416 with the size", async () => {
    const { url } = await withOneFile(5000);
    const answer = await fetch(url, { headers: { Range: "bytes=5000-" } });
    expect(answer.status).toBe(416);
    expect(answer.headers.get("content-range")).toBe("bytes */5000");
  });

  test("If-Match and If-Range hold to the ETag", async () => {
    const { file, url } = await withOneFile(5000);
    const ask = (headers: Record<string, string>) => fetch(url, { headers });
    expect((await ask({ "If-Match": await entityTag(file) })).status).toBe(200);
    expect((await ask({ "If-Match": '"other"' })).status).toBe(412);
    const range = { Range: "bytes=0-9" };
    expect((await ask({ ...range, "If-Range": await entityTag(file) })).status).toBe(206);
    expect((await ask({ ...range, "If-Range": '"other"' })).status).toBe(200);
  });

  test("large objects have the ETag of an upload in parts, and any range at once", async () => {
    const { file, url } = await withOneFile(40_000_000_000);
    const answer = await fetch(url, { headers: { Range: "bytes=39999999000-" } });
    expect(answer.headers.get("etag")).toMatch(/^"[0-9a-f]{32}-4769"$/);
    expect(md5(await bytesOf(answer))).toBe(md5(fileBytes(file, 39_999_999_000)));
  });

  test("an empty object has no range", async () => {
    const { url } = await withOneFile(0);
    expect((await fetch(url)).headers.get("content-length")).toBe("0");
    expect((await fetch(url, { headers: { Range: "bytes=0-" } })).status).toBe(416);
  });
});

describe("/stream", () => {
  test("gives the address with doNotRedirect in any case, else leads there", async () => {
    const { sandbox, file, client } = await withOneFile(10);
    const path = `/file-store/v1/files/${file.id}/stream`;
    expect((await client.one(`${path}?doNotRedirect=True`)).url).toContain(sandbox.objectHost);
    const redirect = await client.ask(path, { redirect: "manual" });
    expect(redirect.status).toBe(302);
    expect(redirect.headers.get("location")).toContain("X-Amz-Signature=");
    expect(await bytesOf(await client.ask(path))).toHaveLength(10);
  });

  test("refuses what has gone, what is not complete and what the user may not have", async () => {
    const { owner, fileSet, file, client } = await withOneFile(10);
    const status = async () => (await client.ask(`/file-store/v1/files/${file.id}/stream`)).status;
    fileSet.status = "PENDING";
    expect(await status()).toBe(404);
    fileSet.status = "READY";
    owner.isEntitled = false;
    expect(await status()).toBe(403);
    owner.isEntitled = true;
    fileSet.availableToMs = 0;
    expect(await status()).toBe(403);
    expect((await client.ask("/file-store/v1/files/4-unknown/stream")).status).toBe(404);
  });
});

test("digests of whole objects are those of their bytes", async () => {
  const { file } = await withOneFile(3_000_000);
  const sha256 = createHash("sha256").update(fileBytes(file)).digest("hex");
  expect(await bodyDigest(file, "sha256")).toBe(sha256);
});

describe("on one connection", () => {
  test("a request that comes before a paced answer's turn is over is answered too", async () => {
    const bytesPerSecond = 2_000_000;
    const { url } = await withOneFile(bytesPerSecond / 20, { bytesPerSecond });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let count = 0; count < 3; count += 1) {
      const request = get(url, { agent });
      const [answer] = await once(request, "response");
      expect((await buffer(answer)).length).toBe(bytesPerSecond / 20);
    }
    agent.destroy();
  });
});
