import type { Target } from "./target.ts";
import { gzips } from "./targets/gzips.ts";
import { headers } from "./targets/headers.ts";
import { journals } from "./targets/journals.ts";
import { listings } from "./targets/listings.ts";
import { manifests } from "./targets/manifests.ts";
import { messages } from "./targets/messages.ts";
import { names } from "./targets/names.ts";
import { plans } from "./targets/plans.ts";
import { queues } from "./targets/queues.ts";
import { replies } from "./targets/replies.ts";
import { settings } from "./targets/settings.ts";
import { variables } from "./targets/variables.ts";
import { words } from "./targets/words.ts";
import { zips } from "./targets/zips.ts";

export const targets: readonly Target[] = [
  replies,
  headers,
  listings,
  journals,
  manifests,
  plans,
  queues,
  settings,
  variables,
  words,
  names,
  messages,
  gzips,
  zips,
];
