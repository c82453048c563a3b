import { describe, expect, it } from "vitest";
import { defaultHost, readEnvironment } from "../../source/config/environment.ts";

describe("readEnvironment", () => {
  it("has the real service and the documented limits as defaults", () => {
    expect(readEnvironment({})).toMatchObject({
      host: defaultHost,
      credentials: undefined,
      retryDelayMs: 10_000,
      stallTimeoutMs: 30_000,
      requestTimeoutMs: 30_000,
    });
  });

  it("prefers v1 credentials, and takes complete ones only", () => {
    const v2 = { RDP_CLIENT_ID: "id", RDP_CLIENT_SECRET: "s" };
    expect(readEnvironment({ RDP_USERNAME: "u", RDP_PASSWORD: "p", ...v2 }).credentials?.kind).toBe(
      "client",
    );
    expect(
      readEnvironment({ RDP_USERNAME: "u", RDP_PASSWORD: "p", RDP_APP_KEY: "k", ...v2 }).credentials
        ?.kind,
    ).toBe("password");
  });

  it.each([
    "http://127.0.0.1:8080",
    "http://localhost:1",
    "http://[::1]:2",
    "https://api.example.org",
  ])("takes %s", (address) => {
    expect(readEnvironment({ RDP_HOST: `${address}/` }).host).toBe(address);
  });

  it.each([
    "http://api.refinitiv.com",
    "ftp://127.0.0.1",
    "nonsense",
    "http://127.0.0.1.example.org",
    "https://u:p@h",
  ])("refuses the address %s", (address) => {
    expect(() => readEnvironment({ RDP_HOST: address })).toThrow(
      expect.objectContaining({ kind: "service", exitCode: 5 }),
    );
  });

  it.each([
    ["CFS_JOBS", "0"],
    ["CFS_JOBS", "many"],
    ["CFS_CONNECTIONS", "1.5"],
    ["CFS_JOBS", "0x10"],
    ["CFS_CONNECTIONS", "257"],
    ["CFS_RETRY_DELAY", "-1"],
    ["CFS_STALL_TIMEOUT", "-1"],
    ["CFS_STALL_TIMEOUT", "0"],
    ["CFS_REQUEST_TIMEOUT", "1e9"],
    ["CFS_REQUEST_TIMEOUT", "soon"],
  ])("refuses %s=%s with exit code 2", (name, text) => {
    expect(() => readEnvironment({ [name]: text })).toThrow(
      expect.objectContaining({ exitCode: 2 }),
    );
  });

  it.each([["archive"], ["A.b_c-9"], ["constructor"], ["a".repeat(40)]])(
    "takes the profile %s",
    (name) => {
      expect(readEnvironment({ CFS_PROFILE: name }).profile).toBe(name);
      expect(readEnvironment({ CFS_PROFILE: "other" }, { profile: name }).profile).toBe(name);
    },
  );

  it("takes the default profile by its name too", () => {
    expect(readEnvironment({}).profile).toBeUndefined();
    expect(readEnvironment({ CFS_PROFILE: "" }).profile).toBeUndefined();
    expect(readEnvironment({ CFS_PROFILE: "x" }, { profile: "default" }).profile).toBeUndefined();
  });

  it.each([["a b"], ["-x"], ["../up"], ["ä"], ["a\n"], ["a".repeat(41)]])(
    "refuses the profile %j with exit code 2",
    (name) => {
      expect(() => readEnvironment({ CFS_PROFILE: name })).toThrow(
        expect.objectContaining({ exitCode: 2 }),
      );
    },
  );
});
