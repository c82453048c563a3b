import assert from "node:assert/strict";
import { readEnvironment } from "../../../source/config/environment.ts";
import { resolveSettings } from "../../../source/config/settings.ts";
import { isAllowedAddress } from "../../../source/domain/address.ts";
import { assertSafe, onlyAppErrors, planted } from "../oracle.ts";
import type { Target } from "../target.ts";

/* An input is lines of NAME=VALUE. */

/** Messages quote values, so they may be as long. */
const longestValue = 300;

function variablesIn(text: string): Record<string, string> {
  const pairs = text.split("\n").map((line): [string, string] => {
    const split = line.indexOf("=");
    return [line.slice(0, Math.max(0, split)), line.slice(split + 1, split + longestValue)];
  });
  return Object.fromEntries(pairs);
}

const asked = [
  new URL("https://service.example/x"),
  new URL("http://127.0.0.1:8080/"),
  new URL("https://[::1]/"),
];

export const variables: Target = {
  name: "variables",
  sources: [
    "source/config/environment.ts",
    "source/config/variables.ts",
    "source/config/settings.ts",
    "source/network/proxy.ts",
  ],
  seeds: () => [
    "RDP_HOST=https://service.example\nRDP_USERNAME=u\nRDP_PASSWORD=p\nRDP_APP_KEY=k",
    "CFS_JOBS=4\nCFS_CONNECTIONS=12\nCFS_RETRY_DELAY=0.5\nCFS_STALL_TIMEOUT=30\nCFS_THEME=dark",
    `HTTPS_PROXY=http://u:${planted.reveal()}@proxy.example:3128\nNO_PROXY=.example,10.0.0.0/8,[::1]:443,*`,
    "ALL_PROXY=proxy.example\nno_proxy=127.0.0.1/33,::/129,service.example:443",
  ],
  run(input) {
    const given = variablesIn(input.toString("utf8"));
    const { warnings } = resolveSettings({ variables: given, kept: undefined });
    for (const warning of warnings) assertSafe(warning, "a warning");
    const environment = onlyAppErrors(() => readEnvironment(given));
    if (environment === undefined) return;
    const host = new URL(environment.host);
    assert.ok(isAllowedAddress(host), `${host} is allowed`);
    assert.equal(host.username + host.password, "");
    for (const url of asked) {
      const proxy = environment.proxyFor(url);
      if (proxy === undefined) continue;
      assert.ok(proxy.host.length > 0 && proxy.port > 0 && proxy.port <= 65_535);
      assertSafe(proxy.host, "the host of a proxy");
    }
  },
};
