import { type Client, wallSkewMs } from '@heed/client';
import type { Host } from '../host.ts';
import { currentChat } from '../model/current.ts';
import { type Preview, previewOf } from '../model/preview.ts';
import { countedTitle } from '../model/title.ts';
import { unreadOf } from '../model/unread.ts';
import type { Words } from '../words/catalogue.ts';
import cornerStyle from './corner.css?inline';

/** A node in the page's document, beside the launcher. */
function make(host: Host, name: string, className: string, text = ''): HTMLElement {
  const made = host.root.ownerDocument.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

/** The page's own constructor: a sheet belongs to the document that it was made in. */
function dress(host: Host): void {
  const page = host.root.ownerDocument.defaultView as (Window & typeof globalThis) | null;
  if (!page) return;
  const sheet = new page.CSSStyleSheet();
  sheet.replaceSync(cornerStyle);
  host.root.adoptedStyleSheets = [...host.root.adoptedStyleSheets, sheet];
}

function card(host: Host, preview: Preview): HTMLElement {
  const button = make(host, 'button', 'p');
  button.setAttribute('type', 'button');
  const face = make(host, 'span', 'p__face', preview.initials);
  face.setAttribute('aria-hidden', 'true');
  const words = make(host, 'span', 'p__words');
  const text = make(host, 'span', 'p__text', preview.text);
  text.dir = 'auto';
  words.append(make(host, 'b', '', preview.name), ' ', make(host, 'time', '', preview.time), text);
  button.append(face, words);
  button.addEventListener('click', () => host.open());
  return button;
}

/** While the window is closed: how many messages are new, and the latest of them, beside the launcher. */
export function drawCorner(client: Client, host: Host, words: Words): () => void {
  dress(host);
  const count = make(host, 'span', 'n');
  count.setAttribute('aria-hidden', 'true');
  const live = make(host, 'div', 'q');
  live.setAttribute('role', 'status');
  host.launcher.after(live);
  let told = 0;
  let shown = '';

  const draw = (): void => {
    const { state } = client;
    const unread = unreadOf(state, state.replicas.get(currentChat(state)));
    const n = unread.length;
    count.textContent = n > 99 ? '99+' : String(n);
    if (n > 0) host.launcher.append(count);
    else count.remove();
    host.launcher.setAttribute('aria-label', n > 0 ? words.say('openChatUnread', { n }) : words.say('openChat'));
    const preview = previewOf(unread, wallSkewMs(state), words);
    if ((preview?.id ?? '') !== shown) live.replaceChildren(...(preview ? [card(host, preview)] : []));
    shown = preview?.id ?? '';
    if (n !== told) {
      host.emit('unread', n);
      const page = host.root.ownerDocument;
      page.title = countedTitle(page.title, n);
    }
    told = n;
  };

  draw();
  const stop = client.subscribe(draw);
  return () => {
    stop();
    count.remove();
    live.remove();
  };
}
