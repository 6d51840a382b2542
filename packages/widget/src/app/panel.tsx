/** @jsxImportSource preact */
import { render } from 'preact';
import type { Host } from '../host.ts';
import { App, type AppProps } from '../parts/app.tsx';
import type { Words } from '../words/catalogue.ts';
import { pickDirection } from '../words/pick.ts';
import appStyle from './style.css?inline';
import { wear } from './wear.ts';

/** Styles and language of the frame's document, through the CSSOM and attributes only. */
function dressFrame(host: Host, words: Words): void {
  wear(appStyle);
  const root = document.documentElement;
  document.title = words.say('chat');
  root.lang = words.language;
  root.dir = pickDirection(host.direction, host.language, words);
  if (host.theme === 'dark' || host.theme === 'light') root.dataset.theme = host.theme;
}

/** Draws the window, at its first opening. */
export function draw(parts: AppProps & { host: Host }): void {
  dressFrame(parts.host, parts.words);
  render(<App {...parts} />, document.body);
}
