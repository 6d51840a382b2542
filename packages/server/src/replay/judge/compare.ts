import type { Said } from './record-file.ts';
import { type Cast, heightKey, type Press, type Recording, receivedKey, type Sent } from './recording.ts';
import type { StoredMessage, Tables } from './tables.ts';

export type FaultName = 'lost' | 'doubled' | 'outOfOrder' | 'altered' | 'blind';

export interface Fault {
  fault: FaultName;
  conversation: string;
  /** The place of the message among those of the record, or -1 where it has none there. */
  turn: number;
  why: string;
}

/** What the comparison found. */
export interface Findings {
  /** As in the record, and as stored. */
  conversations: { record: number; stored: number };
  messages: { record: number; stored: number; saved: number };
  /** Texts that were held against the record at the store and at the other side. */
  compared: number;
  counts: Record<FaultName, number>;
  faults: Fault[];
  held: number;
  toStoredMs: number[];
  toShownMs: number[];
}

const KEPT = 50;

/** One message on its way: what was to be said, what was pressed, where it must arrive. */
interface Message {
  conversation: string;
  turn: number;
  side: Said['side'];
  text: string;
  press: Press;
  send: Sent;
  cast: Cast;
}

/** Compares a record with what was recorded at the sockets and what the tables have. */
export function compareAll(record: ReadonlyMap<string, Said[]>, recording: Recording, tables: Tables): Findings {
  return new Comparison(record, recording, tables).run();
}

class Comparison {
  readonly #record: ReadonlyMap<string, Said[]>;
  readonly #recording: Recording;
  readonly #tables: Tables;
  readonly #findings: Findings;

