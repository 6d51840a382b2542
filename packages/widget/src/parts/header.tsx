/** @jsxImportSource preact */
import type { JSX } from 'preact';
import type { Header as HeaderModel } from '../model/header.ts';
import type { Words } from '../words/catalogue.ts';
import { Icon } from './icon.tsx';

interface HeaderProps {
  header: HeaderModel;
  words: Words;
  /** On a phone the window fills the screen. */
  full: boolean;
  /** Absent on the start page. */
  back?: () => void;
  close(): void;
  menu: JSX.Element | undefined;
}

export function Header({ header, words, full, back, close, menu }: HeaderProps): JSX.Element {
  return (
    <header class={`w__h ${back ? '' : 'w__h--home'}`}>
      {back && (
        <button type="button" class="w__ic w__back" aria-label={words.say('back')} onClick={back}>
          <Icon name="back" size={full ? 20 : 18} className="flip" />
        </button>
      )}
      <span class="w__team" aria-hidden="true">
        {header.team.map(({ key, initials }) => (
          <span key={key} class="av">
            {initials}
          </span>
        ))}
      </span>
      <div class={back ? 'grow' : 'grow sr'}>
        <h1>{header.title}</h1>
        {header.subtitle && <p>{header.subtitle}</p>}
      </div>
      {!back && <span class="grow" />}
      {menu}
      <button type="button" class="w__ic" aria-label={words.say('close')} onClick={close}>
        <Icon name={full ? 'close' : 'down'} size={full ? 20 : 16} />
      </button>
    </header>
  );
}
