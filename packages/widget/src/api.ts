/**
 * What a shop's page can say to the widget: `window.Heed(command, …)`. A page may call before the script is there, with
 * the stub that docs/embedding.md shows; what was said then is done once it is.
 */
export interface Heed {
  (command: 'open' | 'close' | 'toggle'): void;
  /** Opens the window with a text in the composer; its reader sends it. */
  (command: 'write', text: string): void;
  /** Who the customer is, as a JWT that the shop's server signed; null once they have signed out. */
  (command: 'identify', identity: string | null): void;
  /** What the team should know of the customer; shown beside the conversation. Null takes one away. */
  (command: 'attributes', attributes: Record<string, string | number | boolean | null>): void;
  /** A page that was visited, where the address does not change with it. */
  (command: 'visit', page: { url?: string; title?: string }): void;
  <E extends keyof HeedEvents>(command: 'on', event: E, listener: (detail: HeedEvents[E]) => void): void;
}

export interface HeedEvents {
  /** The app is there. */
  ready: undefined;
  open: undefined;
  close: undefined;
  /** The number of new messages changed. */
  unread: number;
  /** A message of either side was stored. */
  message: HeedMessage;
}

export interface HeedMessage {
  from: 'team' | 'customer';
  /** The first name of whoever wrote it; empty for the customer. */
  name: string;
  text: string;
  /** When it was stored, as `2026-11-23T09:15:00.000Z`. */
  at: string;
}

declare global {
  interface Window {
    Heed?: Heed;
  }
}
