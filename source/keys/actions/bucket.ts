import { parsePlacePath } from "../../domain/visit.ts";
import { meantBucket, menuItems } from "../../store/selectors/bucket-menu.ts";
import type { Command } from "../command.ts";

export const bucketCommands: readonly Command[] = [
  {
    id: "open-bucket",
    group: "List",
    title: "open",
    about: "Open the best match",
    more: "BUCKET/PACKAGE opens a package; BUCKET/ opens exactly that bucket.",
    keys: ["enter"],
    where: ["bucket-field"],
    hint: 90,
    keyOnly: true,
    run: ({ actions, store }) => {
      const { bucket } = store.getState();
      const path = parsePlacePath(bucket.field.text);
      const isBucket = path.package === undefined || path.bucket === "";
      if (isBucket) void actions.openBucket(meantBucket(bucket, bucket.field.text));
      else actions.goTo(bucket.field.text);
    },
  },
  {
    id: "complete-bucket",
    group: "List",
    title: "complete",
    about: "Complete bucket, then package",
    keys: ["tab"],
    where: ["bucket-field"],
    hint: 75,
    keyOnly: true,
    run: ({ actions }) => void actions.completePath(),
  },
  {
    id: "to-menu",
    group: "Move",
    title: "choose",
    about: "Choose from the list",
    keys: ["down"],
    where: ["bucket-field"],
    hint: 80,
    keyOnly: true,
    unavailable: ({ bucket }) =>
      menuItems(bucket).length > 0 ? undefined : "no known bucket matches",
    run: ({ actions }) => actions.focusMenu(),
  },
  {
    id: "stop-opening",
    group: "List",
    title: "stop",
    about: "Stop opening",
    keys: ["escape"],
    where: ["bucket-field"],
    binds: ({ bucket }) => bucket.opening !== undefined,
    hint: 70,
    keyOnly: true,
    run: ({ actions }) => actions.cancelOpening(),
  },
  {
    id: "open-chosen",
    group: "List",
    title: "open",
    about: "Open the selected bucket",
    keys: ["enter", "right", "l"],
    where: ["bucket-menu"],
    hint: 90,
    run: ({ actions, store }) => {
      const { highlighted } = store.getState().bucket;
      if (highlighted !== undefined) void actions.openBucket(highlighted);
    },
  },
  {
    id: "to-field",
    group: "Move",
    title: "type a name",
    about: "Return to the field",
    keys: ["escape", "left", "h", "/", "tab", "shift-tab", "backspace"],
    shown: "Esc ← h",
    where: ["bucket-menu"],
    hint: 60,
    run: ({ actions }) => {
      actions.cancelOpening();
      actions.back();
    },
  },
];
