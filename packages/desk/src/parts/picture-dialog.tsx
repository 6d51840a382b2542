import type { Attachment } from '@heed/protocol';
import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { sizeWords } from '../model/files.ts';
import { Dialog } from './dialog.tsx';
import { T } from './say.tsx';
import { useAddress, useSaving } from './use-file.ts';

interface Props {
  file: Attachment;
  /** Stands in until the whole picture is there. */
  preview: string | undefined;
  onClose: () => void;
}

/** A picture over the page, as large as there is room. */
export default function PictureDialog({ file, preview, onClose }: Props): ReactNode {
  const address = useAddress(file, 'whole');
  const { save, failed } = useSaving(file);
  const isLost = failed || address === null;
  return (
    <Dialog title={<bdi>{file.name}</bdi>} onClose={onClose} className="dialog--picture">
      <img className="picture" src={address ?? preview} width={file.width} height={file.height} alt={file.name} />
      <div className="dialog__f">
        <span className="muted num grow" role={isLost ? 'alert' : undefined}>
          {isLost ? <T k="file.notFetched" /> : sizeWords(file.size)}
        </span>
        <button type="button" className="btn" onClick={save}>
          <Download className="i i-14" aria-hidden="true" />
          <T k="file.save" />
        </button>
        <button type="button" className="btn" onClick={onClose}>
          <T k="keys.close" />
        </button>
      </div>
    </Dialog>
  );
}
