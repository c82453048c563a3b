import { counted, readableBytes } from "../../domain/readable.ts";
import { type Call, type CommonOptions, createOutput } from "../console/call.ts";
import { sizeColumn } from "../console/columns.ts";
import type { StepJson } from "../console/json-records.ts";
import type { TableColumn } from "../console/table.ts";

const columns: readonly TableColumn<StepJson>[] = [
  { name: "step", cell: ({ step }) => step },
  { name: "size", ...sizeColumn(({ size }: StepJson) => size ?? undefined) },
  { name: "file", cell: ({ name }) => name, names: { of: "file" }, least: 24 },
  { name: "id", cell: ({ fileId }) => fileId },
];

/** The output of `--dry-run`: a JSON object for each step, or a table at the end. */
export interface StepList {
  take(step: StepJson): Promise<void>;
  /** Prints the table, and the totals with `more` on stderr. */
  end(more?: string): void;
}

export function createStepList(
  { json, quiet }: CommonOptions & { quiet?: boolean },
  call: Call,
): StepList {
  const output = createOutput(call.stdout);
  const steps: StepJson[] = [];
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

function totalOf(steps: readonly StepJson[]): string {
  const totals = (["fetch", "remove"] as const).flatMap((wanted) => {
    const those = steps.filter(({ step }) => step === wanted);
    if (wanted === "remove" && those.length === 0) return [];
    const bytes = those.reduce((sum, { size }) => sum + (size ?? 0), 0);
    return [`${counted(those.length, "file")} to ${wanted}, ${readableBytes(bytes)}`];
  });
  return totals.join("; ");
}
