import type { Attachment, Stream } from '@heed/protocol';
import { type Clock, deviceClock } from '../clock.ts';
import type { Client } from '../shell.ts';
import type { FileState, LocalFile } from '../state.ts';
import { ulid } from '../ulid.ts';
import { Addresses } from './addresses.ts';
import { backoffMs } from './backoff.ts';
import { describe, nameFor, nameOfPasted } from './describe.ts';
import { type FileStorage, indexedDbFiles, memoryFiles } from './file-storage.ts';
import { ServerFiles, type Token } from './server-files.ts';

export interface FilesOptions {
  client: Client;
  url: string;
  token: Token;
  /** The name of the client's storage: files are kept in a database beside it. */
  name: string;
  terminal: string;
  /** The time around it, where that is not the device's. */
  clock?: Clock;
}

/** Files of drafts, of sends and of stored messages. What this device keeps is in `client.state.files`. */
export interface Files {
  /** Puts files to a window's draft; their uploads begin at once, so that a press seldom waits. */
  add(s: Stream, files: readonly File[], how?: 'pasted'): Promise<void>;
  /** Takes one off a draft, and off the server where it is already there. */
  remove(id: string): void;
  /** Tells an address for a picture's small copy, or for the whole file; the returned closer gives it back. */
  show(file: Attachment, what: 'whole' | 'preview', tell: (address: string | undefined) => void): () => void;
  /** Hands a whole file to the browser to save; tells whether it could be fetched. */
  save(file: Attachment, tell: (isSaved: boolean) => void): void;
  close(): void;
}

/** Begins to keep and upload a terminal's files, with those that this device has kept. */
export function openFiles(options: FilesOptions): Files {
  return new KeptFiles(options);
}

class KeptFiles implements Files {
  readonly #client: Client;
  readonly #terminal: string;
  readonly #clock: Clock;
  readonly #storage: FileStorage;
  readonly #server: ServerFiles;
  readonly #addresses = new Addresses();
  readonly #bytes = new Map<string, Blob>();
  /** What the device knows of each: the send that names it. */
  readonly #kept = new Map<string, string | undefined>();
  #stop: () => void = () => undefined;
  #uploading: { id: string; end: AbortController } | undefined;
  #failures = 0;
  #pause: (() => void) | undefined;
  #isClosed = false;

  constructor({ client, url, token, name, terminal, clock = deviceClock }: FilesOptions) {
    this.#clock = clock;
    this.#client = client;
    this.#terminal = terminal;
    this.#server = new ServerFiles(url, token);
    this.#storage = client.storage.durable ? indexedDbFiles(name) : memoryFiles();
    void this.#restore();
  }

