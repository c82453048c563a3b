import type { Catalogue } from "./catalogue.ts";
import { addCustom } from "./catalogue-custom.ts";
import { addTickHistory } from "./catalogue-tick-history.ts";
import { addEsg } from "./esg.ts";
import { addOlderEsg } from "./esg-older.ts";
import { addReference } from "./reference.ts";

/**
 * Fills the catalogue with the content sets that customers are known to use, and others like them.
 * Everything but the dates is the same every day; within a day all is the same.
 */
export function fillCatalogue(catalogue: Catalogue, nowMs: number, historyWeeks: number): void {
  for (const add of [addEsg, addOlderEsg, addReference, addTickHistory, addCustom]) {
    add(catalogue, nowMs, historyWeeks);
  }
}
