import { type LimitNow, limitAt, limitText, rateText, writtenRate } from "../../base/limit-rate.ts";
import type { State } from "../state/state.ts";
import type { Choice } from "./copyable.ts";

/** What is offered, as in the settings. */
const offered = ["1M", "5M", "20M"] as const;

/** The id of the choice that asks for a rate. */
export const typeRate = "type";

function limitNow({ limitRate, nowMs }: State): LimitNow {
  return limitAt(limitRate, nowMs);
}

/** "limited to 5 MB/s until 18:00", and shorter; empty without a limit. */
export function limitTexts(state: State): readonly string[] {
  const limit = limitNow(state);
  const text = limitText(limit);
  return text === undefined ? [] : [text, `limit ${rateText(limit.bytesPerSecond)}`];
}

/** Half of the limit, or without a limit half of the current rate. */
function halfChoice(state: State): Choice[] {
  const { bytesPerSecond } = limitNow(state);
  const isLimited = Number.isFinite(bytesPerSecond);
  const half = (isLimited ? bytesPerSecond : state.transfers.totals.bytesPerSecond) / 2;
  const id = writtenRate(half);
  if (id === undefined) return [];
  const about = isLimited ? "half of the current limit" : "half of the current rate";
  return [{ id, title: rateText(Number(half.toPrecision(2))), about }];
}

export function limitChoices(state: State): Choice[] {
  const { limitRate, overlay, settings } = state;
  const isCurrent = (text: string) => (text === limitRate.text ? "current" : "");
  const isSet = overlay?.kind === "limit-rate" && overlay.fromSettings;
  const asSet = { id: settings.limitRate, title: "As in the settings", about: settings.limitRate };
  const known: readonly string[] = ["off", ...offered, limitRate.text];
  return [
    { id: "off", title: "Unlimited", about: isCurrent("off") },
    ...offered.map((id) => ({ id, title: `${id.replace("M", "")} MB/s`, about: isCurrent(id) })),
    ...halfChoice(state).filter(({ id }) => !known.includes(id)),
    ...(isSet || known.includes(asSet.id) ? [] : [asSet]),
    { id: typeRate, title: "Type a rate", about: "also by time of day: 08:00-18:00 5M" },
  ];
}

export function limitHeading(state: State): string {
  const { overlay } = state;
  const span =
    overlay?.kind === "limit-rate" && overlay.fromSettings
      ? "now and at every start"
      : "until cfs quits";
  const [now = "unlimited"] = limitTexts(state);
  return `Limit downloads and previews ${span}; now ${now}`;
}
