import { Undo2, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { fullName } from '../model/people.ts';
import { type Returned, returnedOf, tellNoMore, toldUpTo } from '../model/returned.ts';
import { t as words } from '../words/index.ts';
import { useTerminal } from './context.ts';
import { useGo } from './rail.tsx';
import { T } from './say.tsx';

function Group({ group }: { group: Returned }): ReactNode {
  const link = useGo();
  return (
    <div>
      <p>
        <T k={group.why} count={group.conversations.length} queue={group.queue} />
      </p>
      <ul className="returned__list">
        {group.conversations.map(({ id, name, hasDraft }) => (
          <li key={id}>
            <a className="link" {...link({ view: 'all', conversation: id })}>
              <bdi>{fullName(name)}</bdi>
            </a>
            {hasDraft ? (
              <>
                {' '}
                <T k="returned.draft" />
              </>
            ) : null}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What was taken back from this agent and why, until they say that they have read it (LST6). */
export function ReturnedBanner(): ReactNode {
  const t = useTerminal();
  const agent = t.you?.id ?? '';
  const [told, setTold] = useState(() => toldUpTo(localStorage, agent));
  const { upTo, groups } = returnedOf(t, Math.max(told, toldUpTo(localStorage, agent)));
  if (groups.length === 0) return null;
  const dismiss = () => {
    tellNoMore(localStorage, agent, upTo);
    setTold(upTo);
  };
  return (
    <section className="returned" aria-label={words('returned.label')} role="status">
      <Undo2 className="i i-14 flip" aria-hidden="true" />
      <div className="grow">
        {groups.map((group) => (
          <Group key={group.why + group.queue} group={group} />
        ))}
      </div>
      <button type="button" className="mic returned__x" aria-label={words('returned.dismiss')} onClick={dismiss}>
        <X className="i i-14" aria-hidden="true" />
      </button>
    </section>
  );
}
