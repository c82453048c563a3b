import { subscribe } from "node:diagnostics_channel";
import { ClientRequest, IncomingMessage } from "node:http";

let isWatching = false;

/**
 * Ends the connection of an answer that nobody reads to its end. Node before 26 does so by itself; later
 * ones keep it where the whole answer has arrived and was not read: neither used again nor ended, it
 * would hold the process until the server ends it.
 */
export function endLeftAnswers(): void {
  if (isWatching) return;
  isWatching = true;
  subscribe("http.client.response.finish", (message) => {
    const { request, response }: { request?: unknown; response?: unknown } = Object(message);
    if (!(request instanceof ClientRequest && response instanceof IncomingMessage)) return;
    request.once("abort", () => {
      // After its end the connection may be another request's.
      if (!response.readableEnded) response.socket.destroy();
    });
  });
}
