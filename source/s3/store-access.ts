import * as v from "valibot";
import type { Variables } from "../base/environment-types.ts";
import { AppError } from "../base/errors.ts";
import { Secret } from "../base/secret.ts";
import { parseAddress } from "../domain/address.ts";
import { type StoreAddress, storeAddressText } from "../domain/store-address.ts";
import type { Exchange } from "../network/exchange.ts";
import type { AwsCredentials } from "../network/sign-request.ts";

/** Where a bucket is, and who writes there, as the AWS tools find them. */
export interface StoreAccess {
  /** The address of the bucket, with a slash at its end. */
  bucketUrl: URL;
  region: string;
  /**
   * Credentials that do not expire within minutes, others than `refused` if there are any. Rejects with an
   * AppError of kind disk.
   */
  credentials(refused?: AwsCredentials): Promise<AwsCredentials>;
  /** The access of a bucket that is in another region. An endpoint that was configured stays. */
  inRegion(region: string): StoreAccess;
}

export interface AccessParts {
  address: StoreAddress;
  exchange: Exchange;
  variables: Variables;
  /** The text of the script with the part of the AWS SDK. */
  toolsText(): string;
}

const credentialsShape = v.object({
  accessKeyId: v.string(),
  secretAccessKey: v.string(),
  sessionToken: v.optional(v.string()),
});

type FoundCredentials = v.InferOutput<typeof credentialsShape>;

interface Tools {
  settings: Readonly<Record<string, string>>;
  find(): Promise<FoundCredentials>;
}

/** Rejects with an AppError of kind usage if a setting is invalid. */
export async function findStoreAccess(parts: AccessParts): Promise<StoreAccess> {
  const tools = await loadTools(parts).catch((thrown) => {
    throw credentialsError(parts.address, thrown);
  });
  const settings = readStoreSettings(parts.variables, tools.settings);
  const { endpoint, isVirtual } = settings;
  const credentials = rememberedCredentials(parts, tools);
  const access = (region: string): StoreAccess => ({
    region,
    bucketUrl: bucketUrl(parts.address.bucket, endpoint ?? awsEndpoint(region, settings), {
      isVirtual: isVirtual ?? endpoint === undefined,
    }),
    credentials,
    inRegion: access,
  });
  return access(settings.region);
}

function rememberedCredentials(parts: AccessParts, tools: Tools): StoreAccess["credentials"] {
  let known: { found: FoundCredentials; credentials: AwsCredentials } | undefined;
  let { find } = tools;
  return async (refused) => {
    try {
      // The SDK keeps what it found, so only new tools look again.
      if (refused !== undefined && known?.credentials === refused)
        find = (await loadTools(parts)).find;
      const found = await find();
      if (known === undefined || !isSame(known.found, found))
        known = { found, credentials: toCredentials(found) };
      return known.credentials;
    } catch (thrown) {
      throw credentialsError(parts.address, thrown);
    }
  };
}

function isSame(one: FoundCredentials, other: FoundCredentials): boolean {
  return (
    one.accessKeyId === other.accessKeyId &&
    one.secretAccessKey === other.secretAccessKey &&
    one.sessionToken === other.sessionToken
  );
}

function toCredentials(found: FoundCredentials): AwsCredentials {
  const { accessKeyId, secretAccessKey, sessionToken } = found;
  return {
    accessKeyId: new Secret(accessKeyId),
    secretKey: new Secret(secretAccessKey),
    sessionToken: sessionToken === undefined ? undefined : new Secret(sessionToken),
  };
}

const toolsShape = v.looseObject({
  settings: v.record(v.string(), v.optional(v.string())),
  credentials: v.function(),
});