  constructor(record: ReadonlyMap<string, Said[]>, recording: Recording, tables: Tables) {
    this.#record = record;
    this.#recording = recording;
    this.#tables = tables;
    this.#findings = {
      conversations: { record: record.size, stored: tables.size },
      messages: { record: 0, stored: 0, saved: 0 },
      compared: 0,
      counts: { lost: 0, doubled: 0, outOfOrder: 0, altered: 0, blind: 0 },
      faults: [],
      held: recording.held,
      toStoredMs: [],
      toShownMs: [],
    };
  }

  run(): Findings {
    const presses = new Map<string, Press[]>();
    for (const press of this.#recording.presses) {
      const known = presses.get(press.conversation) ?? [];
      known.push(press);
      presses.set(press.conversation, known);
    }
    for (const [conversation, said] of this.#record)
      this.#conversation(conversation, said, presses.get(conversation) ?? []);
    this.#strangers();
    return this.#findings;
  }

  #conversation(conversation: string, said: Said[], presses: Press[]): void {
    this.#findings.messages.record += said.length;
    const cast = this.#recording.casts.get(conversation);
    const messages: Message[] = [];
    for (const [turn, { side, text }] of said.entries()) {
      const press = presses.find((each) => each.turn === turn && !each.saved);
      const send = press && this.#recording.sends.get(press.id);
      if (press && send && cast) messages.push({ conversation, turn, side, text, press, send, cast });
      else this.#fault('lost', conversation, turn, 'It never left its terminal.');
    }
    for (const press of presses.filter(({ saved }) => saved)) {
      const send = this.#recording.sends.get(press.id);
      const text = [...(send?.texts ?? [])][0] ?? '';
      if (send && cast) messages.push({ conversation, turn: -1, side: 'agent', text, press, send, cast });
      else this.#fault('lost', conversation, -1, 'A saved reply never left its terminal.');
    }
    for (const message of messages) this.#message(message);
    for (const side of ['customer', 'agent'] as const)
      this.#order(messages.filter((message) => message.side === side && message.turn >= 0));
  }

  #message(message: Message): void {
    const { cast, press, side, send } = message;
    if (send.texts.size !== 1 || !send.texts.has(message.text))
      this.#of(message, 'altered', 'It left as another text.');
    const stored = this.#stored(message, 'conversation');
    const shown = this.#stored(message, 'chat');
    const customers = { terminal: cast.customer, stream: `chat/${cast.stored}` };
    const agents = { terminal: cast.agent, stream: `conversation/${cast.stored}` };
    const [own, other] = side === 'customer' ? [customers, agents] : [agents, customers];
    this.#arrived(message, own.terminal, own.stream, 'its own side');
    const seenAt = this.#arrived(message, other.terminal, other.stream, 'the other side');
    this.#findings.compared++;
    const left = send.attempts.get(Math.max(...send.attempts.keys()));
    if (left && send.storedAt !== undefined) this.#findings.toStoredMs.push(send.storedAt - left.at);
    // What begins a conversation waits until somebody takes it: that is the queue's time, not the delivery's.
    const waits = side === 'customer' && message.turn === 0;
    if (left && seenAt !== undefined && !waits) this.#findings.toShownMs.push(seenAt - left.at);
    const number = side === 'customer' ? shown : stored;
    if (!left || !number) return;
    const height = this.#heightBefore(own.terminal, own.stream, left.place, press.id);
    if (height > number.n)
      this.#of(message, 'outOfOrder', `It has number ${number.n}, though its author had seen ${height}.`);
    if (side === 'agent') this.#blindness(message, number.n, left.place);
  }

  /** The one row that a message must be in a stream; anything else is a fault. */
  #stored(message: Message, stream: 'conversation' | 'chat'): StoredMessage | undefined {
    const rows = (this.#tables.get(message.cast.stored)?.[stream] ?? []).filter(({ id }) => id === message.press.id);
    const row = rows[0];
    if (rows.length > 1) this.#of(message, 'doubled', `It stands ${rows.length} times in the ${stream}.`);
    if (!row) this.#of(message, 'lost', `It is not in the ${stream}.`);
    else if (row.text !== message.text) this.#of(message, 'altered', `It is another text in the ${stream}.`);
    else if (row.side !== message.side) this.#of(message, 'altered', `It has another author in the ${stream}.`);
    if (row && stream === 'conversation') this.#findings.messages[message.turn < 0 ? 'saved' : 'stored']++;
    return row;
  }

  #arrived(message: Message, terminal: string, stream: string, where: string): number | undefined {
    const received = this.#recording.received.get(receivedKey(terminal, stream, message.press.id));
    if (!received) {
      this.#of(message, 'lost', `It did not reach ${where}.`);
      return undefined;
    }
    if (received.numbers.size > 1)
      this.#of(message, 'doubled', `It reached ${where} under ${received.numbers.size} numbers.`);
    if (received.texts.size !== 1 || !received.texts.has(message.text))
      this.#of(message, 'altered', `It reached ${where} as another text.`);
    return received.at;
  }

  /** The highest number that a terminal had of a stream before a place, what was pressed there not counted. */
  #heightBefore(terminal: string, stream: string, place: number, id: string): number {
    const own = this.#recording.received.get(receivedKey(terminal, stream, id));
    let height = 0;
    for (const step of this.#recording.heights.get(heightKey(terminal, stream)) ?? []) {
      if (step.place >= place) break;
      if (!own?.numbers.has(step.n)) height = step.n;
    }
    return height;
  }

  /** No customer's message below a reply that its author's window did not have when it was pressed. */
  #blindness(message: Message, n: number, place: number): void {
    const { cast } = message;
    for (const row of this.#tables.get(cast.stored)?.conversation ?? []) {
      if (row.n >= n || row.side !== 'customer') continue;
      const received = this.#recording.received.get(receivedKey(cast.agent, `conversation/${cast.stored}`, row.id));
      if (!received || received.place > place)
        this.#of(message, 'blind', `It was stored at ${n}, though its author did not have ${row.n}.`);
    }
  }

  /** An author's messages stand in the order in which the record has them, in both streams. */
  #order(messages: Message[]): void {
    for (const stream of ['conversation', 'chat'] as const) {
      let last = 0;
      for (const message of messages) {
        const row = this.#tables.get(message.cast.stored)?.[stream].find(({ id }) => id === message.press.id);
        if (!row) continue;
        if (row.n < last) this.#of(message, 'outOfOrder', `It stands before an earlier one in the ${stream}.`);
        last = Math.max(last, row.n);
      }
    }
  }

  /** Messages that nobody pressed: what was stored again under another id, or came from nowhere. */
  #strangers(): void {
    const pressed = new Set(this.#recording.presses.map(({ id }) => id));
    for (const [id, { conversation }] of this.#tables)
      for (const row of conversation)
        if (!pressed.has(row.id)) this.#fault('doubled', id, -1, `Number ${row.n} was pressed by nobody.`);
  }

  #of(message: Message, fault: FaultName, why: string): void {
    this.#fault(fault, message.conversation, message.turn, why);
  }

  #fault(fault: FaultName, conversation: string, turn: number, why: string): void {
    this.#findings.counts[fault]++;
    if (this.#findings.faults.length < KEPT) this.#findings.faults.push({ fault, conversation, turn, why });
  }
}
