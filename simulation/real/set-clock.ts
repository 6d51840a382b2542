import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LIBRARY = 'faketime/libfaketimeMT.so.1';

/** A clock on the wall of a server and of its database alone, where Debian's libfaketime is there. */
export class SetClock {
  readonly #file: string;
  readonly #library: string;

  private constructor(file: string, library: string) {
    this.#file = file;
    this.#library = library;
    this.set(0);
  }

  static in(folder: string): SetClock | undefined {
    if (process.platform !== 'linux') return undefined;
    const places = existsSync('/usr/lib') ? readdirSync('/usr/lib').map((name) => join('/usr/lib', name, LIBRARY)) : [];
    const library = places.find((place) => existsSync(place));
    return library === undefined ? undefined : new SetClock(join(folder, 'clock'), library);
  }

  /** What a process needs in its environment to go by this clock. Time itself goes on as ever. */
  get environment(): Record<string, string> {
    return {
      LD_PRELOAD: this.#library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** Sets it so many seconds ahead of the true one, or back; noticed within a second. */
  set(seconds: number): void {
    writeFileSync(this.#file, `${seconds < 0 ? '' : '+'}${seconds}`);
  }
}
