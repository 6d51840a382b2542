import type { Client } from '@heed/client';
import type { Host } from '../host.ts';
import { ownTitle } from '../model/title.ts';
import { deviceOf } from '../model/visitor.ts';
import type { Words } from '../words/catalogue.ts';
import type { Attention } from './attention.ts';

/** What the browser's navigation API has, where there is one. */
type Navigation = EventTarget;

/** Tells the team which page the customer is on, and once per connection what browser it is. */
export function tellPage(client: Client, host: Pick<Host, 'isOpen'>, attention: Attention, words: Words): () => void {
  const page = window.parent;
  let session = '';
  let described = '';
  let told = '';

  const visit = (): void => {
    const { href } = page.location;
    if (client.state.link.state !== 'open' || href === told) return;
    told = href;
    const { title, referrer } = page.document;
    client.visit({ url: href.slice(0, 2048), title: ownTitle(title).slice(0, 255), referrer: referrer.slice(0, 2048) });
  };

  const greet = (): void => {
    const { link } = client.state;
    if (link.state !== 'open' || link.session === session) return;
    session = link.session;
    told = '';
    visit();
    describe();
  };

  /** Known since the conversation began; to ask for the time zone again takes a slow device long, so not for nothing. */
  const describe = (): void => {
    if (!host.isOpen() || client.state.link.state !== 'open' || described === session) return;
    described = session;
    client.attributes({
      language: words.locale,
      device: deviceOf(navigator.userAgent),
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    });
  };

  greet();
  const stops = [client.subscribe(greet), attention.subscribe(describe)];
  const { navigation } = page as { navigation?: Navigation };
  const events: readonly [EventTarget, string][] = navigation
    ? [[navigation, 'navigatesuccess']]
    : [
        [page, 'popstate'],
        [page, 'hashchange'],
      ];
  for (const [target, name] of events) target.addEventListener(name, visit);
  return () => {
    for (const stop of stops) stop();
    for (const [target, name] of events) target.removeEventListener(name, visit);
  };
}
