/** A place as it is written: "bulk-ESG", or "bulk-ESG/" and a package's name or id. */
export interface PlacePath {
  bucket: string;
  package?: string;
}

/** Takes `text` apart at its first "/"; names of packages may have more of them. */
export function parsePlacePath(text: string): PlacePath {
  const [, bucket = "", wanted = ""] = /^([^/]*)\/?(.*)$/s.exec(text.trim()) ?? [];
  const name = wanted.trim();
  return { bucket: bucket.trim(), ...(name === "" ? {} : { package: name }) };
}
