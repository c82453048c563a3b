import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface Heard {
  method: string;
  url: string;
  headers: IncomingMessage["headers"];
  body: string;
}

export interface Listener {
  /** "http://127.0.0.1:4711" */
  origin: string;
  heard: readonly Heard[];
  close(): Promise<void>;
}

export type Answer = (request: Heard, response: ServerResponse) => void;

/** A server on this machine that writes down all that it hears, and answers as it is told. */
export async function listen(answer: Answer = (_, response) => response.end()): Promise<Listener> {
  const heard: Heard[] = [];
  const hear = async (message: IncomingMessage, response: ServerResponse) => {
    response.on("error", () => undefined);
    let body = "";
    for await (const chunk of message) body += chunk;
    const { method = "", url = "", headers } = message;
    const request = { method, url, headers, body };
    heard.push(request);
    answer(request, response);
  };
  const server = createServer((message, response) => {
    // A client may end before its request is whole.
    hear(message, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    heard,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
