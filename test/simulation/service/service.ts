import { createSessions, type Sessions } from "../../../source/sandbox/auth/sessions.ts";
import { createTokenService } from "../../../source/sandbox/auth/token-service.ts";
import { createFileStore } from "../../../source/sandbox/file-store/file-store.ts";
import { type Answer, jsonAnswer, noResource } from "../../../source/sandbox/http/answers.ts";
import { defaultAssumptions } from "../../../source/sandbox/model/assumptions.ts";
import { apiPlace, createApi } from "../../../source/sandbox/router.ts";
import type { Chance } from "../world/chance.ts";
import type { Faults } from "./faults.ts";
import type { Request, Server, ServerAnswer } from "./network.ts";
import type { ObjectStore } from "./object-store.ts";
import type { SpentTokens } from "./spent-tokens.ts";
import type { Store } from "./store.ts";

export const host = "https://api.simulated";

export const account = {
  username: "GE-S-1",
  password: "not a secret",
  appKey: "0123456789abcdef0123456789abcdef01234567",
  clientId: "client",
  clientSecret: "secret",
};

export interface ServiceParts {
  store: Store;
  objects: ObjectStore;
  faults: Faults;
  spent: SpentTokens;
  chance: Chance;
  nowMs: () => number;
}

export interface Service {
  server: Server;
  sessions: Sessions;
  /** The largest number of token requests in any minute. */
  busiestMinute(): number;
}

/** The sandbox's File Store, with this world's files. */
export function createService({
  chance,
  faults,
  nowMs,
  objects,
  spent,
  store,
}: ServiceParts): Service {
  const assumptions = defaultAssumptions();
  assumptions.spentRefreshToken = chance.pick(["refused", "ends-session"]);
  const accessTokenSeconds = chance.pick([60, 300, 600]);
  const lifetimes = { accessTokenSeconds, refreshTokenSeconds: 86_400 };
  const sessions = createSessions(nowMs, lifetimes, assumptions);
  const tokens = createTokenService(
    { ...account, other: account },
    sessions,
    assumptions,
    nowMs,
    accessTokenSeconds,
  );
  const fileStore = createFileStore({
    catalogue: store.catalogue,
    assumptions,
    now: nowMs,
    hosts: () => ({ host, objectHost: objects.host }),
    presign: ({ id }) => objects.addressOf(id),
  });
  const tokenTimes: number[] = [];

  const api = createApi(tokens, sessions, {
    ...fileStore,
    files: async (query) =>
      jsonAnswer(200, {
        value: store.filesOf(query.get("filesetId") ?? "").map((object) => store.record(object)),
      }),
    file: async (id) => {
      const object = store.objects.get(id);
      return object ? jsonAnswer(200, store.record(object)) : noResource("File", id);
    },
  });

  async function answer({ form, headers, method, url }: Request): Promise<Answer> {
    const place = apiPlace(url.pathname);
    if (place === "token") tokenTimes.push(nowMs());
    return api(
      {
        place,
        method,
        path: url.pathname,
        query: url.searchParams,
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
        ),
        form,
        target: `${url.pathname}${url.search}`,
        body: form.toString(),
      },
      [],
    );
  }

  return {
    sessions,
    busiestMinute: () =>
      tokenTimes.reduce((most, atMs, index) => {
        const within = tokenTimes.slice(0, index + 1).filter((other) => other > atMs - 60_000);
        return Math.max(most, within.length);
      }, 0),
    server(request) {
      const isToken = request.url.pathname.startsWith("/auth/");
      const fault = faults.ofRequest(isToken);
      if (!isToken) spent.wentOn(request.process);
      const token = request.form.get("refresh_token");
      const spending = token === null ? undefined : spent.sent(token, request.process);
      return {
        fault,
        async answer(): Promise<ServerAnswer> {
          const { body, headers, status } = await answer(request);
          const given = /"refresh_token":"([^"]+)"/.exec(body)?.[1];
          if (spending !== undefined && given !== undefined) spending.successor = given;
          return { status, headers, body: Buffer.from(body) };
        },
        delivered() {
          if (spending !== undefined) spending.answer = "delivered";
        },
        lost() {
          if (spending !== undefined && spending.answer === "under way") spending.answer = "lost";
        },
      };
    },
  };
}
