import type { Client } from '@heed/client';
import { currentChat } from '../model/current.ts';
import { unreadOf } from '../model/unread.ts';
import type { Attention } from './attention.ts';
import type { Keep } from './keep.ts';

const HERTZ = 659;
const NOTE_S = 0.22;
/** Soft: it sounds on somebody's page. */
const LOUD = 0.1;

let context: AudioContext | undefined;

/** Kept where its customer wants a sound for new messages. */
export const soundMark = (inbox: string): string => `heed-${inbox}-sound`;

/** One note, made here, so that no file is loaded; silent where the browser lets no page sound before a press in it. */
export async function ring(): Promise<void> {
  context ??= new AudioContext();
  if (context.state !== 'running') await Promise.race([context.resume(), new Promise((soon) => setTimeout(soon, 200))]);
  if (context.state !== 'running') return;
  const tone = context.createOscillator();
  const volume = context.createGain();
  const at = context.currentTime;
  tone.frequency.value = HERTZ;
  // It fades, so that nothing clicks.
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(LOUD, at + 0.015);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + NOTE_S);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + NOTE_S);
}

/** Sounds for messages that come while nobody looks, where somebody asked for it. */
export function ringForNew(client: Client, attention: Attention, keep: Keep, inbox: string): void {
  let before = Number.POSITIVE_INFINITY;
  const look = (): void => {
    const { state } = client;
    const { length } = unreadOf(state, state.replicas.get(currentChat(state)));
    if (length > before && !attention.now() && keep.get(soundMark(inbox)) !== null)
      // A sound is a courtesy: where the browser has none, the page hears of no error.
      ring().catch(() => undefined);
    before = state.link.state === 'open' ? length : before;
  };
  look();
  client.subscribe(look);
}
