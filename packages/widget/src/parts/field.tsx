/** @jsxImportSource preact */
import type { JSX } from 'preact';

interface FieldProps {
  label: string;
  type: 'text' | 'email';
  name: string;
  value: string;
  required: boolean;
  wrong: boolean;
  change(value: string): void;
}

const KINDS = {
  text: { type: 'text', dir: 'auto', maxLength: 200 },
  email: { type: 'email', dir: 'ltr', maxLength: 320 },
} as const;

/** A labelled line to write in; browsers fill it in by its name. */
export function Field({ label, type, name, value, required, wrong, change }: FieldProps): JSX.Element {
  return (
    <label class="wfield">
      <span>{label}</span>
      <input
        class="input"
        {...KINDS[type]}
        name={name}
        autocomplete={name}
        value={value}
        aria-required={required}
        aria-invalid={wrong}
        onInput={(event) => change(event.currentTarget.value)}
      />
    </label>
  );
}
