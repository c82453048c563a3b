/** Part `index`, from 1, of `count` parts of a plan. */
export interface Shard {
  index: number;
  count: number;
}

interface Sized {
  name: string;
  size: number | null;
}

interface Load {
  index: number;
  bytes: number;
}

/**
 * The files of one shard, in the order of the plan. Each file goes, the largest first, to the shard with the
 * fewest bytes, so that shards differ by no more than the largest file. Depends only on names and sizes: every
 * worker computes the same split. A file of unknown size counts as one of average size.
 */
export function filesOfShard<File extends Sized>(
  files: readonly File[],
  { index, count }: Shard,
): File[] {
  const average = averageSize(files);
  const bytesOf = ({ size }: Sized) => size ?? average;
  const largestFirst = files.toSorted(
    (left, right) => bytesOf(right) - bytesOf(left) || compare(left.name, right.name),
  );
  const loads = Array.from({ length: count }, (_, at): Load => ({ index: at + 1, bytes: 0 }));
  const own = new Set<File>();
  for (const file of largestFirst) {
    const [least] = loads;
    if (least === undefined) break;
    if (least.index === index) own.add(file);
    least.bytes += bytesOf(file);
    sink(loads);
  }
  return files.filter((file) => own.has(file));
}

function averageSize(files: readonly Sized[]): number {
  const sizes = files.flatMap(({ size }) => size ?? []);
  const sum = sizes.reduce((total, size) => total + size, 0);
  return sizes.length === 0 ? 1 : Math.ceil(sum / sizes.length);
}

/** By code unit, unlike an order of words, which depends on the machine. */
function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Restores the order of a binary heap after its first load has grown. */
function sink(loads: Load[]): void {
  for (let at = 0; ; ) {
    const least = [2 * at + 1, 2 * at + 2].reduce(
      (first, child) => (isLess(loads[child], loads[first]) ? child : first),
      at,
    );
    const [parent, child] = [loads[at], loads[least]];
    if (least === at || parent === undefined || child === undefined) return;
    loads[at] = child;
    loads[least] = parent;
    at = least;
  }
}

function isLess(one: Load | undefined, other: Load | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return one.bytes < other.bytes || (one.bytes === other.bytes && one.index < other.index);
}
