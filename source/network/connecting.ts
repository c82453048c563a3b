import type { Duplex } from "node:stream";

/** How long a connection may take to come about, each step of it. */
export const connectTimeoutMs = 10_000;

/** What an agent makes of a request for a connection. */
export type Stream = Duplex | null | undefined;

/** Ends a connection that is not there in time with ETIMEDOUT; a silent one is its reader's affair. */
export function limitConnecting(stream: Stream, event: "connect" | "secureConnect"): Stream {
  if (!stream) return stream;
  const timer = setTimeout(() => stream.destroy(connectTimeout()), connectTimeoutMs);
  const settle = () => clearTimeout(timer);
  stream.once(event, settle).once("error", settle).once("close", settle);
  return stream;
}

export function connectTimeout(): Error {
  return Object.assign(new Error("connecting took too long"), { code: "ETIMEDOUT" });
}
