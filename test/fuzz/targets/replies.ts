import assert from "node:assert/strict";
import { createClient } from "../../../source/api/client.ts";
import { signInRefusal } from "../../../source/api/replies/refusal.ts";
import { readReply, tokenReply } from "../../../source/api/replies/replies.ts";
import type { FileStore } from "../../../source/api/service.ts";
import { isAllowedAddress } from "../../../source/domain/address.ts";
import type { HttpAnswer } from "../../../source/network/http.ts";
import { noRetries } from "../../../source/network/retry.ts";
import { assertCount, assertSafe, joined, onlyAppErrorsOf, planted, textsOf } from "../oracle.ts";
import type { Target } from "../target.ts";

/*
 * An input is the request to the service, then its answers: a status, a blank, and a body. The last answer
 * repeats.
 */

const host = "https://service.example";

/** An answer of the input, with headers that any answer may have. */
function answerOf(text: string): HttpAnswer {
  const [, status = "200", body = ""] = /^(\d{3}) ?(.*)$/s.exec(text) ?? [undefined, "200", text];
  return { status: Number(status), text: body, header: (name) => headerOf(name, body) };
}

function headerOf(name: string, body: string): string | undefined {
  return name === "x-request-id" || name === "location" || name === "retry-after"
    ? body.slice(0, 200)
    : undefined;
}

function clientOf(answers: readonly string[]): FileStore {
  let given = 0;
  return createClient({
    host,
    retries: noRetries,
    tokens: { current: async () => planted, replace: async () => planted },
    async send({ url }) {
      assert.equal(url.origin, host, "another host was asked");
      const text = answers[Math.min(given, answers.length - 1)] ?? "";
      given += 1;
      return answerOf(text);
    },
  });
}

/** Every text of an item must be harmless. */
function assertItem(item: object): void {
  for (const [name, value] of Object.entries(item)) {
    const texts: unknown[] = Array.isArray(value) ? value : [value];
    for (const text of texts) if (typeof text === "string") assertSafe(text, name);
  }
}

async function listAll(
  pages: AsyncIterable<{ items: readonly object[]; total?: number | undefined }>,
) {
  for await (const { items, total } of pages) {
    assertCount(total, "the total");
    for (const item of items) assertItem(item);
  }
}

const asked = new Map<string, (store: FileStore) => Promise<void>>(
  Object.entries({
    buckets: (store) => listAll(store.buckets()),
    packages: (store) => listAll(store.packages({ bucketName: "bulk-ESG", packageName: "Pack" })),
    "file-sets": (store) =>
      listAll(store.fileSets({ bucket: "bulk-ESG", contentFrom: "2026-01-01T00:00:00Z" })),
    async files(store) {
      for await (const { items } of store.files("set-1")) {
        for (const file of items) {
          assertItem(file);
          assertCount(file.fileSizeInBytes, "a size");
          assert.match(file.md5 ?? "0".repeat(32), /^[0-9a-f]{32}$/);
        }
      }
    },
    async file(store) {
      const file = await store.file("file-1");
      assertItem(file);
      assertCount(file.fileSizeInBytes, "a size");
    },
    async address(store) {
      const url = new URL((await store.fileUrl("file-1")).reveal());
      assert.ok(isAllowedAddress(url) && url.protocol === "https:", `${url.protocol} is allowed`);
      assert.equal(url.username + url.password, "");
    },
  }),
);

async function readToken(text: string): Promise<void> {
  const answer = answerOf(text);
  if (answer.status !== 200) throw signInRefusal("Signing in", answer);
  const { access_token, expires_in } = readReply("Signing in", answer, tokenReply);
  assert.ok(access_token.length > 0 && expires_in >= 1 && expires_in <= 31_536_000);
}

const page = (...value: object[]) => JSON.stringify({ value, totalResults: value.length });
const next = `${host}/file-store/v1/packages?page=2`;

export const replies: Target = {
  name: "replies",
  sources: [
    "source/api/replies/replies.ts",
    "source/api/replies/refusal.ts",
    "source/network/error-body.ts",
    "source/api/client.ts",
  ],
  seeds: () => [
    joined("buckets", `200 ${page({ name: "bulk-ESG", attributes: ["a"] })}`),
    joined(
      "packages",
      `200 ${JSON.stringify({ value: [{ packageId: "p1", packageName: "Pack", bucketNames: ["bulk-ESG"] }], "@nextLink": next })}`,
      `200 ${page({ packageId: "p2", packageName: "Pack", isEntitled: true })}`,
    ),
    joined(
      "file-sets",
      `200 ${page({ id: 7, name: "Set-Init-2026-01-01", packageId: "p1", status: "READY", attributes: [{ name: "a", value: 1 }], files: ["f"], contentFrom: "2026-01-01T00:00:00Z", contentTo: "2026-01-02T00:00:00Z" })}`,
    ),
    joined(
      "files",
      `200 ${page({ id: "f", filename: "a.csv.gz", filesetId: "set-1", fileSizeInBytes: "12", md5: "A".repeat(32) })}`,
    ),
    joined(
      "file",
      "404 ",
      `200 ${JSON.stringify({ url: `https://store.example/a%20b.csv?x-fileset-id=set-1` })}`,
    ),
    joined(
      "file",
      `200 ${JSON.stringify({ id: "f", filename: "a", filesetId: "set-1" })}`,
      `200 ${page({ id: "f", filename: "a" })}`,
    ),
    joined(
      "address",
      `200 ${JSON.stringify({ url: "https://store.example/x?X-Amz-Signature=abc" })}`,
    ),
    joined("address", "302 https://store.example/x"),
    joined(
      "token",
      `200 ${JSON.stringify({ access_token: planted.reveal(), refresh_token: "r", expires_in: "600" })}`,
    ),
    joined(
      "token",
      `400 ${JSON.stringify({ error: "invalid_grant", error_description: planted.reveal() })}`,
    ),
    joined(
      "buckets",
      `403 ${JSON.stringify({ error: { id: "1", code: "403", message: "Access denied", status: "x", errors: [{ reason: "why" }] } })}`,
    ),
    joined(
      "packages",
      "503 <Error><Code>SlowDown</Code><Message>m</Message><RequestId>r</RequestId></Error>",
    ),
    joined("files", "502 <!DOCTYPE html><html><title>Bad Gateway</title></html>"),
    joined("packages", `400 ${JSON.stringify({ message: "no" })}`),
  ],
  async run(input) {
    const [what = "", ...answers] = textsOf(input);
    const ask = asked.get(what);
    const work = ask === undefined ? readToken(answers[0] ?? "") : ask(clientOf(answers));
    await onlyAppErrorsOf(work);
  },
};
