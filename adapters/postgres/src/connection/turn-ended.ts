/** Resolves when what the present turn of the event loop has set going has been asked for. */
export function turnEnded(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
