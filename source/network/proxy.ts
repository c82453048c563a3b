import { BlockList, isIP } from "node:net";
import type { Variables } from "../base/environment-types.ts";
import { AppError } from "../base/errors.ts";
import { Secret } from "../base/secret.ts";
import { parseAddress } from "../domain/address.ts";

export interface ProxyServer {
  /** True if the connection to the proxy itself uses TLS. */
  secure: boolean;
  /** Without brackets. */
  host: string;
  port: number;
  authorization?: Secret;
}

/** The proxy for an address; undefined: connect directly. */
export type ProxyFor = (url: URL) => ProxyServer | undefined;

/**
 * Reads HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY; lower case takes precedence. Throws an AppError of
 * kind usage, without the password, if one is invalid.
 */
export function readProxies(variables: Variables): ProxyFor {
  const isFree = readNoProxy(first(variables, "no_proxy")?.text ?? "");
  const all = first(variables, "all_proxy");
  const secure = readProxy(first(variables, "https_proxy") ?? all);
  const plain = readProxy(first(variables, "http_proxy") ?? all);
  return (url) => {
    const proxy = url.protocol === "https:" ? secure : plain;
    return proxy === undefined || isFree(url) ? undefined : proxy;
  };
}

interface Variable {
  name: string;
  text: string;
}

function first(variables: Variables, lower: string): Variable | undefined {
  for (const name of [lower, lower.toUpperCase()]) {
    const text = variables[name]?.trim();
    if (text) return { name, text };
  }
  return undefined;
}

const schemes: Readonly<Record<string, { secure: boolean; port: number }>> = {
  "http:": { secure: false, port: 80 },
  "https:": { secure: true, port: 443 },
};

function readProxy(variable: Variable | undefined): ProxyServer | undefined {
  if (variable === undefined) return undefined;
  const { name, text } = variable;
  const address = text.includes("://") ? text : `http://${text}`;
  const url = parseAddress(address);
  if (url === undefined) throw refuse(name, "it is not an address");
  const scheme = schemes[url.protocol];
  if (scheme === undefined)
    throw refuse(name, `a proxy of the kind ${url.protocol}// is not supported`);
  if (url.hostname === "") throw refuse(name, "it has no host name");
  if (url.port === "0") throw refuse(name, "0 is not a valid port");
  const account = `${decode(name, url.username)}:${decode(name, url.password)}`;
  return {
    secure: scheme.secure,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? scheme.port : Number(url.port),
    authorization:
      account === ":" ? undefined : new Secret(`Basic ${Buffer.from(account).toString("base64")}`),
  };
}

function decode(name: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refuse(name, "its user name or password has a % without a code");
  }
}

function refuse(name: string, answered: string): AppError {
  return new AppError({
    kind: "usage",
    tried: `Reading ${name}`,
    answered,
    advice:
      "Write http://HOST:PORT, or http://NAME:PASSWORD@HOST:PORT with special characters as % codes.",
  });
}

/** Chrome's spelling: requests to this machine go through the proxy too. */
const loopbackToo = "<-loopback>";

const defaultPorts: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };

interface Target {
  /** Lower case, without brackets. */
  host: string;
  port: number;
}

/**
 * Parses NO_PROXY. Entries are separated by commas or blanks: a name, which includes its subdomains
 * ("corp.example", ".corp.example" and "*.corp.example" mean the same), an address or a network such as
 * 10.0.0.0/8, each with an optional port; "*" matches everything. This machine always matches, unless an
 * entry is "<-loopback>".
 */
export function readNoProxy(text: string): (url: URL) => boolean {
  const entries = text
    .toLowerCase()
    .split(/[,\s]+/)
    .filter((entry) => entry !== "");
  const tests = entries.filter((entry) => entry !== loopbackToo).map(toTest);
  const keepsLoopback = !entries.includes(loopbackToo);
  return (url) => {
    const target: Target = {
      host: url.hostname
        .toLowerCase()
        .replace(/^\[|\]$/g, "")
        .replace(/\.$/, ""),
      port: url.port === "" ? (defaultPorts[url.protocol] ?? 0) : Number(url.port),
    };
    return (keepsLoopback && isLoopback(target.host)) || tests.some((test) => test(target));
  };
}

function toTest(entry: string): (target: Target) => boolean {
  if (entry === "*") return () => true;
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  // An IPv6 address without brackets has no port.
  const host = bracketed ?? plain ?? entry;
  const port = digits === undefined ? undefined : Number(digits);
  const matches = hostTest(host);
  return (target) => (port === undefined || port === target.port) && matches(target.host);
}

function hostTest(entry: string): (host: string) => boolean {
  const [address = "", digits] = entry.split("/");
  const family = isIP(address);
  if (family !== 0) return networkTest(address, family, digits);
  const name = entry.replace(/^\*?\./, "").replace(/\.$/, "");
  return (host) => name !== "" && (host === name || host.endsWith(`.${name}`));
}

function networkTest(
  address: string,
  family: number,
  digits: string | undefined,
): (host: string) => boolean {
  const kind = family === 6 ? "ipv6" : "ipv4";
  const longest = family === 6 ? 128 : 32;
  const prefix = digits === undefined ? longest : Number(digits);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > longest) return () => false;
  const network = new BlockList();
  network.addSubnet(address, prefix, kind);
  return (host) => isIP(host) !== 0 && network.check(host, isIP(host) === 6 ? "ipv6" : "ipv4");
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

function isLoopback(host: string): boolean {
  if (host === "localhost" || host.endsWith(".localhost")) return true;
  return isIP(host) !== 0 && loopback.check(host, isIP(host) === 6 ? "ipv6" : "ipv4");
}
