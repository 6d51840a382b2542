import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Findings } from './targets.ts';

/** What one bench found, as it is kept. */
export interface Found extends Findings {
  bench: string;
  about: string;
  at: string;
  seconds: number;
}

const page = join(import.meta.dirname, 'report.html');

/** Writes the page with tables and charts: one file that needs no server and no network. */
export function writeReport(all: readonly Found[]): string {
  const read = (address: string) => readFileSync(fileURLToPath(address), 'utf8');
  const css = read(import.meta.resolve('uplot/dist/uPlot.min.css'));
  const script = read(import.meta.resolve('uplot/dist/uPlot.iife.min.js'));
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`;
  const data = JSON.stringify({ machine, all }).replaceAll('<', '\\u003c');
  writeFileSync(page, pageOf(css, script, data));
  return page;
}

function pageOf(css: string, script: string, data: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Heed: what was measured</title>
<style>${css}
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1c1c1a; background: #fff }
table { border-collapse: collapse; margin: 1rem 0 } td, th { padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top }
td.n { font-variant-numeric: tabular-nums } .missed { color: #a3241b; font-weight: 600 } .met { color: #1d6b3a }
pre { background: #f5f5f2; padding: .75rem; overflow: auto; font-size: 13px } h2 { margin-top: 2.5rem } .u-title { font-size: 14px }
</style>
<h1>What was measured</h1>
<p id="machine"></p>
<main></main>
<script>${script}</script>
<script>
const { machine, all } = ${data};
const make = (name, parent, text, css) => {
  const element = parent.appendChild(document.createElement(name));
  if (text !== undefined) element.textContent = text;
  if (css) element.className = css;
  return element;
};
document.querySelector('#machine').textContent = machine;
const colours = ['#2b5fa8', '#b4531f', '#1d6b3a', '#7a3fa0', '#8a6d00', '#555'];
const groups = [
  ['Messages a second', / (closed|stored) perSecond$|^pgbench$/],
  ['Milliseconds at a fixed rate', / rate p(50|99)$/],
  ['Processor time a message, microseconds', / cpu$/],
];
function chart(parent, title, rounds, names) {
  if (names.length === 0 || rounds.length < 2) return;
  new uPlot({
    title, width: Math.min(940, document.body.clientWidth), height: 320,
    scales: { x: { time: false }, y: { range: (_, low, high) => [0, high * 1.1] } },
    axes: [{ label: 'round', incrs: [1] }, {}],
    series: [{ label: 'round' }, ...names.map((label, i) => ({ label, stroke: colours[i % colours.length], width: 2, points: { show: true } }))],
  }, [rounds.map((_, i) => i + 1), ...names.map((name) => rounds.map((round) => round[name]))], parent);
}
for (const { bench, about, at, seconds, figures, targets, rounds = [] } of all) {
  const part = make('section', document.querySelector('main'));
  make('h2', part, bench);
  make('p', part, about + ' (' + at + ', ' + Math.round(seconds) + ' s)');
  const table = make('table', part);
  for (const { name, wanted, value, isMet } of targets) {
    const row = make('tr', table);
    make('td', row, name);
    make('td', row, String(value), 'n');
    make('td', row, wanted, 'n');
    make('td', row, isMet ? 'met' : 'missed', isMet ? 'met' : 'missed');
  }
  const names = Object.keys(rounds[0] ?? {});
  for (const [title, pattern] of groups) chart(part, title, rounds, names.filter((name) => pattern.test(name)));
  make('pre', part, JSON.stringify(figures, null, 2));
}
</script>
`;
}