async function loadTools({ exchange, toolsText }: AccessParts): Promise<Tools> {
  const { Script } = process.getBuiltinModule("node:vm");
  const script: unknown = new Script(toolsText()).runInThisContext();
  const module: { exports: { awsTools?: unknown } } = { exports: {} };
  if (typeof script === "function") script(module, process.getBuiltinModule);
  const { awsTools } = module.exports;
  if (typeof awsTools !== "function") throw new Error("a part of this program is damaged");
  const { credentials, settings } = v.parse(toolsShape, await awsTools(exchange));
  const known: Record<string, string> = {};
  for (const [name, value] of Object.entries(settings)) if (value) known[name] = value;
  return { settings: known, find: async () => v.parse(credentialsShape, await credentials()) };
}

function credentialsError(address: StoreAddress, thrown: unknown): AppError {
  // A host that issues credentials was not reached.
  if (thrown instanceof AppError) return thrown;
  const answered = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError({
    kind: "disk",
    tried: `Finding credentials for ${storeAddressText(address)}`,
    answered,
    advice:
      "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE for a profile of ~/.aws/config.",
    cause: thrown,
  });
}

interface StoreSettings {
  /** Undefined: Amazon's own in the region. */
  endpoint: URL | undefined;
  region: string;
  /** Whether the bucket is part of the host name; undefined if it is not configured. */
  isVirtual: boolean | undefined;
  /** Which of Amazon's endpoints: with validated cryptography, and with IPv6. */
  isFips: boolean;
  isDualStack: boolean;
}

/** Throws an AppError of kind usage. */
export function readStoreSettings(
  variables: Variables,
  settings: Readonly<Record<string, string>>,
): StoreSettings {
  const style = settings["s3.addressing_style"];
  const isOn = (variable: string, setting: string) =>
    (variables[variable] || settings[setting])?.toLowerCase() === "true";
  return {
    endpoint: readEndpoint(variables, settings),
    region:
      variables["AWS_REGION"] ||
      variables["AWS_DEFAULT_REGION"] ||
      settings["region"] ||
      "us-east-1",
    isVirtual: style === "virtual" ? true : style === "path" ? false : undefined,
    isFips: isOn("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
    isDualStack: isOn("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
  };
}

function readEndpoint(
  variables: Variables,
  settings: Readonly<Record<string, string>>,
): URL | undefined {
  const ignored =
    variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] ?? settings["ignore_configured_endpoint_urls"];
  if (ignored === "true") return undefined;
  const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL } = variables;
  const [name, text] = [
    ["AWS_ENDPOINT_URL_S3", AWS_ENDPOINT_URL_S3],
    ["AWS_ENDPOINT_URL", AWS_ENDPOINT_URL],
    ["endpoint_url of s3", settings["s3.endpoint_url"]],
    ["endpoint_url", settings["endpoint_url"]],
  ].find(([, found]) => found) ?? ["", ""];
  if (!text) return undefined;
  const url = /^https?:\/\//i.test(text) ? parseAddress(text) : undefined;
  if (url !== undefined) return url;
  throw new AppError({
    kind: "usage",
    tried: `Reading ${name}`,
    answered: "it is not an address",
    advice: "Write https://HOST, or http://HOST:PORT.",
  });
}

function awsEndpoint(
  region: string,
  { isDualStack, isFips }: Pick<StoreSettings, "isDualStack" | "isFips">,
): URL {
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  const name = `${isFips ? "s3-fips" : "s3"}${isDualStack ? ".dualstack" : ""}`;
  return new URL(`https://${name}.${region}.${domain}`);
}

/** A name with other characters is not covered by the certificate of the host. */
const hostSafe = /^[a-z0-9-]+$/;

function bucketUrl(bucket: string, endpoint: URL, { isVirtual }: { isVirtual: boolean }): URL {
  const url = new URL(endpoint.origin);
  const base = endpoint.pathname.replace(/\/*$/, "/");
  const isInHost = isVirtual && hostSafe.test(bucket);
  if (isInHost) url.hostname = `${bucket}.${url.hostname}`;
  url.pathname = isInHost ? base : `${base}${bucket}/`;
  return url;
}
