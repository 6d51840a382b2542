/** So many that nobody shows now stay: who scrolls back sees them at once. */
const KEPT = 24;

interface Known {
  address: Promise<string | undefined>;
  shown: number;
}

/** Addresses of bytes in this page's memory (`blob:`), each made once and given back when it is not shown any more. */
export class Addresses {
  readonly #known = new Map<string, Known>();

  /** Tells the address, or that there is none; the returned closer gives it back. */
  open(key: string, read: () => Promise<Blob | undefined>, tell: (address: string | undefined) => void): () => void {
    const known = this.#known.get(key) ?? { address: made(read), shown: 0 };
    known.shown++;
    this.#known.delete(key);
    this.#known.set(key, known);
    let isOpen = true;
    known.address.then(
      (address) => isOpen && tell(address),
      () => {
        // The next who asks tries anew.
        if (this.#known.get(key) === known) this.#known.delete(key);
        if (isOpen) tell(undefined);
      },
    );
    return () => {
      if (!isOpen) return;
      isOpen = false;
      known.shown--;
      this.#giveBack();
    };
  }

  #giveBack(): void {
    const idle = [...this.#known].filter(([, { shown }]) => shown === 0);
    for (const [key] of idle.slice(0, Math.max(0, idle.length - KEPT))) this.forget(key);
  }

  /** What was erased has no address any more. */
  forget(key: string): void {
    const known = this.#known.get(key);
    this.#known.delete(key);
    known?.address.then((address) => address && URL.revokeObjectURL(address)).catch(() => undefined);
  }

  close(): void {
    for (const key of [...this.#known.keys()]) this.forget(key);
  }
}

async function made(read: () => Promise<Blob | undefined>): Promise<string | undefined> {
  const bytes = await read();
  return bytes && URL.createObjectURL(bytes);
}
