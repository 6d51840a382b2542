import { type ReactNode, useEffect, useRef, useState } from 'react';
import { type Announcement, announce, announceClocks } from '../model/announcements.ts';
import { say } from '../words/index.ts';
import { useDesk, useNow } from './context.ts';

/** What is read out to those who do not see the screen (DESIGN §8). */
export function LiveRegion({ s }: { s: string | undefined }): ReactNode {
  const { client } = useDesk();
  const [said, setSaid] = useState<Record<Announcement['tone'], string>>({ polite: '', assertive: '' });
  const before = useRef(client.state);
  const now = useNow();
  const lastNow = useRef(now);
  useEffect(() => {
    const tell = (announcements: Announcement[]) => {
      for (const { tone, sentence } of announcements) setSaid((last) => ({ ...last, [tone]: say(sentence) }));
    };
    tell(announceClocks(client.state, lastNow.current, now));
    lastNow.current = now;
    return client.subscribe(() => {
      const after = client.state;
      tell(announce(before.current, after, s));
      before.current = after;
    });
  }, [client, s, now]);
  return (
    <>
      <div className="vh" aria-live="polite">
        {said.polite}
      </div>
      <div className="vh" aria-live="assertive">
        {said.assertive}
      </div>
    </>
  );
}
