import { Box } from "ink";
import type { ReactNode } from "react";
import { cellsBeside, tableHeight } from "../../store/selectors/layout.ts";
import type { TablePlace } from "../../store/state/place.ts";
import { useProgramState } from "../program-context.ts";
import { DetailsPane, Message } from "../widgets/message.tsx";
import { Table } from "../widgets/table.tsx";
import { DownloadsSummary } from "./downloads-summary.tsx";
import { tableMessage } from "./table-message.ts";

function Rows({ place }: { place: TablePlace }): ReactNode {
  const state = useProgramState((all) => all);
  const { columns } = state.viewport;
  const beside = cellsBeside(state);
  if (beside === 0) return <Table place={place} cells={columns} />;
  const height = tableHeight(state) + 1;
  return (
    <Box height={height}>
      <Box flexDirection="column" width={columns - beside}>
        <Table place={place} cells={columns - beside} />
      </Box>
      <Box flexDirection="column" width={beside}>
        <DetailsPane cells={beside} height={height} />
      </Box>
    </Box>
  );
}

export function TableScreen({ place }: { place: TablePlace }): ReactNode {
  const message = useProgramState((state) => state);
  const paragraphs = tableMessage(message, place);
  return (
    <>
      {place.kind === "downloads" ? <DownloadsSummary /> : null}
      {paragraphs ? <Message paragraphs={paragraphs} /> : <Rows place={place} />}
    </>
  );
}
