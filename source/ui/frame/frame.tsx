import { useAnimation } from "ink";
import type { ReactNode } from "react";
import { useProgramContext, useProgramState } from "../program-context.ts";
import { Line, Lines } from "../widgets/lines.tsx";
import { headerSpans } from "./header.ts";
import { hintSpans } from "./hints.ts";
import { isSpinning, statusSpans } from "./status.ts";

/** The first line: the path to what is shown, and what is hidden there; who is signed in; what runs. */
export function Header(): ReactNode {
  const state = useProgramState((all) => all);
  return <Line spans={headerSpans(state, useProgramContext())} />;
}

const spinnerMs = 200;

/** What is told, what is waited for, and how much there is. It moves only while something is waited for. */
export function Status(): ReactNode {
  const state = useProgramState((all) => all);
  const { host } = useProgramContext();
  const isActive = isSpinning(state, host);
  const { frame } = useAnimation({ interval: spinnerMs, isActive });
  return <Lines lines={statusSpans(state, host, frame)} />;
}

export function Hints(): ReactNode {
  return <Line spans={hintSpans(useProgramState((state) => state))} />;
}
