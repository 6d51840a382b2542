import type { Attachment } from '@heed/protocol';
import { type Verdict, verdictOf } from './verdict.ts';

/** The largest piece that is posted: what an interruption costs. */
const PIECE_BYTES = 512 * 1024;
/** A piece takes longer than this only where nothing arrives any more. */
const POST_MS = 120_000;

/** Gives a token that is good now; `fresh` where the last one was refused. */
export type Token = (fresh: boolean) => Promise<string | null>;

/** The server's addresses of files (§11). Tokens never stand in a URL. */
export class ServerFiles {
  readonly #url: string;
  readonly #token: Token;

  constructor(url: string, token: Token) {
    this.#url = `${url.replace(/\/$/, '')}/v1/attachments`;
    this.#token = token;
  }

  /** Announces an upload, or asks where one is that was begun. */
  begin({ id, name, type, size, sha256 }: Attachment, end: AbortSignal): Promise<Verdict> {
    const body = JSON.stringify({ id, name, type, size, sha256 });
    return this.#post('', 'application/json', body, end);
  }

  /** Posts the piece that begins at `offset`. */
  send(id: string, bytes: Blob, offset: number, end: AbortSignal): Promise<Verdict> {
    const piece = bytes.slice(offset, offset + PIECE_BYTES);
    return this.#post(`/${id}/bytes?offset=${offset}`, 'application/octet-stream', piece, end);
  }

  async #post(path: string, type: string, body: BodyInit, end: AbortSignal): Promise<Verdict> {
    const signal = AbortSignal.any([end, AbortSignal.timeout(POST_MS)]);
    const ask = async (fresh: boolean): Promise<Verdict> => {
      const answer = await this.#fetch(path, fresh, {
        method: 'POST',
        body,
        signal,
        headers: { 'content-type': type },
      });
      return verdictOf(answer.status, await answer.json());
    };
    const verdict = await ask(false);
    return verdict.do === 'renew' ? ask(true) : verdict;
  }

  /** What its uploader does not want any more goes at once, where it can; what is left goes after 7 days. */
  async drop(id: string): Promise<void> {
    await this.#fetch(`/${id}`, false, { method: 'DELETE' });
  }

  /** A file, or the small picture of one; undefined where it is gone or not to be seen. Throws without a network. */
  async read(id: string, what: 'whole' | 'preview'): Promise<Blob | undefined> {
    const path = what === 'whole' ? `/${id}` : `/${id}/preview`;
    let answer = await this.#fetch(path, false, {});
    if (answer.status === 401) answer = await this.#fetch(path, true, {});
    if (answer.status >= 500) throw new Error(`The server answered ${answer.status}.`);
    return answer.ok ? answer.blob() : undefined;
  }

  async #fetch(path: string, fresh: boolean, { headers, ...init }: RequestInit): Promise<Response> {
    const token = await this.#token(fresh);
    if (token === null) throw new Error('Nobody is signed in.');
    const authorization = `Bearer ${token}`;
    // What was erased must not be found in the browser's own store either.
    const own = { cache: 'no-store', credentials: 'omit' } as const;
    return fetch(this.#url + path, { ...init, ...own, headers: { ...headers, authorization } });
  }
}
