import type { Parts } from "../../app/compose.ts";
import type { LimitRate } from "../../base/limit-rate.ts";
import { transferWarnings } from "../../config/settings.ts";
import type { Call } from "./call.ts";

/** Applies the rate limit of the call, if it has one, and reports invalid settings of the file that transfers use. */
export function applyTransferSettings(
  { bandwidth, preferences, settingsPath }: Parts,
  limitRate: LimitRate | undefined,
  { stderr }: Call,
): void {
  for (const warning of transferWarnings(preferences, settingsPath))
    stderr.write(`cfs: ${warning}\n`);
  bandwidth.change(limitRate);
}
