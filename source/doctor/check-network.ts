import { X509Certificate } from "node:crypto";
import { AppError } from "../base/errors.ts";
import { userAgent } from "../base/version.ts";
import { counted, readableSeconds } from "../domain/readable.ts";
import { sanitize } from "../domain/sanitize.ts";
import { type CertificateFile, readCertificates } from "../network/certificates.ts";
import type { Network } from "../network/network.ts";
import { type Probe, probe } from "../network/probe.ts";
import type { ProxyFor } from "../network/proxy.ts";
import { type DoctorContext, type Finding, ok, problem, warning } from "./finding.ts";

export interface Hosts {
  service: URL;
  /** Undefined if only the URL of a file names it. */
  objects: URL | undefined;
  /** The queue of notifications, if it is checked. */
  queue: URL | "of a subscription" | undefined;
}

/** A bucket of LSEG's public samples; all buckets share one domain. */
const publicObjects = "https://a206464-bulk-esg.s3.amazonaws.com";

/** The host of the queues in every known subscription. */
const publicQueues = "https://sqs.us-east-1.amazonaws.com";

/** A service on this machine may keep its objects and queues anywhere. */
export function hostsOf(
  { host, objectHost }: { host: string; objectHost?: string },
  checksQueue: boolean,
): Hosts {
  const service = new URL("/file-store/v1/buckets", host);
  const isHere =
    service.protocol === "http:" || /^(127\.|localhost$|\[::1\])/.test(service.hostname);
  const objects = objectHost ?? (isHere ? undefined : publicObjects);
  const queue = isHere ? "of a subscription" : new URL("/", publicQueues);
  return {
    service,
    objects: objects === undefined ? undefined : new URL("/", objects),
    queue: checksQueue ? queue : undefined,
  };
}

export interface NetworkOptions {
  network: Network;
  patienceMs: number;
  signal: AbortSignal;
  nowMs(): number;
}

/** Checks that the hosts can be reached and that the clock is right. */
export async function checkHosts(hosts: Hosts, options: NetworkOptions): Promise<Finding[]> {
  const [service, objects, queue] = await Promise.all([
    reach(hosts.service, options),
    hosts.objects && reach(hosts.objects, options),
    hosts.queue instanceof URL ? reach(hosts.queue, options) : undefined,
  ]);
  const notAsked = "not asked: a service on this machine names it with each";
  return [
    toFinding("service", service, serviceFinding),
    objects === undefined
      ? ok("object store", `${notAsked} file`)
      : toFinding("object store", objects, amazonFinding),
    ...(hosts.queue === undefined
      ? []
      : [
          queue === undefined
            ? ok("queue", `${notAsked} subscription`)
            : toFinding("queue", queue, amazonFinding),
        ]),
    checkClock([service, objects]),
  ];
}

interface Reached {
  url: URL;
  probe: Probe;
  atMs: number;
}

async function reach(url: URL, options: NetworkOptions): Promise<Reached | AppError> {
  try {
    const answered = await probe(url, { ...options, userAgent });
    return { url, probe: answered, atMs: options.nowMs() };
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
    throw thrown;
  }
}

function toFinding(
  check: string,
  reached: Reached | AppError,
  look: (reached: Reached, check: string) => Finding,
): Finding {
  if (!(reached instanceof AppError)) return look(reached, check);
  const { answered, advice = "Check the network, then try again." } = reached;
  return problem(check, "service", answered, advice);
}

function answer({ url, probe: { addresses, answerMs, status, tls } }: Reached): string {
  const way = addresses.length > 0 ? `at ${addresses.slice(0, 2).join(", ")}` : "through the proxy";
  const trust =
    tls === undefined
      ? ""
      : `, ${tls.version}, certificate by ${sanitize(tls.issuer)} until ${tls.validTo}`;
  return `${url.host} answered ${status} in ${Math.round(answerMs)} ms ${way}${trust}`;
}

const otherAnswer =
  "Something else may answer in its place, such as a sign-in page of the network: check RDP_HOST and the proxy.";

