import { HeedError } from '../errors.ts';

/** One request to the server, and its JSON. */
export async function ask<T>(
  url: string,
  path: string,
  { body, token, cookie }: { body?: object; token?: string; cookie?: string } = {},
): Promise<T & { cookie: string }> {
  const answer = await fetch(url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(cookie === undefined ? {} : { cookie }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const value = (await answer.json()) as T & { message?: string };
  if (!answer.ok)
    throw new HeedError(
      'request_refused',
      `${path} was answered ${answer.status}: ${value.message ?? 'no reason given'}`,
    );
  const cookies = answer.headers.getSetCookie().map((set) => set.split(';')[0] ?? '');
  return { ...value, cookie: cookies.join('; ') };
}
