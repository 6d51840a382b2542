import { deviceClock } from '@heed/client';
import { useEffect, useRef } from 'react';
import { switchesOn } from '../model/notice-switches.ts';
import { type Notice, noticesOf, noticesOfClocks } from '../model/notices.ts';
import { sound } from '../model/sound.ts';
import { claimsBetweenTabs, FRONT_AGAIN_MS, newTeller, type Teller } from '../model/teller.ts';
import type { Place } from '../model/views.ts';
import { say } from '../words/index.ts';
import { useDesk, useNow } from './context.ts';

function isLookedAt(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}

/** Sounds, and where nobody looks at the desk shows a notification of the browser's; both as switched on this device. */
function tell(notice: Notice, go: (place: Place) => void): void {
  const switches = switchesOn(localStorage);
  if (switches.sound[notice.kind])
    sound(notice.kind).catch((error: unknown) => console.warn('heed: no sound could be made', error));
  const mayShow = typeof Notification !== 'undefined' && Notification.permission === 'granted';
  if (!switches.desktop[notice.kind] || !mayShow || isLookedAt()) return;
  const shown = new Notification(say(notice.title), { body: notice.text, tag: notice.key });
  shown.onclick = () => {
    window.focus();
    go({ view: 'my-work', conversation: notice.conversation });
    shown.close();
  };
}

/** Tells this agent of what they should hear of though they look elsewhere, in one tab of several. */
export function useNotices(): void {
  const { client, place, go } = useDesk();
  const now = useNow();
  const front = useRef(place.conversation);
  front.current = place.conversation;
  const latest = useRef(go);
  latest.current = go;
  const teller = useRef<Teller>(undefined);
  const lastNow = useRef(now);
  useEffect(() => {
    const claims = claimsBetweenTabs(client.state.you?.id ?? '', (claim) => made.heard(claim));
    const made = newTeller({
      id: client.state.id,
      post: (claim) => claims.post(claim),
      isInFront: (conversation) => isLookedAt() && front.current === conversation,
      tell: (notice) => tell(notice, (next) => latest.current(next)),
      now: () => deviceClock.now(),
      after: (ms, then) => void setTimeout(then, ms),
    });
    teller.current = made;
    let before = client.state;
    const stop = client.subscribe(() => {
      const notices = noticesOf(before, client.state);
      before = client.state;
      for (const notice of notices) made.notice(notice);
    });
    const sayFront = () => made.front(isLookedAt() ? (front.current ?? null) : null);
    const saying = setInterval(sayFront, FRONT_AGAIN_MS);
    for (const name of ['focus', 'blur', 'visibilitychange']) window.addEventListener(name, sayFront);
    return () => {
      stop();
      clearInterval(saying);
      for (const name of ['focus', 'blur', 'visibilitychange']) window.removeEventListener(name, sayFront);
      claims.close();
    };
  }, [client]);
  useEffect(() => {
    teller.current?.front(isLookedAt() ? (place.conversation ?? null) : null);
  }, [place.conversation]);
  useEffect(() => {
    for (const notice of noticesOfClocks(client.state, lastNow.current, now)) teller.current?.notice(notice);
    lastNow.current = now;
  }, [client, now]);
}