  async #restore(): Promise<void> {
    // The outbox says which files belong to which send.
    await this.#client.restored;
    const named = new Map(this.#client.state.outbox.flatMap(({ id, files = [] }) => files.map((file) => [file, id])));
    const found = await this.#storage.load(this.#terminal, new Set(named.keys())).catch((error: unknown) => {
      console.warn('heed: the files that this device kept could not be read', error);
      return [];
    });
    if (this.#isClosed) return;
    for (const { file: known, bytes, terminal } of found) {
      const send = named.get(known.id);
      named.delete(known.id);
      // Its message was stored or discarded just before the page ended.
      if (known.send !== undefined && send === undefined) {
        this.#write(this.#storage.drop(known.id));
        continue;
      }
      const { send: _, ...rest } = known;
      const file: LocalFile = { ...rest, ...(send ? { send } : {}), state: { name: 'going', received: 0 } };
      this.#bytes.set(file.id, bytes);
      this.#kept.set(file.id, known.send);
      if (terminal !== this.#terminal) this.#write(this.#storage.change(file, this.#terminal));
      this.#client.file(file.id, file);
    }
    for (const [id, send] of named) this.#client.file(id, this.#lost(id, send));
    this.#stop = this.#client.subscribe(() => this.#follow());
    this.#follow();
  }

  /** A send names what this device does not have any more: whether the server does, it will say. */
  #lost(id: string, send: string): LocalFile {
    const { s = '' } = this.#client.state.outbox.find((pending) => pending.id === send) ?? {};
    return { id, s, send, name: '', type: '', size: 0, sha256: '', state: { name: 'lost' } };
  }

  /** Keeps on the device what the terminal says of its files, and goes on uploading. */
  #follow(): void {
    const { files, outbox, link } = this.#client.state;
    const writing = new Set(outbox.filter(({ state }) => state.name === 'writing').map(({ id }) => id));
    for (const [id, file] of files) {
      const isKept = this.#kept.has(id) && !(file.send && writing.has(file.send));
      if (!isKept || this.#kept.get(id) === file.send) continue;
      this.#kept.set(id, file.send);
      this.#write(this.#storage.change(file, this.#terminal));
    }
    for (const id of this.#kept.keys()) if (!files.has(id)) this.#forget(id);
    const { id, end } = this.#uploading ?? {};
    if (id && (link.state !== 'open' || !files.has(id))) end?.abort();
    this.#uploadNext();
  }

  #forget(id: string): void {
    this.#kept.delete(id);
    this.#bytes.delete(id);
    this.#write(this.#storage.drop(id));
  }

  /** A device that cannot write (full, private mode) must not stop a file: it goes out from memory. */
  #write(writing: Promise<void>): Promise<void> {
    return writing.catch((error: unknown) => console.warn('heed: this device could not keep a file', error));
  }

  async add(s: Stream, files: readonly File[], how?: 'pasted'): Promise<void> {
    const added: LocalFile[] = [];
    for (const given of files) {
      const file = how === 'pasted' && given.name === 'image.png' ? renamed(given) : given;
      const id = ulid();
      const why = this.#refusal(file);
      added.push(why ? { ...unread(file), id, s, state: why } : await this.#keep(id, s, file));
    }
    // What was chosen together stands in the draft together: a message pressed meanwhile takes all of it or none.
    for (const file of added) {
      if (this.#bytes.has(file.id)) this.#kept.set(file.id, undefined);
      this.#client.file(file.id, file);
    }
  }

  /** What the server would refuse is not read at all: it may be larger than this device's memory. */
  #refusal({ size }: File): FileState | undefined {
    const most = this.#client.state.limits.file ?? Number.POSITIVE_INFINITY;
    if (size > 0 && size <= most) return undefined;
    return { name: 'refused', code: size === 0 ? 'empty' : 'too_large', message: '' };
  }

  /** On the device first, then shown, then sent (SND1). */
  async #keep(id: string, s: Stream, given: File): Promise<LocalFile> {
    try {
      const { described, bytes } = await describe(given);
      const file: LocalFile = { ...described, id, s, state: { name: 'going', received: 0 } };
      this.#bytes.set(id, bytes);
      await this.#write(this.#storage.put({ file, terminal: this.#terminal, bytes }));
      return file;
    } catch (error) {
      // A folder, or a file that was taken away before it was read.
      console.warn('heed: a file could not be read', error);
      return { ...unread(given), id, s, state: { name: 'refused', code: 'unreadable', message: '' } };
    }
  }

  remove(id: string): void {
    const file = this.#client.state.files.get(id);
    this.#client.file(id, undefined);
    const isThere = file && (file.state.name === 'whole' || (file.state.name === 'going' && file.state.received > 0));
    // Without a network it stays on the server until it is swept.
    if (isThere) void this.#server.drop(id).catch(() => undefined);
  }

  #uploadNext(): void {
    if (this.#uploading || this.#pause !== undefined || this.#isClosed) return;
    const { files, link } = this.#client.state;
    const next = [...files.values()].find(({ id, state }) => state.name === 'going' && this.#bytes.has(id));
    if (!next || link.state !== 'open') return;
    const end = new AbortController();
    this.#uploading = { id: next.id, end };
    void this.#upload(next, end.signal).then(
      (isDone) => this.#uploaded(isDone),
      () => this.#uploaded(false),
    );
  }

  #uploaded(isDone: boolean): void {
    this.#uploading = undefined;
    this.#failures = isDone ? 0 : this.#failures + 1;
    if (this.#isClosed) return;
    if (isDone) return this.#uploadNext();
    this.#pause = this.#clock.after(backoffMs(this.#failures, this.#clock.random()), () => {
      this.#pause = undefined;
      this.#uploadNext();
    });
  }

  /** One file, piece by piece from where the server is. Says whether it came to an end. */
  async #upload(file: LocalFile, end: AbortSignal): Promise<boolean> {
    const bytes = this.#bytes.get(file.id) as Blob;
    let verdict = await this.#server.begin(file, end);
    while (verdict.do === 'go-on' && !end.aborted) {
      this.#tell(file.id, { name: 'going', received: verdict.received });
      const before = verdict.received;
      verdict = await this.#server.send(file.id, bytes, before, end);
      // Another page of the same person may be at it: it goes on where the server is, but not without getting on.
      if (verdict.do === 'go-on' && verdict.received <= before) return false;
      this.#failures = 0;
    }
    if (verdict.do === 'end') this.#tell(file.id, verdict.state);
    return verdict.do === 'end' || end.aborted;
  }

  #tell(id: string, state: FileState): void {
    const file = this.#client.state.files.get(id);
    if (file) this.#client.file(id, { ...file, state });
  }

  show(file: Attachment, what: 'whole' | 'preview', tell: (address: string | undefined) => void): () => void {
    const read = async () => this.#bytes.get(file.id) ?? harmless(await this.#server.read(file.id, what));
    return this.#addresses.open(`${what} ${file.id}`, read, tell);
  }

  save(file: Attachment, tell: (isSaved: boolean) => void): void {
    const giveBack = this.show(file, 'whole', (address) => {
      if (address !== undefined) saveAs(address, file.name);
      tell(address !== undefined);
      giveBack();
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#stop();
    this.#uploading?.end.abort();
    this.#pause?.();
    this.#addresses.close();
    this.#storage.close();
  }
}

/** What is refused before it was read, for its chip. */
function unread({ name, type, size }: File): Omit<Attachment, 'id'> {
  return { name: nameFor(name), type, size, sha256: '' };
}

function renamed(file: File): File {
  return new File([file], nameOfPasted(new Date()), { type: file.type });
}

/** Whatever the bytes are, opened under this page's origin they are a picture or something to be saved. */
function harmless(bytes: Blob | undefined): Blob | undefined {
  const isPicture = bytes && /^image\/(?:png|jpeg|gif|webp|avif)$/.test(bytes.type);
  return bytes && !isPicture ? new Blob([bytes], { type: 'application/octet-stream' }) : bytes;
}

function saveAs(address: string, name: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
}
