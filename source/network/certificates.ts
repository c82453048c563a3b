import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext, rootCertificates, type SecureContext } from "node:tls";
import { AppError, errnoOf } from "../base/errors.ts";
import { diskReason } from "../files/disk.ts";

export interface CertificateFile {
  /** The option or variable that names the file: "--ca-file" or "NODE_EXTRA_CA_CERTS". */
  by: string;
  path: string;
}

const certificate = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * Node's own authorities plus those in `files`; undefined without files. Throws an AppError of kind usage
 * if a file cannot be read or holds no certificate.
 */
export function trustedCertificates(files: readonly CertificateFile[]): SecureContext | undefined {
  if (files.length === 0) return undefined;
  return createSecureContext({ ca: [...rootCertificates, ...files.flatMap(readCertificates)] });
}

/** The certificates of a file, in PEM. Throws an AppError of kind usage. */
export function readCertificates({ by, path }: CertificateFile): string[] {
  const refuse = (answered: string, cause?: unknown) =>
    new AppError({
      kind: "usage",
      tried: `Reading the certificates of ${by} ${path}`,
      answered,
      advice: 'Give a PEM file, with "-----BEGIN CERTIFICATE-----" in it.',
      cause,
    });
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (thrown) {
    throw refuse(unreadable(thrown), thrown);
  }
  const found = text.match(certificate) ?? [];
  if (found.length === 0) throw refuse("it has no certificate");
  for (const pem of found) {
    try {
      new X509Certificate(pem);
    } catch (thrown) {
      throw refuse("one of its certificates is damaged", thrown);
    }
  }
  return found;
}

function unreadable(thrown: unknown): string {
  return errnoOf(thrown) === "ENOENT" ? "the file does not exist" : diskReason(thrown);
}
