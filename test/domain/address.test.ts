import { expect, it } from "vitest";
import { isAllowedAddress, parseAddress } from "../../source/domain/address.ts";

it("is what can be parsed, with or without a base", () => {
  expect(parseAddress("https://host/a?b=c")?.href).toBe("https://host/a?b=c");
  expect(parseAddress("?skip=2", "https://host/a")?.href).toBe("https://host/a?skip=2");
  expect(parseAddress("no address")).toBeUndefined();
});

it("is not text with accents, however often it is asked", () => {
  const found = Array.from({ length: 50_000 }, () => parseAddress("http:\u00c3\u00af"));
  expect(found.filter((url) => url !== undefined)).toEqual([]);
});

it.each([
  ["https://host", true],
  ["http://host", false],
  ["http://127.0.0.1:8080", true],
  ["http://[::1]", true],
  ["file:///a", false],
])("%s may be requested: %s", (address, isAllowed) => {
  expect(isAllowedAddress(new URL(address))).toBe(isAllowed);
});
