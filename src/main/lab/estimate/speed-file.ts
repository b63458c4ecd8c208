/**
 * speed.json of the workspace: how fast this machine was when somebody measured it. For another machine, or with other
 * kernels, it says nothing; then it is measured anew.
 */
import { join } from 'node:path'
import { z } from 'zod'
import type { Disk } from '#lab/storage/disk'

const measuredSchema = z.strictObject({
  version: z.literal(1),
  /** Of processor, kernels, place and threads. */
  machine: z.string(),
  measuredAt: z.iso.datetime(),
  oneThread: z.number().positive(),
  allThreads: z.number().positive(),
})

export type MeasuredSpeed = Omit<z.output<typeof measuredSchema>, 'version'>

/** Null for what is not such a file. */
export function readMeasured(bytes: Uint8Array): MeasuredSpeed | null {
  try {
    const found = measuredSchema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')))
    return found.success ? found.data : null
  } catch {
    return null // not JSON
  }
}

export class SpeedFile {
  constructor(
    private readonly disk: Disk,
    private readonly workspace: string,
  ) {}

  /** Null if there is none, or none that can be read: it is a convenience, and measured again in two seconds. */
  async read(machine: string): Promise<MeasuredSpeed | null> {
    try {
      const measured = readMeasured(await this.disk.fs.readFile(this.path))
      return measured?.machine === machine ? measured : null
    } catch {
      return null // no such file
    }
  }

  async write(speed: MeasuredSpeed): Promise<void> {
    await this.disk.writeAtomic(this.path, `${JSON.stringify({ version: 1, ...speed }, null, 2)}\n`)
  }

  private get path(): string {
    return join(this.workspace, 'speed.json')
  }
}
