import type { NoticeKind } from './notices.ts';

/** Notes in hertz, one after the other: told apart with the eyes elsewhere, and made here, so that no file is loaded. */
const TUNES: Record<NoticeKind, readonly number[]> = {
  order: [523, 784],
  message: [659],
  soon: [440, 440],
  mention: [659, 784, 988],
};
const NOTE_S = 0.14;
const LOUD = 0.12;

let context: AudioContext | undefined;

/** Plays the tune of a kind, where the browser lets a page sound: after its reader has pressed something in it. */
export async function sound(kind: NoticeKind): Promise<void> {
  context ??= new AudioContext();
  if (context.state !== 'running') await Promise.race([context.resume(), new Promise((soon) => setTimeout(soon, 200))]);
  if (context.state !== 'running') return;
  for (const [index, hertz] of TUNES[kind].entries()) play(context, hertz, context.currentTime + index * NOTE_S);
}

/** One soft note: it fades, so that nothing clicks. */
function play(context: AudioContext, hertz: number, at: number): void {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(LOUD, at + 0.015);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + NOTE_S * 1.6);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + NOTE_S * 1.8);
}
