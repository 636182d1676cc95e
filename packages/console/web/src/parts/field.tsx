import type { JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import './field.css';
import { Icon, type IconName } from './icon.tsx';

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly icon?: IconName;
  /** Values that are offered while one types. */
  readonly suggestions?: readonly string[];
  /** Says why a value is none; it is not handed on then. */
  readonly complaint?: (value: string) => string | undefined;
  /** When the person pauses, presses Enter or leaves the field. */
  readonly onChange: (value: string) => void;
  readonly class?: string;
  /** A key that leads here; shown in the field while it is empty. */
  readonly hint?: string;
}

const pauseMillis = 350;

/** A line of text that filters something. */
export function TextField(props: TextFieldProps): JSX.Element {
  const { label, value, suggestions, onChange } = props;
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const list = useId();
  useEffect(() => setText(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const complaint = props.complaint?.(text);
  const handOn = (next: string) => {
    clearTimeout(timer.current);
    if (next !== value && props.complaint?.(next) === undefined) onChange(next);
  };
  return (
    <div
      class={`field ${complaint === undefined ? '' : 'field-wrong'} ${props.icon === 'search' ? 'field-search' : ''} ${props.class ?? ''}`}
      title={complaint}
    >
      {props.icon !== undefined && <Icon name={props.icon} size={14} />}
      <input
        type="text"
        aria-label={label}
        value={text}
        placeholder={props.placeholder ?? label}
        spellcheck={false}
        autocomplete="off"
        aria-invalid={complaint !== undefined}
        list={suggestions === undefined ? undefined : list}
        data-key={props.hint}
        onInput={({ currentTarget }) => {
          const next = currentTarget.value;
          setText(next);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => handOn(next), pauseMillis);
        }}
        onBlur={() => handOn(text)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') handOn(text);
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      {text !== '' && (
        <button
          type="button"
          class="field-clear"
          aria-label={`Clear ${label}`}
          onClick={() => {
            setText('');
            handOn('');
          }}
        >
          <Icon name="close" size={12} />
        </button>
      )}
      {text === '' && props.hint !== undefined && <kbd>{props.hint}</kbd>}
      {suggestions !== undefined && (
        <datalist id={list}>
          {suggestions.map((suggestion) => (
            <option key={suggestion} value={suggestion} />
          ))}
        </datalist>
      )}
    </div>
  );
}

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly onChange: (value: string) => void;
}

/** One of many. */
export function Select({ label, value, options, onChange }: SelectProps): JSX.Element {
  return (
    <label class={`field field-select ${value === '' ? '' : 'field-set'}`}>
      <span class="spoken">{label}</span>
      <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
      <Icon name="down" size={12} />
    </label>
  );
}
