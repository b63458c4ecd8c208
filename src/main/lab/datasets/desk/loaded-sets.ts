/**
 * Data sets in memory, for whoever looks at them: the newest few, and none that nobody has looked at for a while.
 */
import type { LoadDataset, LoadedDataset } from '#lab/engine/host'
import type { SetAddress } from './desk-calls'

/** Seven times MNIST. One set is kept whatever its size. */
const MAX_BYTES = 400e6
const IDLE_MS = 2 * 60_000

export class LoadedSets {
  /** The one that was asked for last is last. */
  private readonly sets = new Map<string, Promise<LoadedDataset>>()
  private readonly sizes = new Map<string, number>()
  private idle: NodeJS.Timeout | undefined

  constructor(private readonly load: LoadDataset) {}

  /** Loaded once for all who ask; a load that failed is tried again. */
  async get({ name, own }: SetAddress): Promise<LoadedDataset> {
    const key = own ? `${own.id} ${own.sha256}` : name
    const loading = this.sets.get(key) ?? this.load(name, own)
    this.sets.delete(key)
    this.sets.set(key, loading)
    clearTimeout(this.idle)
    this.idle = setTimeout(() => this.clear(), IDLE_MS).unref()
    try {
      const loaded = await loading
      this.sizes.set(key, loaded.train.images.byteLength + loaded.test.images.byteLength)
      this.makeRoom()
      return loaded
    } catch (error) {
      if (this.sets.get(key) === loading) this.sets.delete(key)
      throw error
    }
  }

  clear(): void {
    clearTimeout(this.idle)
    this.sets.clear()
    this.sizes.clear()
  }

  private makeRoom(): void {
    const sizeOf = (key: string) => this.sizes.get(key) ?? 0
    let bytes = [...this.sets.keys()].reduce((sum, key) => sum + sizeOf(key), 0)
    for (const key of [...this.sets.keys()].slice(0, -1)) {
      if (bytes <= MAX_BYTES) return
      bytes -= sizeOf(key)
      this.sets.delete(key)
      this.sizes.delete(key)
    }
  }
}
