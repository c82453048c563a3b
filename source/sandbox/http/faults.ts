import type { IncomingHttpHeaders } from "node:http";

/** The endpoints that can be made to fail; "objects" is the object store. */
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
  | "unknown";

/** What the sandbox knows of a request when it decides on faults. */
export interface RoutedRequest {
  place: Endpoint;
  method: string;
  /** As it came, still encoded. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** The form fields, of token and revoke requests. */
  form?: URLSearchParams;
}

/** What goes wrong. `named-faults.ts` has the answers of the service and of S3 ready-made. */
export type Effect =
  /** This answer instead of the real one; nothing else is done. It may depend on what is asked, and when. */
  | {
      kind: "answer";
      status: number;
      headers?: Record<string, string>;
      body?: string | ((query: URLSearchParams, nowMs: number) => string);
    }
  /** The connection ends before the request was looked at. */
  | { kind: "hangUp" }
  /** The request is carried out, but the connection ends before the answer. */
  | { kind: "loseAnswer" }
  /** The answer waits until the promise is settled. */
  | { kind: "hold"; until: Promise<unknown> }
  | { kind: "delay"; ms: number }
  /** Something else happens before the request is looked at, such as a change of the catalogue. */
  | { kind: "meanwhile"; run: () => void }
  /** The body is cut after so many of its bytes; with `reset` by a TCP reset. */
  | { kind: "cutAfter"; bytes: number; reset?: boolean }
  /** The body stops after so many of its bytes, and the connection stays open. */
  | { kind: "stall"; afterBytes: number }
  /** So many bytes a second at most. */
  | { kind: "slow"; bytesPerSecond: number }
  /** A header set to another value, or left out. */
  | { kind: "header"; name: string; value: string | undefined }
  /** A JSON body changed on its way. */
  | { kind: "edit"; edit: (body: Record<string, unknown>) => unknown }
  /** Content-Length differs from the body by so many bytes; with more the connection is then cut. */
  | { kind: "wrongLength"; by: number }
  /** No Content-Length: the body is chunked. */
  | { kind: "noLength" }
  /** /stream: the address is good for so many seconds only. */
  | { kind: "urlSeconds"; seconds: number }
  /** Objects: Range is not looked at; 200 and the whole object. */
  | { kind: "ignoreRange" }
  /** Objects: 206, but of a range that lies so many bytes further on. */
  | { kind: "shiftRange"; by: number }
  /** Objects: the bits of the object's byte at this offset are turned over. */
  | { kind: "corrupt"; at: number }
  /** Objects: another object has taken the place: other bytes, other ETag. */
  | { kind: "changed" };

export interface Fault {
  on: Endpoint | readonly Endpoint[] | "any";
  /** Only requests that this is true for. */
  when?: (request: RoutedRequest) => boolean;
  /** So many matching requests go through first; default 0. */
  after?: number;
  /** So many are hit, then it is over; default: until taken away. */
  times?: number;
  effect: Effect;
}

/** The faults that are switched on. Several may hit one request. */
export interface Faults {
  /** Returns what takes the fault away again. */
  add(fault: Fault): () => void;
  clear(): void;
}

/** Faults with the side that the origins ask. */
export interface FaultBox extends Faults {
  /** The effects on this request; asking counts. */
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

/** The last of the effects of one kind. */
export function effectOf<Kind extends Effect["kind"]>(
  effects: readonly Effect[],
  kind: Kind,
): Extract<Effect, { kind: Kind }> | undefined {
  return effects.findLast(
    (effect): effect is Extract<Effect, { kind: Kind }> => effect.kind === kind,
  );
}
