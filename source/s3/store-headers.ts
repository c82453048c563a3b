/** By name in lower case, without "x-amz-meta-". */
export type Metadata = Readonly<Record<string, string>>;

/** The metadata in the headers of an answer. */
export function metadataIn(headers: Readonly<Record<string, string>>): Metadata {
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const [, own] = /^x-amz-meta-(.+)$/.exec(name) ?? [];
    if (own !== undefined) metadata[own] = value;
  }
  return metadata;
}

export function metadataHeaders(metadata: Metadata = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]),
  );
}

/** An ETag without its quotes. */
export function unquoted(etag: string): string {
  return etag.replace(/^"|"$/g, "");
}
