import { AlarmClock, Check, ChevronsUp, MessageCircle, SendHorizontal } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { type Preview, type Row, rowLabel, rowTime } from '../model/rows.ts';
import { soonTime } from '../model/times.ts';
import { figure, t as words } from '../words/index.ts';
import { Avatar } from './avatar.tsx';
import { ClockChip } from './clock-chip.tsx';
import { useNow } from './context.ts';
import { Mark } from './mark.tsx';
import { Say, T } from './say.tsx';

function PreviewLine({ preview }: { preview: Preview }): ReactNode {
  switch (preview.kind) {
    case 'held':
      return (
        <span className="row__held">
          <Mark state="held" className="i-12" />
          <span className="trunc">
            <Say of={preview.sentence} />
          </span>
        </span>
      );
    case 'outbox':
      return (
        <span className="row__outbox">
          <SendHorizontal className="i i-12 flip" aria-hidden="true" />
          <span className="trunc">
            <T k="row.outbox" text={preview.text} />
          </span>
        </span>
      );
    case 'loading':
      return <span className="sk sk--line" />;
    case 'text':
      return preview.mine ? <T k="row.you" text={preview.text} /> : preview.text;
  }
}

function Holder({ row }: { row: Row }): ReactNode {
  if (!row.holder) return null;
  const label = row.holder.name ? words('row.with', { name: row.holder.name }) : words('row.withSomebody');
  return (
    <span title={label}>
      <Avatar name={row.holder.name} size={20} team />
    </span>
  );
}

/** When it comes back by itself. */
function SnoozeChip({ until, now }: { until: string; now: number }): ReactNode {
  return (
    <span className="clock" data-s="paused">
      <AlarmClock className="i i-12" aria-hidden="true" />
      {soonTime(Date.parse(until), now)}
    </span>
  );
}

interface Props {
  row: Row;
  skewMs: number;
  isSelected: boolean;
  isCurrent: boolean;
  position: number;
  size: number;
  /** One of several with which something is about to be done. */
  isChosen: boolean;
  onChoose: (id: string) => void;
  onOpen: (id: string) => void;
  onFocus: (id: string) => void;
}

/** One conversation in a list. */
export const ListRow = memo(function ListRow(props: Props): ReactNode {
  const { row, skewMs, isSelected, isCurrent, position, size, isChosen, onChoose, onOpen, onFocus } = props;
  const now = useNow();
  const hasClock = row.clock.waitingSince !== null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the listbox around it answers the keys
    <div
      role="option"
      className={row.isUnread ? 'row is-unread' : 'row'}
      aria-selected={isSelected}
      aria-posinset={position}
      aria-setsize={size}
      tabIndex={isCurrent ? 0 : -1}
      data-id={row.id}
      aria-checked={isChosen ? true : undefined}
      onClick={(event) => (event.ctrlKey || event.metaKey || event.shiftKey ? onChoose(row.id) : onOpen(row.id))}
      onFocus={() => onFocus(row.id)}
    >
      {/* The name is text, and says all that matters of the rest in the order in which it matters. */}
      <span className="vh">{rowLabel(row, now + skewMs)}</span>
      {isChosen ? (
        <span className="av av--32 av--chosen" aria-hidden="true">
          <Check className="i i-18" />
        </span>
      ) : (
        <Avatar name={row.name} size={32} />
      )}
      <div className="grow" aria-hidden="true">
        <div className="row__top">
          <span className="row__name grow">
            <bdi>{row.name}</bdi>
          </span>
          {row.isPriority ? (
            <ChevronsUp className="i i-14 row__priority" role="img" aria-label={words('row.priority')} />
          ) : null}
          {hasClock ? <ClockChip facts={row.clock} serverNow={now + skewMs} /> : null}
          {!hasClock && row.snoozedUntil ? <SnoozeChip until={row.snoozedUntil} now={now} /> : null}
          {hasClock || row.snoozedUntil ? null : <span className="row__time">{rowTime(row, now)}</span>}
        </div>
        <div className="row__mid">
          <div className="row__prev grow" dir="auto">
            <PreviewLine preview={row.preview} />
          </div>
          {row.unread > 0 && row.preview.kind === 'text' ? (
            <span className="count">
              {figure(row.unread)}
              <span className="vh">{words('row.unread', { count: row.unread })}</span>
            </span>
          ) : null}
        </div>
        <div className="row__meta">
          <MessageCircle className="i i-12" aria-hidden="true" />
          <span>{row.queue}</span>
          {row.language ? (
            <>
              <span className="dot" />
              <span>{row.language}</span>
            </>
          ) : null}
          {row.labels[0] ? (
            <>
              <span className="dot" />
              <span className="trunc">{row.labels.join(', ')}</span>
            </>
          ) : null}
          <span className="grow" />
          <Holder row={row} />
        </div>
      </div>
    </div>
  );
});
