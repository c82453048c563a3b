import { cacheDirectory } from "../base/directories.ts";
import { AppError } from "../base/errors.ts";
import type { Environment } from "../config/environment.ts";
import { trustedCertificates } from "../network/certificates.ts";
import type { Network } from "../network/network.ts";
import { checkEnvironment, checkNode } from "./check-environment.ts";
import { checkCache, checkDestination } from "./check-folders.ts";
import { checkCertificates, checkHosts, checkProxies, hostsOf } from "./check-network.ts";
import { checkSession } from "./check-session.ts";
import { checkSettings } from "./check-settings.ts";
import { checkClipboard, checkTerminal } from "./check-terminal.ts";
import type { DoctorContext, Finding } from "./finding.ts";

/** Changes nothing. `ready` throws an AppError if a variable of the environment is invalid. */
export async function* diagnose(
  context: DoctorContext,
  ready: () => Environment,
): AsyncGenerator<Finding> {
  yield checkNode(process.version, `${process.platform} ${process.arch}`);
  yield* checkTerminal(context);

  const { environment, findings } = checkEnvironment(ready, context);
  yield* findings;
  const kept = await checkSettings(environment.configDirectory, context.variables);
  yield* kept.findings;
  yield* await checkClipboard(context, kept.settings.clipboard);
  yield await checkCache(cacheDirectory(environment.configDirectory));
  yield await checkDestination(kept.state?.downloadDirectory, context.directory);

  const hosts = hostsOf(environment, context.checksQueue);
  yield* checkProxies(hosts, environment.proxyFor);
  yield* checkCertificates(context, context.nowMs());
  yield* await checkHosts(hosts, {
    network: networkOf(environment),
    patienceMs: environment.requestTimeoutMs,
    signal: context.signal,
    nowMs: context.nowMs,
  });
  yield checkSession(kept.state, environment, context);
}

/** Unreadable certificates have a finding of their own, so hosts are checked without them. */
function networkOf({ certificateFiles, proxyFor }: Environment): Network {
  try {
    return { proxyFor, secureContext: trustedCertificates(certificateFiles) };
  } catch (thrown) {
    if (thrown instanceof AppError) return { proxyFor };
    throw thrown;
  }
}
