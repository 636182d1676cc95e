/** Whether `topic` is one of those that `filter` stands for: `*` is any word, `>` at the end any rest of one word or more. */
export function topicMatches(filter: string, topic: string): boolean {
  const words = topic.split('.');
  const wanted = filter.split('.');
  for (const [index, word] of wanted.entries()) {
    if (word === '>') return words.length > index;
    if (word !== '*' && word !== words[index]) return false;
    if (index >= words.length) return false;
  }
  return words.length === wanted.length;
}
