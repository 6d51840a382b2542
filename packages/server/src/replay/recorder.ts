import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/**
 * Writes down what went over the sockets, and what the play did, a JSON object a line, in the order in which it
 * happened: all that the judge gets to see of the play.
 */
export interface Recorder {
  frame(terminal: string, way: 'out' | 'in', text: string): void;
  /** A turn of a conversation was pressed: by its place among the messages of the record. */
  pressed(conversation: string, turn: number, id: string, saved: boolean): void;
  /** Which conversation in the store a recorded one became, and whose windows it was in. */
  cast(conversation: string, stored: string, customer: string, agent: string): void;
  close(): Promise<void>;
}

export function recordTo(file: string): Recorder {
  const output = createWriteStream(file);
  const write = (line: object) => void output.write(`${JSON.stringify(line)}\n`);
  const at = () => Math.round(performance.now() * 1000) / 1000;
  return {
    frame: (terminal, way, text) => write({ at: at(), terminal, way, text }),
    pressed: (conversation, turn, id, saved) => write({ press: { conversation, turn, id, saved } }),
    cast: (conversation, stored, customer, agent) => write({ cast: { conversation, stored, customer, agent } }),
    close: async () => {
      output.end();
      await once(output, 'close');
    },
  };
}
