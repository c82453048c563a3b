import type { Bucket } from "../domain/entities.ts";
import type { Pages } from "./service.ts";

/** The buckets that packages tell of, each once without regard to case: for where /buckets is refused. */
export async function* bucketsOfPackages(pages: Pages<{ bucketNames: string[] }>): Pages<Bucket> {
  const given = new Set<string>();
  for await (const page of pages) {
    const fresh: Bucket[] = [];
    for (const name of page.items.flatMap((item) => item.bucketNames)) {
      if (given.has(name.toLowerCase())) continue;
      given.add(name.toLowerCase());
      fresh.push({ name });
    }
    yield { items: fresh };
  }
}
