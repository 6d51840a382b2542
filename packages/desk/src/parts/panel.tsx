import { Check, PanelRight, Plus, Tag, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Due } from '../model/clock.ts';
import { type Panel as PanelModel, panelDue, panelOf } from '../model/panel.ts';
import { chipTime, hourMinute, hourMinuteSecond } from '../model/times.ts';
import { conversationStream, entryOf } from '../model/views.ts';
import { t as words } from '../words/index.ts';
import { Avatar } from './avatar.tsx';
import { useDesk, useLanguage, useNow, useTerminal } from './context.ts';
import { Facts } from './facts.tsx';
import { useGo } from './rail.tsx';
import { Say, T } from './say.tsx';
import { useLasting } from './use-lasting.ts';

function Used({ part, over }: { part: number; over: boolean }): ReactNode {
  const percent = Math.round(part * 100);
  return (
    <div className="bar-track" role="img" aria-label={words('panel.used', { percent })}>
      <i className={over ? 'is-over' : ''} style={{ inlineSize: `${percent}%` }} />
    </div>
  );
}

function DueFigure({ due }: { due: Exclude<Due, { state: 'none' | 'paused' }> }): ReactNode {
  const over = due.state === 'over';
  return (
    <>
      <h3>
        <span>
          <T k={over ? 'panel.wasDue' : 'panel.due'} />
        </span>
        <span className="muted num">{hourMinuteSecond(due.dueAt)}</span>
      </h3>
      <div className="sla__big">
        <span className={over ? 'is-over' : 'is-wait'}>{over ? `+${chipTime(due.pastMs)}` : chipTime(due.leftMs)}</span>
        <span className="muted">
          <T k={over ? 'panel.over' : 'panel.left'} target={chipTime(due.targetMs)} />
        </span>
      </div>
      <Used part={over ? 1 : due.used} over={over} />
    </>
  );
}

function DueSection({ id, model }: { id: string; model: PanelModel }): ReactNode {
  const t = useTerminal();
  const due = panelDue(t, entryOf(t, id), useNow());
  return (
    <div className="panel__s sla">
      {due.state === 'none' ? (
        <h3>
          <T k="panel.nothingDue" />
        </h3>
      ) : null}
      {due.state === 'paused' ? (
        <>
          <h3>
            <T k="panel.paused" />
          </h3>
          <p className="muted">
            <T k="panel.paused.text" time={hourMinute(due.until)} />
          </p>
        </>
      ) : null}
      {due.state === 'left' || due.state === 'soon' || due.state === 'over' ? <DueFigure due={due} /> : null}
      {model.firstReply ? (
        <div className="hstack muted sla__first">
          <Check className="i i-14 acc" aria-hidden="true" />
          <span>
            <Say of={model.firstReply} />
          </span>
        </div>
      ) : null}
    </div>
  );
}

function Identity({ model }: { model: PanelModel }): ReactNode {
  const link = useGo();
  return (
    <div className="panel__s">
      <div className="hstack who">
        <Avatar name={model.name} size={40} />
        <div className="grow">
          <a
            className="who__name trunc"
            title={words('customer.page')}
            {...link({ view: 'all', page: { name: 'customer', id: model.id } })}
          >
            <bdi>{model.name}</bdi>
          </a>
          {model.heard ? (
            <div className="muted who__heard">
              <Say of={model.heard} />
            </div>
          ) : null}
        </div>
      </div>
      <Facts facts={model.facts} />
    </div>
  );
}

function Labels({ id, labels }: { id: string; labels: readonly string[] }): ReactNode {
  const { client, commands } = useDesk();
  const remove = (label: string) =>
    client.press({ s: conversationStream(id), kind: 'label', body: { remove: [label] } });
  return (
    <div className="panel__s">
      <h3>
        <T k="panel.labels" />
        <button
          type="button"
          className="btn btn--ghost btn--sm btn--icon panel__add"
          aria-label={words('label.add')}
          title={words('label.add')}
          onClick={() => commands.run('label')}
        >
          <Plus className="i i-14" aria-hidden="true" />
        </button>
      </h3>
      {labels.length === 0 ? (
        <p className="muted panel__none">
          <T k="label.noneYet" />
        </p>
      ) : null}
      <div className="hstack tags">
        {labels.map((label) => (
          <span key={label} className="tag">
            <Tag className="i i-12" aria-hidden="true" />
            <bdi className="trunc">{label}</bdi>
            <button
              type="button"
              className="tag__x"
              aria-label={words('label.remove', { name: label })}
              onClick={() => remove(label)}
            >
              <X className="i i-12" aria-hidden="true" />
            </button>
          </span>
        ))}
      </div>
    </div>
  );
}

