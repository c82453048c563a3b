import dns from "node:dns";
import https from "node:https";
import { isIP, type LookupFunction, Socket } from "node:net";
import type { Stream } from "./network.ts";

export type ConnectionCall = Parameters<https.Agent["createConnection"]>;

/** A connection that no request has taken by then is closed. */
const unusedMs = 5_000;

/** An agent for https that can open connections before the requests that will use them. */
export class SecureAgent extends https.Agent {
  /** By host and port. */
  readonly #spares = new Map<string, Set<Socket>>();

  /** Opens connections for the next requests to the host of `url`, and returns them. */
  connectAhead({ hostname, port }: URL, count: number): Socket[] {
    const servername = isIP(hostname) === 0 ? hostname : "";
    const connection = {
      ...this.options,
      host: hostname,
      port: port || 443,
      servername,
      lookup: sharedLookup(),
    };
    return Array.from({ length: count }, () => this.open(connection))
      .filter((stream) => stream instanceof Socket)
      .map((socket) => this.#keep(socket, keyOf(connection)));
  }

  override createConnection(...[connection, done]: ConnectionCall): Stream {
    const spares = this.#spares.get(keyOf(connection));
    const [spare] = spares ?? [];
    if (spare === undefined) return this.open(connection, done);
    spares?.delete(spare);
    return spare.ref();
  }

  protected open(...call: ConnectionCall): Stream {
    return super.createConnection(...call);
  }

  #keep(socket: Socket, key: string): Socket {
    const spares = this.#spares.get(key) ?? new Set();
    this.#spares.set(key, spares.add(socket));
    const drop = () => spares.delete(socket);
    // The request that takes it reports what is wrong with it.
    socket.unref().once("error", drop).once("close", drop);
    const close = () => spares.has(socket) && socket.destroy();
    setTimeout(close, unusedMs).unref();
    return socket;
  }
}

function keyOf({ host, port }: ConnectionCall[0]): string {
  return `${host}:${port}`;
}

/**
 * Looks a host up once for connections that are opened together, because each look-up takes one of Node's four
 * threads.
 */
function sharedLookup(): LookupFunction {
  const waiting: Parameters<LookupFunction>[2][] = [];
  return (hostname, options, done) => {
    waiting.push(done);
    if (waiting.length > 1) return;
    dns.lookup(hostname, options, (...answer) => {
      for (const each of waiting.splice(0)) each(...answer);
    });
  };
}
