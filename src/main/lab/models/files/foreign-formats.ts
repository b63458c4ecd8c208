/**
 * Model files of other programs that are not read here, known by how they begin: whoever brings one is told what to save
 * instead.
 */
import { unfitFile } from './model-file'

interface ForeignFormat {
  begins: readonly number[]
  what: string
  instead: string
}

const SAVE_TENSORS = 'save the weights with safetensors.torch.save_file(model.state_dict(), "model.safetensors")'
const SAVE_ARRAYS = 'save the weights with numpy.savez("model.npz", *model.get_weights())'

const FORMATS: readonly ForeignFormat[] = [
  // protocols 2 to 5
  ...[2, 3, 4, 5].map((protocol) => ({
    begins: [0x80, protocol],
    what: 'a Python pickle, which holds programs and is never read',
    instead: SAVE_TENSORS,
  })),
  {
    begins: [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a],
    what: 'an HDF5 file, as Keras wrote them',
    instead: SAVE_ARRAYS,
  },
  {
    begins: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59],
    what: 'a single NumPy array',
    instead: 'save all arrays of the model in one .npz with numpy.savez',
  },
]

/** Members of an archive that tell whose it is. */
const MEMBERS: readonly { pattern: RegExp; what: string; instead: string }[] = [
  {
    pattern: /(?:^|\/)data\.pkl$/,
    what: 'an archive of torch.save, whose pickle holds programs and is never read',
    instead: SAVE_TENSORS,
  },
  { pattern: /^model\.weights\.h5$/, what: 'a .keras archive', instead: SAVE_ARRAYS },
]

/** Throws `model/unfit` for a file that another program wrote in a format of its own. */
export function mustBeReadHere(name: string, bytes: Uint8Array): void {
  const found = FORMATS.find(({ begins }) => begins.every((byte, i) => bytes[i] === byte))
  if (found) throw foreign(name, found)
}

/** The same for an archive, by the paths of its members. */
export function mustBeArrays(name: string, paths: readonly string[]): void {
  const found = MEMBERS.find(({ pattern }) => paths.some((path) => pattern.test(path)))
  if (found) throw foreign(name, found)
}

function foreign(name: string, { what, instead }: { what: string; instead: string }) {
  return unfitFile(name, `it is ${what}. Models are read from safetensors and NPZ: ${instead}`)
}