function Visits({ model }: { model: PanelModel }): ReactNode {
  return (
    <div className="panel__s">
      <h3>
        <T k="panel.visits" />
      </h3>
      {model.visits.length === 0 ? (
        <p className="muted panel__none">
          <T k="panel.visits.none" />
        </p>
      ) : null}
      {model.visits.map((visit) => (
        <div key={visit.key} className="visit">
          <time>{visit.time}</time>
          <span className="trunc" title={visit.url}>
            <bdi>{visit.title}</bdi>
          </span>
        </div>
      ))}
    </div>
  );
}

function Past({ model }: { model: PanelModel }): ReactNode {
  const { place } = useDesk();
  const link = useGo();
  return (
    <div className="panel__s">
      <h3>
        <T k="panel.past" />
      </h3>
      {model.past.length === 0 ? (
        <p className="muted panel__none">
          <T k="panel.past.none" />
        </p>
      ) : null}
      {model.past.map((one) =>
        one.canOpen ? (
          <a key={one.id} className="past" {...link({ view: place.view, conversation: one.id })}>
            <span className="trunc">
              <bdi>{one.title || one.queue}</bdi>
            </span>
            <span className="muted num">{one.time}</span>
          </a>
        ) : (
          <div key={one.id} className="past">
            <span className="trunc muted">{one.queue ?? <T k="panel.past.elsewhere" />}</span>
            <span className="muted num">{one.time}</span>
          </div>
        ),
      )}
    </div>
  );
}

function Viewing({ model }: { model: PanelModel }): ReactNode {
  if (model.viewing.length === 0) return null;
  return (
    <div className="panel__s">
      <h3>
        <T k="panel.viewing" />
        <span className="muted">
          <T k="panel.viewing.now" />
        </span>
      </h3>
      {model.viewing.map((agent) => (
        <div key={agent.id} className="hstack also">
          <Avatar name={agent.name} size={20} team presence="on" />
          <span className="grow">{agent.name}</span>
        </div>
      ))}
    </div>
  );
}

const SKELETON = [60, 90, 80, 72, 86, 40] as const;

function Loading(): ReactNode {
  const show = useLasting(true, 200);
  return show ? (
    <div className="panel__s sk__lines" aria-busy="true">
      {SKELETON.map((width) => (
        <span key={width} className="sk" style={{ inlineSize: `${width}%` }} />
      ))}
    </div>
  ) : null;
}

function Content({ id }: { id: string }): ReactNode {
  const t = useTerminal();
  const s = conversationStream(id);
  const model = panelOf(t, s, useNow());
  if (t.replicas.get(s)?.phase.name === 'gone') return null;
  if (!model) return <Loading />;
  return (
    <div className="panel__scroll">
      <DueSection id={id} model={model} />
      <Identity model={model} />
      <Labels id={id} labels={model.labels} />
      <Visits model={model} />
      <Past model={model} />
      <Viewing model={model} />
    </div>
  );
}

/** Who is writing. */
export function Panel({ id, onHide }: { id: string | undefined; onHide: () => void }): ReactNode {
  useLanguage();
  return (
    <aside className="panel" aria-label={words('panel.label')} data-region>
      <div className="bar">
        <span className="panel__title grow">
          <T k="panel.title" />
        </span>
        <button
          type="button"
          className="btn btn--ghost btn--sm btn--icon"
          aria-label={words('panel.hide')}
          onClick={onHide}
        >
          <PanelRight className="i flip" aria-hidden="true" />
        </button>
      </div>
      {id === undefined ? (
        <div className="empty">
          <p className="muted">
            <T k="panel.empty" />
          </p>
        </div>
      ) : (
        <Content key={id} id={id} />
      )}
    </aside>
  );
}
