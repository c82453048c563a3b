import { describe, expect } from "vitest";
import { all, subscribed } from "../../support/sandbox/subscriber.ts";
import { test } from "../../support/test.ts";

const it = test.extend("publish", ({ sandbox }) => {
  const add = (packageName: string, bucket: string) =>
    sandbox.catalogue.addPackage({ packageName, bucketNames: [bucket] });
  const packages = [add("One", "bulk-One"), add("Two", "bulk-One"), add("Three", "bulk-Three")];
  const names = ["One", "Two", "Three"];
  const ids = packages.map(({ packageId }) => packageId);
  /** A set of each package; the second has the attributes. */
  const publish = () => {
    for (const [index, packageId] of ids.entries()) {
      const attributes = [
        { name: "VENUE", value: "caq" },
        { name: "TYPE", value: "daily" },
      ];
      sandbox.push.publish({
        name: names[index] ?? "",
        packageId,
        attributes: index === 1 ? attributes : [],
      });
    }
  };
  return { publish, ids };
});

const path = (name: string) => `payload.FileStoreNotification.fileset.${name}`;
const term = (name: string, value: string) => ({ term: { [path(name)]: value } });
const must = (...queries: object[]) => ({ bool: { must: queries } });
const should = (...queries: object[]) => ({ bool: { should: queries } });
const attribute = (name: string, value: string) => ({
  nested: {
    path: path("attributes"),
    query: must(term("attributes.name", name), term("attributes.value", value)),
  },
});
const ready = term("status", "READY");

describe("a subscription receives", () => {
  it.for([
    ["everything without a query", () => undefined, "One Two Three"],
    ["a bucket", () => must(term("bucketName", "bulk-One"), ready), "One Two"],
    [
      "several buckets",
      () => must(should(term("bucketName", "bulk-One"), term("bucketName", "bulk-Three")), ready),
      "One Two Three",
    ],
    ["a package", ([one = ""]) => must(term("packageId", one), ready), "One"],
    [
      "a package of a bucket",
      ([one = ""]) => all({ bucketName: "bulk-One", packageId: one, status: "READY" }),
      "One",
    ],
    [
      "several packages of a bucket",
      ([one = "", , three = ""]) =>
        must(
          term("bucketName", "bulk-One"),
          should(term("packageId", one), term("packageId", three)),
          ready,
        ),
      "One",
    ],
    [
      "file sets with an attribute",
      () => must(term("bucketName", "bulk-One"), attribute("VENUE", "caq"), ready),
      "Two",
    ],
    ["a single term", () => term("bucketName", "bulk-Three"), "Three"],
    ["only values of the same case", () => term("bucketName", "BULK-ONE"), ""],
    ["only attributes whose name and value belong together", () => attribute("VENUE", "daily"), ""],
    ["no attribute without nested", () => term("attributes.name", "VENUE"), ""],
    [
      "what must fits, whatever should wants",
      () => ({
        bool: { must: [term("bucketName", "bulk-One")], should: [term("name", "x")] },
      }),
      "One Two",
    ],
    ["nothing with a field that does not exist", () => term("toString.name", "x"), ""],
  ] as const satisfies [string, (ids: string[]) => object | undefined, string][])(
    "%s",
    async ([, query, expected], { publish: { publish, ids }, sandbox }) => {
      const reader = await subscribed(sandbox, query(ids));
      publish();
      expect((await reader.names()).join(" ")).toBe(expected);
    },
  );

  it("nothing that was published before it, and what fits a changed query", async ({
    publish: { publish },
    sandbox,
  }) => {
    publish();
    const reader = await subscribed(sandbox, all({ bucketName: "bulk-Three" }));
    expect(await reader.names()).toEqual([]);
    publish();
    const body = {
      transport: { transportType: "AWS-SQS" },
      query: all({ bucketName: "bulk-One" }),
    };
    const address = `/message-services/v1/file-store/subscriptions/${reader.subscriptionID}`;
    expect((await reader.ask("PUT", address, body)).status).toBe(200);
    publish();
    expect(await reader.names()).toEqual(["Three", "One", "Two"]);
  });
});
