import { mix } from "../random.ts";
import type { Body, BodyPlan } from "./body.ts";

/** The header of a gzip file without a name or a time. */
export const gzipHeader = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);

/** An empty block, the last of a deflate stream. */
export const lastBlock = Uint8Array.of(0x03, 0x00);

/** Bodies too small for a record: a gzip file of nothing with a long name in its header, or any bytes. */
function tinyBytes(plan: BodyPlan): Uint8Array {
  const nothing = [gzipHeader, lastBlock, new Uint8Array(8)];
  const left = plan.bytes - Buffer.concat(nothing).length;
  if (plan.packing !== "gzip" || left < 0) {
    return Buffer.alloc(plan.bytes, `${mix(plan.seed, 0)} `);
  }
  if (left === 0) return Buffer.concat(nothing);
  const name = Buffer.alloc(left, "cfs");
  name[left - 1] = 0;
  const header = Buffer.from(gzipHeader);
  header[3] = 0x08;
  return Buffer.concat([header, name, lastBlock, new Uint8Array(8)]);
}

/** The body of a file that has no room for a record. */
export function tinyBody(plan: BodyPlan): Body {
  const whole = tinyBytes(plan);
  return {
    bytes: whole.length,
    *pieces(first, end) {
      if (first < end) yield whole.subarray(first, end);
    },
  };
}
