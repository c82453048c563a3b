const entities: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&apos;": "'",
  "&amp;": "&",
};

/** The text of the first element of this name; undefined without one. Answers of stores have no attributes there. */
export function elementText(xml: string, name: string): string | undefined {
  const text = elements(xml, name)[0];
  return text?.replace(/&(?:lt|gt|quot|apos|amp|#x?[0-9a-f]{1,6});/gi, decoded);
}

/** The content of each element of this name, which contains no other of it. */
export function elements(xml: string, name: string): string[] {
  const pattern = new RegExp(`<${name}(?:\\s[^<>]*)?>([\\s\\S]*?)</${name}>`, "g");
  return [...xml.matchAll(pattern)].map(([, content = ""]) => content);
}

export function escapedXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function decoded(entity: string): string {
  const [, hex, digits] = /^&#(?:x([0-9a-f]+)|(\d+));$/i.exec(entity) ?? [];
  if (hex === undefined && digits === undefined) return entities[entity.toLowerCase()] ?? entity;
  const code = hex === undefined ? Number(digits) : Number.parseInt(hex, 16);
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : entity;
}
