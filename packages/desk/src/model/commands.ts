import type { Command } from './keys.ts';

/** Does what a key says, and tells whether there was anything to do. */
export type Handler = () => boolean;

/** Who answers which command now: what came on screen last answers first. */
export interface Commands {
  register(command: Command, handler: Handler): () => void;
  run(command: Command): boolean;
}

export function newCommands(): Commands {
  const handlers = new Map<Command, Handler[]>();
  return {
    register(command, handler) {
      handlers.set(command, [handler, ...(handlers.get(command) ?? [])]);
      return () =>
        handlers.set(
          command,
          (handlers.get(command) ?? []).filter((other) => other !== handler),
        );
    },
    run(command) {
      return (handlers.get(command) ?? []).some((handler) => handler());
    },
  };
}
