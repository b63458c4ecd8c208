/** Folders that are looked at beside each other: most of the time goes into waiting for the disk. */
const AT_ONCE = 16

/** `work` for each of them, several at a time, in no order that anybody may rely on. Rejects with the first that does. */
export async function besideEachOther<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const line = items[Symbol.iterator]()
  const worker = async () => {
    for (let next = line.next(); !next.done; next = line.next()) await work(next.value) // all take from one line
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
