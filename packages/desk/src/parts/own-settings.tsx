import type { OwnSession } from '@heed/protocol';
import { RotateCcw, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { ask } from '../model/ask.ts';
import { keptFrom } from '../model/kept.ts';
import { BINDINGS, bindings, type Command, chosenKeys, nameOf, ownerOf, subscribeToKeys } from '../model/keys.ts';
import { loadKeys, saveKeys } from '../model/own-keys.ts';
import { chooseLanguage, chooseTheme, THEMES, theme } from '../model/preferences.ts';
import { pressOf } from '../model/press.ts';
import { shortTime } from '../model/times.ts';
import { LANGUAGES, language, nameOf as languageName, type Sentence, say, t as words } from '../words/index.ts';
import { useDesk } from './context.ts';
import { Caps } from './keys-dialog.tsx';
import { Say, T } from './say.tsx';
import { useKept } from './use-kept.ts';

const sessions = keptFrom('/v1/agents/sessions', (answer: { sessions: OwnSession[] }) => answer.sessions);

function Look(): ReactNode {
  const { commands } = useDesk();
  const [chosen, setChosen] = useState(theme());
  return (
    <section className="set__s">
      <h2 className="h2">
        <T k="own.look" />
      </h2>
      <div className="fields">
        <div className="field">
          <label htmlFor="own-theme">
            <T k="me.theme" />
          </label>
          <select
            id="own-theme"
            className="input"
            value={chosen}
            onChange={(event) => {
              const next = THEMES.find((name) => name === event.target.value) ?? 'system';
              chooseTheme(next);
              setChosen(next);
            }}
          >
            {THEMES.map((name) => (
              <option key={name} value={name}>
                {words(`me.theme.${name}`)}
              </option>
            ))}
          </select>
        </div>
        <div className="field">
          <label htmlFor="own-language">
            <T k="me.language" />
          </label>
          <select
            id="own-language"
            className="input"
            value={language()}
            onChange={(event) => void chooseLanguage(LANGUAGES.find((name) => name === event.target.value) ?? 'en')}
          >
            {LANGUAGES.map((name) => (
              <option key={name} value={name}>
                {languageName(name)}
              </option>
            ))}
          </select>
        </div>
      </div>
      <div>
        <button type="button" className="btn" onClick={() => commands.run('notices')}>
          <T k="notices.title" />
        </button>
      </div>
    </section>
  );
}

/** Waits for the key that a command should have; a first key of sequences waits for the second. */
function Capture({
  command,
  onKeys,
  onCancel,
}: {
  command: Command;
  onKeys: (keys: string) => void;
  onCancel: () => void;
}): ReactNode {
  const [first, setFirst] = useState<string>();
  const box = useRef<HTMLButtonElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <button
      ref={box}
      type="button"
      className="btn btn--sm keys__capture"
      onBlur={onCancel}
      onKeyDown={(event) => {
        if (['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
        event.preventDefault();
        event.stopPropagation();
        if (event.key === 'Escape' && command !== 'back') return onCancel();
        const name = nameOf(pressOf(event.nativeEvent));
        const begins = bindings().some(({ keys }) => keys.some((key) => key.startsWith(`${name} `)));
        if (first !== undefined) onKeys(`${first} ${name}`);
        else if (begins) setFirst(name);
        else onKeys(name);
      }}
    >
      {first === undefined ? <T k="own.press" /> : <T k="own.pressThen" first={first.toUpperCase()} />}
    </button>
  );
}

function Keys(): ReactNode {
  const all = useSyncExternalStore(subscribeToKeys, bindings);
  const [capturing, setCapturing] = useState<Command>();
  const [problem, setProblem] = useState<Sentence>();
  useEffect(() => void loadKeys(), []);
  const set = async (command: Command, keys: readonly string[] | undefined) => {
    const { [command]: _, ...rest } = chosenKeys().keys;
    const kept = await saveKeys({ ...chosenKeys(), keys: keys ? { ...rest, [command]: keys } : rest });
    setProblem(kept ? undefined : { key: 'saved.unreachable' });
  };
  const take = (command: Command, key: string) => {
    setCapturing(undefined);
    const owner = ownerOf(key, command);
    if (owner) return setProblem({ key: 'own.taken', values: { name: say({ key: owner.label }) } });
    void set(command, [key]);
  };
  const { keys, singleKeys } = chosenKeys();
  return (
    <section className="set__s">
      <h2 className="h2">
        <T k="keys.title" />
      </h2>
      <label className="facet">
        <input
          className="checkbox"
          type="checkbox"
          checked={singleKeys}
          onChange={(event) => void saveKeys({ keys, singleKeys: event.target.checked })}
        />
        <T k="own.singleKeys" />
      </label>
      {problem ? (
        <p className="error" role="alert">
          <Say of={problem} />
        </p>
      ) : null}
      <dl className="ownkeys">
        {all.map(({ command, keys: own, label }) => (
          <div key={command} className="keys__line">
            <dt>
              <T k={label} />
            </dt>
            <dd>
              {capturing === command ? (
                <Capture
                  command={command}
                  onKeys={(key) => take(command, key)}
                  onCancel={() => setCapturing(undefined)}
                />
              ) : (
                <button type="button" className="btn btn--ghost btn--sm" onClick={() => setCapturing(command)}>
                  <span className="vh">{words('own.change', { name: say({ key: label }) })}</span>
                  {own.length === 0 ? (
                    <span className="muted">
                      <T k="own.none" />
                    </span>
                  ) : (
                    own.map((key) => <Caps key={key} keys={key} />)
                  )}
                </button>
              )}
              {keys[command] ? (
                <button
                  type="button"
                  className="btn btn--ghost btn--sm btn--icon"
                  aria-label={words('own.reset', { name: say({ key: label }) })}
                  onClick={() => void set(command, undefined)}
                >
                  <RotateCcw className="i i-14" aria-hidden="true" />
                </button>
              ) : (
                <button
                  type="button"
                  className="btn btn--ghost btn--sm btn--icon"
                  aria-label={words('own.off', { name: say({ key: label }) })}
                  disabled={BINDINGS.find((binding) => binding.command === command)?.keys.length === 0}
                  onClick={() => void set(command, [])}
                >
                  <X className="i i-14" aria-hidden="true" />
                </button>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** A browser and its system, out of what it calls itself. */
function deviceName(device: string): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\/[\d.]+/.exec(device)?.[1];
  const system = /\(([^;)]+)/.exec(device)?.[1];
  const name = browser ? ({ Edg: 'Edge', OPR: 'Opera' }[browser] ?? browser) : undefined;
  return [name, system].filter(Boolean).join(', ') || device.slice(0, 60);
}

function Sessions(): ReactNode {
  const all = useKept(sessions);
  const [problem, setProblem] = useState<Sentence>();
  const end = async (path: string) => {
    try {
      const answer = await ask('DELETE', path);
      setProblem(answer.ok ? undefined : { key: 'saved.refused', values: { message: answer.message } });
      await sessions.refresh();
    } catch (error) {
      console.warn('heed: a session could not be ended', error);
      setProblem({ key: 'saved.unreachable' });
    }
  };
  return (
    <section className="set__s">
      <h2 className="h2">
        <T k="own.sessions" />
      </h2>
      <p>
        <T k="own.sessions.text" />
      </p>
      <ul className="sessions">
        {(all ?? []).map((one) => (
          <li key={one.id} className="sessions__i">
            <span className="grow">
              <b>
                <bdi>{deviceName(one.device)}</bdi>
              </b>{' '}
              <span className="muted">
                <bdi>{one.address}</bdi> ·{' '}
                <T k="own.sessions.used" time={shortTime(Date.parse(one.usedAt), Date.now())} />
              </span>
            </span>
            {one.isThis ? (
              <span className="badge">
                <T k="own.sessions.this" />
              </span>
            ) : (
              <button type="button" className="btn btn--sm" onClick={() => void end(`/v1/agents/sessions/${one.id}`)}>
                <T k="me.signOut" />
              </button>
            )}
          </li>
        ))}
      </ul>
      {problem ? (
        <p className="error" role="alert">
          <Say of={problem} />
        </p>
      ) : null}
      {(all ?? []).length > 1 ? (
        <div>
          <button type="button" className="btn" onClick={() => void end('/v1/agents/sessions')}>
            <T k="own.sessions.endOthers" />
          </button>
        </div>
      ) : null}
    </section>
  );
}

/** What somebody sets for themselves. */
export function OwnSettings(): ReactNode {
  return (
    <div className="set__body">
      <Look />
      <Keys />
      <Sessions />
    </div>
  );
}
