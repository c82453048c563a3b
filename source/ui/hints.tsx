import type { ReactNode } from "react";
import { hintSpans } from "./hint-spans.ts";
import { useProgramState } from "./program-context.ts";
import { Line } from "./widgets/line.tsx";

export function Hints(): ReactNode {
  return <Line spans={hintSpans(useProgramState((state) => state))} />;
}
