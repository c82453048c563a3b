import { toAppError } from "../../base/errors.ts";
import type { ActionContext } from "./context.ts";

/** Shows another account; the downloads of this one continue. */
export function profileActions({ notify, services, store }: ActionContext) {
  /** The cursor is on another account, so that Enter switches between two. */
  function showProfiles(): void {
    const profiles = services.profiles?.list() ?? [];
    const other = profiles.find(({ isShown }) => !isShown);
    if (other === undefined) {
      notify("note", "There is only one account. cfs --profile NAME login adds another.");
      return;
    }
    const list = { cursorId: other.name, index: 0, offset: 0 };
    store.setState({ overlay: { kind: "profiles", profiles, list } });
  }

  async function switchProfile(name: string): Promise<void> {
    const { overlay } = store.getState();
    try {
      await services.profiles?.show(name);
    } catch (thrown) {
      notify("error", toAppError(thrown, `Switching to the profile ${name}`).message);
    }
    if (store.getState().overlay === overlay) store.setState({ overlay: undefined });
  }

  return { showProfiles, switchProfile };
}
