import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { gunzipFile } from '#lab/datasets/import/gzip'
import { zipEntries } from '#lab/datasets/import/zip'
import { LabError } from '#shared/errors'
import { makeGzip, makeZip, packedZeros, type ZipMember } from './support/make-files'

async function problemOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work()
  } catch (error) {
    if (error instanceof LabError) return `${error.code} ${error.message}`
    throw error
  }
  throw new Error('the file was accepted')
}

/** How far `work` raises the most memory that this process ever had. */
async function memoryOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.resourceUsage().maxRSS
  await work()
  return (process.resourceUsage().maxRSS - before) * 1024
}

const text = Buffer.from('seven, eight, nine. '.repeat(50))

describe('gunzipFile', () => {
  it('gives back what was packed', async () => {
    expect(Buffer.from(await gunzipFile(gzipSync(text), 'a.gz'))).toEqual(text)
    expect(await gunzipFile(gzipSync(''), 'a.gz')).toHaveLength(0)
  })

  it('refuses a file that is cut anywhere, and one with any bit changed', async () => {
    const packed = gzipSync(text)
    for (let length = 0; length < packed.length; length++) {
      expect(await problemOf(() => gunzipFile(packed.subarray(0, length), 'a.gz'))).toContain('import/')
    }
    for (let at = 10; at < packed.length; at++) {
      const changed = Buffer.from(packed)
      changed[at] ^= 0x20
      expect(await problemOf(() => gunzipFile(changed, 'a.gz'))).toMatch(/^import\/(bad-file|too-large) a\.gz/)
    }
  })

  it('refuses a bomb before it is unpacked, whether it tells its size or lies about it', async () => {
    const bomb = makeGzip(packedZeros(1000), 1_000_000_000)
    const liar = makeGzip(packedZeros(1000), 1000)
    const used = await memoryOf(async () => {
      expect(await problemOf(() => gunzipFile(bomb, 'a.gz'))).toMatch(
        /import\/too-large a\.gz would unpack from \d+ to 1000000000 bytes, more than 200 times/,
      )
      expect(await problemOf(() => gunzipFile(liar, 'a.gz'))).toContain('expected the size of what it holds, got 1000')
    })
    expect(used).toBeLessThan(50_000_000)
  })

  it('refuses a file that says it holds more than it does', async () => {
    const packed = gzipSync(text)
    packed.writeUInt32LE(text.length + 1, packed.length - 4)
    expect(await problemOf(() => gunzipFile(packed, 'a.gz'))).toContain('packed data that fits its CRC-32')
  })
})

async function readZip(members: readonly ZipMember[], options?: { long: boolean }): Promise<[string, string][]> {
  const entries = zipEntries(makeZip(members, options), 'a.zip')
  return Promise.all(
    entries.map(async (entry): Promise<[string, string]> => [entry.path, Buffer.from(await entry.read()).toString()]),
  )
}

describe('zipEntries', () => {
  const members = [
    { path: 'one.txt', bytes: text },
    { path: 'folder/two.txt', bytes: Buffer.from('2'), stored: true },
  ]

  it.each([false, true])('reads stored and packed entries; with long fields: %s', async (long) => {
    expect(await readZip(members, { long })).toEqual([
      ['a.zip/one.txt', text.toString()],
      ['a.zip/folder/two.txt', '2'],
    ])
  })

  it('leaves out folders and what systems add', async () => {
    const noise = ['folder/', '__MACOSX/._one.txt', '.DS_Store', 'folder/Thumbs.db'].map((path) => ({
      path,
      bytes: Buffer.alloc(0),
    }))
    expect(await readZip([...noise, ...members])).toHaveLength(2)
  })

  it.each<[string, ZipMember, string]>([
    ['another CRC-32', { path: 'a', bytes: text, claims: { crc32: 7 } }, 'byte 0: expected a.zip/a with CRC-32 7'],
    ['a smaller size', { path: 'a', bytes: text, claims: { sizeBytes: 100 } }, 'packed, of 100 bytes, got more'],
    ['a larger size', { path: 'a', bytes: text, claims: { sizeBytes: 2000 } }, 'a.zip/a of 2000 bytes, got 1000'],
    [
      'another stored size',
      { path: 'a', bytes: text, stored: true, claims: { sizeBytes: 9 } },
      'expected 9 stored bytes',
    ],
    ['a password', { path: 'a', bytes: text, claims: { flags: 1 } }, 'got an encrypted entry'],
    [
      'another method',
      { path: 'a', bytes: text, claims: { method: 12 } },
      'expected a stored (0) or deflated (8), got method 12',
    ],
    ['a place outside', { path: 'a', bytes: text, claims: { at: 99_999 } }, 'expected the header of a'],
  ])('refuses an entry with %s', async (_name, member, message) => {
    expect(await problemOf(() => readZip([member]))).toContain(message)
  })

  it('refuses names that fill a screen', async () => {
    expect(await problemOf(() => readZip([{ path: 'a'.repeat(501), bytes: text }]))).toContain(
      'a name of at most 500 bytes',
    )
  })

  it('refuses entries that share bytes', async () => {
    const shared = { path: 'b', bytes: text, claims: { at: 0 } }
    expect(await problemOf(() => readZip([{ path: 'b', bytes: text }, shared]))).toContain('a.zip: b and b share bytes')
  })

  it('refuses an archive that is cut, and one with other bytes behind it', async () => {
    const bytes = makeZip(members)
    for (let length = 0; length < bytes.length; length++) {
      expect(await problemOf(() => Promise.resolve(zipEntries(bytes.subarray(0, length), 'a.zip')))).toContain(
        'import/bad-file',
      )
    }
    expect(await problemOf(() => Promise.resolve(zipEntries(Buffer.concat([bytes, text]), 'a.zip')))).toContain(
      'the file may be cut',
    )
  })

  it('refuses a bomb before it is unpacked, whether it tells its size or lies about it', async () => {
    const bomb = { path: 'zeros', bytes: new Uint8Array(0), packed: packedZeros(1000) }
    const honest = makeZip([{ ...bomb, claims: { sizeBytes: 1_000_000_000 } }])
    const liar = makeZip([{ ...bomb, claims: { sizeBytes: 100 } }])
    const used = await memoryOf(async () => {
      expect(await problemOf(() => Promise.resolve(zipEntries(honest, 'a.zip')))).toContain('import/too-large a.zip')
      const [entry] = zipEntries(liar, 'a.zip')
      expect(await problemOf(() => entry.read())).toContain('of 100 bytes, got more')
    })
    expect(used).toBeLessThan(50_000_000)
  })
})
