export * from './compare.ts';
export * from './evolve.ts';
export * from './frames.ts';
export * from './kinds.ts';
export * from './point.ts';
export * from './refusals.ts';
export { nestsAtMost } from './shape.ts';
export * from './version.ts';
