import type { ReactNode } from 'react';
import { chipTime, hourMinute } from '../model/times.ts';
import type { WallAgent } from '../model/wall.ts';
import { figure, t as words } from '../words/index.ts';
import { Avatar } from './avatar.tsx';
import { Say, T } from './say.tsx';

const SLOT = { overdue: 'on o', waiting: 'on w', answered: 'on', free: '' } as const;

function Slots({ agent }: { agent: WallAgent }): ReactNode {
  const { count, capacity } = agent.load;
  const label = words('wall.load', { count, capacity });
  if (agent.slots.length === 0) return <span className="num">{label}</span>;
  return (
    <span className="slots" role="img" aria-label={label}>
      {agent.slots.map((slot, index) => (
        <i key={`${slot}${index}`} className={SLOT[slot]} />
      ))}
    </span>
  );
}

function Agent({ agent, serverNow }: { agent: WallAgent; serverNow: number }): ReactNode {
  const presence = agent.presence === 'off' ? undefined : agent.presence;
  return (
    <li className="ag">
      <span className="num muted">{agent.place === undefined ? null : figure(agent.place)}</span>
      <Avatar name={agent.name} size={32} team presence={presence} />
      <div className="grow">
        <div className="ag__name trunc">
          <bdi>{agent.name}</bdi>
        </div>
        <div className="muted ag__state trunc">
          {agent.isNext ? (
            <b className="acc">
              <T k="wall.next" />
            </b>
          ) : (
            <Say of={agent.says} />
          )}
          {agent.awaySince ? (
            <>
              {' '}
              <span className="num">{chipTime(serverNow - Date.parse(agent.awaySince))}</span>
            </>
          ) : null}
        </div>
      </div>
      <div className="ag__load">
        <Slots agent={agent} />
        {agent.signedInAt ? (
          <span className="muted num ag__in">
            <T k="wall.signedIn" time={hourMinute(Date.parse(agent.signedInAt))} />
          </span>
        ) : null}
      </div>
    </li>
  );
}

/** Who serves, in the order in which work is handed out, with one slot for each work order. */
export function WallAgents({ agents, serverNow }: { agents: readonly WallAgent[]; serverNow: number }): ReactNode {
  const taking = agents.filter(({ presence }) => presence === 'on').length;
  const away = agents.filter(({ presence }) => presence === 'away').length;
  return (
    <section className="card wall__agents" aria-label={words('wall.agents')}>
      <div className="card__h wall__line">
        <h2 className="grow">
          <T k="wall.agents" />
        </h2>
        <span className="muted wall__small">
          <T k="wall.takingAway" taking={taking} away={away} />
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls has to be reachable with the keyboard */}
      <ul className="wall__scroll" tabIndex={0}>
        {agents.map((agent) => (
          <Agent key={agent.id} agent={agent} serverNow={serverNow} />
        ))}
      </ul>
      <div className="legend wall__legend">
        <span>
          <i className="sw" />
          <T k="wall.legend.answered" />
        </span>
        <span>
          <i className="sw sw--w" />
          <T k="group.waiting" />
        </span>
        <span>
          <i className="sw sw--o" />
          <T k="wall.overdue" />
        </span>
        <span>
          <i className="sw sw--f" />
          <T k="wall.legend.free" />
        </span>
      </div>
    </section>
  );
}
