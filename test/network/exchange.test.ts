import { once } from "node:events";
import net from "node:net";
import { test as base, expect } from "vitest";
import { createExchange } from "../../source/network/exchange.ts";

/** Starts a server that answers every request with these bytes, and keeps the connection. */
const test = base.extend("answering", async ({}, { onCleanup }) => {
  const servers: net.Server[] = [];
  onCleanup(() => {
    for (const server of servers) server.close();
  });
  return async (answer: string) => {
    const server = net.createServer((socket) => {
      socket.on("error", () => undefined).on("data", () => void socket.write(answer));
    });
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("it has no port");
    return new URL(`http://127.0.0.1:${address.port}/`);
  };
});

const exchange = createExchange({ silenceMs: 60_000, userAgent: "cfs/test" });
const request = { purpose: "Looking", method: "GET", headers: {} };

test("reads the head of an answer to HEAD that is followed by a forbidden body", async ({
  answering,
}) => {
  const url = await answering("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nhello");
  for (let times = 0; times < 3; times += 1)
    expect(await exchange({ ...request, method: "HEAD", url })).toMatchObject({ status: 404 });
});

test("gives up a server that sends nothing", async ({ answering }) => {
  const exchange = createExchange({ silenceMs: 300, userAgent: "cfs/test" });
  await expect(exchange({ ...request, url: await answering("") })).rejects.toMatchObject({
    reason: "network",
    answered: expect.stringContaining("sent nothing for 0.3 seconds"),
  });
});

test("passes the body of a success on, and holds that of a refusal", async ({ answering }) => {
  const taken: string[] = [];
  const take = (chunk: Buffer) => void taken.push(chunk.toString());
  const right = await answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
  const held = await exchange({ ...request, take, url: right });
  expect([taken.join(""), held.body.toString()]).toEqual(["hello", ""]);
  const wrong = await answering("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno");
  const refused = await exchange({ ...request, take, url: wrong });
  expect([refused.status, refused.body.toString()]).toEqual([403, "no"]);
});

test("ends when the signal aborts", async ({ answering }) => {
  const ending = new AbortController();
  const url = await answering("");
  const sent = exchange({ ...request, url, signal: ending.signal });
  ending.abort();
  await expect(sent).rejects.toThrow();
});
