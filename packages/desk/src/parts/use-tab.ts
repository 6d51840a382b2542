import { useEffect } from 'react';
import calm from '../heed.svg';
import over from '../heed-over.svg';
import wait from '../heed-wait.svg';
import { type Tab, tabOf } from '../model/tab.ts';
import { t as words } from '../words/index.ts';
import { useNow, useTerminal } from './context.ts';

const ICONS: Record<Tab['icon'], string> = { calm, wait, over };

/** The tab of the browser: what is in front, how many wait on its reader, and how urgent that is. */
export function useTab(title: string): void {
  const t = useTerminal();
  const { count, icon } = tabOf(t, useNow());
  useEffect(() => {
    document.title = count > 0 ? words('title.waiting', { count, title }) : title;
  }, [title, count]);
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel=icon]');
    if (link) link.href = ICONS[icon];
  }, [icon]);
}
