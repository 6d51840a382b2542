import { type Keep, openStorage, type Person, storageName, tokenName } from './keep.ts';

/** The shop's own name for a customer, by their token; whether it is true is the server's to say. */
export function subjectOf(identity: string | null): string | undefined {
  try {
    const payload = atob((identity?.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'));
    const { sub } = JSON.parse(new TextDecoder().decode(Uint8Array.from(payload, (byte) => byte.charCodeAt(0))));
    return typeof sub === 'string' ? sub : undefined;
  } catch {
    return undefined;
  }
}

/** Whether messages wait that somebody wrote who had not signed in. They are sent as that somebody, or would go twice. */
async function waits(key: string): Promise<boolean> {
  const storage = await openStorage(storageName(key));
  const { outbox } = await storage.load('person').catch(() => ({ outbox: [] }));
  storage.close();
  return outbox.length > 0;
}

/** Who to go on as. */
export async function personOf(inbox: string, identity: string | null, keep: Keep): Promise<Person> {
  const subject = subjectOf(identity);
  const nobody = { key: inbox, identity: null };
  if (subject === undefined) return nobody;
  const key = `${inbox}~${subject}`;
  if (keep.get(tokenName(inbox)) === null) return { key, identity };
  return (await waits(inbox)) ? nobody : { key, identity, former: inbox };
}
