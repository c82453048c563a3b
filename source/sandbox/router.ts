import type { Sessions } from "./auth/sessions.ts";
import type { TokenService } from "./auth/token-service.ts";
import type { SandboxFileStore } from "./file-store/file-store.ts";
import { fileStorePath } from "./file-store/paging.ts";
import { type Answer, gatewayError } from "./http/answers.ts";
import { type Effect, type Endpoint, effectOf } from "./http/faults.ts";
import type { ArrivedRequest, OnClose } from "./http/origin.ts";
import { publishPath } from "./push/publish-control.ts";
import type { PushHandlers } from "./push/push.ts";
import { subscriptionsRoot } from "./push/subscriptions.ts";

const places: readonly [RegExp, Endpoint][] = [
  [/^\/auth\/oauth2\/v[12]\/token$/, "token"],
  [/^\/auth\/oauth2\/v1\/revoke$/, "revoke"],
  [/^\/file-store\/v1\/buckets$/, "buckets"],
  [/^\/file-store\/v1\/packages$/, "packages"],
  [/^\/file-store\/v1\/packages\/[^/]+$/, "package"],
  [/^\/file-store\/v1\/file-sets$/, "file-sets"],
  [/^\/file-store\/v1\/files$/, "files"],
  [/^\/file-store\/v1\/files\/[^/]+$/, "file"],
  [/^\/file-store\/v1\/files\/[^/]+\/stream$/, "stream"],
  [new RegExp(`^${subscriptionsRoot}(?:/[^/]+)?$`), "subscriptions"],
  [/^\/auth\/cloud-credentials\/v1\/?$/, "queue-credentials"],
  // Verified: requests of a queue go to the root of its host. Assumed: its own path works too.
  [/^\/(?:\d{12}\/[^/]+)?$/, "queue"],
  [new RegExp(`^${publishPath}$`), "publish"],
];

export function apiPlace(path: string): Endpoint {
  return places.find(([pattern]) => pattern.test(path))?.[1] ?? "unknown";
}

/** Everything but sign-in, queues and the sandbox's own control needs a valid access token. */
export function createApi(
  signIn: TokenService,
  sessions: Sessions,
  fileStore: SandboxFileStore,
  push?: PushHandlers,
) {
  function auth(request: ArrivedRequest): Answer {
    if (request.method !== "POST") return gatewayError(405, "Method not allowed");
    if (/json/i.test(request.headers["content-type"] ?? "")) {
      return gatewayError(400, "Validation error", [{ key: "body", reason: "must be a form" }]);
    }
    const { authorization } = request.headers;
    const form = new URLSearchParams(request.body);
    if (request.place === "revoke") return signIn.revoke({ authorization, form });
    if (request.path.includes("/v2/")) return signIn.tokenV2({ authorization, form });
    return signIn.tokenV1({ authorization, form });
  }

  /** Verified: "token expired". Assumed: the other two messages. */
  function refusedToken(authorization: string | undefined): Answer | undefined {
    const token = authorization?.match(/^Bearer\s+(\S+)$/i)?.[1];
    if (token === undefined) return gatewayError(401, "token missing");
    const state = sessions.check(token);
    if (state === "good") return undefined;
    return gatewayError(401, state === "ended" ? "token expired" : "token invalid");
  }

  /** Answers requests that need no access token, and those with an invalid one. */
  function answerWithoutToken(
    request: ArrivedRequest,
    effects: readonly Effect[],
    onClose: OnClose,
  ) {
    switch (request.place) {
      case "token":
      case "revoke":
        return auth(request);
      case "queue":
        return push?.queue(request, effects, onClose);
      case "publish":
        return push?.publish(request);
      case "unknown":
        return gatewayError(404, "Resource not found");
      default:
        return refusedToken(request.headers.authorization);
    }
  }

  return async (
    request: ArrivedRequest,
    effects: readonly Effect[],
    onClose: OnClose = () => undefined,
  ): Promise<Answer> => {
    const { place, path, query } = request;
    const answered = answerWithoutToken(request, effects, onClose);
    if (answered) return answered;
    if (place === "subscriptions" && push) return push.subscriptions(request);
    if (place === "queue-credentials" && push) return push.credentials(request, effects);
    if (request.method !== "GET") return gatewayError(405, "Method not allowed");
    const id = decodeURIComponent(path.slice(fileStorePath.length).split("/")[2] ?? "");
    switch (place) {
      case "buckets":
        return fileStore.buckets(query);
      case "packages":
        return fileStore.packages(query);
      case "package":
        return fileStore.package(id);
      case "file-sets":
        return fileStore.fileSets(query);
      case "files":
        return fileStore.files(query);
      case "file":
        return fileStore.file(id);
      case "stream":
        return fileStore.stream(id, query, effectOf(effects, "urlSeconds")?.seconds);
      default:
        return gatewayError(404, "Resource not found");
    }
  };
}
