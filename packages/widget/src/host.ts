import type { HeedEvents } from './api.ts';

/** What the loader, in the shop's page, gives to the app, in its frame; types only, since each is built on its own. */
export interface Host {
  /** Where the server is, from the address of the script that was embedded. */
  origin: string;
  inbox: string;
  /** What the shop asked for on its script tag, if it did. */
  language: string | undefined;
  /** Who the shop says the customer is, as of now. */
  identity(): string | null;
  direction: string | undefined;
  theme: string | undefined;
  /** Holds the launcher; the app puts its badge and the preview of a new message there. */
  root: ShadowRoot;
  launcher: HTMLButtonElement;
  frame: HTMLIFrameElement;
  isOpen(): boolean;
  open(): void;
  close(): void;
  /** The app has begun; from now on the loader tells it of opening and closing. */
  ready(app: HostedApp): void;
  /** Takes the app away and begins anew: somebody else is there now. */
  restart(): void;
  /** Tells those who listen with `Heed('on', …)`. */
  emit(event: HostEvent, detail?: unknown): void;
}

export interface HostedApp {
  /** Fetches and draws the window, at its first opening; rejects where it cannot be fetched. */
  draw(): Promise<void>;
  /** It is drawn, and seen. */
  opened(): void;
  closed(): void;
  /** A command that the loader does not know itself. */
  told(command: string, rest: readonly unknown[]): void;
}

export type HostEvent = keyof HeedEvents;

/** Under this name the loader leaves the host in the frame's window. */
export const HOST = 'heedHost';
