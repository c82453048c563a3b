import type { ReactNode } from "react";
import { useProgramContext, useProgramState } from "../program-context.ts";
import { Lines } from "../widgets/lines.tsx";
import { signInLines } from "./sign-in-lines.ts";

/** The screen of the sign-in. */
export function SignInScreen(): ReactNode {
  const state = useProgramState((all) => all);
  return <Lines lines={signInLines(state, useProgramContext().host)} />;
}
