import { ask } from './ask.ts';
import { BINDINGS, type ChosenKeys, type Command, chooseKeys, chosenKeys } from './keys.ts';

const KEY = 'heed-keys';

/** What somebody may have kept is anybody's text: only what is a choice of keys counts. */
function read(value: unknown): ChosenKeys {
  const { keys, singleKeys } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const kept: Partial<Record<Command, readonly string[]>> = {};
  for (const { command } of BINDINGS) {
    const own = (keys as Record<string, unknown> | undefined)?.[command];
    if (Array.isArray(own)) kept[command] = own.filter((key): key is string => typeof key === 'string');
  }
  return { keys: kept, singleKeys: singleKeys !== false };
}

/** The agent's own keys: at once as this device knows them, then as the server has them. */
export async function loadKeys(): Promise<void> {
  try {
    chooseKeys(read(JSON.parse(localStorage.getItem(KEY) ?? '{}')));
    const answer = await ask<unknown>('GET', '/v1/preferences');
    if (!answer.ok) return;
    chooseKeys(read(answer.value));
    localStorage.setItem(KEY, JSON.stringify(chosenKeys()));
  } catch (error) {
    // Without the server, or without storage, the keys are those that are known.
    console.warn('heed: the keys could not be read', error);
  }
}

/** Chooses keys for all terminals of this agent; false where only this page has them now. */
export async function saveKeys(next: ChosenKeys): Promise<boolean> {
  chooseKeys(next);
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
    return (await ask('POST', '/v1/preferences', { body: next })).ok;
  } catch (error) {
    console.warn('heed: the keys could not be kept', error);
    return false;
  }
}
