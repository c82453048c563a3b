import { gzipSync } from "node:zlib";
import { describe, expect } from "vitest";
import { zipOf } from "../support/fixtures/zip-of.ts";
import { distinctBytes, test as it, md5Of } from "./stream-fixture.ts";

const csv = Buffer.from("a,b\n".repeat(2_000));

/** The body with one byte changed. */
function damagedAt(at: number, body: Buffer): Buffer {
  const damaged = Buffer.from(body);
  damaged.writeUInt8((damaged.readUInt8(at) + 1) % 256, at);
  return damaged;
}

const isWrong = expect.objectContaining({
  kind: "integrity",
  message: expect.stringContaining("Discard the output."),
});

describe("a streamed file", () => {
  it.for([
    ["a.csv.gz", gzipSync(csv), "gzip"],
    ["no-extension", gzipSync(csv), "gzip"],
    [
      "a.zip",
      zipOf([
        { name: "a", text: "x".repeat(90_000) },
        { name: "b", text: "y", stored: true },
      ]),
      "zip",
    ],
    ["a.bin", distinctBytes(1_000), "size"],
  ] as const)(
    "%s is verified without an md5 by its %3$s",
    async ([name, body, verifiedBy], { offer, stream }) => {
      expect(await stream(offer(name, body))).toEqual({ bytes: body, verdict: { verifiedBy } });
    },
  );

  it.for([
    ["its md5", "a.bin", distinctBytes(900), md5Of(Buffer.from("other"))],
    ["its gzip data", "a.csv.gz", damagedAt(700, gzipSync(distinctBytes(2_000))), undefined],
    ["the end of its gzip data", "a.csv.gz", gzipSync(csv).subarray(0, -1), undefined],
    [
      "a zip entry",
      "a.zip",
      damagedAt(40, zipOf([{ name: "a", text: "abc".repeat(99) }])),
      undefined,
    ],
    ["its zip directory", "a.zip", zipOf([{ name: "a", text: "abc" }]).subarray(0, -1), undefined],
  ] as const)(
    "is complete before %s is reported as wrong",
    async ([_, name, body, md5], { offer, stream }) => {
      expect(await stream(offer(name, body, { md5 }))).toEqual({ bytes: body, failure: isWrong });
    },
  );
});

describe("an unpacked file", () => {
  const unpack = true;

  it.for([
    ["gzip", "a.csv.gz", gzipSync(csv), csv],
    [
      "gzip in several members",
      "a.gz",
      Buffer.concat([gzipSync("one"), gzipSync("two")]),
      Buffer.from("onetwo"),
    ],
    ["a zip of one entry", "a.zip", zipOf([{ name: "a.csv", text: csv.toString() }]), csv],
    [
      "a zip of a stored entry",
      "a.zip",
      zipOf([{ name: "a", text: "abc", stored: true }]),
      Buffer.from("abc"),
    ],
    [
      "a zip of a folder and an entry",
      "a.zip",
      zipOf([
        { name: "d/", text: "" },
        { name: "d/a", text: "abc" },
      ]),
      Buffer.from("abc"),
    ],
    ["a zip of an empty entry", "a.zip", zipOf([{ name: "a", text: "" }]), Buffer.alloc(0)],
    ["text", "a.csv", csv, csv],
  ] as const)("is what is inside %s", async ([_, name, body, inside], { offer, stream }) => {
    const listed = await stream(offer(name, body, { md5: md5Of(body) }), { unpack });
    expect(listed).toEqual({ bytes: inside, verdict: { verifiedBy: "md5" } });
    const { bytes } = await stream(offer(name, body), { unpack });
    expect(bytes.equals(inside)).toBe(true);
  });

  it.for([
    ["gzip data", "a.gz", damagedAt(30, gzipSync(distinctBytes(90_000)))],
    [
      "the length of a zip entry",
      "a.zip",
      zipOf([{ name: "a", text: "abc", listed: { bytes: 4 } }]),
    ],
    ["the CRC of a zip entry", "a.zip", zipOf([{ name: "a", text: "abc", listed: { crc32: 4 } }])],
  ] as const)(
    "is reported as wrong if %s is damaged, although the md5 is right",
    async ([_, name, body], { offer, stream }) => {
      const { failure } = await stream(offer(name, body, { md5: md5Of(body) }), { unpack });
      expect(failure).toEqual(isWrong);
    },
  );

  it("is not printed if a zip has several entries, which are named", async ({ offer, stream }) => {
    const body = zipOf([
      { name: "a.csv", text: "a" },
      { name: "b.csv", text: "b" },
    ]);
    expect(await stream(offer("a.zip", body), { unpack })).toMatchObject({
      bytes: Buffer.alloc(0),
      failure: {
        kind: "usage",
        message:
          "Unpacking a.zip: it has several entries: a.csv, b.csv. Download the file to unpack it.",
      },
    });
  });

  it("is not printed if its zip entry is encrypted", async ({ offer, stream }) => {
    const body = zipOf([{ name: "a.csv", text: "a", encrypted: true }]);
    expect(await stream(offer("a.zip", body), { unpack })).toMatchObject({
      bytes: Buffer.alloc(0),
      failure: { kind: "unexpected", answered: "it is encrypted" },
    });
  });

  it("is not printed if a server that ignores ranges sends a zip", async ({
    offer,
    server,
    stream,
  }) => {
    server.ignoresRange = true;
    const body = zipOf([{ name: "a", text: distinctBytes(900_000).toString("latin1") }]);
    const { bytes, failure } = await stream(offer("a.zip", body), { unpack });
    expect(bytes).toHaveLength(0);
    expect(failure).toMatchObject({ kind: "service" });
    const packed = await stream(offer("a.zip", body));
    expect(packed.verdict).toEqual({ verifiedBy: "size" });
    expect(packed.bytes.equals(body)).toBe(true);
  });
});
