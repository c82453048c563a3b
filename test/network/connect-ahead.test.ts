import dns from "node:dns";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import https from "node:https";
import type { Socket } from "node:net";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, expect, vi } from "vitest";
import { Bandwidth } from "../../source/base/bandwidth.ts";
import { Secret } from "../../source/base/secret.ts";
import { trustedCertificates } from "../../source/network/certificates.ts";
import { createLastStore } from "../../source/network/last-store.ts";
import { openNetwork } from "../../source/network/open-network.ts";
import { type Authority, makeAuthority } from "../support/sandbox/certificate-authority.ts";
import { test } from "../support/test.ts";
import { waitUntil } from "../support/wait-until.ts";

afterEach(() => void vi.restoreAllMocks());

interface Server {
  url: URL;
  /** Every connection, whether a request came or not. */
  connections: Socket[];
  /** How many connections were opened, also those that refused the certificate. */
  attempts(): number;
  end(): Promise<void>;
}

async function startServer({ tls }: Authority): Promise<Server> {
  const connections: Socket[] = [];
  const server = https.createServer(tls, (_, response) => response.end("{}"));
  let attempts = 0;
  server.on("connection", () => {
    attempts += 1;
  });
  server.on("secureConnection", (socket) => connections.push(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it has no port");
  return {
    url: new URL(`https://127.0.0.1:${address.port}`),
    connections,
    attempts: () => attempts,
    async end() {
      server.closeAllConnections();
      for (const socket of connections) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const it = test
  .extend("authority", { scope: "file" }, async ({}, { onCleanup }) => {
    const authority = makeAuthority();
    onCleanup(authority.remove);
    return authority;
  })
  .extend("service", async ({ authority }, { onCleanup }) => {
    const server = await startServer(authority);
    onCleanup(server.end);
    return server;
  })
  .extend("store", async ({ authority }, { onCleanup }) => {
    const server = await startServer(authority);
    onCleanup(server.end);
    return server;
  })
  .extend("open", async ({ authority, folder, service }) => () => {
    const path = join(folder, "cache", "last-store.json");
    const lastStore = createLastStore(path, service.url.origin);
    const network = openNetwork({
      network: {
        proxyFor: () => undefined,
        secureContext: trustedCertificates([{ by: "--ca-file", path: authority.file }]),
      },
      bandwidth: new Bandwidth(),
      silenceMs: 60_000,
      stallTimeoutMs: 60_000,
      userAgent: "cfs/test",
      locate: async () => new Secret("unused"),
      lastStore,
    });
    const ask = () => network.send({ purpose: "Asking", method: "GET", url: service.url });
    return { ...network, lastStore, ask };
  });

/** Makes every connection take this long. */
function connectionsTake(ms: number): void {
  let nowMs = 0;
  vi.spyOn(performance, "now").mockImplementation(() => (nowMs += ms));
}

it("uses the first two connections for the next requests", async ({ open, service }) => {
  connectionsTake(1);
  const { ask, connectAhead } = open();
  connectAhead(service.url, 16);
  await waitUntil(() => service.connections.length === 2);
  await Promise.all([ask(), ask()]);
  expect(service.connections).toHaveLength(2);
});

it("connects to a far service for all requests, and to the store of the last download", async ({
  open,
  service,
  store,
}) => {
  const before = open();
  const body = await before.open({
    url: new Secret(`${store.url.origin}/object?X-Amz-Signature=secret`),
    signal: new AbortController().signal,
  });
  body.stream.destroy();
  await waitUntil(() => store.connections.length === 1);

  connectionsTake(100);
  const { ask, connectAhead } = open();
  connectAhead(service.url, 3);
  await waitUntil(() => service.connections.length === 16);
  await waitUntil(() => store.connections.length === 4);
  await Promise.all(Array.from({ length: 16 }, ask));
  expect(service.connections).toHaveLength(16);
});

it("looks the host up once", async ({ open, service }) => {
  const lookup = vi.spyOn(dns, "lookup");
  open().connectAhead(new URL(`https://localhost:${service.url.port}`), 2);
  await waitUntil(() => service.attempts() === 2);
  expect(lookup).toHaveBeenCalledTimes(1);
});

it("closes the connections that no request needs", async ({ open, service }) => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  open().connectAhead(service.url, 2);
  // Waiting by the timer would let the seconds pass after which they are closed.
  while (service.connections.length < 2) await turn();
  vi.advanceTimersByTime(5_000);
  vi.useRealTimers();
  await waitUntil(() => service.connections.every(({ destroyed }) => destroyed));
});

it("writes the host of the store only if it has changed", async ({ folder, open }) => {
  const address = new URL("https://bucket.example/a.gz");
  open().lastStore.keep(address);
  const path = join(folder, "cache", "last-store.json");
  const { ino } = await stat(path);
  open().lastStore.keep(address);
  expect((await stat(path)).ino).toBe(ino);
  open().lastStore.keep(new URL("https://other.example/a.gz"));
  expect((await stat(path)).ino).not.toBe(ino);
});

it("keeps the host of the store, and not the address", async ({ folder, open, service }) => {
  const { lastStore } = open();
  lastStore.keep(new URL("https://bucket.example/a/b.gz?X-Amz-Signature=secret"));
  expect(open().lastStore.read()?.href).toBe("https://bucket.example/");
  const path = join(folder, "cache", "last-store.json");
  expect(createLastStore(path, "https://other.example").read()).toBeUndefined();
  lastStore.keep(new URL("http://127.0.0.1:1/a"));
  expect(createLastStore(path, service.url.origin).read()?.host).toBe("bucket.example");
});
