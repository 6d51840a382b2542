/** A style sheet as text, for a constructed sheet. */
declare module '*.css?inline' {
  const text: string;
  export default text;
}

/** A style sheet for its effect; only the fixtures' board has one. */
declare module '*.css';
