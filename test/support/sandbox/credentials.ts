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
