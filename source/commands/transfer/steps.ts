import { counted, readableBytes } from "../../domain/readable.ts";
import { type Call, type CommonOptions, createOutput } from "../console/call.ts";
import { sizeColumn } from "../console/columns.ts";
import type { TableColumn } from "../console/table.ts";

/** What a run would do with a file. */
export interface Step {
  step: "fetch" | "remove";
  fileId: string;
  fileSetId: string;
  name: string;
  /** Null if the service does not report it. */
  size: number | null;
}

const columns: readonly TableColumn<Step>[] = [
  { name: "step", cell: ({ step }) => step },
  { name: "size", ...sizeColumn(({ size }: Step) => size ?? undefined) },
  { name: "file", cell: ({ name }) => name, names: { of: "file" }, least: 24 },
  { name: "id", cell: ({ fileId }) => fileId },
];

/** The output of `--dry-run`: a JSON object for each step, or a table at the end. */
export interface StepList {
  take(step: Step): Promise<void>;
  /** Prints the table, and the totals with `more` on stderr. */
  end(more?: string): void;
}

export function createStepList(
  { json, quiet }: CommonOptions & { quiet?: boolean },
  call: Call,
): StepList {
  const output = createOutput(call.stdout);
  const steps: Step[] = [];
  return {
    async take(step) {
      if (json) output.json(step);
      steps.push(step);
      await output.drained();
    },
    end(more = "") {
      if (!json && steps.length > 0) output.table({ columns, rows: steps });
      if (!quiet) call.stderr.write(`${totalOf(steps)}${more}\n`);
    },
  };
}

function totalOf(steps: readonly Step[]): string {
  const totals = (["fetch", "remove"] as const).flatMap((wanted) => {
    const those = steps.filter(({ step }) => step === wanted);
    if (wanted === "remove" && those.length === 0) return [];
    const bytes = those.reduce((sum, { size }) => sum + (size ?? 0), 0);
    return [`${counted(those.length, "file")} to ${wanted}, ${readableBytes(bytes)}`];
  });
  return totals.join("; ");
}
