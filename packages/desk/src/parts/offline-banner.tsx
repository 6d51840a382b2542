import type { ReactNode } from 'react';
import { offlineBanner } from '../model/banner.ts';
import { useDesk, useNow, useTerminal } from './context.ts';
import { Mark } from './mark.tsx';
import { Say, T } from './say.tsx';

/** That the connection is gone, since when, and what still works. */
export function OfflineBanner({ s }: { s: string | undefined }): ReactNode {
  const { client } = useDesk();
  const t = useTerminal();
  const banner = offlineBanner(t, s, useNow());
  if (!banner) return null;
  return (
    <div className="banner-at">
      <div className="banner banner--off" role="status" aria-live="off">
        <Mark state="off" className="i-18" />
        <div className="grow">
          <b>
            <Say of={banner.title} />
          </b>
          <div className="soft banner__text">
            <Say of={banner.text} />
          </div>
        </div>
        {banner.retry ? (
          <span className="muted num banner__retry">
            <Say of={banner.retry} />
          </span>
        ) : null}
        <button type="button" className="btn btn--sm" onClick={() => client.wake()}>
          <T k="offline.tryNow" />
        </button>
      </div>
    </div>
  );
}
