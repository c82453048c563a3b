import { once } from "node:events";
import net from "node:net";
import { expect } from "vitest";
import type { Effect } from "../../source/sandbox/sandbox.ts";
import { expectWords, test } from "./fault-fixture.ts";

/** A server that sends this text to each client, or nothing if it is undefined. */
const it = test.extend("serve", ({}, { onCleanup }) => async (says: string | undefined) => {
  const met = { silences: 0 };
  const server = net.createServer((socket) => {
    socket.on("error", () => undefined).resume();
    if (says === undefined) met.silences += 1;
    else socket.end(says);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onCleanup(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it has no port");
  return { port: address.port, silences: () => met.silences };
});

const ok = "HTTP/1.1 200 OK\r\n";

const ways: readonly [
  string,
  addressOf: (port: number) => string,
  says: string | undefined,
  RegExp,
][] = [
  [
    "a name that nobody knows",
    () => "https://no-such-host.invalid",
    "",
    /could not resolve the host name/,
  ],
  ["a port where nobody listens", () => "http://127.0.0.1:1", "", /connection refused/],
  [
    "TLS that is never answered",
    (port) => `https://127.0.0.1:${port}`,
    undefined,
    /connection timed out/,
  ],
  [
    "TLS that is answered by something else",
    (port) => `https://127.0.0.1:${port}`,
    "SSH-2.0-x\r\n",
    /TLS|could not be reached/,
  ],
  [
    "no HTTP at all",
    (port) => `http://127.0.0.1:${port}`,
    "220 mail ready\r\n",
    /could not be reached/,
  ],
  [
    "a line that is cut in its headers",
    (port) => `http://127.0.0.1:${port}`,
    `${ok}Content-Le`,
    /could not be reached/,
  ],
  [
    "a length below nothing",
    (port) => `http://127.0.0.1:${port}`,
    `${ok}Content-Length: -5\r\n\r\nx`,
    /could not be reached/,
  ],
  [
    "two lengths",
    (port) => `http://127.0.0.1:${port}`,
    `${ok}Content-Length: 1\r\nContent-Length: 2\r\n\r\nx`,
    /could not be reached/,
  ],
  [
    "headers without an end",
    (port) => `http://127.0.0.1:${port}`,
    `${ok}X: ${"x".repeat(100_000)}`,
    /could not be reached/,
  ],
];

it.for(ways)(
  "%s, to the service: 5 and a message",
  async ([_, addressOf, text, told], { setting, serve }) => {
    const { port, silences } = await serve(text);
    const environment = { RDP_HOST: addressOf(port) };
    const words = ["packages", "bulk-A"];
    const { code, stderr } = await setting.runThrough(silences, words, environment);
    expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringMatching(told) });
    expectWords(stderr, setting);
  },
);

it.for(ways)(
  "%s, to the object store: 5 and a message, and the next call succeeds",
  async ([_, addressOf, text, words], { setting, serve }) => {
    const { port, silences } = await serve(text);
    const effect: Effect = {
      kind: "edit",
      edit: () => ({ url: `${addressOf(port)}/a?X-Amz-Signature=s` }),
    };
    setting.sandbox.faults.add({ on: "stream", effect });
    const { code, stderr } = await setting.runThrough(silences, [
      "get",
      setting.file("large.csv.gz").id,
      "-o",
      setting.folder,
      "--quiet",
    ]);
    expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringMatching(words) });
    expectWords(stderr, setting);
    await setting.heal();
  },
);
