import type { Chance } from "../world/chance.ts";
import { md5Of } from "./contents.ts";
import type { Faults, ObjectFault } from "./faults.ts";
import type { BodyManner, Request, Server, ServerAnswer } from "./network.ts";
import type { Store, StoredObject } from "./store.ts";

export interface ObjectStore {
  host: string;
  server: Server;
  addressOf(fileId: string): string;
}

export interface ObjectStoreParts {
  store: Store;
  faults: Faults;
  chance: Chance;
  nowMs: () => number;
}

const xml = { "content-type": "application/xml" };

function refusal(status: number, code: string, message: string): ServerAnswer {
  const text = `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers: xml, body: Buffer.from(text) };
}

const refusals: Partial<Record<ObjectFault, ServerAnswer>> = {
  expired: refusal(403, "AccessDenied", "Request has expired"),
  "400-token": refusal(400, "ExpiredToken", "The provided token has expired."),
  "404": refusal(404, "NoSuchKey", "The specified key does not exist."),
  "412": refusal(412, "PreconditionFailed", "At least one of the pre-conditions did not hold"),
  "416": refusal(416, "InvalidRange", "The requested range is not satisfiable"),
};

/** An object store like S3, which may lie. */
export function createObjectStore({ chance, faults, nowMs, store }: ObjectStoreParts): ObjectStore {
  const host = "https://objects.simulated";
  const lifeMs = chance.pick([20_000, 600_000, 21_600_000]);

  function answer(request: Request, fault: ObjectFault | undefined): ServerAnswer {
    const { headers, url } = request;
    const refused = fault === undefined ? undefined : refusals[fault];
    if (refused !== undefined) return refused;
    if (Number(url.searchParams.get("X-Amz-Expires")) < nowMs())
      return refusal(403, "AccessDenied", "Request has expired");
    const object = store.objects.get(url.pathname.slice(1));
    if (object === undefined) return refusal(404, "NoSuchKey", "No such key");
    const content = contentFor(object, fault);
    const tag = tagOf(object, content);
    const wanted = headers["If-Match"];
    if (wanted !== undefined && wanted !== tag && fault !== "other-content")
      return refusal(412, "PreconditionFailed", "The tag is another");
    return bodyAnswer(content, tag, headers["Range"], fault);
  }

  function contentFor(object: StoredObject, fault: ObjectFault | undefined): Buffer {
    if (fault === "other-content") return object.other;
    if (fault !== "wrong-bytes" || object.content.length === 0) return object.content;
    const wrong = Buffer.from(object.content);
    const at = chance.below(wrong.length);
    wrong[at] = (wrong[at] ?? 0) ^ 0x40;
    return wrong;
  }

  /** A lying store sends the ETag of the right bytes. */
  function tagOf(object: StoredObject, content: Buffer): string {
    const meant = content === object.other ? object.other : object.content;
    return `"${object.id.slice(0, 8)}-${md5Of(meant).slice(0, 8)}"`;
  }

  function bodyAnswer(
    content: Buffer,
    tag: string,
    range: string | undefined,
    fault: ObjectFault | undefined,
  ): ServerAnswer {
    const headers: Record<string, string> = fault === "no-tag" ? {} : { etag: tag };
    const manner = mannerOf(fault);
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
    if (from === undefined || fault === "whole") {
      if (fault === "cut-chunked")
        return {
          status: 200,
          headers: { ...headers, "transfer-encoding": "chunked" },
          body: content,
          manner: "short",
        };
      return { status: 200, manner, ...withLength(content, headers, fault) };
    }
    const first = Number(from);
    if (first >= content.length)
      return refusal(416, "InvalidRange", "The range is not satisfiable");
    const last = Math.min(content.length - 1, to === "" ? content.length - 1 : Number(to));
    const shown = fault === "wrong-range" ? first + 1 : first;
    const place = fault === "wrong-place" && first > 0 ? first - 1 : first;
    const body = content.subarray(place, place + last - first + 1);
    headers["content-range"] = `bytes ${shown}-${last}/${content.length}`;
    return { status: 206, manner, ...withLength(body, headers, fault) };
  }

  return {
    host,
    addressOf: (fileId) =>
      `${host}/${fileId}?X-Amz-Expires=${nowMs() + lifeMs}&X-Amz-Signature=${chance.below(1e9)}`,
    server(request) {
      const object = store.objects.get(request.url.pathname.slice(1));
      const fault = faults.ofObject(object?.listsMd5 === true);
      return { fault, answer: async () => answer(request, fault) };
    },
  };
}

function mannerOf(fault: ObjectFault | undefined): BodyManner | undefined {
  if (fault === "slow-body") return "slow";
  return fault === "stall" || fault === "cut" ? fault : undefined;
}

/** A length that is too small truncates the body; a length that is too large ends it early. */
function withLength(
  body: Buffer,
  headers: Readonly<Record<string, string>>,
  fault: ObjectFault | undefined,
): Pick<ServerAnswer, "body" | "headers" | "manner"> {
  if (fault === "shorter" && body.length > 10) return sized(body.subarray(0, body.length - 10), 0);
  if (fault === "longer") return { ...sized(body, 10), manner: "broken" };
  return sized(body, 0);

  function sized(sent: Buffer, more: number) {
    return { body: sent, headers: { ...headers, "content-length": String(sent.length + more) } };
  }
}
