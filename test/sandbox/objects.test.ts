import { createHash } from "node:crypto";
import { once } from "node:events";
import { Agent, get } from "node:http";
import { buffer } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { bodyDigest, entityTag, fileBytes } from "../../source/sandbox/sandbox.ts";
import { withOneFile } from "./client.ts";

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

  test("has the observed form", async () => {
    const { url } = await withOneFile(10, {}, "Bulk-ESG-2023-11-26T16:04:11.525Z.jsonl.gz");
    const { pathname, searchParams } = new URL(url);
    expect(pathname).toMatch(/^\/One\/\d{4}\/\d\d\/\d\d\/Bulk-ESG-2023-11-26T16%3A04%3A11.525Z/);
    expect(searchParams.get("X-Amz-Expires")).toBe("21600");
    expect(searchParams.get("X-Amz-SignedHeaders")).toBe("host");
    expect(searchParams.get("x-event-external-name")).toBe("cfs-claimCheck-download");
  });

  test.each([
    ["a parameter added", (url: string) => `${url}&extra=1`],
    ["the path decoded", (url: string) => url.replace("%3A", ":")],
    ["the query re-encoded", (url: string) => url.replace("x-file-name=a%3Ab", "x-file-name=a:b")],
  ])("dies when changed: %s", async (_, change) => {
    const { url } = await withOneFile(10, {}, "a:b.csv.gz");
    expect(change(url)).not.toBe(url);
    const answer = await fetch(change(url));
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain("<Code>SignatureDoesNotMatch</Code>");
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

  test("a range past the end is 416 and tells the size", async () => {
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
