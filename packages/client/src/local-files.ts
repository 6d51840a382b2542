import type { Attachment } from '@heed/protocol';
import type { FileState, LocalFile, Pending, Terminal } from './state.ts';
import type { Work } from './work.ts';

/** So often the server may not have what it took as whole: after that its refusal stands (I13). */
const MOST_MISSES = 3;

/** What is known of a file of this device. */
export function setFile(w: Work, file: LocalFile): void {
  w.t = { ...w.t, files: new Map(w.t.files).set(file.id, file) };
}

export function dropFile(w: Work, id: string): void {
  const files = new Map(w.t.files);
  files.delete(id);
  w.t = { ...w.t, files };
}

/** From the press on, the files of this device that a send names belong to it (SND1). */
export function bindFiles(w: Work, { id, body }: { id: string; body: unknown }): Pick<Pending, 'files'> {
  const { attachments = [] } = (body ?? {}) as { attachments?: Attachment[] };
  const files = attachments.flatMap((named) => w.t.files.get(named.id) ?? []);
  for (const file of files) setFile(w, { ...file, send: id });
  return files.length > 0 ? { files: files.map((file) => file.id) } : {};
}

/** A send that is taken back leaves its files with the draft. */
export function freeFiles(w: Work, id: string): void {
  for (const { send, ...file } of w.t.files.values()) if (send === id) setFile(w, file);
}

/** Why a send cannot go yet, or never can: a file that it names. What is not known of here has not been looked up yet. */
export function obstacleTo(t: Terminal, { files = [] }: Pending): FileState | undefined {
  const going: FileState = { name: 'going', received: 0 };
  const states = files.map((id) => t.files.get(id)?.state ?? going);
  return states.find(({ name }) => name === 'refused') ?? states.find(({ name }) => name === 'going');
}

/** The server has not what it took as whole (a new epoch, say): whatever of it is still here goes again. */
export function goAgain(w: Work, pending: Pending): boolean {
  const files = (pending.files ?? []).flatMap((id) => w.t.files.get(id) ?? []);
  const again = files.filter(({ state, missed = 0 }) => state.name === 'whole' && missed < MOST_MISSES);
  for (const file of again)
    setFile(w, { ...file, missed: (file.missed ?? 0) + 1, state: { name: 'going', received: 0 } });
  return again.length > 0;
}
