import { useEffect, useState } from 'preact/hooks';

/** Renders a component again once the page's fonts are there: what is painted on a canvas does not change by itself. */
export function useFonts(): void {
  const [, setReady] = useState(false);
  useEffect(() => {
    let gone = false;
    void document.fonts.ready.then(() => {
      if (!gone) setReady(true);
    });
    return () => {
      gone = true;
    };
  }, []);
}
