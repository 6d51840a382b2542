import { arrayOf, type Cell } from './pg-array.ts';

/** A column of rows that go to the database as arrays, one for each column: its type there, and its value of a row. */
export interface Column<T> {
  type: string;
  of: (row: T) => Cell;
}

/** Rows of one kind among the parameters of a statement. */
export interface Table<T> {
  /** `unnest(…) AS name(…)`, of all columns or of those named. */
  from: (name: string, only?: readonly string[]) => string;
  /** The parameters, in order. */
  values: (rows: readonly T[]) => string[];
  /** The number of the first parameter behind them. */
  next: number;
}

/** Names once what rows consist of, so that a statement and its values cannot differ. */
export function tableOf<T>(first: number, columns: Readonly<Record<string, Column<T>>>): Table<T> {
  const all = Object.entries(columns).map(([name, column], i) => ({ name, at: first + i, ...column }));
  return {
    from: (name, only) => {
      const some = only ? all.filter((column) => only.includes(column.name)) : all;
      const arrays = some.map(({ at, type }) => `$${at}::${type}[]`);
      return `unnest(${arrays.join(', ')}) AS ${name}(${some.map((column) => column.name).join(', ')})`;
    },
    values: (rows) => all.map(({ of }) => arrayOf(rows.map(of))),
    next: first + all.length,
  };
}
