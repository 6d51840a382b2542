import type { Frame, Request } from '@heed/protocol';
import { stepOf } from '../../packages/client/src/selectors.ts';
import { headOf, STREAM } from './log.ts';
import { type Action, act, type Ground, type Page, type World } from './world.ts';

/** A way through a small world as somebody would tell it, line by line. */
export async function story(ground: Ground, begin: World, actions: Action[], then: Action[]): Promise<string[]> {
  const lines: string[] = [];
  let world = begin;
  const tell = async (action: Action) => {
    const what = sentence(world, action);
    world = await act(ground, world, action);
    lines.push(`${what.padEnd(64)} ${standing(world)}`);
  };
  for (const action of actions) await tell(action);
  if (then.length > 0) lines.push('from here on nothing goes wrong:');
  for (const action of then) await tell(action);
  return lines;
}

function standing({ server, pages }: World): string {
  const log = `${server.epoch}: ${server.log.items.map(({ id }) => id).join(' ')}`;
  return `| ${log} @${headOf(server.log).h.slice(0, 4)} | ${pages.map(window).join(' | ')}`;
}

function window({ t, now }: Page): string {
  const replica = t.replicas.get(STREAM);
  const held = replica?.at ? `${replica.before.n}..${replica.at.n}@${replica.at.h.slice(0, 4)}` : '-';
  const outbox = t.outbox.map(({ id, state }) => `${id} ${state.name}`).join(', ');
  return `${t.id.slice(0, 3)} ${held} ${stepOf(t, STREAM, now).name}${outbox && ` [${outbox}]`}`;
}

function sentence(world: World, action: Action): string {
  const who = 'page' in action ? (world.pages[action.page]?.t.id.slice(0, 3) ?? '') : '';
  const line = 'page' in action ? world.pages[action.page]?.line : undefined;
  switch (action.do) {
    case 'up':
      return `the server hears ${who}: ${frameWords(line?.up[0])}`;
    case 'down':
      return `${who} hears: ${frameWords(line?.down[0])}`;
    case 'press':
      return `${who} presses send`;
    case 'again':
      return `${who} looks and presses again`;
    case 'wake':
      return `${who} connects again`;
    case 'say':
      return 'the customer writes';
    case 'lose':
      return `LOST on the way ${action.way}, ${who}: ${frameWords(line?.[action.way][0])}`;
    case 'repeat':
      return `DOUBLED on the way ${action.way}, ${who}: ${frameWords(line?.[action.way][0])}`;
    case 'swap':
      return `OVERTAKEN on the way ${action.way}, ${who}: ${frameWords(line?.[action.way][0])}`;
    case 'cut':
      return `CUT: ${who}`;
    case 'wait':
      return `${who}: 9 seconds pass`;
    case 'beat':
      return `a beat for ${who}`;
    case 'crash':
      return `CRASH of ${who}, which keeps ${action.keeps}`;
    case 'rollback':
      return `ROLLED BACK by ${action.items}, ${action.isNoticed ? 'a new epoch begins' : 'unnoticed'}`;
  }
}

function frameWords(frame: Request | Frame | undefined): string {
  if (!frame) return 'nothing';
  const at = (point: { n: number; h: string } | undefined) => (point ? `${point.n}@${point.h.slice(0, 4)}` : '-');
  const re = 're' in frame && frame.re ? ` (${frame.re})` : '';
  switch (frame.t) {
    case 'update':
      return `update ${at(frame.prev)} +${frame.items.length}, head ${at(frame.head)}${re}`;
    case 'snapshot':
      return `snapshot ${at(frame.before)}..${at(frame.at)}${re}`;
    case 'beat':
      return `beat ${frame.epoch} ${frame.heads.map(([, n, h]) => at({ n, h }))}${re}`;
    case 'hello':
      return `hello ${frame.epoch ?? ''} ${frame.streams.map(([, n, h]) => at({ n, h }))}`;
    case 'welcome':
      return `welcome ${frame.epoch} ${frame.streams.map(([, status, n, h]) => `${status} ${at({ n, h })}`)}`;
    case 'get':
      return `get ${frame.before === undefined ? `after ${at(frame.after)}` : `before ${frame.before}`}${re}`;
    case 'open':
      return `open ${at(frame.at)}${re}`;
    case 'send':
      return `send ${frame.id} attempt ${frame.attempt} in ${frame.epoch} basedOn ${at(frame.basedOn)}${re}`;
    case 'sent':
      return `sent ${frame.id} ${at(frame.at)}${re}`;
    case 'held':
      return `held ${frame.id} because ${frame.because}${re}`;
    case 'refused':
      return `refused ${frame.code}${re}`;
    default:
      return `${frame.t}${re}`;
  }
}
