import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate authority that no machine knows, and a certificate of it for 127.0.0.1. */
export interface Authority {
  /** PEM file of the authority's own certificate. */
  file: string;
  tls: { key: string; cert: string };
  remove(): void;
}

/** By openssl; for the address 127.0.0.1, or for another name that no server has here. */
export function makeAuthority(name = "IP:127.0.0.1"): Authority {
  const folder = mkdtempSync(join(tmpdir(), "cfs-test-ca-"));
  const at = (file: string) => join(folder, file);
  const openssl = (...words: string[]) =>
    execFileSync("openssl", words, { cwd: folder, stdio: "pipe" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(
    ...["req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2"],
    ...["-subj", "/CN=An authority of our own", "-addext", "basicConstraints=critical,CA:TRUE"],
  );
  openssl("req", ...key, "-keyout", "own.key", "-out", "own.csr", "-subj", "/CN=sandbox");
  writeFileSync(at("own.ext"), `subjectAltName=${name}\n`);
  openssl(
    ...["x509", "-req", "-in", "own.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"],
    ...["-days", "2", "-extfile", "own.ext", "-out", "own.pem"],
  );
  return {
    file: at("ca.pem"),
    tls: { key: readFileSync(at("own.key"), "utf8"), cert: readFileSync(at("own.pem"), "utf8") },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
