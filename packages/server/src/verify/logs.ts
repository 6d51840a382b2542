import type { Item } from '@heed/protocol';
import type pg from 'pg';
import { type Conversation, evolve } from '../domain/conversation.ts';
import { ChatMatch } from './chat-match.ts';
import {
  beginning,
  CONVERSATION_ROWS,
  type ConversationRow,
  ENTRY_ROWS,
  type EntryRow,
  matchEntries,
  matchRow,
} from './conversation-row.ts';
import { Coverage } from './coverage.ts';
import type { Findings } from './findings.ts';
import { LogChain, type LogRow, logRows } from './log-chain.ts';
import { Rows } from './rows.ts';

/**
 * Reads conversations, their items, what their customers see and their entries side by side, all in the order of ids:
 * however many there are, no more than one conversation is in hand.
 */
export async function verifyLogs(client: pg.ClientBase, findings: Findings): Promise<void> {
  const sources = {
    items: new Rows<LogRow>(client, 'verify_items', logRows('conversation')),
    chats: new Rows<LogRow>(client, 'verify_chats', logRows('chat')),
    entries: new Rows<EntryRow>(client, 'verify_entries', ENTRY_ROWS),
  };
  for await (const row of new Rows<ConversationRow>(client, 'verify_conversations', CONVERSATION_ROWS)) {
    findings.count('conversations');
    await skipOrphans(findings, sources, row.id);
    await verifyConversation(findings, sources, row);
  }
  await skipOrphans(findings, sources, undefined);
}

interface Sources {
  items: Rows<LogRow>;
  chats: Rows<LogRow>;
  entries: Rows<EntryRow>;
}

/** Rows that come before the next conversation belong to none. */
async function skipOrphans(findings: Findings, sources: Sources, until: string | undefined): Promise<void> {
  const before = (id: string) => until === undefined || id < until;
  for (const rows of [sources.items, sources.chats])
    for await (const { stream, n } of rows.while((row) => before(idOf(row.stream))))
      findings.wrong('orphan_item', stream, n, 'The item belongs to no conversation.');
  for await (const { list, n, conversation } of sources.entries.while((row) => before(row.conversation)))
    findings.wrong('orphan_entry', list, n, `There is no conversation ${conversation}.`);
}

function idOf(stream: string): string {
  return stream.slice(stream.indexOf('/') + 1);
}

async function verifyConversation(findings: Findings, sources: Sources, row: ConversationRow): Promise<void> {
  const stream = `conversation/${row.id}`;
  const log = new LogChain(findings, stream, row.birth ?? '');
  const chat = new ChatReader(findings, sources.chats, row);
  const coverage = new Coverage(findings, stream);
  let conversation = beginning(row);
  for await (const stored of sources.items.while((each) => each.stream === stream)) {
    findings.count('items');
    const item = log.next(stored);
    coverage.next(item);
    const before: Conversation = conversation;
    conversation = evolve(before, item);
    await chat.upTo({ item, before, after: conversation });
  }
  log.end({ n: row.n ?? 0, h: row.h ?? '' });
  await chat.end();
  matchRow(findings, row, conversation);
  const entries: EntryRow[] = [];
  for await (const entry of sources.entries.while((each) => each.conversation === row.id)) entries.push(entry);
  matchEntries(findings, row, entries);
}

/** Reads a chat along with its conversation: each of its items when the one that it shows has come. */
class ChatReader {
  readonly #findings: Findings;
  readonly #rows: Rows<LogRow>;
  readonly #row: ConversationRow;
  readonly #stream: string;
  readonly #chain: LogChain;
  readonly #match: ChatMatch;

  constructor(findings: Findings, rows: Rows<LogRow>, row: ConversationRow) {
    this.#findings = findings;
    this.#rows = rows;
    this.#row = row;
    this.#stream = `chat/${row.id}`;
    this.#chain = new LogChain(findings, this.#stream, row.chat_birth ?? '');
    this.#match = new ChatMatch(findings, this.#stream);
  }

  async upTo(step: { item: Item; before: Conversation; after: Conversation }): Promise<void> {
    const shown: Item[] = [];
    for await (const { item, shows } of this.#until(step.item.n)) {
      if (shows === step.item.n) shown.push(item);
      else this.#match.shownNothing(item, shows);
    }
    this.#match.match(step, shown);
  }

  async end(): Promise<void> {
    for await (const { item, shows } of this.#until(Number.POSITIVE_INFINITY)) this.#match.shownNothing(item, shows);
    this.#chain.end({ n: this.#row.chat_n ?? 0, h: this.#row.chat_h ?? '' });
  }

  async *#until(n: number): AsyncGenerator<{ item: Item; shows: number | null }> {
    const belongs = (row: LogRow) => row.stream === this.#stream && (row.shows ?? 0) <= n;
    for await (const row of this.#rows.while(belongs)) {
      this.#findings.count('chatItems');
      yield { item: this.#chain.next(row), shows: row.shows };
    }
  }
}
