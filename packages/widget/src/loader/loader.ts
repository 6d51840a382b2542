import type { Host, HostEvent, HostedApp } from '../host.ts';
import { STYLE } from './style.ts';
import { LAUNCHER } from './words.ts';

/** The address of the app below the script's own, filled in when it is built. */
declare const HEED_APP: string;

type Listener = (detail?: unknown) => void;
/** The page's own stub has a queue; ours says that it is there. */
type Api = ((command: string, ...rest: unknown[]) => void) & { q?: unknown[][]; on?: true };
interface PageWindow {
  Heed?: Api;
}

type InnerWindow = Window & {
  heedHost: Host;
  trustedTypes?: {
    createPolicy(
      name: string,
      rules: { createScriptURL(url: string): string },
    ): { createScriptURL(url: string): string };
  };
};

const RTL = /^(?:ar|dv|fa|he|iw|ku|ps|sd|ug|ur|yi)\b/i;
const CHAT =
  'M2.992 16.342a2 2 0 0 1 .094 1.167l-1.065 3.29a1 1 0 0 0 1.236 1.168l3.413-.998a2 2 0 0 1 1.099.092 10 10 0 1 0-4.777-4.719';

const page = window as unknown as PageWindow;
const script = (document.currentScript ?? document.querySelector('script[data-inbox]')) as HTMLScriptElement;
const { inbox, language, dir, theme, identity: signed } = script.dataset;

/** At once where somebody waits for it; else when the page has nothing to do. */
const idle: (then: () => void) => unknown = window.requestIdleCallback ?? setTimeout;

/** Pages that require trusted types take an address only from a policy: ours is called `heed`. */
function trusted(inner: InnerWindow, address: string): string {
  return (
    inner.trustedTypes?.createPolicy('heed', { createScriptURL: (url) => url }).createScriptURL(address) ?? address
  );
}

/** Whether the customer has a conversation or an unsent message here: then answers must show without being asked for. */
function hasConversation(): boolean {
  try {
    return localStorage.getItem(`heed-${inbox}-chat`) !== null;
  } catch {
    return false; // Storage is forbidden here, so nothing was kept either.
  }
}

function launch(inbox: string): void {
  const asked = language || navigator.language;
  const [label, failed] = LAUNCHER[asked.slice(0, 2).toLowerCase()] ?? (LAUNCHER.en as readonly [string, string]);
  const element = document.createElement('heed-widget');
  const root = element.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  const add = <T extends HTMLElement>(to: Node, name: string, className: string): T => {
    const made = document.createElement(name);
    made.className = className;
    return to.appendChild(made) as T;
  };
  const box = add(root, 'div', 'w');
  box.dir = dir || (RTL.test(language ?? '') ? 'rtl' : 'ltr');
  const button = add<HTMLButtonElement>(box, 'button', 'l');
  button.type = 'button';
  button.ariaLabel = label;
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.appendChild(document.createElementNS(svg.namespaceURI, 'path')).setAttribute('d', CHAT);
  button.append(svg);
  const status = add(box, 'div', 't');
  status.role = 'status';

  const listeners: [unknown, unknown][] = [];
  /** What is for the app, until it is there. */
  let waiting: [string, unknown[]][] = [];
  let identity: string | null = signed ?? null;
  let frame: HTMLIFrameElement | undefined;
  let app: HostedApp | undefined;
  /** Which one is on the screen. */
  let shown: HostedApp | undefined;
  let wanted = false;
  /** Whether its window could not be fetched. */
  let isSpoilt = false;

  const emit = (event: HostEvent, detail?: unknown): void => {
    for (const [name, listener] of listeners) if (name === event) (listener as Listener)(detail);
  };

  const show = (): void => {
    button.ariaBusy = null;
    if (!wanted || shown === app) return;
    shown = app;
    box.classList.add('open');
    app?.opened();
    emit('open');
  };

  const sayFailed = (): void => {
    button.ariaBusy = null;
    status.textContent = wanted ? failed : '';
    wanted = false;
  };

  /** Takes the frame away, and what its app told beside the launcher: that may have been somebody else's. */
  const drop = (): void => {
    frame?.remove();
    frame = app = undefined;
    isSpoilt = false;
    for (const told of root.querySelectorAll('.n,.q')) told.remove();
  };

  /** So that the next press begins anew. */
  const fail = (): void => {
    drop();
    sayFailed();
  };

  /**
   * The window could not be fetched: the app stays, since it sends what waits. Where it fails again the frame may have
   * kept the failure, as some browsers do, and another begins.
   */
  const undrawn = (): void => {
    if (isSpoilt) return fail();
    isSpoilt = true;
    sayFailed();
  };

  const host = (made: HTMLIFrameElement): Host => ({
    origin: new URL(script.src).origin,
    inbox,
    language,
    identity: () => identity,
    direction: dir,
    theme,
    root,
    launcher: button,
    frame: made,
    isOpen: () => wanted,
    open,
    close,
    emit,
    restart: () => {
      drop();
      load();
    },
    ready: (ready) => {
      app = ready;
      emit('ready');
      for (const [command, rest] of waiting) ready.told(command, rest);
      waiting = [];
      if (wanted) app.draw().then(show, undrawn);
    },
  });

  /** The frame is empty and of the page's own origin: its storage is the page's, its styles are not. */
  const load = (): void => {
    if (frame) return;
    const made = document.createElement('iframe');
    frame = made;
    made.title = label;
    made.onload = () => {
      made.onload = null;
      const inner = made.contentDocument;
      // A page sandboxed away from its own origin cannot reach into its own frames.
      if (!inner) return fail();
      (made.contentWindow as InnerWindow).heedHost = host(made);
      const module = inner.createElement('script');
      module.type = 'module';
      module.src = trusted(made.contentWindow as InnerWindow, new URL(HEED_APP, script.src).href);
      module.nonce = script.nonce;
      module.onerror = fail;
      // A task of its own: a frame alone takes a slow device long enough.
      (wanted ? setTimeout : idle)(() => inner.head.append(module));
    };
    box.append(made);
  };

  function open(): void {
    if (wanted) return;
    wanted = true;
    status.textContent = '';
    button.ariaBusy = 'true';
    if (app) app.draw().then(show, undrawn);
    else load();
  }

  function close(): void {
    if (!wanted) return;
    wanted = false;
    const focused = root.activeElement === frame;
    shown = undefined;
    box.classList.remove('open');
    if (focused) button.focus();
    app?.closed();
    emit('close');
  }

  const commands: Record<string, (...rest: unknown[]) => void> = {
    open,
    close,
    toggle: () => (wanted ? close() : open()),
    on: (event, listener) => listeners.push([event, listener]),
    identify: (token) => {
      identity = (token as string) || null;
      app?.told('identify', []);
    },
  };
  const early = page.Heed?.q ?? [];
  const api: Api = (command, ...rest) => {
    if (commands[command]) commands[command](...rest);
    else if (app) app.told(command, rest);
    else {
      waiting.push([command, rest]);
      // Words that are wanted in the composer need one.
      if (command === 'write') open();
    }
  };
  api.on = true;
  page.Heed = api;
  button.onclick = open;
  document.body.append(element);
  for (const [command, ...rest] of early) api(command as string, ...rest);
  // By the address that mail about an answer leads to.
  if (location.hash === '#heed') open();
  else if (hasConversation()) idle(load);
}

if (!inbox) console.error('Heed: the script tag needs data-inbox with the key of an inbox.');
else if (!page.Heed?.on) {
  if (document.body) launch(inbox);
  else addEventListener('DOMContentLoaded', () => launch(inbox));
}
