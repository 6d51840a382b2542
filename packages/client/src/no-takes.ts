import type * as team from './takes.ts';

/** The same as takes.ts for a terminal whose person takes no work. */
export class Takes implements Pick<team.Takes, 'begin' | 'again' | 'hear'> {
  begin(): Promise<never> {
    return Promise.reject(new Error('Customers take nothing.'));
  }
  again(): void {}
  hear(): void {}
}
