import { expect } from "vitest";
import { waitUntil } from "../support/wait-until.ts";
import { test as it } from "./engine-fixture.ts";

it("moves transfers in the queue, several together, and fetches them in the new order", async ({
  server,
  directory,
  createEngine,
  offer,
}) => {
  const engine = createEngine({ jobs: 1 });
  server.limit = 500_000;
  const body = Buffer.alloc(200_000, "x");
  const files = ["a", "b", "c", "d"].map((name) => offer(name, body));
  const [a = "", b = "", c = "", d = ""] = engine.add(files.map((file) => ({ file, directory })));
  const order = () => engine.snapshot().transfers.map(({ file }) => file.fileId);
  engine.move([c, d], "earlier");
  expect(order()).toEqual(["a", "c", "d", "b"]);
  engine.move([d, b], "later");
  expect(order()).toEqual(["a", "c", "d", "b"]);
  engine.move([b], "earlier");
  engine.move([b], "earlier");
  expect(order()).toEqual(["a", "b", "c", "d"]);
  engine.move([a], "earlier");
  engine.move([d, "no such transfer"], "earlier");
  expect(order()).toEqual(["a", "b", "d", "c"]);
  server.limit = undefined;
  await waitUntil(() => engine.snapshot().transfers.every(({ state }) => state === "saved"));
  await engine.idle();
  expect([...new Set(server.asked.map(({ fileId }) => fileId))]).toEqual(["a", "b", "d", "c"]);
});
