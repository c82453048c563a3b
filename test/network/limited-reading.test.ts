import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import type { Readable } from "node:stream";
import tls from "node:tls";
import { expect, test } from "vitest";
import { Bandwidth } from "../../source/base/bandwidth.ts";
import { parseLimitRate, unlimited } from "../../source/base/limit-rate.ts";
import { Secret } from "../../source/base/secret.ts";
import { createObjectAgents } from "../../source/network/agents.ts";
import { type Network, plainNetwork } from "../../source/network/network.ts";
import { createObjectStore } from "../../source/network/object-store.ts";
import { VirtualClock } from "../support/fakes/virtual-clock.ts";
import { makeAuthority } from "../support/sandbox/certificate-authority.ts";
import { waitUntil } from "../support/wait-until.ts";

const limit = parseLimitRate("1M");
if (limit === undefined) throw new Error("1M is refused");
const body = randomBytes(8_000_000);
const digest = createHash("sha256").update(body).digest("hex");

async function listening(server: net.Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it has no port");
  return address.port;
}

const it = test
  .extend("authority", ({}, { onCleanup }) => {
    const authority = makeAuthority();
    onCleanup(() => authority.remove());
    return authority;
  })
  /**
   * Origins of a server that answers every path with its number of bytes of `body`, plain and by TLS; those
   * after the first thousand wait for `rest`.
   */
  .extend("origins", async ({ authority }, { onCleanup }) => {
    const rest = { isThere: Promise.resolve() };
    const answer: http.RequestListener = async ({ url = "" }, response) => {
      const bytes = Number(url.slice(1));
      response.writeHead(200, { "Content-Length": bytes });
      response.write(body.subarray(0, Math.min(bytes, 1_000)));
      await rest.isThere;
      response.end(body.subarray(1_000, bytes));
    };
    const plain = http.createServer(answer);
    const secure = https.createServer(authority.tls, answer);
    onCleanup(() => {
      for (const server of [plain, secure]) {
        server.closeAllConnections();
        server.close();
      }
    });
    return {
      rest,
      http: `http://127.0.0.1:${await listening(plain)}`,
      https: `https://127.0.0.1:${await listening(secure)}`,
    };
  })
  /** The port of a proxy that opens tunnels. */
  .extend("proxyPort", async ({}, { onCleanup }) => {
    const sockets = new Set<net.Socket>();
    const proxy = http.createServer();
    proxy.on("connect", ({ url = "" }, socket: net.Socket) => {
      const target = net.connect(Number(url.split(":").at(-1)), "127.0.0.1");
      for (const end of [socket, target]) sockets.add(end.on("error", () => undefined));
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(target).pipe(socket);
    });
    onCleanup(() => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    });
    return listening(proxy);
  });

/** Reads bodies under a clock that stands still, so that a busy machine changes nothing. */
class LimitedReader {
  readonly clock = new VirtualClock();
  readonly bandwidth = new Bandwidth(limit, this.clock);
  readonly #agentFor: ReturnType<typeof createObjectAgents>;
  readonly #store: ReturnType<typeof createObjectStore>;
  readonly #origin: string;
  #open = 0;
  #held = 0;
  bytes = 0;

  constructor(origin: string, network: Network = plainNetwork) {
    const { bandwidth } = this;
    this.#origin = origin;
    this.#agentFor = createObjectAgents(network, () => bandwidth.readBytes());
    const locate = async () => new Secret(origin);
    this.#store = createObjectStore({
      locate,
      userAgent: "cfs/test",
      agentFor: this.#agentFor,
      bandwidth,
    });
  }

  /** Resolves with the digest of the body. */
  async read(bytes: number, signal = new AbortController().signal): Promise<string> {
    const hash = createHash("sha256");
    let isHeld = false;
    const hold = (next: boolean) => {
      this.#held += Number(next) - Number(isHeld);
      isHeld = next;
    };
    this.#open += 1;
    try {
      const url = new Secret(`${this.#origin}/${bytes}`);
      const { stream } = await this.#store.open({ url, signal, held: hold });
      for await (const chunk of chunksOf(stream)) {
        hash.update(chunk);
        this.bytes += chunk.length;
      }
      return hash.digest("hex");
    } finally {
      this.#open -= 1;
      hold(false);
    }
  }

  /** Resolves when everything that is open waits for the limit. */
  async allHeld(): Promise<void> {
    await waitUntil(() => this.#held === this.#open);
  }

  async pass(ms: number, stepMs = 100): Promise<void> {
    for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
      this.clock.advance(stepMs);
      await this.allHeld();
    }
  }

  /** What was taken from the connections, whether it was passed on or not. */
  fromSockets(): number {
    const { sockets } = this.#agentFor(new URL(this.#origin));
    return Object.values(sockets)
      .flatMap((some) => some ?? [])
      .reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  }
}

