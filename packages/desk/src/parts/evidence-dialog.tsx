import type { ReactNode } from 'react';
import type { Between, Evidence } from '../model/evidence.ts';
import { Dialog } from './dialog.tsx';
import { Say, T } from './say.tsx';

function Line({ item }: { item: Between }): ReactNode {
  return (
    <li className={item.counts ? 'evidence__line' : 'evidence__line muted'}>
      <span className="mono muted">{item.n}</span>
      <span className="num muted">{item.time}</span>
      <span className="grow">
        {item.who ? (
          <>
            <b>
              <bdi>{item.who}</bdi>
            </b>{' '}
          </>
        ) : null}
        {item.text === undefined ? item.sentence && <Say of={item.sentence} /> : <bdi>{item.text}</bdi>}
      </span>
    </li>
  );
}

/** What the author of a reply had seen, what it covers, and what came between: from the log, not from memory (GRD7). */
export default function EvidenceDialog({ evidence, onClose }: { evidence: Evidence; onClose: () => void }): ReactNode {
  return (
    <Dialog title={<Say of={evidence.title} />} onClose={onClose} className="dialog--evidence">
      <p>
        <T k="evidence.stored" n={evidence.n} time={evidence.time} />
      </p>
      <p>
        <Say of={evidence.basedOn} />
      </p>
      <p>
        <Say of={evidence.covers} />
      </p>
      {evidence.overrode ? (
        <>
          <p>
            <Say of={evidence.overrode.sentence} />
          </p>
          {evidence.overrode.reason ? <p className="sys__quote said">{evidence.overrode.reason}</p> : null}
        </>
      ) : null}
      <h3>
        <Say of={evidence.betweenTitle} />
      </h3>
      {evidence.between.length > 0 ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls has to be reachable with the keyboard
        <ol className="evidence__list" tabIndex={0}>
          {evidence.between.map((item) => (
            <Line key={item.n} item={item} />
          ))}
        </ol>
      ) : null}
      <div className="dialog__f">
        <button type="button" className="btn" onClick={onClose}>
          <T k="keys.close" />
        </button>
      </div>
    </Dialog>
  );
}
