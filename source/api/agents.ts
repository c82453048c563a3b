import http from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";

/** How long a connection may take to come about. */
const connectTimeoutMs = 10_000;

const options = { keepAlive: true, maxSockets: 64, scheduling: "lifo" } as const;

/** Ends a connection that is not there in time with ETIMEDOUT; a silent one is its reader's affair. */
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

const plain = new PlainAgent(options);
const secure = new SecureAgent(options);

/** The agent for requests to the service: kept-alive connections, with a limit on connecting. */
export function agentFor(url: URL): http.Agent {
  return url.protocol === "https:" ? secure : plain;
}
