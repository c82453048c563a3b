import type { ObjectBody } from "../objects/source.ts";

/** What the headers of an answer report about the object and its part. */
export type ObjectHead = Pick<
  ObjectBody,
  "status" | "etag" | "isChunked" | "first" | "objectBytes"
>;

/** Undefined for a part (206) without a valid Content-Range. */
export function readObjectHead(
  status: number,
  header: (name: string) => string | undefined,
): ObjectHead | undefined {
  const etag = header("etag");
  if (status === 200) {
    const objectBytes = countIn(header("content-length"));
    const isChunked = header("transfer-encoding") === "chunked";
    return { status, etag, isChunked, first: 0, objectBytes };
  }
  const contentRange = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(header("content-range") ?? "");
  const [first, last] = [countIn(contentRange?.[1]), countIn(contentRange?.[2])];
  if (first === undefined || last === undefined || first > last) return undefined;
  const objectBytes = countIn(contentRange?.[3]);
  const isInside = contentRange?.[3] === "*" || (objectBytes !== undefined && last < objectBytes);
  return isInside ? { status, etag, first, objectBytes } : undefined;
}

/** Undefined for anything but a safe integer. */
function countIn(digits: string | undefined): number | undefined {
  const count = /^\d+$/.test(digits ?? "") ? Number(digits) : undefined;
  return Number.isSafeInteger(count) ? count : undefined;
}
