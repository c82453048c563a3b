import type { ReactNode } from "react";
import type { TablePlace } from "../../store/place.ts";
import { useProgramState } from "../program-context.ts";
import { Message } from "../widgets/message.tsx";
import { Table } from "../widgets/table.tsx";
import { DownloadsSummary } from "./downloads-summary.tsx";
import { tableMessage } from "./table-message.ts";

/** Packages, File sets, Files, Downloads: a table, or why it is empty. */
export function TableScreen({ place }: { place: TablePlace }): ReactNode {
  const message = useProgramState((state) => state);
  const paragraphs = tableMessage(message, place);
  return (
    <>
      {place.kind === "downloads" ? <DownloadsSummary /> : null}
      {paragraphs ? <Message paragraphs={paragraphs} /> : <Table place={place} />}
    </>
  );
}
