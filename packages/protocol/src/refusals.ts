/**
 * Every way in which the server says no (SND5): whether the same request can succeed later, and the sentence that
 * helps whoever reads it. A refusal is expected; an error is a bug or a broken machine.
 */
export const REFUSALS = {
  bad_frame: { again: false, message: 'This is not a frame of this protocol.' },
  bad_body: { again: false, message: 'The body does not fit the kind.' },
  too_large: { again: false, message: 'It is larger than the limit in the welcome frame.' },
  forbidden: { again: false, message: 'This is not allowed to you.' },
  not_found: { again: false, message: 'It does not exist, or is not yours to see.' },
  id_reused: { again: false, message: 'This id was used for something else. Take a new one.' },
  cancelled: { again: false, message: 'This send was cancelled by its author.' },
  unanswered: { again: false, message: 'The customer still waits for an answer.' },
  bad_state: { again: false, message: 'The conversation is not in a state that allows this.' },
  no_attachment: { again: false, message: 'A file that the message names is not there. Upload it, then send again.' },
  empty: { again: false, message: 'Nobody is waiting in this queue.' },
  rate_limited: { again: true, message: 'Too many at once. Try again after the time given.' },
  unavailable: { again: true, message: 'The database cannot be reached just now. Try again.' },
  wrong_epoch: { again: true, message: 'The database has begun a new epoch. Take a snapshot, then send again.' },
  damaged: {
    again: true,
    message: 'The log of this conversation is damaged. It is kept until an operator has looked.',
  },
  unknown_follows: { again: true, message: 'The send that this one follows is not stored.' },
} as const satisfies Record<string, { again: boolean; message: string }>;

export type RefusalCode = keyof typeof REFUSALS;

/** Close codes of the socket (CON7) and those of WebSocket that we use. */
export const CLOSE = {
  going: 1001,
  tooLarge: 1009,
  token: 4001,
  slow: 4008,
  protocol: 4009,
  draining: 4012,
  rate: 4029,
};
