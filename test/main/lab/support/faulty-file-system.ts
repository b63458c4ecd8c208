/**
 * The real file system, of which chosen calls fail. Every call counts, those of open files as well.
 */
import { nodeFileSystem, type FileSystem, type OpenFile } from '#lab/storage/file-system'

export class FaultyFileSystem {
  calls = 0
  /** What was called, in order: "rename", "file.sync". */
  readonly log: { call: string; path: string }[] = []
  readonly fs: FileSystem

  constructor(private readonly failure: (call: number, name: string, path: string) => string | undefined) {
    this.fs = this.wrap(nodeFileSystem, '', undefined)
  }

  /** Fails call n, and with `persistent` all after it. */
  static failing(n: number, code: string, persistent = false): FaultyFileSystem {
    return new FaultyFileSystem((call) => (call === n || (persistent && call > n) ? code : undefined))
  }

  private wrap<T extends FileSystem | OpenFile>(target: T, prefix: string, opened: string | undefined): T {
    return new Proxy(target, {
      get: (object, key) => {
        const found: unknown = Reflect.get(object, key)
        if (typeof found !== 'function') return found // `then`, which await looks for
        const original = found as (...args: unknown[]) => Promise<unknown>
        return async (...args: unknown[]) => {
          const path = opened ?? String(args[0])
          this.calls += 1
          const name = prefix + String(key)
          this.log.push({ call: name, path })
          const code = this.failure(this.calls, name, path)
          if (code) {
            // A file that fails to close is closed all the same, as on a real disk.
            if (key === 'close') await original.apply(object, args)
            throw Object.assign(new Error(`${code}: injected into ${name}`), { code })
          }
          const result = await original.apply(object, args)
          return key === 'open' ? this.wrap(result as OpenFile, 'file.', path) : result
        }
      },
    })
  }
}
