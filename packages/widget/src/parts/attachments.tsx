/** @jsxImportSource preact */
import type { Terminal } from '@heed/client';
import type { Files } from '@heed/client/files';
import type { Attachment } from '@heed/protocol';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { boxOf, sizeOf } from '../model/files.ts';
import type { Words } from '../words/catalogue.ts';
import { Progress } from './attach.tsx';
import { Drawing } from './drawing.tsx';

interface Common {
  terminal: Terminal;
  files: Files;
  words: Words;
}

/** Where the bytes are in this page: undefined while they are fetched, null where they cannot be. */
function useAddress(files: Files, file: Attachment, what: 'whole' | 'preview'): string | null | undefined {
  const [address, setAddress] = useState<string | null | undefined>();
  useEffect(() => files.show(file, what, (found) => setAddress(found ?? null)), [files, file.id, what]);
  return address;
}

function useSaving(files: Files, file: Attachment): { save(): void; failed: boolean } {
  const [failed, setFailed] = useState(false);
  const save = (): void => files.save(file, (isSaved) => setFailed(!isSaved));
  return { save, failed };
}

function FileRow({ file, terminal, files, words }: Common & { file: Attachment }): JSX.Element {
  const { save, failed } = useSaving(files, file);
  return (
    <div class="wfile">
      <Drawing name="file" size={18} />
      <span class="wchip__name">
        <bdi>{file.name}</bdi>
        {failed ? <span role="alert">{words.say('notFetched')}</span> : <small>{sizeOf(file.size, words)}</small>}
      </span>
      <Progress file={terminal.files.get(file.id)} words={words} />
      <button type="button" class="w__ic" aria-label={words.say('download', { name: file.name })} onClick={save}>
        <Drawing name="save" />
      </button>
    </div>
  );
}

function Opened({ file, files, words, preview, close }: Common & Opening): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const address = useAddress(files, file, 'whole');
  const { save } = useSaving(files, file);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="wpicture"
      aria-label={file.name}
      onClose={close}
      // Escape closes the picture, not the window behind it.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div class="wpicture__bar">
        <bdi>{file.name}</bdi>
        <button type="button" class="w__ic" aria-label={words.say('download', { name: file.name })} onClick={save}>
          <Drawing name="save" size={18} />
        </button>
        <button type="button" class="w__ic" aria-label={words.say('close')} onClick={() => dialog.current?.close()}>
          <Drawing name="close" size={18} />
        </button>
      </div>
      <img src={address ?? preview ?? ''} alt={file.name} width={file.width} height={file.height} />
    </dialog>
  );
}
interface Opening {
  file: Attachment;
  /** Stands in until the whole picture is there. */
  preview: string | undefined;
  close(): void;
}

function Picture(props: Common & { file: Attachment }): JSX.Element {
  const { file, files, words, terminal } = props;
  const address = useAddress(files, file, 'preview');
  const [open, setOpen] = useState(false);
  const [broken, setBroken] = useState(false);
  const box = boxOf(file);
  // A page whose policy forbids pictures from memory shows them as files.
  if (!box || address === null || broken) return <FileRow {...props} />;
  return (
    <>
      <button
        type="button"
        class="wthumb"
        style={{ inlineSize: `${box.width}px`, aspectRatio: `${box.width} / ${box.height}` }}
        aria-label={words.say('openPicture', { name: file.name })}
        onClick={() => setOpen(true)}
      >
        {address && <img src={address} alt="" onError={() => setBroken(true)} />}
        <Progress file={terminal.files.get(file.id)} words={words} />
      </button>
      {open && <Opened {...props} preview={address} close={() => setOpen(false)} />}
    </>
  );
}

/** The files of a message: pictures in their own shape, others by name. */
export function Attachments({ attached, ...common }: Common & { attached: readonly Attachment[] }): JSX.Element {
  return (
    <div class="wfiles">
      {attached.map((file) =>
        boxOf(file) ? (
          <Picture key={file.id} file={file} {...common} />
        ) : (
          <FileRow key={file.id} file={file} {...common} />
        ),
      )}
    </div>
  );
}
