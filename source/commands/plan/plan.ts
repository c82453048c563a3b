import type { Call } from "../console/call.ts";
import { usageError } from "../console/usage-error.ts";
import { optionOfSelection } from "../resolve/selection-options.ts";
import type { PlanOptions } from "./plan-options.ts";

const advice = "See cfs plan --help.";

/** `cfs plan BUCKET -o DEST`, or `cfs plan --check FILE`. Prints a whole plan or nothing. */
export async function plan(
  bucket: string | undefined,
  options: PlanOptions,
  call: Call,
): Promise<void> {
  const { check, clean = false, output, sizeOnly = false, withAddresses = false } = options;
  if (check === undefined) {
    if (sizeOnly) throw usageError("--size-only needs --check", advice);
    if (clean) throw usageError("--clean needs --check", advice);
    const { makePlan } = await import("./make-plan.ts");
    return makePlan({ bucket, output }, options, call);
  }
  const other =
    (bucket === undefined ? undefined : "a bucket") ??
    optionOfSelection(options) ??
    (withAddresses ? "--with-addresses" : undefined);
  if (other !== undefined) throw usageError(`--check excludes ${other}`, advice);
  const { checkPlan } = await import("./check-plan.ts");
  return checkPlan(check, options, call);
}
