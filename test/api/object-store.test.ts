import { createHash, randomBytes } from "node:crypto";
import http from "node:http";
import type { Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import { Secret } from "../../source/base/secret.ts";
import { createObjectAgents } from "../../source/network/object-agents.ts";
import { createObjectStore } from "../../source/network/object-store.ts";
import { waitUntil } from "../fixtures/wait-until.ts";

let origin: string;
let answer: (request: http.IncomingMessage, response: http.ServerResponse) => void;
let asked: http.IncomingMessage[];
let server: http.Server;

beforeEach(async () => {
  asked = [];
  server = http.createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it has no port");
  origin = `http://127.0.0.1:${address.port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
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
  it("sends the address byte for byte, without authorization, asking for the bytes as they are", async () => {
    answer = (_, response) => response.end("x");
    const query = "/a%3Ab%20c/d+e?X-Amz-Signature=a%2Fb+c%3D&x=%7E~&empty=&flag";
    const body = await open(`${origin}${query}`);
    await textOf(body.stream);
    expect(asked[0]?.url).toBe(query);
    expect(asked[0]?.headers).toMatchObject({
      "accept-encoding": "identity",
      "user-agent": "cfs/test",
    });
    expect(asked[0]?.headers).not.toHaveProperty("authorization");
    expect(asked[0]?.headers).not.toHaveProperty("range");
  });

  it("asks for a range of an unchanged object", async () => {
    answer = (_, response) => {
      response.writeHead(206, { "Content-Range": "bytes 10-12/20", ETag: '"e"' });
      response.end("abc");
    };
    const body = await open(origin, { range: { first: 10, last: 12 }, ifMatch: '"e"' });
    expect(body).toMatchObject({
      status: 206,
      first: 10,
      objectBytes: 20,
      etag: '"e"',
    });
    expect(await textOf(body.stream)).toBe("abc");
    expect(asked[0]?.headers).toMatchObject({ range: "bytes=10-12", "if-match": '"e"' });
  });

  it("gets large bodies right, however they arrive", async () => {
    const whole = randomBytes(8 * 1024 * 1024);
    const sent = createHash("sha256").update(whole).digest("hex");
    for (const step of [whole.length, 1_000_000, 300_001, 70_003]) {
      answer = (_, response) => {
        response.writeHead(200, { "Content-Length": whole.length });
        const send = (at: number) => {
          if (at >= whole.length) response.end();
          else response.write(whole.subarray(at, at + step), () => setImmediate(send, at + step));
        };
        send(0);
      };
      const { stream } = await open(origin);
      const hash = createHash("sha256");
      const held: Buffer[] = [];
      for await (const chunk of stream) held.push(chunk);
      for (const chunk of held) hash.update(chunk);
      expect(hash.digest("hex")).toBe(sent);
    }
  });

  it("uses its connection again", async () => {
    answer = (_, response) => response.end("x");
    for (let count = 0; count < 3; count += 1) await textOf((await open(origin)).stream);
    expect(new Set(asked.map(({ socket }) => socket.remotePort)).size).toBe(1);
  });

  it("takes encoded bytes as they are", async () => {
    answer = (_, response) => {
      response.writeHead(200, { "Content-Encoding": "gzip", "Content-Length": 3 });
      response.end("raw");
    };
    expect(await textOf((await open(origin)).stream)).toBe("raw");
  });

  it("ends when its signal aborts", async () => {
    answer = () => undefined;
    const controller = new AbortController();
    const opening = open(origin, { signal: controller.signal });
    controller.abort();
    await expect(opening).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("a body that is left before its end", () => {
  const bytes = 400_000;

  it.each<[string, (leave: () => void, socket: Socket) => Promise<void>]>([
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
  ])("%s takes its connection with it", async (_, leaveAt) => {
    server.keepAliveTimeout = 0;
    const agentFor = createObjectAgents();
    answer = (_, response) => response.end(randomBytes(bytes));
    const own = createObjectStore({ userAgent: "x", locate: async () => new Secret(""), agentFor });
    const url = new Secret(`${origin}/file`);
    const { stream } = await own.open({ url, signal: new AbortController().signal });
    const connections = () => Object.values(agentFor(new URL(origin)).sockets).flat();
    const [socket] = connections();
    if (socket === undefined) throw new Error("there is no connection");
    await leaveAt(() => stream.destroy(), socket);
    await waitUntil(() => connections().length === 0);
    expect(socket.destroyed).toBe(true);
  });
});

describe("a refusal", () => {
  it("has the store's status, code, words, request id and patience", async () => {
    answer = (_, response) => {
      response.writeHead(503, { "Retry-After": "3" });
      response.end(
        "<Error><Code>SlowDown</Code><Message>Please reduce</Message><RequestId>R7</RequestId></Error>",
      );
    };
    expect(await refusal(`${origin}/?X-Amz-Security-Token=hush`)).toMatchObject({
      kind: "service",
      status: 503,
      code: "SlowDown",
      requestId: "R7",
      retryAfterMs: 3_000,
    });
  });

  it("never leads elsewhere", async () => {
    answer = (_, response) => {
      response.writeHead(302, { Location: `${origin}/elsewhere` });
      response.end();
    };
    expect(await refusal(origin)).toMatchObject({ status: 302 });
    expect(asked).toHaveLength(1);
  });

  it("tells no secret of the address when nothing answers", async () => {
    answer = (request) => request.destroy();
    const error = await refusal(`${origin}/file?X-Amz-Security-Token=hush`);
    expect(error).toMatchObject({ kind: "service", code: "network" });
    expect(error.message).not.toContain("hush");
  });

  it("is what a part without its range is", async () => {
    answer = (_, response) => {
      response.writeHead(206);
      response.end("abc");
    };
    expect(await refusal(origin)).toMatchObject({ kind: "service", code: "network" });
  });
});
