import { BlockList, isIP } from "node:net";

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
