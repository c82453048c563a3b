import { X509Certificate } from "node:crypto";
import { AppError } from "../base/errors.ts";
import type { CertificateFile } from "../config/environment.ts";
import { counted } from "../domain/readable.ts";
import { readCertificates } from "../network/certificates.ts";
import type { ProxyFor } from "../network/proxy.ts";
import type { Hosts } from "./check-network.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";
import type { Surroundings } from "./surroundings.ts";

/** Which way leads to each host. */
export function checkProxies({ service, objects }: Hosts, proxyFor: ProxyFor): Finding[] {
  const urls = objects === undefined ? [service] : [service, objects];
  return urls.map((url) => {
    const proxy = proxyFor(url);
    if (proxy === undefined) return ok("proxy", `none to ${url.host}`);
    const place = `${proxy.secure ? "https" : "http"}://${proxy.host}:${proxy.port}`;
    const account = proxy.authorization === undefined ? "" : ", with a name and password";
    return ok("proxy", `${place} to ${url.host}${account}`);
  });
}

/** The files of certificates that are trusted beside those of Node, and whether anything is not verified. */
export function checkCertificates(
  { variables, flags }: Pick<Surroundings, "variables" | "flags">,
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
      warning(check, "NODE_TLS_REJECT_UNAUTHORIZED=0 has no say: cfs always verifies", advice),
    );
  }
  return findings.length > 0 ? findings : [ok(check, "those that Node brings")];
}

const check = "certificates";

function checkCertificateFile(file: CertificateFile, nowMs: number): Finding {
  try {
    const certificates = readCertificates(file).map((text) => new X509Certificate(text));
    const found = `${file.by} ${file.path}: ${counted(certificates.length, "certificate")}`;
    // Collections of many authorities have expired ones among them as a rule.
    const isOver = certificates.every(({ validTo }) => Date.parse(validTo) < nowMs);
    const advice = "Ask your network's administrators for a newer one.";
    return isOver ? warning(check, `${found}, expired`, advice) : ok(check, found);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    const { answered, advice = "Give a PEM file." } = thrown;
    return problem(check, "usage", `${file.by} ${file.path}: ${answered}`, advice);
  }
}
