export { type Files, type FilesOptions, openFiles } from './files.ts';
