import { type ReactNode, useRef, useState } from 'react';
import { firstName } from '../model/people.ts';
import { hourMinuteSecond } from '../model/times.ts';
import { standingStill, type WallRow, type WallRows } from '../model/wall.ts';
import { figure, t as words } from '../words/index.ts';
import { Avatar } from './avatar.tsx';
import { ClockChip } from './clock-chip.tsx';
import { T } from './say.tsx';
import { useMovedRows } from './use-moved-rows.ts';

function time(at: string | null): string {
  return at ? hourMinuteSecond(Date.parse(at)) : '';
}

function With({ row }: { row: WallRow }): ReactNode {
  if (row.holder === undefined)
    return (
      <span className="muted">
        <T k="wall.inLine" />
      </span>
    );
  return (
    <span className="hstack wt__with">
      <Avatar name={row.holder} size={20} team />
      <bdi className="trunc">{firstName(row.holder)}</bdi>
    </span>
  );
}

function Row({ row, serverNow }: { row: WallRow; serverNow: number }): ReactNode {
  return (
    <tr data-row={row.id}>
      <td className="num muted">{row.place === undefined ? null : figure(row.place)}</td>
      <td>
        <span className="hstack">
          <Avatar name={row.name} size={24} />
          <b className="wt__name trunc">
            <bdi>{row.name}</bdi>
          </b>
        </span>
      </td>
      <td className="first" dir="auto">
        {row.words}
      </td>
      <td className="muted wt__queue">{row.queue}</td>
      <td className="num muted end wt__time">{time(row.entry.waitingSince)}</td>
      <td className="num muted end wt__time">{time(row.entry.dueAt)}</td>
      <td className="end">
        <ClockChip facts={row.entry} serverNow={serverNow} />
      </td>
      <td>
        <With row={row} />
      </td>
    </tr>
  );
}

function Group({
  label,
  rows,
  serverNow,
}: {
  label: ReactNode;
  rows: readonly WallRow[];
  serverNow: number;
}): ReactNode {
  if (rows.length === 0) return null;
  return (
    <>
      <tr className="grp">
        <th colSpan={8} scope="rowgroup">
          {label}
          <b className="num gn">{figure(rows.length)}</b>
        </th>
      </tr>
      {rows.map((row) => (
        <Row key={row.id} row={row} serverNow={serverNow} />
      ))}
    </>
  );
}

/** Keeps the order while somebody points at the table. */
function useStanding(rows: WallRows): { shown: WallRows; hover: (is: boolean) => void } {
  const [isHovered, hover] = useState(false);
  const order = useRef<string[]>([]);
  const shown = isHovered
    ? {
        inLine: standingStill(rows.inLine, order.current),
        withAgents: standingStill(rows.withAgents, order.current),
      }
    : rows;
  order.current = [...shown.inLine, ...shown.withAgents].map(({ id }) => id);
  return { shown, hover };
}

/** Who waits, in the queues and with agents. */
export function WallTable({ rows, serverNow }: { rows: WallRows; serverNow: number }): ReactNode {
  const table = useRef<HTMLTableElement>(null);
  const { shown, hover } = useStanding(rows);
  useMovedRows(
    table,
    [...shown.inLine, ...shown.withAgents].map(({ id }) => id),
  );
  return (
    <table
      className="table wt"
      ref={table}
      aria-label={words('wall.table')}
      onPointerEnter={() => hover(true)}
      onPointerLeave={() => hover(false)}
    >
      <thead>
        <tr>
          <th scope="col">
            <span className="vh">
              <T k="wall.place" />
            </span>
          </th>
          <th scope="col">
            <T k="panel.title" />
          </th>
          <th scope="col">
            <T k="wall.words" />
          </th>
          <th scope="col">
            <T k="wall.queue" />
          </th>
          <th scope="col" className="end">
            <T k="wall.since" />
          </th>
          <th scope="col" className="end">
            <T k="wall.due" />
          </th>
          <th scope="col" className="end">
            <T k="group.waiting" />
          </th>
          <th scope="col">
            <T k="wall.with" />
          </th>
        </tr>
      </thead>
      <tbody>
        <Group label={<T k="wall.group.line" />} rows={shown.inLine} serverNow={serverNow} />
        <Group label={<T k="wall.group.agents" />} rows={shown.withAgents} serverNow={serverNow} />
      </tbody>
    </table>
  );
}
