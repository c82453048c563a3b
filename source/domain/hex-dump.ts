const bytesPerLine = 16;

/** Lines of offset, hex digits and ASCII: "00000000  50 4b …  PK". */
export function hexLines(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let first = 0; first < bytes.length; first += bytesPerLine) {
    const part = [...bytes.subarray(first, first + bytesPerLine)];
    const digits = part.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = part.map((byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".",
    );
    const place = first.toString(16).padStart(8, "0");
    lines.push(`${place}  ${digits.padEnd(bytesPerLine * 3 - 1)}  ${text.join("")}`);
  }
  return lines;
}
