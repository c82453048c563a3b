import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { portOf, startLink } from "../../bench/links/link.ts";

const megabyte = 1_000_000;
const body = randomBytes(3 * megabyte);
const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex");

/** A server behind a link; both end with the test. */
async function serveOverLink(lateShare: number): Promise<string> {
  const server = createServer((_, response) => response.end(body)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const figures = {
    roundTripMs: 2,
    bytesPerSecond: 50 * megabyte,
    bytesPerSecondInAll: 80 * megabyte,
    lateShare,
  };
  const link = await startLink(figures, [portOf(server.address())]);
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await link.close();
  });
  return `http://127.0.0.1:${link.ports[0]}/`;
}

test.each([0, 0.01])(
  "a link carries bytes unchanged, with a share of %d late",
  async (lateShare) => {
    const address = await serveOverLink(lateShare);
    const answers = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const answer = await fetch(address, { headers: { Connection: "close" } });
        return md5(new Uint8Array(await answer.arrayBuffer()));
      }),
    );
    expect(answers).toEqual(Array.from({ length: 4 }, () => md5(body)));
  },
);
