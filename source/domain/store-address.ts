/** A bucket of an S3-compatible object store, with the beginning of the keys in it. */
export interface StoreAddress {
  bucket: string;
  /** Empty, or with a slash at its end. */
  prefix: string;
}

const scheme = /^s3:\/\//i;
const bucketName = /^[a-z0-9][a-z0-9._-]{1,254}$/i;

export function isStoreAddress(text: string): boolean {
  return scheme.test(text);
}

/** What to do about an address that is not valid. */
export const storeAddressAdvice =
  "Write it as s3://BUCKET or s3://BUCKET/PREFIX: BUCKET has two or more letters and digits, and no part of PREFIX is empty or dots.";

/** Reads s3://BUCKET/PREFIX; undefined if it is not valid. */
export function parseStoreAddress(text: string): StoreAddress | undefined {
  const [bucket = "", ...segments] = text.replace(scheme, "").replace(/\/$/, "").split("/");
  if (!isStoreAddress(text) || !bucketName.test(bucket)) return undefined;
  // Programs that copy objects to a disk read dots as folders.
  if (segments.some((segment) => /^\.{0,2}$|\p{Cc}/u.test(segment))) return undefined;
  return { bucket, prefix: segments.map((segment) => `${segment}/`).join("") };
}

/** "s3://bucket/prefix", or with a name the address of one object. */
export function storeAddressText({ bucket, prefix }: StoreAddress, name = ""): string {
  return `s3://${bucket}/${prefix}${name}`.replace(/\/$/, "");
}
