import { describe, expect, it } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import { Secret } from "../../source/base/secret.ts";
import type { ObjectSource } from "../../source/objects/source.ts";
import { firstExpiry, withPlannedAddresses } from "../../source/plan/planned-addresses.ts";

const { signal } = new AbortController();
const signedAt = (time: string) =>
  `https://bucket.s3.amazonaws.com/a?X-Amz-Date=${time}&X-Amz-Expires=21600&X-Amz-Signature=1`;
const noonMs = Date.parse("2026-11-28T12:00:00Z");
const url = signedAt("20261128T100000Z");

function file(address: string) {
  const facts = { fileSetId: "s", name: "a", size: 1, md5: null, availableTo: null };
  return { fileId: "f", ...facts, url: address };
}

function refusal(kind: "service" | "sign-in", status?: number) {
  return new AppError({ kind, tried: "Fetching", answered: "refused", status });
}

/** A service and a store that refuse what these functions throw. */
function sourceOf(parts: Partial<ObjectSource>): ObjectSource {
  return {
    locate: async () => new Secret("https://bucket.s3.amazonaws.com/fresh"),
    open: async () => {
      throw refusal("service", 403);
    },
    ...parts,
  };
}

const revealed = async (source: ObjectSource, fileId = "f") =>
  (await source.locate(fileId, signal)).reveal();

describe("the addresses of a plan", () => {
  it("are given repeatedly while the store accepts them", async () => {
    const source = withPlannedAddresses(sourceOf({}), [file(url)], () => noonMs);
    expect([await revealed(source), await revealed(source)]).toEqual([url, url]);
  });

  it("are replaced by the service's once the store refuses them", async () => {
    const source = withPlannedAddresses(sourceOf({}), [file(url)], () => noonMs);
    await expect(source.open({ url: await source.locate("f", signal), signal })).rejects.toThrow();
    expect(await revealed(source)).toBe("https://bucket.s3.amazonaws.com/fresh");
  });

  it("stay in use after a failure of the network", async () => {
    const open = async () => {
      throw refusal("service");
    };
    const source = withPlannedAddresses(sourceOf({ open }), [file(url)], () => noonMs);
    await expect(source.open({ url: await source.locate("f", signal), signal })).rejects.toThrow();
    expect(await revealed(source)).toBe(url);
  });

  it("are not used after their end", async () => {
    const source = withPlannedAddresses(sourceOf({}), [file(url)], () => noonMs + 4 * 3_600_000);
    expect(await revealed(source)).toBe("https://bucket.s3.amazonaws.com/fresh");
  });

  it("without a session: the failure says that the address of the plan has expired", async () => {
    const locate = async () => {
      throw refusal("sign-in");
    };
    const files = [file(signedAt("20261127T100000Z"))];
    const source = withPlannedAddresses(sourceOf({ locate }), files, () => noonMs);
    await expect(source.locate("f", signal)).rejects.toMatchObject({
      kind: "sign-in",
      reason: "address-expired",
    });
    await expect(source.locate("other", signal)).rejects.toMatchObject({ reason: undefined });
  });

  it("expire with the first of them", () => {
    const addresses = [url, signedAt("20261128T090000Z"), "https://example.com/no-date"];
    expect(firstExpiry(addresses.map(file))).toBe("2026-11-28T15:00:00Z");
    expect(firstExpiry([file("https://example.com/no-date")])).toBeUndefined();
  });
});
