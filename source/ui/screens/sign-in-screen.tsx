import type { ReactNode } from "react";
import { useProgramState, useSurroundings } from "../program-context.ts";
import { Line } from "../widgets/line.tsx";
import { signInLines } from "./sign-in-lines.ts";

/** The screen of the sign-in. */
export function SignInScreen(): ReactNode {
  const state = useProgramState((all) => all);
  return signInLines(state, useSurroundings().host).map((spans, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
    <Line key={index} spans={spans} />
  ));
}
