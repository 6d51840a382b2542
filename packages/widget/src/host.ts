/** What the loader, in the shop's page, gives to the app, in its frame; types only, since each is built on its own. */
export interface Host {
  /** Where the server is, from the address of the script that was embedded. */
  origin: string;
  inbox: string;
  /** What the shop asked for on its script tag, if it did. */
  language: string | undefined;
  direction: string | undefined;
  theme: string | undefined;
  /** Holds the launcher; the app puts its badge and the preview of a new message there. */
  root: ShadowRoot;
  launcher: HTMLButtonElement;
  frame: HTMLIFrameElement;
  isOpen(): boolean;
  open(): void;
  close(): void;
  /** The app has drawn itself; from now on the loader tells it of opening and closing. */
  ready(app: HostedApp): void;
  /** Tells those who listen with `Heed('on', …)`. */
  emit(event: HostEvent, detail?: unknown): void;
}

export interface HostedApp {
  opened(): void;
  closed(): void;
}

export type HostEvent = 'ready' | 'open' | 'close' | 'unread';

/** Under this name the loader leaves the host in the frame's window. */
export const HOST = 'heedHost';
