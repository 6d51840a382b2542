import type { Client } from '@heed/client';
import { ownTitle } from '../model/title.ts';
import { deviceOf } from '../model/visitor.ts';
import type { Words } from '../words/catalogue.ts';

/** What the browser's navigation API has, where there is one. */
type Navigation = EventTarget;

/** Tells the team which page the customer is on, and once per connection what browser it is. */
export function tellPage(client: Client, page: Window, words: Words): () => void {
  let session = '';
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
    client.attributes({
      language: words.locale,
      device: deviceOf(navigator.userAgent),
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    });
  };

  greet();
  const stop = client.subscribe(greet);
  const { navigation } = page as { navigation?: Navigation };
  const events: readonly [EventTarget, string][] = navigation
    ? [[navigation, 'navigatesuccess']]
    : [
        [page, 'popstate'],
        [page, 'hashchange'],
      ];
  for (const [target, name] of events) target.addEventListener(name, visit);
  return () => {
    stop();
    for (const [target, name] of events) target.removeEventListener(name, visit);
  };
}
