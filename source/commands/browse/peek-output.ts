import { columnName, columnNames, splitFields, withoutReturn } from "../../domain/delimited.ts";
import { sanitize } from "../../domain/sanitize.ts";
import type { Preview, PreviewRecord } from "../../preview/preview.ts";

const lineEnd = Buffer.from("\n");

/** A record as it is in the file; on a terminal without what steers terminals. */
export function recordText(raw: Buffer, forTerminal: boolean | undefined): string | Buffer {
  if (!forTerminal) return Buffer.concat([raw, lineEnd]);
  const lines = raw.toString("utf8").split("\n");
  const tidy = lines.map((line) => line.split("\t").map(sanitize).join("\t"));
  return `${tidy.join("\n")}\n`;
}

/**
 * What writes records as `{"n":1,"value":…}`, behind a `fileId` where one is given: the value is the JSON object as it is in the file, the fields
 * of a csv by their names, or a line of text. `{"n":1,"text":"…"}` stands for a record that is not what its
 * format promises, such as one that was cut.
 */
export function recordJson(preview: Preview, fileId?: string): (record: PreviewRecord) => string {
  const begin = fileId === undefined ? "{" : `{"fileId":${JSON.stringify(fileId)},`;
  const names = columnNames(fieldsOf(preview.header ?? Buffer.alloc(0), preview.delimiter));
  return ({ isCut, number, raw }) => {
    const text = withoutReturn(raw.toString("utf8"));
    if (isCut) return `${begin}"n":${number},"text":${JSON.stringify(text)},"cut":true}`;
    if (preview.format === "jsonl") {
      const key = isJson(text) ? `"value":${text}` : `"text":${JSON.stringify(text)}`;
      return `${begin}"n":${number},${key}}`;
    }
    if (preview.format === "text") return `${begin}"n":${number},"value":${JSON.stringify(text)}}`;
    // Written by hand: an object would put names that are numbers first.
    const members = fieldsOf(raw, preview.delimiter).map(
      (field, index) => `${JSON.stringify(columnName(names, index))}:${JSON.stringify(field)}`,
    );
    return `${begin}"n":${number},"value":{${members.join(",")}}}`;
  };
}

function fieldsOf(raw: Buffer, delimiter = ","): string[] {
  return splitFields(withoutReturn(raw.toString("utf8")), delimiter);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
