import type { Catalogue } from "../catalogue/catalogue.ts";
import { type SandboxFile, timeText } from "../model/entities.ts";

/** Percent-encoded as S3 does it: "%3A" for a colon; halves of surrogate pairs become U+FFFD. */
export function encodeText(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd")).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * Verified: /<package>/<yyyy>/<mm>/<dd>/<file name>, with another folder for some packages; the day is
 * that of the name, which may be the day before. Slashes of the name stay slashes; segments of dots
 * alone are left out, since every client would resolve them away.
 */
export function objectPath(file: SandboxFile, catalogue: Catalogue): string {
  const fileSet = catalogue.fileSets.get(file.filesetId);
  const owner = fileSet && catalogue.packages.get(fileSet.packageId);
  const dated =
    file.filename.match(/\d{4}-\d\d-\d\d/)?.[0] ?? timeText(file.createdMs).slice(0, 10);
  const name = file.filename.split("/").filter((segment) => !/^\.*$/.test(segment));
  const segments = [owner?.folder ?? owner?.packageName ?? "unknown", ...dated.split("-"), ...name];
  return `/${segments.map(encodeText).join("/")}`;
}
