/** @jsxImportSource preact */
import type { LocalFile, Terminal } from '@heed/client';
import type { Files } from '@heed/client/files';
import type { Stream } from '@heed/protocol';
import type { JSX, RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { percentOf, sizeOf, whyNot } from '../model/files.ts';
import type { Words } from '../words/catalogue.ts';
import { Drawing } from './drawing.tsx';
import { EmojiButton } from './emoji-button.tsx';

interface ChipsProps {
  terminal: Terminal;
  drafted: readonly LocalFile[];
  files: Files;
  words: Words;
}

/** The files of what is being written: how far each is, and what is wrong with it. */
export function Chips({ terminal, drafted, files, words }: ChipsProps): JSX.Element | null {
  if (drafted.length === 0) return null;
  return (
    <ul class="wchips" aria-label={words.say('files')}>
      {drafted.map((file) => {
        const why = whyNot(file, terminal, words);
        return (
          <li key={file.id} class={`wchip ${why ? 'is-bad' : ''}`}>
            <span class="wchip__name">
              <bdi>{file.name}</bdi>
              {why ? <span role="alert">{why}</span> : <small class="num">{sizeOf(file.size, words)}</small>}
            </span>
            <Progress file={file} words={words} />
            <button
              type="button"
              class="w__ic"
              aria-label={words.say('takeOff', { name: file.name })}
              onClick={() => files.remove(file.id)}
            >
              <Drawing name="close" />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** How far an upload is; nothing where there is none. */
export function Progress({ file, words }: { file: LocalFile | undefined; words: Words }): JSX.Element | null {
  const percent = percentOf(file);
  if (!file || percent === undefined) return null;
  return <progress max={100} value={percent} aria-label={words.say('uploading', { name: file.name })} />;
}

interface ClipProps {
  s: Stream;
  files: Files;
  field: RefObject<HTMLTextAreaElement | null>;
  words: Words;
  /** Puts another text into the composer. */
  type(text: string): void;
}

/** A text that comes with a picture of itself is pasted as text. */
const filesIn = (data: DataTransfer | null): File[] =>
  data?.types.includes('text/plain') ? [] : [...(data?.files ?? [])];

/** The choice of signs and the paper clip; what is pasted into the field or dropped on the window goes the same way. */
export function Clip({ s, files, field, words, type }: ClipProps): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const add = (chosen: File[], how?: 'pasted'): void => {
    void files.add(s, chosen, how);
    field.current?.focus();
  };
  useEffect(() => {
    const onPaste = (event: ClipboardEvent): void => {
      const pasted = filesIn(event.clipboardData);
      if (pasted.length === 0) return;
      event.preventDefault();
      add(pasted, 'pasted');
    };
    // Without this the browser would leave the page to show the file.
    const onDrag = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
    };
    const onDrop = (event: DragEvent): void => {
      onDrag(event);
      add(filesIn(event.dataTransfer));
    };
    const element = field.current;
    element?.addEventListener('paste', onPaste);
    document.addEventListener('dragover', onDrag);
    document.addEventListener('drop', onDrop);
    return () => {
      element?.removeEventListener('paste', onPaste);
      document.removeEventListener('dragover', onDrag);
      document.removeEventListener('drop', onDrop);
    };
  }, [s, files]);
  return (
    <>
      <EmojiButton field={field} words={words} type={type} />
      <button type="button" class="w__ic" aria-label={words.say('attach')} onClick={() => input.current?.click()}>
        <Drawing name="clip" size={18} />
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          const chosen = [...(currentTarget.files ?? [])];
          // The same file can be chosen again after it was taken off.
          currentTarget.value = '';
          add(chosen);
        }}
      />
    </>
  );
}
