/** A bucket that fills by `perSecond` up to `burst`, and is emptied by one for each use (CON6). */
export class Bucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  constructor(perSecond: number, burst: number, now: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#at = now;
  }

  /** 0 where it may happen now, else in how many milliseconds. */
  use(now: number): number {
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#at) / 1000) * this.#perSecond);
    this.#at = now;
    if (this.#tokens < 1) return Math.ceil(((1 - this.#tokens) / this.#perSecond) * 1000);
    this.#tokens -= 1;
    return 0;
  }

  /** Gives one use back: what turned out to be a repeat costs nothing. */
  refund(): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + 1);
  }
}

export type RateName = 'send' | 'get' | 'other';

/** What one person may do on one node, and how often they may be refused, on whatever connection. */
export type PersonRates = Record<RateName, Bucket> & { refusals: Bucket };

/** Whoever is refused more often than so in ten seconds does not listen. */
const REFUSALS_PER_10S = 50;

export function refusalsFrom(now: number): Bucket {
  return new Bucket(REFUSALS_PER_10S / 10, REFUSALS_PER_10S, now);
}

/** Customer 5 sends a second (burst 10), agent 10 (20); `get` 20 (40); other frames 30 (60). */
export function ratesFor(type: string, now: number): PersonRates {
  const customer = type === 'customer';
  return {
    send: new Bucket(customer ? 5 : 10, customer ? 10 : 20, now),
    get: new Bucket(20, 40, now),
    other: new Bucket(30, 60, now),
    refusals: refusalsFrom(now),
  };
}

/** IPv6 counts by /64, since one household has that many addresses. */
export function addressKey(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address;
  return address.split(':').slice(0, 4).join(':');
}

/** Unknown sessions and new customers per address: 100 a second, burst 1000. */
export class AddressRates {
  readonly #buckets = new Map<string, Bucket>();

  use(address: string, now: number): number {
    const key = addressKey(address);
    let bucket = this.#buckets.get(key);
    if (!bucket) {
      // Old ones are full again: forgetting them changes nothing.
      if (this.#buckets.size > 10_000) this.#buckets.clear();
      bucket = new Bucket(100, 1000, now);
      this.#buckets.set(key, bucket);
    }
    return bucket.use(now);
  }
}
