import type { Variables } from "../base/environment-types.ts";
import { AppError } from "../base/errors.ts";
import { Secret } from "../base/secret.ts";
import { readNoProxy } from "./no-proxy.ts";

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
  if (!URL.canParse(address)) throw refuse(name, "it is no address");
  const url = new URL(address);
  const scheme = schemes[url.protocol];
  if (scheme === undefined)
    throw refuse(name, `a proxy of the kind ${url.protocol}// is not supported`);
  if (url.hostname === "") throw refuse(name, "it names no host");
  if (url.port === "0") throw refuse(name, "0 is no port");
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
    throw refuse(name, "its user name or password has a % that is no code");
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
