import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import { Secret } from "../../source/base/secret.ts";
import { createObjectAgents } from "../../source/network/agents.ts";
import { createObjectStore, readObjectHead } from "../../source/network/object-store.ts";
import { waitUntil } from "../support/wait-until.ts";

/** A server whose answer each test gives, and the requests that it had. */
const it = test.extend("objects", async ({ onTestFinished }) => {
  const asked: http.IncomingMessage[] = [];
  const server = http.createServer();
  server.on("request", (request) => asked.push(request));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it has no port");
  let answer: http.RequestListener = () => undefined;
  server.on("request", (request, response) => answer(request, response));
  const answers = (next: http.RequestListener) => {
    answer = next;
  };
  return { asked, answers, server, origin: `http://127.0.0.1:${address.port}` };
});

const store = createObjectStore({
  userAgent: "cfs/test",
  locate: async () => new Secret("unused"),
});

function open(address: string, more: object = {}) {
  return store.open({
    url: new Secret(address),
    signal: new AbortController().signal,
    ...more,
  });
}

async function refusal(address: string): Promise<AppError> {
  const thrown = await open(address).catch((error: unknown) => error);
  if (thrown instanceof AppError) return thrown;
  throw new Error(`no AppError but ${String(thrown)}`);
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe("a request", () => {
  it("sends the address byte for byte, without authorization, asking for the bytes as they are", async ({
    objects,
  }) => {
    objects.answers((_, response) => response.end("x"));
    const query = "/a%3Ab%20c/d+e?X-Amz-Signature=a%2Fb+c%3D&x=%7E~&empty=&flag";
    const body = await open(`${objects.origin}${query}`);
    await textOf(body.stream);
    expect(objects.asked[0]?.url).toBe(query);
    expect(objects.asked[0]?.headers).toMatchObject({
      "accept-encoding": "identity",
      "user-agent": "cfs/test",
    });
    expect(objects.asked[0]?.headers).not.toHaveProperty("authorization");
    expect(objects.asked[0]?.headers).not.toHaveProperty("range");
  });

  it("asks for a range of an unchanged object", async ({ objects }) => {
    objects.answers((_, response) => {
      response.writeHead(206, { "Content-Range": "bytes 10-12/20", ETag: '"e"' });
      response.end("abc");
    });
    const body = await open(objects.origin, { range: { first: 10, last: 12 }, ifMatch: '"e"' });
    expect(body).toMatchObject({
      status: 206,
      first: 10,
      objectBytes: 20,
      etag: '"e"',
    });
    expect(await textOf(body.stream)).toBe("abc");
    expect(objects.asked[0]?.headers).toMatchObject({ range: "bytes=10-12", "if-match": '"e"' });
  });

  it("reads the bytes of a large body unchanged, in pieces of any size", async ({ objects }) => {
    const whole = randomBytes(8 * 1024 * 1024);
    const sent = createHash("sha256").update(whole).digest("hex");
    for (const step of [whole.length, 1_000_000, 300_001, 70_003]) {
      objects.answers((_, response) => {
        response.writeHead(200, { "Content-Length": whole.length });
        const send = (at: number) => {
          if (at >= whole.length) response.end();
          else response.write(whole.subarray(at, at + step), () => setImmediate(send, at + step));
        };
        send(0);
      });
      const { stream } = await open(objects.origin);
      const hash = createHash("sha256");
      const held: Buffer[] = [];
      for await (const chunk of stream) held.push(chunk);
      for (const chunk of held) hash.update(chunk);
      expect(hash.digest("hex")).toBe(sent);
    }
  });

  it("reuses its connection", async ({ objects }) => {
    objects.answers((_, response) => response.end("x"));
    for (let count = 0; count < 3; count += 1) await textOf((await open(objects.origin)).stream);
    expect(new Set(objects.asked.map(({ socket }) => socket.remotePort)).size).toBe(1);
  });

  it("does not decode encoded bytes", async ({ objects }) => {
    objects.answers((_, response) => {
      response.writeHead(200, { "Content-Encoding": "gzip", "Content-Length": 3 });
      response.end("raw");
    });
    expect(await textOf((await open(objects.origin)).stream)).toBe("raw");
  });

  it("ends when its signal aborts", async ({ objects }) => {
    objects.answers(() => undefined);
    const controller = new AbortController();
    const opening = open(objects.origin, { signal: controller.signal });
    controller.abort();
    await expect(opening).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("a body that is left before its end", () => {
  const bytes = 400_000;

  it.for<[string, (leave: () => void, socket: Socket) => Promise<void>]>([
    ["while it arrives", async (leave) => leave()],
    [
      "when all of it has arrived",
      async (leave, socket) => {
        await waitUntil(() => socket.bytesRead > bytes);
        // What was read is handed on a turn later.
        await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
        leave();
      },
    ],
  ])("%s closes its connection", async ([_, leaveAt], { objects }) => {
    objects.server.keepAliveTimeout = 0;
    const agentFor = createObjectAgents();
    objects.answers((_, response) => response.end(randomBytes(bytes)));
    const own = createObjectStore({ userAgent: "x", locate: async () => new Secret(""), agentFor });
    const url = new Secret(`${objects.origin}/file`);
    const { stream } = await own.open({ url, signal: new AbortController().signal });
    const connections = () => Object.values(agentFor(new URL(objects.origin)).sockets).flat();
    const [socket] = connections();
    if (socket === undefined) throw new Error("there is no connection");
    await leaveAt(() => stream.destroy(), socket);
    await waitUntil(() => connections().length === 0);
    expect(socket.destroyed).toBe(true);
  });
});

describe("a refusal", () => {
  it("has the store's status, code, request id and retry delay", async ({ objects }) => {
    objects.answers((_, response) => {
      response.writeHead(503, { "Retry-After": "3" });
      response.end(
        "<Error><Code>SlowDown</Code><Message>Please reduce</Message><RequestId>R7</RequestId></Error>",
      );
    });
    expect(await refusal(`${objects.origin}/?X-Amz-Security-Token=hush`)).toMatchObject({
      kind: "service",
      status: 503,
      serviceCode: "SlowDown",
      requestId: "R7",
      retryAfterMs: 3_000,
    });
  });

  it("is reported for a redirect, which is not followed", async ({ objects }) => {
    objects.answers((_, response) => {
      response.writeHead(302, { Location: `${objects.origin}/elsewhere` });
      response.end();
    });
    expect(await refusal(objects.origin)).toMatchObject({ status: 302 });
    expect(objects.asked).toHaveLength(1);
  });

  it("reports no secret of the address if nothing answers", async ({ objects }) => {
    objects.answers((request) => request.destroy());
    const error = await refusal(`${objects.origin}/file?X-Amz-Security-Token=hush`);
    expect(error).toMatchObject({ kind: "service", reason: "network" });
    expect(error.message).not.toContain("hush");
  });

  it("is reported for a part without its range", async ({ objects }) => {
    objects.answers((_, response) => {
      response.writeHead(206);
      response.end("abc");
    });
    expect(await refusal(objects.origin)).toMatchObject({ kind: "service", reason: "network" });
  });
});

describe("the head of an answer", () => {
  const headOf = (status: number, headers: Readonly<Record<string, string>>) =>
    readObjectHead(status, (name) => headers[name]);

  test.each([
    ["bytes 0-99/100", { first: 0, objectBytes: 100 }],
    ["bytes 90-99/*", { first: 90, objectBytes: undefined }],
  ])("reads the part %s", (range, head) => {
    expect(headOf(206, { "content-range": range })).toMatchObject(head);
  });

  test.each([
    "bytes 6-9/2",
    "bytes 9-6/20",
    "bytes 0-20/20",
    `bytes ${"9".repeat(400)}-${"9".repeat(401)}/*`,
    "bytes 9007199254740993-9007199254740994/*",
    "bytes */100",
    "",
  ])("takes a part that cannot be for one that does not say which: %s", (range) => {
    expect(headOf(206, { "content-range": range })).toBeUndefined();
  });

  test("ignores a length that no file can have", () => {
    expect(headOf(200, { "content-length": "9".repeat(400) })?.objectBytes).toBeUndefined();
  });
});
