/** The same record with another value under each key. */
export function mapRecord<K extends string, A, B>(
  record: Readonly<Record<K, A>>,
  turn: (value: A) => B,
): Readonly<Record<K, B>> {
  const entries = Object.entries<A>(record).map(([key, value]) => [key, turn(value)])
  return Object.fromEntries(entries) as Record<K, B>
}