/** Without a token the service answers 401. */
function serviceFinding(reached: Reached, check: string): Finding {
  const { status, mediaType } = reached.probe;
  if (status >= 500)
    return problem(
      check,
      "service",
      answer(reached),
      "The service has a problem: try again later.",
    );
  if (status === 429) return warning(check, answer(reached), "Too many requests: wait a minute.");
  const isTheService = status >= 400 && mediaType !== "text/html";
  return isTheService ? ok(check, answer(reached)) : warning(check, answer(reached), otherAnswer);
}

/** Without a signature the object store or the queue refuses the request or lists nothing. */
function amazonFinding(reached: Reached, check: string): Finding {
  const { status, mediaType } = reached.probe;
  if (status >= 500)
    return problem(check, "service", answer(reached), "It has a problem: try again later.");
  return mediaType === "text/html"
    ? warning(check, answer(reached), otherAnswer)
    : ok(check, answer(reached));
}

const noticeableMs = 60_000;
const unbearableMs = 15 * 60_000;

/** Trusts the first host that sends a date. */
function checkClock(reached: readonly (Reached | AppError | undefined)[]): Finding {
  const check = "clock";
  for (const one of reached) {
    if (one === undefined || one instanceof AppError || one.probe.dateMs === undefined) continue;
    // The header has whole seconds, so compare with the middle of one.
    const aheadMs = one.atMs - (one.probe.dateMs + 500);
    const seconds = Math.abs(aheadMs) / 1_000;
    const against = one.url.host;
    if (seconds * 1_000 <= noticeableMs) return ok(check, `within a minute of ${against}`);
    const found = `${readableSeconds(seconds)} ${aheadMs > 0 ? "ahead of" : "behind"} ${against}`;
    const advice =
      "Set this machine's clock, best by NTP (timedatectl set-ntp true): spans such as 7d, expiry times and certificates depend on it.";
    return seconds * 1_000 > unbearableMs
      ? problem(check, "unexpected", found, advice)
      : warning(check, found, advice);
  }
  return warning(check, "not compared: no host sent its time", "Check it yourself: date -u");
}

export function checkProxies({ service, objects, queue }: Hosts, proxyFor: ProxyFor): Finding[] {
  const urls = [service, objects, queue].filter((host) => host instanceof URL);
  return urls.map((url) => {
    const proxy = proxyFor(url);
    if (proxy === undefined) return ok("proxy", `none to ${url.host}`);
    const place = `${proxy.secure ? "https" : "http"}://${proxy.host}:${proxy.port}`;
    const account = proxy.authorization === undefined ? "" : ", with a name and password";
    return ok("proxy", `${place} to ${url.host}${account}`);
  });
}

/** Checks the certificate files that are trusted besides Node's own. */
export function checkCertificates(
  { variables, flags }: Pick<DoctorContext, "variables" | "flags">,
  nowMs: number,
): Finding[] {
  const extra = variables["NODE_EXTRA_CA_CERTS"];
  const files: CertificateFile[] = [
    ...(flags.caFile === undefined ? [] : [{ by: "--ca-file", path: flags.caFile }]),
    ...(extra ? [{ by: "NODE_EXTRA_CA_CERTS", path: extra }] : []),
  ];
  const findings = files.map((file) => checkCertificateFile(file, nowMs));
  if (variables["NODE_TLS_REJECT_UNAUTHORIZED"] === "0") {
    const advice = "Unset it; a network's own authority is trusted by --ca-file FILE.";
    findings.push(
      warning(check, "NODE_TLS_REJECT_UNAUTHORIZED=0 has no effect: cfs always verifies", advice),
    );
  }
  return findings.length > 0 ? findings : [ok(check, "Node's own")];
}

const check = "certificates";

function checkCertificateFile(file: CertificateFile, nowMs: number): Finding {
  try {
    const certificates = readCertificates(file).map((text) => new X509Certificate(text));
    const found = `${file.by} ${file.path}: ${counted(certificates.length, "certificate")}`;
    // Bundles of many authorities usually include expired ones.
    const isOver = certificates.every(({ validTo }) => Date.parse(validTo) < nowMs);
    const advice = "Ask your network's administrators for a newer one.";
    return isOver ? warning(check, `${found}, expired`, advice) : ok(check, found);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    const { answered, advice = "Give a PEM file." } = thrown;
    return problem(check, "usage", `${file.by} ${file.path}: ${answered}`, advice);
  }
}
