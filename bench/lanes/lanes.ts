/** One conversation as the load sees it, whatever the server behind it. */
export interface Lane {
  /** Sends a text of which `token` is the beginning; resolves once the server has answered that it is stored. */
  say(token: string): Promise<void>;
}

/** The connections to one server: a customer for each conversation, and agents who watch so many each. */
export interface Lanes {
  lanes: Lane[];
  /** What agents see of the conversations, where they have names. */
  streams?: string[];
}

export interface Shape {
  conversations: number;
  agents: number;
  /** Every agent watches every conversation; else they are dealt. */
  everybody?: boolean;
  /** Agents watch the view of their queue instead, each with so many terminals. */
  watchLists?: number;
}

/** Told of each message that an agent's connection was shown, by its token. */
export type Shown = (token: string) => void;

/** 120 bytes, of which the beginning says which message it is. */
export function textOf(token: string): string {
  return `${token} `.padEnd(120, 'x');
}

const TOKEN = /[" ](m\d+-\d+) x/g;

/** The tokens of all texts in a frame, without reading the rest of it. */
export function tokensIn(frame: string): string[] {
  return [...frame.matchAll(TOKEN)].map(([, token]) => token as string);
}

/** The rooms of one agent: conversations are dealt in order. */
export function watchedBy<T>(agent: number, { agents, everybody }: Shape, all: readonly T[]): T[] {
  return all.filter((_, index) => everybody || index % agents === agent);
}
