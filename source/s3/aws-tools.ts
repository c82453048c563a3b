import { Readable } from "node:stream";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { getProfileName, parseKnownFiles } from "@smithy/core/config";
import { type HttpRequest, HttpResponse } from "@smithy/core/protocols";
import type { Exchange } from "../network/exchange.ts";

/**
 * The part of the AWS SDK that finds credentials and settings. It is built into a file of its own, which is
 * loaded only for object stores.
 */
export async function awsTools(exchange: Exchange) {
  // The SDK would warn of older versions of Node that work.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const profile = getProfileName({});
  const files = await parseKnownFiles({});
  const values = files[profile] ?? {};
  const services = files[`services.${values["services"] ?? ""}`] ?? {};
  return {
    /** The settings of the profile, with those of its services as "s3.NAME". */
    settings: { ...values, ...services },
    credentials: defaultProvider({
      clientConfig: { requestHandler: handlerOf(exchange) },
      logger: silent,
    }),
  };
}

/** Requests for credentials, which go the way of all others: proxies, certificates, timeouts. */
function handlerOf(exchange: Exchange) {
  return {
    async handle(request: HttpRequest) {
      const { headers, hostname, method, path, port, protocol, query } = request;
      const url = new URL(`${protocol}//${hostname}${port ? `:${port}` : ""}${path}`);
      for (const [name, value] of Object.entries(query))
        for (const each of [value ?? ""].flat()) url.searchParams.append(name, each);
      const body: unknown = request.body;
      const sent = body instanceof Uint8Array ? Buffer.from(body) : String(body ?? "");
      const purpose = "Requesting credentials";
      const answer = await exchange({ purpose, method, url, headers, body: sent });
      return {
        response: new HttpResponse({
          statusCode: answer.status,
          headers: { ...answer.headers },
          body: Readable.from([answer.body]),
        }),
      };
    },
  };
}

/** The SDK would write warnings among the lines of this program. */
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {}
