import type { Variables } from "../base/environment-types.ts";
import type { ProgramOptions } from "../store/program.ts";
import type { AccountServices, ProfileChoice, Services } from "../store/services.ts";
import type { Keyboard } from "../terminal/mouse-input.ts";
import type { ScreenStream, TerminalStream } from "../terminal/render/screen-stream.ts";

/** The accounts between which the program can switch. */
interface ProfileParts {
  /** The one that the program starts with. */
  current: string;
  list(): readonly Pick<ProfileChoice, "name" | "user" | "isSignedIn">[];
  open(name: string): Promise<AccountServices>;
}

export interface TerminalProgramParts
  extends Pick<ProgramOptions, "bucket" | "fresh" | "package" | "profile" | "settings"> {
  /** The account that is shown first. */
  account: AccountServices;
  bandwidth: Services["bandwidth"];
  /** Undefined in the demo. */
  profiles?: ProfileParts | undefined;
  host: string;
  version: string;
  workingDirectory: string;
  /** Lines in the settings file that rebind commands, by command id. */
  keyLines?: Readonly<Record<string, number>>;
  /** Shown first, for example that the settings file was damaged. */
  notices: readonly string[];
  /** Called once the program handles signals itself. */
  takesSignals?: () => void;
  stdin: Keyboard;
  stdout: TerminalStream;
  /** Present if the first frame is already drawn. */
  screen?: ScreenStream | undefined;
  variables: Variables;
  demo: boolean;
}
