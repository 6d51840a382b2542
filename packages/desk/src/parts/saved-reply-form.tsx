import { type ReactNode, useId } from 'react';
import { type ReplyForm, scopesFor, scopeValue } from '../model/reply-form.ts';
import { VARIABLES } from '../model/saved-replies.ts';
import { t as words } from '../words/index.ts';
import { useTerminal } from './context.ts';
import { T } from './say.tsx';

/** The fields of a saved reply. */
export function SavedReplyForm({
  form,
  folders,
  disabled = false,
  onChange,
}: {
  form: ReplyForm;
  folders: readonly string[];
  disabled?: boolean;
  onChange: (form: ReplyForm) => void;
}): ReactNode {
  const t = useTerminal();
  const id = useId();
  const scopes = scopesFor(t);
  const value = scopeValue(form.scope);
  return (
    <>
      <div className="fields">
        <div className="field">
          <label htmlFor={`${id}-shortcut`}>
            <T k="saved.shortcut" />
          </label>
          <div className="input slash-input">
            <span className="mono muted">/</span>
            <input
              id={`${id}-shortcut`}
              className="mono"
              value={form.shortcut}
              maxLength={40}
              disabled={disabled}
              spellCheck={false}
              onChange={(event) => onChange({ ...form, shortcut: event.target.value })}
            />
          </div>
        </div>
        <div className="field">
          <label htmlFor={`${id}-folder`}>
            <T k="saved.folder" />
          </label>
          <input
            id={`${id}-folder`}
            className="input"
            list={`${id}-folders`}
            value={form.folder}
            maxLength={60}
            disabled={disabled}
            placeholder={words('saved.folder.none')}
            onChange={(event) => onChange({ ...form, folder: event.target.value })}
          />
          <datalist id={`${id}-folders`}>
            {folders.map((folder) => (
              <option key={folder} value={folder} />
            ))}
          </datalist>
        </div>
        <div className="field">
          <label htmlFor={`${id}-scope`}>
            <T k="saved.scope" />
          </label>
          <select
            id={`${id}-scope`}
            className="input"
            value={value}
            disabled={disabled}
            onChange={(event) => {
              const chosen = scopes.find((scope) => scope.value === event.target.value);
              if (chosen) onChange({ ...form, scope: chosen.scope });
            }}
          >
            {scopes.some((scope) => scope.value === value) ? null : <option value={value}>{value}</option>}
            {scopes.map((scope) => (
              <option key={scope.value} value={scope.value}>
                {scope.name ?? words(scope.value === 'own' ? 'saved.scope.own' : 'saved.scope.all')}
              </option>
            ))}
          </select>
        </div>
      </div>
      <div className="field">
        <label htmlFor={`${id}-text`}>
          <T k="saved.text" />
        </label>
        <textarea
          id={`${id}-text`}
          className="input input--text"
          dir="auto"
          rows={6}
          value={form.text}
          maxLength={8_000}
          disabled={disabled}
          onChange={(event) => onChange({ ...form, text: event.target.value })}
        />
        <p className="help">
          <T k="saved.variables" />{' '}
          {VARIABLES.map((name) => (
            <span key={name}>
              <code className="mono">{`{${name}}`}</code>{' '}
            </span>
          ))}
        </p>
      </div>
    </>
  );
}