async function* chunksOf(stream: Readable): AsyncGenerator<Buffer> {
  for await (const chunk of stream) if (Buffer.isBuffer(chunk)) yield chunk;
}

it.for(["http", "https", "http through a proxy", "https through a proxy"] as const)(
  "connections by %s are read together at the rate, and nothing is stored ahead",
  async (way, { authority, origins, proxyPort }) => {
    const proxy = { secure: false, host: "127.0.0.1", port: proxyPort, authorization: undefined };
    const network: Network = {
      secureContext: tls.createSecureContext({ ca: readFileSync(authority.file) }),
      proxyFor: () => (way.endsWith("proxy") ? proxy : undefined),
    };
    const reader = new LimitedReader(
      way.startsWith("https") ? origins.https : origins.http,
      network,
    );
    const digests = Array.from({ length: 4 }, () => reader.read(body.length));
    await reader.allHeld();
    await reader.pass(10_000);
    expect(reader.bytes / 10_000_000).toBeGreaterThan(0.95);
    expect(reader.bytes / 10_000_000).toBeLessThan(1.05);
    expect(reader.fromSockets() / 10_000_000).toBeLessThan(1.1);
    reader.bandwidth.change(unlimited);
    expect(await Promise.all(digests)).toEqual([digest, digest, digest, digest]);
  },
);

it("bodies that arrive with their headers wait before their requests", async ({ origins }) => {
  const reader = new LimitedReader(origins.http);
  const readSome = async () => {
    for (let count = 0; count < 100; count += 1) await reader.read(3_000);
  };
  const done = Promise.all(Array.from({ length: 8 }, readSome));
  await reader.allHeld();
  await reader.pass(2_000, 20);
  expect(reader.bytes / 2_000_000).toBeGreaterThan(0.8);
  expect(reader.bytes / 2_000_000).toBeLessThan(1.2);
  reader.bandwidth.change(unlimited);
  await done;
  expect(reader.bytes).toBe(8 * 100 * 3_000);
});

it("a limit that begins in the middle of a body holds it, also one that ended before", async ({
  origins,
}) => {
  const reader = new LimitedReader(origins.http);
  for (let count = 0; count < 3; count += 1) {
    reader.bandwidth.change(unlimited);
    let begin: () => void = () => undefined;
    origins.rest.isThere = new Promise((resolve) => {
      begin = resolve;
    });
    const before = reader.bytes;
    const whole = reader.read(body.length);
    await waitUntil(() => reader.bytes > before);
    reader.bandwidth.change(limit);
    begin();
    await reader.allHeld();
    expect(reader.bytes - before).toBeLessThan(body.length);
    reader.bandwidth.change(unlimited);
    expect(await whole).toBe(digest);
  }
});

it("a request that is aborted while it waits leaves its turn to the others", async ({
  origins,
}) => {
  const reader = new LimitedReader(origins.http);
  const first = reader.read(body.length);
  await reader.allHeld();
  const controller = new AbortController();
  const second = reader.read(1_000, controller.signal);
  const third = reader.read(1_000);
  await reader.allHeld();
  controller.abort();
  await expect(second).rejects.toMatchObject({ name: "AbortError" });
  for (let step = 0; step < 200; step += 1) reader.clock.advance(10);
  await third;
  reader.bandwidth.change(unlimited);
  expect(await first).toBe(digest);
});
