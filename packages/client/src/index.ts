export { type Clock, deviceClock } from './clock.ts';
export { indexedDbStorage } from './indexed-db.ts';
export * from './selectors.ts';
export { type Client, type ClientOptions, createClient, type Press } from './shell.ts';
export * from './state.ts';
export { type KeptReplica, memoryStorage, type Storage } from './storage.ts';
export { EMPTY_TERMINAL, emptyReplica } from './terminal.ts';
export type { Connect, Connection, Listener } from './transport.ts';
