/** @jsxImportSource preact */
import type { Replica } from '@heed/client';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { announcement } from '../model/preview.ts';
import type { Words } from '../words/catalogue.ts';

/** What is new since the last time of drawing: told once, not again when older items come in. */
function useNews(replica: Replica | undefined, words: Words): string {
  const [text, setText] = useState('');
  const last = useRef<{ s: string; n: number } | undefined>(undefined);
  const s = replica?.s;
  const n = replica?.at?.n;
  useEffect(() => {
    if (!replica || s === undefined || n === undefined) return;
    const from = last.current?.s === s ? last.current.n : n;
    last.current = { s, n };
    const fresh = replica.items.filter(
      (item) => item.n > from && item.kind === 'message' && !item.erased && item.actor.type !== 'customer',
    );
    if (fresh.length > 0) setText(announcement(fresh, words));
  }, [s, n]);
  return text;
}

interface AnnouncerProps {
  replica: Replica | undefined;
  /** The place in line, without its clock: clocks are not read out. */
  place: string;
  offline: boolean;
  words: Words;
}

/** Live regions of their own: the timeline itself would be read out again when older messages are drawn into it. */
export function Announcer({ replica, place, offline, words }: AnnouncerProps): JSX.Element {
  const news = useNews(replica, words);
  const wasOffline = useRef(false);
  const back = wasOffline.current && !offline;
  useEffect(() => {
    if (offline) wasOffline.current = true;
  }, [offline]);
  return (
    <div class="sr">
      <div role="status" dir="auto">
        {news}
      </div>
      <div role="status">{place}</div>
      <div role="alert">{offline ? words.say('noConnection') : back ? words.say('connectionBack') : ''}</div>
    </div>
  );
}
