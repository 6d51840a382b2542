import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** A send as it left a terminal. Places count the lines of the recording: what stands before came before. */
export interface Sent {
  terminal: string;
  texts: Set<string>;
  /** By attempt: when and at which place it left first. */
  attempts: Map<number, { at: number; place: number }>;
  /** When the server said `sent`. */
  storedAt?: number;
}

/** A message as it reached a terminal. */
export interface Received {
  numbers: Set<number>;
  texts: Set<string>;
  at: number;
  place: number;
}

export interface Press {
  conversation: string;
  turn: number;
  id: string;
  saved: boolean;
}

export interface Cast {
  stored: string;
  customer: string;
  agent: string;
}

/** A recording, sorted by what the comparison asks for. */
export interface Recording {
  sends: Map<string, Sent>;
  /** By terminal, stream and id. */
  received: Map<string, Received>;
  /** By terminal and stream: how high the numbers were at which place, rising. */
  heights: Map<string, { place: number; n: number }[]>;
  presses: Press[];
  casts: Map<string, Cast>;
  held: number;
  frames: number;
}

type Json = Record<string, unknown>;

interface FrameLine {
  at: number;
  terminal: string;
  way: 'out' | 'in';
  text: string;
}

export function receivedKey(terminal: string, stream: string, id: string): string {
  return `${terminal} ${stream} ${id}`;
}

export function heightKey(terminal: string, stream: string): string {
  return `${terminal} ${stream}`;
}

/** Reads a recording line by line. */
export async function readRecording(file: string): Promise<Recording> {
  const recording: Recording = {
    sends: new Map(),
    received: new Map(),
    heights: new Map(),
    presses: [],
    casts: new Map(),
    held: 0,
    frames: 0,
  };
  const input = createReadStream(file);
  let place = 0;
  for await (const text of createInterface({ input })) {
    place++;
    const line = JSON.parse(text) as Json;
    if (line.press !== undefined) recording.presses.push(line.press as Press);
    else if (line.cast !== undefined) {
      const { conversation, ...cast } = line.cast as Cast & { conversation: string };
      recording.casts.set(conversation, cast);
    } else readFrame(recording, line as unknown as FrameLine, place);
  }
  return recording;
}

function readFrame(recording: Recording, line: FrameLine, place: number): void {
  recording.frames++;
  const frame = JSON.parse(line.text) as Json;
  if (line.way === 'out') {
    if (frame.t === 'send' && frame.kind === 'message') readSend(recording, line, frame, place);
    return;
  }
  if (frame.t === 'sent') {
    const send = recording.sends.get(String(frame.id));
    if (send?.terminal === line.terminal) send.storedAt ??= line.at;
  }
  if (frame.t === 'held') {
    recording.held++;
    readItems(recording, line, frame.update as Json, place);
  }
  if (frame.t === 'update' || frame.t === 'snapshot') readItems(recording, line, frame, place);
}

function readSend(recording: Recording, line: FrameLine, frame: Json, place: number): void {
  const id = String(frame.id);
  const send = recording.sends.get(id) ?? { terminal: line.terminal, texts: new Set(), attempts: new Map() };
  recording.sends.set(id, send);
  send.texts.add(String((frame.body as Json).text));
  const attempt = Number(frame.attempt);
  if (!send.attempts.has(attempt)) send.attempts.set(attempt, { at: line.at, place });
}

function readItems(recording: Recording, line: FrameLine, frame: Json, place: number): void {
  const stream = String(frame.s);
  if (stream.startsWith('list/')) return;
  const name = heightKey(line.terminal, stream);
  const heights = recording.heights.get(name) ?? [];
  recording.heights.set(name, heights);
  for (const item of frame.items as Json[]) {
    const n = Number(item.n);
    if (n > (heights.at(-1)?.n ?? 0)) heights.push({ place, n });
    if (item.kind !== 'message') continue;
    const key = receivedKey(line.terminal, stream, String(item.id));
    const known = recording.received.get(key) ?? { numbers: new Set(), texts: new Set(), at: line.at, place };
    recording.received.set(key, known);
    known.numbers.add(n);
    known.texts.add(String((item.body as Json | undefined)?.text));
  }
}
