import { describe, expect, it } from 'vitest'
import { zipEntries } from '#lab/datasets/import/zip'
import { writeZip } from '#lab/models/export/zip'

describe('a written zip file', () => {
  const entries = [
    { name: 'a/größe.txt', bytes: new TextEncoder().encode('one') },
    { name: 'empty', bytes: new Uint8Array(0) },
    { name: 'b.bin', bytes: Uint8Array.from({ length: 1000 }, (_, i) => i % 251) },
  ]

  it('holds every file under its name, and passes the reader that checks sums and sizes', async () => {
    const read = await Promise.all(
      zipEntries(writeZip(entries), 'z').map(async (entry) => ({ name: entry.path, bytes: await entry.read() })),
    )
    expect(read.map(({ name, bytes }) => [name, [...bytes]])).toEqual(
      entries.map(({ name, bytes }) => [`z/${name}`, [...bytes]]),
    )
  })

  it('is the same file for the same entries', () => {
    expect(writeZip(entries)).toEqual(writeZip(entries))
  })
})
