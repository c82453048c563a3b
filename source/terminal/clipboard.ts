/** Terminals cut or refuse longer sequences; xterm's limit counts as everyone's. */
const mostBase64 = 74_994;

function wrappedFor(
  environment: Readonly<Record<string, string | undefined>>,
  code: string,
): string {
  const { STY, TERM, TMUX } = environment;
  if (TMUX) return `\u001bPtmux;${code.replaceAll("\u001b", "\u001b\u001b")}\u001b\\`;
  if (STY || TERM?.startsWith("screen")) return `\u001bP${code}\u001b\\`;
  return code;
}

/**
 * The escape code (OSC 52) that asks the terminal to put `text` on its clipboard, wrapped so that tmux
 * and screen pass it on; undefined where `text` is too long. Nobody answers whether it was taken.
 */
export function clipboardCode(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const encoded = Buffer.from(text, "utf8").toString("base64");
  if (encoded.length > mostBase64) return undefined;
  return wrappedFor(environment, `\u001b]52;c;${encoded}\u0007`);
}
