import net from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Effect } from "../../source/sandbox/sandbox.ts";
import { createFaultFixture, expectWords, type FaultFixture } from "./fault-fixture.ts";

/** What somebody at the other end of the line says to whoever connects; undefined: nothing, ever. */
let says: string | undefined;
let server: net.Server;
let port: number;
/** How many connections were taken and left without a word. */
let silences: number;
let setting: FaultFixture;

beforeEach(async () => {
  setting = await createFaultFixture();
  silences = 0;
  server = net.createServer((socket) => {
    socket.on("error", () => undefined).resume();
    if (says === undefined) silences += 1;
    else socket.end(says);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it has no port");
  ({ port } = address);
});

afterEach(async () => {
  server.close();
  await setting.close();
});

const ok = "HTTP/1.1 200 OK\r\n";

const ways: readonly [string, address: () => string, says: string | undefined, RegExp][] = [
  [
    "a name that nobody knows",
    () => "https://no-such-host.invalid",
    "",
    /name (is not known|could not)/,
  ],
  ["a port where nobody listens", () => "http://127.0.0.1:1", "", /the connection was refused/],
  [
    "TLS that is never answered",
    () => `https://127.0.0.1:${port}`,
    undefined,
    /connecting took too long/,
  ],
  [
    "TLS that is answered by something else",
    () => `https://127.0.0.1:${port}`,
    "SSH-2.0-x\r\n",
    /TLS|could not be reached/,
  ],
  [
    "no HTTP at all",
    () => `http://127.0.0.1:${port}`,
    "220 mail ready\r\n",
    /could not be reached/,
  ],
  [
    "a line that is cut in its headers",
    () => `http://127.0.0.1:${port}`,
    `${ok}Content-Le`,
    /could not be reached/,
  ],
  [
    "a length below nothing",
    () => `http://127.0.0.1:${port}`,
    `${ok}Content-Length: -5\r\n\r\nx`,
    /could not be reached/,
  ],
  [
    "two lengths",
    () => `http://127.0.0.1:${port}`,
    `${ok}Content-Length: 1\r\nContent-Length: 2\r\n\r\nx`,
    /could not be reached/,
  ],
  [
    "headers without an end",
    () => `http://127.0.0.1:${port}`,
    `${ok}X: ${"x".repeat(100_000)}`,
    /could not be reached/,
  ],
];

it.each(ways)("%s, on the way to the service: 5 and words", async (_, address, text, told) => {
  says = text;
  const words = ["packages", "bulk-A"];
  const { code, stderr } = await setting.runThrough(() => silences, words, { RDP_HOST: address() });
  expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringMatching(told) });
  expectWords(stderr, setting);
});

it.each(ways)(
  "%s, on the way to a file: 5 and words, and the next call is right",
  async (_, address, text, words) => {
    says = text;
    const effect: Effect = {
      kind: "edit",
      edit: () => ({ url: `${address()}/a?X-Amz-Signature=s` }),
    };
    setting.sandbox.faults.add({ on: "stream", effect });
    const { code, stderr } = await setting.runThrough(
      () => silences,
      ["get", setting.file("large.csv.gz").id, "-o", setting.folder, "--quiet"],
    );
    expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringMatching(words) });
    expectWords(stderr, setting);
    await setting.heal();
  },
);
