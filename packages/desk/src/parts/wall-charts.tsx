import type { Figures } from '@heed/protocol';
import { type ReactNode, useId } from 'react';
import { BOX, heightAt, scaleTo, slotAt, stepsPath } from '../model/charts.ts';
import { chipTime, hourMinute } from '../model/times.ts';
import { t as words } from '../words/index.ts';
import { T } from './say.tsx';

// Plain SVG: three charts of at most 25 points each need no library, take the theme's colours, print, and can be read out.

function Grid({ ticks, top }: { ticks: readonly number[]; top: number }): ReactNode {
  return ticks.map((tick) => (
    <g key={tick}>
      <path className={tick === 0 ? 'ax' : 'g'} d={`M${BOX.left} ${heightAt(tick, top)}H${BOX.right}`} />
      <text x={BOX.left - 7} y={heightAt(tick, top) + 4} textAnchor="end">
        {tick}
      </text>
    </g>
  ));
}

function Labels({ labels }: { labels: readonly { x: number; text: string }[] }): ReactNode {
  return labels.map(({ x, text }) => (
    <text key={text} x={x} y={107} textAnchor={x <= BOX.left ? 'start' : x >= BOX.right ? 'end' : 'middle'}>
      {text}
    </text>
  ));
}

function Drawing({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <svg className="chart" viewBox={`0 0 ${BOX.width} ${BOX.height}`} width="100%" role="img" aria-label={label}>
      {children}
    </svg>
  );
}

function time(at: string): string {
  return hourMinute(Date.parse(at));
}

function Waiting({ figures }: { figures: Figures }): ReactNode {
  const counts = figures.waiting.map(({ count }) => count);
  const { top, ticks } = scaleTo(Math.max(...counts, 0));
  const line = stepsPath(counts, top);
  const labels = figures.waiting.flatMap(({ at }, index) =>
    index % 6 === 0 ? [{ x: slotAt(index, counts.length - 1).x, text: time(at) }] : [],
  );
  return (
    <Drawing label={words('wall.chart.waiting')}>
      <Grid ticks={ticks} top={top} />
      <Labels labels={labels} />
      <path className="chart__area" d={`${line}V${BOX.bottom}H${BOX.left}Z`} />
      <path className="chart__line" d={line} />
    </Drawing>
  );
}

function Quarters({ figures }: { figures: Figures }): ReactNode {
  const { quarters } = figures;
  const { top, ticks } = scaleTo(Math.max(...quarters.flatMap(({ arrived, answered }) => [arrived, answered]), 0));
  return (
    <Drawing label={words('wall.chart.quarters')}>
      <Grid ticks={ticks} top={top} />
      {quarters.map(({ at, arrived, answered }, index) => {
        const { x, width } = slotAt(index, quarters.length);
        const bar = width * 0.36;
        return (
          <g key={at}>
            <rect
              className="chart__2"
              x={x + width * 0.12}
              y={heightAt(arrived, top)}
              width={bar}
              height={BOX.bottom - heightAt(arrived, top)}
              rx="1.5"
            />
            <rect
              className="chart__1"
              x={x + width * 0.5}
              y={heightAt(answered, top)}
              width={bar}
              height={BOX.bottom - heightAt(answered, top)}
              rx="1.5"
            />
            {index % 2 === 0 ? (
              <text x={x + width / 2} y={107} textAnchor="middle">
                {time(at)}
              </text>
            ) : null}
          </g>
        );
      })}
    </Drawing>
  );
}

