import { describe, expect, it } from "vitest";
import { readNoProxy, readProxies } from "../../source/network/proxy.ts";

describe("readNoProxy", () => {
  it.each<[string, string, boolean]>([
    ["", "https://api.refinitiv.com", false],
    ["api.refinitiv.com", "https://api.refinitiv.com", true],
    ["API.Refinitiv.COM.", "https://api.refinitiv.com", true],
    ["refinitiv.com", "https://api.refinitiv.com", true],
    [".refinitiv.com", "https://api.refinitiv.com", true],
    ["*.refinitiv.com", "https://api.refinitiv.com", true],
    ["efinitiv.com", "https://api.refinitiv.com", false],
    ["api.refinitiv.com", "https://refinitiv.com", false],
    ["api.refinitiv.com", "https://api.refinitiv.com.evil.example", false],
    ["one.example, two.example", "https://two.example", true],
    ["one.example  two.example", "https://two.example", true],
    [",,", "https://two.example", false],
    ["*", "https://anything.example", true],
    ["two.example:443", "https://two.example", true],
    ["two.example:443", "http://two.example", false],
    ["two.example:8443", "https://two.example:8443", true],
    ["10.0.0.0/8", "https://10.20.30.40", true],
    ["10.0.0.0/8", "https://11.20.30.40", false],
    ["10.0.0.0/8:444", "https://10.20.30.40:444", true],
    ["10.0.0.0/99", "https://10.20.30.40", false],
    ["10.0.0.1", "https://10.0.0.1", true],
    ["10.0.0.1", "https://10.0.0.11", false],
    ["fd00::/8", "https://[fd12::1]", true],
    ["fd00::/8", "https://[fe12::1]", false],
    ["[fd12::1]:8443", "https://[fd12::1]:8443", true],
    ["[fd12::1]:8443", "https://[fd12::1]", false],
    ["", "http://localhost:80", true],
    ["", "http://a.localhost", true],
    ["", "http://127.9.9.9:1", true],
    ["", "http://[::1]:1", true],
    ["<-loopback>", "http://127.0.0.1:1", false],
    ["<-loopback>,127.0.0.1", "http://127.0.0.1:1", true],
    ["", "https://127.0.0.1.evil.example", false],
  ])("%j excludes %s: %s", (text, address, expected) => {
    expect(readNoProxy(text)(new URL(address))).toBe(expected);
  });
});

describe("readProxies", () => {
  const service = new URL("https://api.refinitiv.com");

  it.each<[Record<string, string>, string | undefined]>([
    [{}, undefined],
    [{ HTTPS_PROXY: "" }, undefined],
    [{ HTTPS_PROXY: "proxy.example" }, "proxy.example:80"],
    [{ HTTPS_PROXY: "http://proxy.example:3128/" }, "proxy.example:3128"],
    [{ HTTPS_PROXY: "https://proxy.example" }, "proxy.example:443"],
    [{ HTTP_PROXY: "http://proxy.example:3128" }, undefined],
    [{ ALL_PROXY: "http://proxy.example:3128" }, "proxy.example:3128"],
    [{ https_proxy: "http://one:1", HTTPS_PROXY: "http://two:2" }, "one:1"],
    [{ HTTPS_PROXY: "http://[fd00::1]:3128" }, "fd00::1:3128"],
    [{ HTTPS_PROXY: "http://proxy.example", NO_PROXY: "refinitiv.com" }, undefined],
  ])("%j leads through %s", (variables, expected) => {
    const proxy = readProxies(variables)(service);
    expect(proxy && `${proxy.host}:${proxy.port}`).toBe(expected);
  });

  it("refuses a port that nothing can listen on", () => {
    expect(() => readProxies({ ALL_PROXY: "proxy.example:0" })).toThrow("0 is not a valid port");
  });

  it("decodes name and password, and keeps them secret", () => {
    const proxy = readProxies({ HTTPS_PROXY: "http://DOMAIN%5Cuser:p%40ss@proxy.example" })(
      service,
    );
    const text = Buffer.from("DOMAIN\\user:p@ss").toString("base64");
    expect(proxy?.authorization?.reveal()).toBe(`Basic ${text}`);
    expect(JSON.stringify(proxy)).not.toContain(text);
  });
});
