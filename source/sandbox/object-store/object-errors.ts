import { randomBytes } from "node:crypto";
import type { Answer } from "../http/answers.ts";
import { timeText } from "../model/ids.ts";

/** Of the machine that answered; S3's support asks for it. */
export const hostId = randomBytes(48).toString("base64");

export function requestId(): string {
  return randomBytes(8).toString("hex").toUpperCase();
}

/** S3's errors are XML. */
export function objectAnswer(
  status: number,
  code: string,
  message: string,
  more: Record<string, string> = {},
): Answer {
  const id = requestId();
  const fields = Object.entries({ ...more, RequestId: id, HostId: hostId });
  const inner = fields.map(([name, value]) => `<${name}>${value}</${name}>`).join("");
  return {
    status,
    headers: { "Content-Type": "application/xml", "x-amz-request-id": id, "x-amz-id-2": hostId },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>${inner}</Error>`,
  };
}

/** 403, for an address whose `seconds` ended at `endsMs`. */
export function requestExpired(seconds: number, endsMs: number, nowMs: number): Answer {
  return objectAnswer(403, "AccessDenied", "Request has expired", {
    "X-Amz-Expires": String(seconds),
    Expires: timeText(endsMs),
    ServerTime: timeText(nowMs),
  });
}