function FirstByWait({ figures }: { figures: Figures }): ReactNode {
  const bins = figures.firstByWait;
  const { top, ticks } = scaleTo(Math.max(...bins.map(({ count }) => count), 0));
  return (
    <Drawing label={words('wall.chart.first')}>
      <Grid ticks={ticks} top={top} />
      {bins.map(({ toMs, count, inTime }, index) => {
        const { x, width } = slotAt(index, bins.length);
        const good = heightAt(inTime, top);
        return (
          <g key={toMs ?? 'more'}>
            <rect className="chart__1" x={x + 2} y={good} width={width - 4} height={BOX.bottom - good} rx="1.5" />
            <rect
              className="chart__o"
              x={x + 2}
              y={heightAt(count, top)}
              width={width - 4}
              height={good - heightAt(count, top)}
              rx="1.5"
            />
            {index % 2 === 0 && index < bins.length - 1 ? (
              <text x={x} y={107} textAnchor={index === 0 ? 'start' : 'middle'}>
                {chipTime((toMs ?? 0) - 30_000)}
              </text>
            ) : null}
          </g>
        );
      })}
    </Drawing>
  );
}

function Table({
  head,
  rows,
}: {
  head: readonly ReactNode[];
  rows: readonly (readonly (string | number)[])[];
}): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls has to be reachable with the keyboard
    <div className="chart__table" tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            {head.map((cell, index) => (
              <th key={index} scope="col" className={index > 0 ? 'end' : undefined}>
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([first, ...rest]) => (
            <tr key={first}>
              <th scope="row">{first}</th>
              {rest.map((cell, index) => (
                <td key={index} className="num end">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Card({ title, legend, children }: { title: ReactNode; legend: ReactNode; children: ReactNode }): ReactNode {
  const id = useId();
  return (
    <section className="card" aria-labelledby={id}>
      <div className="card__h">
        <h2 className="grow trunc" id={id}>
          {title}
        </h2>
        <span className="legend">{legend}</span>
      </div>
      <div className="chart__at">{children}</div>
    </section>
  );
}

function peakOf(figures: Figures): { count: number; time: string } | undefined {
  const most = figures.waiting.reduce((high, one) => (one.count > high.count ? one : high), { at: '', count: 0 });
  return most.count === 0 ? undefined : { count: most.count, time: time(most.at) };
}

/** The day in three charts; each is a table too. */
export function WallCharts({ figures, asTables }: { figures: Figures; asTables: boolean }): ReactNode {
  const peak = peakOf(figures);
  const inTime = figures.firstByWait.reduce((sum, bin) => sum + bin.inTime, 0);
  const until = (toMs: number | null) => (toMs === null ? words('wall.longer') : chipTime(toMs));
  return (
    <div className="wall__charts">
      <Card
        title={<T k="wall.chart.waiting" />}
        legend={
          peak ? (
            <span>
              <T k="wall.peak" count={peak.count} time={peak.time} />
            </span>
          ) : null
        }
      >
        {asTables ? (
          <Table
            head={[<T key="t" k="wall.time" />, <T key="w" k="group.waiting" />]}
            rows={figures.waiting.map(({ at, count }) => [time(at), count])}
          />
        ) : (
          <Waiting figures={figures} />
        )}
      </Card>
      <Card
        title={<T k="wall.chart.quarters" />}
        legend={
          <>
            <span>
              <i className="sw sw--2" />
              <T k="wall.arrived" />
            </span>
            <span>
              <i className="sw" />
              <T k="wall.legend.answered" />
            </span>
          </>
        }
      >
        {asTables ? (
          <Table
            head={[<T key="t" k="wall.time" />, <T key="a" k="wall.arrived" />, <T key="b" k="wall.legend.answered" />]}
            rows={figures.quarters.map(({ at, arrived, answered }) => [time(at), arrived, answered])}
          />
        ) : (
          <Quarters figures={figures} />
        )}
      </Card>
      <Card
        title={<T k="wall.chart.first" />}
        legend={
          <span>
            <T k="wall.inTime" count={figures.first.count} inTime={inTime} />
          </span>
        }
      >
        {asTables ? (
          <Table
            head={[<T key="t" k="wall.within" />, <T key="c" k="wall.replies" />, <T key="i" k="wall.inTimeShort" />]}
            rows={figures.firstByWait.map(({ toMs, count, inTime }) => [until(toMs), count, inTime])}
          />
        ) : (
          <FirstByWait figures={figures} />
        )}
      </Card>
    </div>
  );
}
