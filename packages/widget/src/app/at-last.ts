/** How soon what could not be fetched is fetched again: messages whose files are on this device wait for it. */
const RETRY_MS = 5000;

/** Asks until it is there. */
export async function atLast<T>(fetch: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await fetch();
    } catch {
      // There is no network, or none yet: the window goes on without it.
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
