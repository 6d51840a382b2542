import { tokenForConnection } from './session.ts';

/** What the server answered over HTTP: what was asked for, or why not. */
export type Answer<T> = { ok: true; value: T } | { ok: false; status: number; code: string; message: string };

/** Asks the server as the person who is signed in. Throws where it cannot be reached, or where `signal` ends it. */
export async function ask<T>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  { body, signal }: { body?: unknown; signal?: AbortSignal } = {},
): Promise<Answer<T>> {
  const call = async (fresh: boolean) => {
    const token = await tokenForConnection(fresh);
    return fetch(path, {
      method,
      headers: {
        authorization: `Bearer ${token ?? ''}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  };
  const first = await call(false);
  const answer = first.status === 401 ? await call(true) : first;
  if (answer.ok) return { ok: true, value: (answer.status === 204 ? undefined : await answer.json()) as T };
  const { code = 'unavailable', message = '' } = (await answer.json().catch(() => ({}))) as Record<string, string>;
  return { ok: false, status: answer.status, code, message };
}
