import type { ReactNode } from "react";
import { useProgramState, useSurroundings } from "../program-context.ts";
import { Line } from "../widgets/lines.tsx";
import { headerSpans } from "./header.ts";

/** The first line: the path to what is shown, and what is hidden there; who is signed in; what runs. */
export function Header(): ReactNode {
  const state = useProgramState((all) => all);
  return <Line spans={headerSpans(state, useSurroundings())} />;
}
