import type { ReactNode } from "react";
import { useProgramState } from "../program-context.ts";
import { Line } from "../widgets/lines.tsx";
import { hintSpans } from "./hints.ts";

export function Hints(): ReactNode {
  return <Line spans={hintSpans(useProgramState((state) => state))} />;
}
