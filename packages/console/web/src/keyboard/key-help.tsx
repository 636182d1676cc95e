import type { JSX } from 'preact';
import { Dialog } from '../parts/dialog.tsx';
import { boundKeys } from './keys.ts';
import './key-help.css';

const groups = ['Go to', 'This screen', 'Everywhere'] as const;

/** Every key that does something here, now. */
export function KeyHelp({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const keys = boundKeys();
  return (
    <Dialog label="Keys" class="key-help" onClose={onClose}>
      {groups.map((group) => {
        const members = keys.filter((binding) => binding.group === group);
        if (members.length === 0) return null;
        return (
          <section key={group}>
            <h2>{group}</h2>
            <dl>
              {members.map((binding) => (
                <div key={binding.keys}>
                  <dt>{binding.does}</dt>
                  <dd>
                    {binding.keys.split(' ').map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        );
      })}
    </Dialog>
  );
}
