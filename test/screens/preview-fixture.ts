import { someFile } from "../support/fakes/listings.ts";
import {
  type ProgramScreen,
  renderProgram,
  type ScreenOptions,
} from "../support/terminal/render-program.tsx";

export const fileId = "4000-ffff-1";

/** The Files screen with one file of that name and content. */
export async function files(
  filename: string,
  body: string | Buffer | undefined,
  options: ScreenOptions = {},
): Promise<ProgramScreen> {
  const screen = renderProgram({
    columns: 80,
    rows: 12,
    bucket: "bulk-ESG",
    ...options,
    prepare(fake) {
      fake.fileStore.filesAnswer = () => [someFile(1, { filename })];
      if (body !== undefined) fake.objects.objects.set(fileId, Buffer.from(body));
      options.prepare?.(fake);
    },
  });
  await screen.until("/2 packages");
  screen.press("enter");
  await screen.until("/9 file sets");
  screen.press("enter");
  await screen.until("1/1 file");
  return screen;
}

export async function preview(...words: Parameters<typeof files>): Promise<ProgramScreen> {
  const screen = await files(...words);
  screen.press("p");
  return screen;
}

/** The lines of the screen without the spaces at their ends. */
export const trimmed = (screen: ProgramScreen) => screen.lines().map((line) => line.trimEnd());
