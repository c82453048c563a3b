import type { Destination } from "../resolve/destination.ts";
import type { SelectionOptions } from "../resolve/selection-options.ts";

export interface PlanOptions extends SelectionOptions {
  output?: Destination;
  withAddresses?: boolean;
  /** A plan to compare with its destination, or "-". */
  check?: string;
  sizeOnly?: boolean;
  /** With `check`, ends uploads that are not complete. */
  clean?: boolean;
  quiet?: boolean;
}
