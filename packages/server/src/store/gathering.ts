/** Questions of one kind at once; what comes meanwhile is gathered for the next. */
const SIDE_BY_SIDE = 2;
/** Keys of one question, unless somebody asks for more at once. */
const MOST = 1_000;

interface Waiting<K, V> {
  keys: readonly K[];
  resolve: (found: ReadonlyMap<K, V>) => void;
  reject: (error: unknown) => void;
}

/**
 * Asks for all at once what many ask for at the same time: after a node was lost thousands of terminals say hello, and
 * the number of questions must not grow with theirs. Nobody joins a question that is under way, so what somebody gets
 * was read after they asked (CON2).
 */
export function gathering<K, V>(
  load: (keys: K[]) => Promise<ReadonlyMap<K, V>>,
): (keys: readonly K[]) => Promise<ReadonlyMap<K, V>> {
  const waiting: Waiting<K, V>[] = [];
  let underWay = 0;

  const take = (): Waiting<K, V>[] => {
    let size = 0;
    const end = waiting.findIndex(({ keys }, index) => {
      size += keys.length;
      return index > 0 && size > MOST;
    });
    return waiting.splice(0, end === -1 ? waiting.length : end);
  };

  const next = async (): Promise<void> => {
    const some = take();
    if (some.length === 0) return;
    underWay++;
    try {
      const found = await load([...new Set(some.flatMap(({ keys }) => keys))]);
      for (const { resolve } of some) resolve(found);
    } catch (error) {
      for (const { reject } of some) reject(error);
    } finally {
      underWay--;
      void next();
    }
  };

  return (keys) =>
    new Promise((resolve, reject) => {
      waiting.push({ keys, resolve, reject });
      if (underWay < SIDE_BY_SIDE) void next();
    });
}
