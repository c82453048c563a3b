import { useAnimation } from "ink";
import type { ReactNode } from "react";
import { useProgramState, useSurroundings } from "../program-context.ts";
import { Lines } from "../widgets/lines-part.tsx";
import { isSpinning, statusSpans } from "./status.ts";

const spinnerMs = 200;

/** What is told, what is waited for, and how much there is. It moves only while something is waited for. */
export function Status(): ReactNode {
  const state = useProgramState((all) => all);
  const { host } = useSurroundings();
  const isActive = isSpinning(state, host);
  const { frame } = useAnimation({ interval: spinnerMs, isActive });
  return <Lines lines={statusSpans(state, host, frame)} />;
}
