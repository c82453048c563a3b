import { emitKeypressEvents } from "node:readline";
import { type KeyFlags, type KeyPress, keyPresses } from "../../keys/key-presses.ts";

interface NodeKey {
  name?: string;
  ctrl?: boolean;
  meta?: boolean;
  shift?: boolean;
  sequence?: string;
}

function flagsOf({ ctrl = false, meta = false, name = "", shift = false }: NodeKey): KeyFlags {
  return {
    upArrow: name === "up",
    downArrow: name === "down",
    leftArrow: name === "left",
    rightArrow: name === "right",
    pageUp: name === "pageup",
    pageDown: name === "pagedown",
    home: name === "home",
    end: name === "end",
    return: name === "return" || name === "enter",
    escape: name === "escape",
    tab: name === "tab",
    backspace: name === "backspace",
    delete: name === "delete",
    ctrl,
    shift,
    meta: meta && name !== "escape",
  };
}

/** Node reports Esc and a key within half a second as one key with Alt. */
const escaped = /^\u001b([^\u001b])$/u;

/** Sequences of unknown keys are ignored. */
function pressesOf(text: string | undefined, key: NodeKey): KeyPress[] {
  const { meta = false, sequence = "" } = key;
  const behind = meta ? escaped.exec(sequence)?.[1] : undefined;
  if (behind !== undefined) {
    return [{ name: "escape" }, ...pressesOf(behind, { ...key, meta: false, sequence: behind })];
  }
  const isText = text !== undefined && !text.startsWith("\u001b");
  const input = key.ctrl ? (key.name ?? "") : isText ? text : "";
  // Readline names unknown keys "undefined".
  const isKnown = key.name !== undefined && key.name !== "undefined";
  return isKnown || (isText && !key.ctrl) ? keyPresses(input, flagsOf(key)) : [];
}

export function readKeys(
  stdin: NodeJS.ReadableStream,
  pressed: (press: KeyPress) => void,
): () => void {
  const listen = (text: string | undefined, key: NodeKey) => {
    for (const press of pressesOf(text, key)) pressed(press);
  };
  emitKeypressEvents(stdin);
  stdin.on("keypress", listen);
  stdin.resume();
  return () => {
    stdin.off("keypress", listen);
    stdin.pause();
  };
}
