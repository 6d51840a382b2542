/** Locks by name, each waited for in order; a holder has any number of them until it lets go of all. */
export class Locks {
  readonly #held = new Map<string, object>();
  readonly #waiting: { name: string; owner: object; go: () => void; stop: (error: Error) => void }[] = [];

  /** Waits until the lock is this owner's; one that has it already does not wait. */
  take(name: string, owner: object): Promise<void> {
    const holder = this.#held.get(name);
    if (holder === undefined || holder === owner) {
      this.#held.set(name, owner);
      return Promise.resolve();
    }
    return new Promise((go, stop) => this.#waiting.push({ name, owner, go, stop }));
  }

  /** Lets go of everything this owner has or waits for; where its connection is gone it hears so. */
  release(owner: object, error?: Error): void {
    for (let i = this.#waiting.length - 1; i >= 0; i--) {
      if (this.#waiting[i]?.owner !== owner) continue;
      const [waiter] = this.#waiting.splice(i, 1);
      if (error) waiter?.stop(error);
    }
    for (const [name, holder] of [...this.#held]) {
      if (holder !== owner) continue;
      const next = this.#waiting.findIndex((each) => each.name === name);
      const [waiter] = next < 0 ? [] : this.#waiting.splice(next, 1);
      if (!waiter) this.#held.delete(name);
      else {
        this.#held.set(name, waiter.owner);
        waiter.go();
      }
    }
  }
}
