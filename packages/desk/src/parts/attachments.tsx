import type { Attachment } from '@heed/protocol';
import { Download, FileText } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { boxOf, sizeWords } from '../model/files.ts';
import { t as words } from '../words/index.ts';
import { T } from './say.tsx';
import { useAddress, useSaving } from './use-file.ts';

const PictureDialog = lazy(() => import('./picture-dialog.tsx'));

function FileRow({ file }: { file: Attachment }): ReactNode {
  const { save, failed } = useSaving(file);
  return (
    <div className="att">
      <span className="att__ic">
        <FileText className="i i-18" aria-hidden="true" />
      </span>
      <span className="att__t">
        <bdi className="trunc" title={file.name}>
          {file.name}
        </bdi>
        <span className="muted num" role={failed ? 'alert' : undefined}>
          {failed ? <T k="file.notFetched" /> : sizeWords(file.size)}
        </span>
      </span>
      <button
        type="button"
        className="btn btn--ghost btn--sm btn--icon"
        aria-label={words('file.download', { name: file.name })}
        title={words('file.download', { name: file.name })}
        // The composer keeps the focus: nothing moves between press and release, so that the click is one.
        onMouseDown={(event) => event.preventDefault()}
        onClick={save}
      >
        <Download className="i i-14" aria-hidden="true" />
      </button>
    </div>
  );
}

function Picture({ file }: { file: Attachment }): ReactNode {
  const address = useAddress(file, 'preview');
  const [isOpen, setOpen] = useState(false);
  const [isBroken, setBroken] = useState(false);
  const box = boxOf(file);
  if (!box || address === null || isBroken) return <FileRow file={file} />;
  const label = words('file.open', { name: file.name, size: sizeWords(file.size) });
  return (
    <>
      <button
        type="button"
        className="thumb"
        style={{ inlineSize: box.width, aspectRatio: `${box.width} / ${box.height}` }}
        aria-label={label}
        onClick={() => setOpen(true)}
      >
        {address ? <img src={address} alt="" draggable={false} onError={() => setBroken(true)} /> : null}
      </button>
      {isOpen ? (
        <Suspense fallback={null}>
          <PictureDialog file={file} preview={address} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}

/** The files of a message: pictures at their place's size, others by name. */
export function Attachments({ files }: { files: readonly Attachment[] }): ReactNode {
  if (files.length === 0) return null;
  const pictures = files.filter(boxOf);
  return (
    <div className="files">
      {pictures.length > 0 ? (
        <div className="thumbs">
          {pictures.map((file) => (
            <Picture key={file.id} file={file} />
          ))}
        </div>
      ) : null}
      {files
        .filter((file) => !boxOf(file))
        .map((file) => (
          <FileRow key={file.id} file={file} />
        ))}
    </div>
  );
}
