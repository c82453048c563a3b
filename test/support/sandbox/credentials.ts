import type { Sandbox } from "../../../source/sandbox/sandbox.ts";

/** The variables that lead a call to the sandbox and sign it in there. */
export function credentialsOf({ appKey, host, password, username }: Sandbox) {
  return {
    RDP_HOST: host,
    RDP_USERNAME: username,
    RDP_PASSWORD: password,
    RDP_APP_KEY: appKey,
  };
}

/** The same with client credentials, whose sessions no other sign-in ends. */
export function clientCredentialsOf({ clientId, clientSecret, host }: Sandbox) {
  return { RDP_HOST: host, RDP_CLIENT_ID: clientId, RDP_CLIENT_SECRET: clientSecret };
}
