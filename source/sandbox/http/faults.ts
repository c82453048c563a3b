import type { IncomingHttpHeaders } from "node:http";
import type { SandboxNotification } from "../model/notification.ts";

/** "objects" is the object store. */
export type Endpoint =
  | "token"
  | "revoke"
  | "buckets"
  | "packages"
  | "package"
  | "file-sets"
  | "files"
  | "file"
  | "stream"
  | "objects"
  | "subscriptions"
  | "queue-credentials"
  /** Requests of the SQS queues; X-Amz-Target names the action. */
  | "queue"
  /** The sandbox's own control. */
  | "publish"
  | "unknown";

export interface RoutedRequest {
  place: Endpoint;
  method: string;
  /** Still percent-encoded. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Of token and revoke requests. */
  form?: URLSearchParams;
}

/** `named-faults.ts` has ready-made answers of the service and of S3. */
export type Effect =
  /** Replaces the answer; the request is not carried out. */
  | {
      kind: "answer";
      status: number;
      headers?: Record<string, string>;
      body?: string | ((query: URLSearchParams, nowMs: number) => string);
    }
  /** Closes the connection before the request is handled. */
  | { kind: "hangUp" }
  /** Closes the connection after the request is handled. */
  | { kind: "loseAnswer" }
  /** Delays the answer until the promise settles. */
  | { kind: "hold"; until: Promise<unknown> }
  | { kind: "delay"; ms: number }
  /** Changes something, such as the catalogue, before the request is handled. */
  | { kind: "meanwhile"; run: () => void }
  /** Closes the connection after `bytes` of the body; `reset` sends a TCP reset. */
  | { kind: "cutAfter"; bytes: number; reset?: boolean }
  /** Stops sending the body but keeps the connection open. */
  | { kind: "stall"; afterBytes: number }
  | { kind: "slow"; bytesPerSecond: number }
  /** Undefined removes the header. */
  | { kind: "header"; name: string; value: string | undefined }
  /** Replaces a JSON body. */
  | { kind: "edit"; edit: (body: Record<string, unknown>) => unknown }
  /** Adds `by` to Content-Length; if it is positive, the connection is closed early. */
  | { kind: "wrongLength"; by: number }
  /** No Content-Length: the body is chunked. */
  | { kind: "noLength" }
  /** /stream: lifetime of the presigned URL. */
  | { kind: "urlSeconds"; seconds: number }
  /** Queue credentials: their lifetime. */
  | { kind: "credentialSeconds"; seconds: number }
  /** Queue credentials: the answer says when they end. */
  | { kind: "shownExpiration" }
  /** Queues: each message is received twice. */
  | { kind: "duplicates" }
  /** Queues: newest messages first. */
  | { kind: "disorder" }
  /** Queues: received messages are changed before they are encrypted, or encrypted wrongly. */
  | {
      kind: "message";
      /** Gets a copy. */
      edit?: (notification: SandboxNotification) => SandboxNotification;
      seal?: "wrong-key" | "cut" | "wrong-tag" | "plain";
    }
  /** Queues: the file sets of received messages can no longer be read. */
  | { kind: "withdraw"; how: "expired" | "not-entitled" }
  /** Objects: 200 and the whole object. */
  | { kind: "ignoreRange" }
  /** Objects: 206 with a range `by` bytes further on. */
  | { kind: "shiftRange"; by: number }
  /** Objects: flips all bits of the byte at this offset. */
  | { kind: "corrupt"; at: number }
  /** Objects: another version, with other bytes and another ETag. */
  | { kind: "changed" };

export interface Fault {
  on: Endpoint | readonly Endpoint[] | "any";
  when?: (request: RoutedRequest) => boolean;
  /** Number of matching requests to let through first; default 0. */
  after?: number;
  /** Number of requests to hit; default: all until the fault is removed. */
  times?: number;
  effect: Effect;
}

/** Several faults may hit one request. */
export interface Faults {
  /** Returns a function that removes the fault. */
  add(fault: Fault): () => void;
  clear(): void;
}

export interface FaultBox extends Faults {
  /** Counts the request as matched. */
  effectsOn(request: RoutedRequest): Effect[];
}

function isAt(fault: Fault, place: Endpoint): boolean {
  if (fault.on === "any") return true;
  return typeof fault.on === "string" ? fault.on === place : fault.on.includes(place);
}

export function createFaults(): FaultBox {
  const active = new Map<Fault, { matched: number }>();
  return {
    add(fault) {
      const own = { ...fault };
      active.set(own, { matched: 0 });
      return () => void active.delete(own);
    },
    clear: () => active.clear(),
    effectsOn(request) {
      const effects: Effect[] = [];
      for (const [fault, count] of active) {
        if (!isAt(fault, request.place) || fault.when?.(request) === false) continue;
        count.matched++;
        const hit = count.matched - (fault.after ?? 0);
        if (hit < 1 || hit > (fault.times ?? Number.POSITIVE_INFINITY)) continue;
        effects.push(fault.effect);
      }
      return effects;
    },
  };
}

export function effectOf<Kind extends Effect["kind"]>(
  effects: readonly Effect[],
  kind: Kind,
): Extract<Effect, { kind: Kind }> | undefined {
  return effects.findLast(
    (effect): effect is Extract<Effect, { kind: Kind }> => effect.kind === kind,
  );
}
