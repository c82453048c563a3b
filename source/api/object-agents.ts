import http from "node:http";
import https from "node:https";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createWideReading } from "./wide-reading.ts";

/** How long a connection to the object store may take to come about. */
const connectTimeoutMs = 10_000;

const megabyte = 1024 * 1024;

/** The read buffers of all connections together have no more than about this. */
const buffersBytes = 4 * megabyte;

const options = {
  keepAlive: true,
  maxSockets: Number.POSITIVE_INFINITY,
  maxFreeSockets: 64,
  scheduling: "lifo",
  highWaterMark: megabyte,
  noDelay: true,
} as const;

let openSockets = 0;

function bufferBytes(): number {
  return Math.min(megabyte, Math.max(megabyte / 8, buffersBytes / Math.max(1, openSockets)));
}

type Stream = Duplex | null | undefined;

/** Makes a connection that reads in large pieces, and that ends where it does not come about in time. */
function connect(
  readyEvent: string,
  make: (more: { onread: ReturnType<typeof createWideReading>["onread"] }) => Stream,
): Stream {
  const reading = createWideReading(bufferBytes);
  const stream = make({ onread: reading.onread });
  if (!(stream instanceof Socket)) return stream;
  reading.attach(stream);
  openSockets += 1;
  const timer = setTimeout(() => {
    stream.destroy(Object.assign(new Error("connecting took too long"), { code: "ETIMEDOUT" }));
  }, connectTimeoutMs);
  const settle = () => clearTimeout(timer);
  stream.once(readyEvent, settle).once("error", settle);
  stream.once("close", () => {
    settle();
    openSockets -= 1;
  });
  return stream;
}

class PlainAgent extends http.Agent {
  override createConnection(...[made, done]: Parameters<http.Agent["createConnection"]>) {
    return connect("connect", (more) => super.createConnection({ ...made, ...more }, done));
  }
}

class SecureAgent extends https.Agent {
  override createConnection(...[made, done]: Parameters<https.Agent["createConnection"]>) {
    return connect("secureConnect", (more) => super.createConnection({ ...made, ...more }, done));
  }
}

/** Agents for bodies of any size: connections are kept, and as many are made as are asked for. */
export function createObjectAgents(): (url: URL) => http.Agent {
  const plain = new PlainAgent(options);
  const secure = new SecureAgent(options);
  return (url) => (url.protocol === "https:" ? secure : plain);
}
