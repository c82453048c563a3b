import http from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";

/** How long a connection to the object store may take to come about. */
const connectTimeoutMs = 10_000;

/** How much of a body may wait in a socket's stream: large, since each pause and resume costs. */
const readBufferBytes = 1024 * 1024;

const options = {
  keepAlive: true,
  maxSockets: Number.POSITIVE_INFINITY,
  maxFreeSockets: 64,
  scheduling: "lifo",
  highWaterMark: readBufferBytes,
  noDelay: true,
} as const;

function limitConnecting(stream: Duplex | null | undefined, event: string): typeof stream {
  if (!stream) return stream;
  const timer = setTimeout(() => {
    stream.destroy(Object.assign(new Error("connecting took too long"), { code: "ETIMEDOUT" }));
  }, connectTimeoutMs);
  const settle = () => clearTimeout(timer);
  stream.once(event, settle).once("error", settle).once("close", settle);
  return stream;
}

class PlainAgent extends http.Agent {
  override createConnection(...call: Parameters<http.Agent["createConnection"]>) {
    return limitConnecting(super.createConnection(...call), "connect");
  }
}

class SecureAgent extends https.Agent {
  override createConnection(...call: Parameters<https.Agent["createConnection"]>) {
    return limitConnecting(super.createConnection(...call), "secureConnect");
  }
}

/** Agents for bodies of any size: connections are kept, and as many are made as are asked for. */
export function createObjectAgents(): (url: URL) => http.Agent {
  const plain = new PlainAgent(options);
  const secure = new SecureAgent(options);
  return (url) => (url.protocol === "https:" ? secure : plain);
}
