import type { JSX } from 'preact';
import { Icon } from '../parts/icon.tsx';
import { Link } from '../routing/link.tsx';
import { path } from '../routing/location.ts';
import { screens } from '../screens/screens.ts';

const groups = ['See', 'Dig', 'Holdfast'] as const;

/** The screens, in groups. */
export function Navigation(): JSX.Element {
  return (
    <nav class="navigation" aria-label="Screens">
      {groups.map((group) => {
        const members = screens.filter(({ navigation }) => navigation?.group === group);
        if (members.length === 0) return null;
        return (
          <ul key={group} aria-label={group}>
            {members.map(({ title, path: to, navigation }) => {
              const current = path.value === to || (to !== '/' && path.value.startsWith(`${to}/`));
              return (
                <li key={to}>
                  <Link
                    to={to}
                    current={current}
                    title={`${title} · ${navigation!.keys}`}
                    class="navigation-link"
                  >
                    <Icon name={navigation!.icon} />
                    <span>{title}</span>
                  </Link>
                </li>
              );
            })}
          </ul>
        );
      })}
    </nav>
  );
}
